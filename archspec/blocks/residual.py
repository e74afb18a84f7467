"""residual: two or three convolutions and a shortcut around them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from archspec import ir
from archspec.blocks.base import Convolutional, Scope, Tensor, block, finish, key
from archspec.blocks.kinds import FLAG, ROWS, Kind, as_pair, optional, pair, step, whole, words

UNITS = {"basic": (1, 1), "bottleneck": (1, 1, 4)}
"""Unit -> the filters of its convolutions, as multiples of n."""
SIZES = {2: (3, 3), 3: (1, 3, 1)}
"""Number of convolutions -> their kernel sizes."""
ONE = whole().schema
FILTERS = Kind(
    "n with `unit`, or [n, n], or [n, n, n]",
    {**ONE, "type": ["integer", "string", "array"], "items": ONE, "minItems": 2, "maxItems": 3},
    lambda v: tuple(map(int, v)) if isinstance(v, list) else int(v),
)
WORDS = ("projection", "always_project", "zero_pad", "identity", "none")


def _keys(title: str, name: str, kind: Kind) -> dict[str, Any]:
    properties = {name: {"title": kind.text, **kind.schema}}
    return {"title": title, "type": "object", "properties": properties, "additionalProperties": False}


KEYED = {
    "projection": _keys("projection", "kernel_size", pair()),
    "always_project": _keys("always_project", "kernel_size", pair()),
    "zero_pad": _keys("zero_pad", "subsample", words("stride", "avg_pool")),
}
SHORTCUT = Kind(
    "projection / always_project / zero_pad / identity / none, {projection: {kernel_size}}, "
    "{zero_pad: {subsample: stride / avg_pool}}, or rows",
    {
        "if": {"type": "array"},
        "then": ROWS.schema,
        "else": {
            "if": {"type": "object"},
            "then": {
                "title": "shortcut",
                "type": "object",
                "properties": KEYED,
                "additionalProperties": False,
                "minProperties": 1,
                "maxProperties": 1,
            },
            "else": words(*WORDS).schema,
        },
        "examples": list(WORDS),
    },
    rows="list",
)


@block("residual")
class Residual(Convolutional):
    """A residual unit (He et al., arXiv:1512.03385, figures 2 and 5; `pre_activation`: arXiv:1603.05027).

    `basic` is two 3x3 convolutions of n filters, `bottleneck` a 1x1, a 3x3 and a 1x1 of n, n and 4n;
    a list of two or three numbers is the paper's own cell. Each convolution but the last is activated,
    the last one linear; the activation comes once more behind the addition. `pre_activation` puts
    norm and activation in front of each convolution instead, a projection reads what the first pair
    gives, and nothing follows the addition.

    Shortcuts: `projection` is a 1x1 convolution with its norm where shapes differ (option B),
    `always_project` everywhere (C), `zero_pad` takes every second pixel, or means of windows, and
    appends channels of zeros (A), `identity` refuses differing shapes, `none` leaves the plain net.
    """

    filters: int | tuple[int, ...] = key(FILTERS, "filters of the convolutions")
    unit: str | None = key(optional(words(*UNITS)), "the cell that one number of filters stands for", None)
    strides: ir.Pair = key(pair(), "step of one of the convolutions, and of the shortcut", (1, 1))
    stride_on: str = key(words("first", "3x3"), "which convolution strides: the first, or the (first) 3x3", "first")
    groups: int = key(whole(), "groups of each 3x3 convolution (ResNeXt's cardinality)", 1)
    shortcut: Any = key(SHORTCUT, "what is added to the convolutions' output", "projection")
    pre_activation: bool = key(FLAG, "norm and activation in front of each convolution", False)
    last_bias: bool | None = key(
        optional(FLAG), "whether the last convolution and a projection have biases (~: as `use_bias` says)", None
    )
    se: dict[str, Any] | None = key(
        step("se", "reduction", whole()), "squeeze-and-excitation in front of the addition", None
    )

    example = "- residual: {name: conv3, unit: bottleneck, filters: 128, times: 4, strides: 2}"

    def expand(self, scope: Scope, x: Tensor) -> Tensor:
        """The convolutions, the gate, the shortcut, the addition and its activation."""
        first = self._activated(scope, x, "conv1") if self.pre_activation else x
        y = self._gated(scope, self._convolved(scope, first))
        beside = self._shortcut(scope, x, first, y)
        if beside:
            y = scope.add(ir.Merge("add"), y, beside, part="add")
        activation = None if self.pre_activation else self.inherited(scope, "activation")
        return scope.part(activation, y) if activation else y

    def _convolved(self, scope: Scope, x: Tensor) -> Tensor:
        widths = self._widths(scope)
        sizes = SIZES[len(widths)]
        strided = 0 if self.stride_on == "first" else sizes.index(3)
        for i, (filters, size) in enumerate(zip(widths, sizes, strict=True)):
            name = f"conv{i + 1}"
            fixed: dict[str, Any] = {"strides": self.strides if i == strided else 1}
            fixed["groups"] = self.groups if size == 3 else 1
            if self.pre_activation:
                x = self._activated(scope, x, name) if i else x
                fixed |= {"norm": None, "activation": None}
            elif i == len(widths) - 1:
                fixed["activation"] = None
            fixed |= self._biased() if i == len(widths) - 1 else {}
            x = self.conv(scope, x, name, filters, size, **fixed)
        return x

    def _biased(self) -> dict[str, Any]:
        """What `last_bias` fixes of the convolutions that the addition reads."""
        return {} if self.last_bias is None else {"use_bias": self.last_bias}

    def _widths(self, scope: Scope) -> tuple[int, ...]:
        if isinstance(self.filters, tuple):
            if self.unit:
                message = "`unit` says nothing beside a list of filters"
                raise scope.error("bad-combination", message, "unit", "one of the two")
            return self.filters
        if not self.unit:
            message = "one number of filters needs `unit`"
            raise scope.error("missing-key", message, "filters", "unit: basic or bottleneck; or a list of filters")
        return tuple(self.filters * factor for factor in UNITS[self.unit])

    def _activated(self, scope: Scope, x: Tensor, name: str) -> Tensor:
        """The norm and the activation in front of a convolution, named as its parts."""
        norm, activation = self.inherited(scope, "norm"), self.inherited(scope, "activation")
        return finish(scope.inner(name), x, norm, activation)

    def _gated(self, scope: Scope, y: Tensor) -> Tensor:
        return scope.step("se", y, "se", **self.se) if self.se is not None else y

    def _shortcut(self, scope: Scope, x: Tensor, first: Tensor, y: Tensor) -> Tensor | None:
        """What is added to `y`: made from the unit's input `x`, or by a convolution from `first`."""
        if not isinstance(self.shortcut, str | dict):
            return scope.paths({"shortcut": self.shortcut}, x)[0]
        [(form, keys)] = self.shortcut.items() if isinstance(self.shortcut, dict) else [(self.shortcut, {})]
        differs = self.strides != (1, 1) or x.shape != y.shape
        if form == "always_project" or (form == "projection" and differs):
            return self._projection(scope, first, y.shape[-1], keys)
        if form == "zero_pad" and differs:
            return self._zero_pad(scope, x, y, keys)
        if form == "identity" and x.shape != y.shape:
            shapes = " and ".join("x".join(map(str, t.shape)) for t in (x, y))
            message = f"shapes differ: an identity shortcut around {shapes}"
            raise scope.error("shape", message, "shortcut", "`shortcut: projection`, or strides and filters that agree")
        return None if form == "none" else x

    def _projection(self, scope: Scope, x: Tensor, filters: int, keys: Mapping[str, Any]) -> Tensor:
        fixed: dict[str, Any] = {"strides": self.strides, "groups": 1, "activation": None}
        fixed |= self._biased() | ({"norm": None} if self.pre_activation else {})
        return self.conv(scope, x, "shortcut", filters, as_pair(keys.get("kernel_size", 1)), **fixed)

    def _zero_pad(self, scope: Scope, x: Tensor, y: Tensor, keys: Mapping[str, Any]) -> Tensor:
        """Pixels left out, or means of them, and channels appended; a 1x1 pool is a faster slice."""
        missing = y.shape[-1] - x.shape[-1]
        if missing < 0:
            message = f"zeros cannot make {y.shape[-1]} channels of {x.shape[-1]}"
            raise scope.error("shape", message, "shortcut", "`shortcut: projection`, or more filters")
        inner = scope.inner("shortcut")
        if self.strides != (1, 1):
            window = self.strides if keys.get("subsample") == "avg_pool" else (1, 1)
            pool = ir.AveragePool(window, self.strides, ceil_mode=True)
            x = inner.add(pool, x, part="avg_pool" if missing else "")
        return inner.add(ir.Pad(channels=(0, missing)), x) if missing else x
