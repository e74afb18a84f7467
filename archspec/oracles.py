"""Which implementation that is not ours the outputs of a shipped network are held to: `resources/oracles.yaml`."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from archspec import source
from archspec.document import plain

FILE = Path(__file__).resolve().parent / "resources" / "oracles.yaml"


@dataclass(frozen=True)
class Oracle:
    """An independent implementation of a network, or why there is none.

    `oracle` is the kind (`pytorchcv`), `model` what it is called there, `arguments` what it is made with,
    `set` what is changed in it; `variant` says which form of the network it is. `pairs` is the file that says
    which of its names are which of ours. `input` is the shape at which both are compared, where it is not the
    spec's own; `spread` the standard deviation of the pictures. `heads` is what the auxiliary heads are held to,
    where the implementation leaves them out. `none` is the reason where there is no oracle.
    """

    oracle: str = ""
    model: str = ""
    variant: str = ""
    pairs: str = ""
    heads: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    set: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    input: tuple[int, int, int] | None = None
    spread: float = 60
    none: str = ""

    @property
    def by(self) -> str:
        """Whose implementation it is, in a word or two; empty where there is none."""
        return {"paper": "the paper"}.get(self.oracle, self.oracle)


@functools.cache
def table() -> Mapping[str, Oracle]:
    """Spec -> its oracle.

    >>> table()["resnet50_keras"].oracle
    'keras.applications'
    """
    found: dict[str, dict[str, Any]] = plain(source.read(FILE).root)
    return {name: Oracle(**entry) for name, entry in found.items()}
