"""Initializers: Keras's words and the names, defaults and bounds of their arguments, known without Keras.

A test holds the table equal to Keras's own; left out are `identity` and `stft`, which make no kernel
of a convolution, and the arguments about axes, which are no spec's business.
"""

from __future__ import annotations

import functools
from typing import Any

from archspec import ir
from archspec.blocks.kinds import VARIABLE, Kind, number, whole, words

SEED = {"seed": (whole(0), None)}
NORMAL = {"mean": (number(), 0.0), "stddev": (number(0), 0.05), **SEED}
MODE = words("fan_in", "fan_out", "fan_avg")
DISTRIBUTION = words("truncated_normal", "untruncated_normal", "uniform")

INITIALIZERS: dict[str, dict[str, tuple[Kind, Any]]] = {
    "zeros": {},
    "ones": {},
    "constant": {"value": (number(), 0.0)},
    "random_normal": NORMAL,
    "truncated_normal": NORMAL,
    "random_uniform": {"minval": (number(), -0.05), "maxval": (number(), 0.05), **SEED},
    "variance_scaling": {
        "scale": (number(above=0), 1.0),
        "mode": (MODE, "fan_in"),
        "distribution": (DISTRIBUTION, "truncated_normal"),
        **SEED,
    },
    "glorot_uniform": SEED,
    "glorot_normal": SEED,
    "he_uniform": SEED,
    "he_normal": SEED,
    "lecun_uniform": SEED,
    "lecun_normal": SEED,
    "orthogonal": {"gain": (number(), 1.0), **SEED},
}
"""Word -> argument -> what it may be, and Keras's default."""

INITIALIZER = Kind(
    "a Keras initializer, or {initializer: {arguments}}",
    {
        "if": {"type": "object"},
        "then": {"$ref": "#/$defs/initializer"},
        "else": {"if": {"type": "string", "pattern": VARIABLE}, "else": {"enum": list(INITIALIZERS)}},
        "examples": list(INITIALIZERS),
    },
)


def initializer(value: str | dict[str, dict[str, Any]]) -> ir.Initializer:
    """A checked value as data of the graph.

    >>> initializer({"random_normal": {"stddev": 0.01}})
    Initializer(name='random_normal', arguments=(('stddev', 0.01),))
    """
    if isinstance(value, str):
        return _bare(value)
    [(name, arguments)] = value.items()
    return ir.Initializer(name, tuple(sorted(arguments.items())))


@functools.cache
def _bare(name: str) -> ir.Initializer:
    return ir.Initializer(name)
