"""What charts are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Bubble:
    """A network in a chart of errors: at `x` and `y`, as large as `area`, in the colour of its `group`."""

    label: str
    x: float
    y: float
    area: float
    group: str


@dataclass(frozen=True)
class Bar:
    """An entry in a chart of years; `first` ones stand out."""

    label: str
    year: int
    value: float
    first: bool


@dataclass(frozen=True)
class Axis:
    """The words along an axis, and whether equal steps are equal factors."""

    label: str
    log: bool = False


@dataclass(frozen=True)
class Line:
    """Figures over positions; None leaves a gap."""

    label: str
    values: Sequence[float | None]
