"""Results -> rows of tables; numbers are means over the seeds, CSV has the least and the most too."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator
from dataclasses import dataclass

from archspec.experiments import text
from training.gradients.results import Gradients, Layer, Series, Spread

LATER_STEPS = 4
"""Most columns of later steps in a table; CSV and JSON have every step."""


@dataclass(frozen=True)
class Table:
    """A title, a header, rows, and the columns of numbers."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[int, ...]


def tables(found: Gradients) -> Iterator[Table]:
    """Each series layer by layer, then all of them side by side."""
    yield from (layers(series) for series in found.series)
    yield summary(found)


def layers(series: Series) -> Table:
    """A row for each weight layer: norms at initialization, and of the kernel's gradient behind later steps."""
    later = shown(len(series.loss) - 1)
    header = ("depth", "layer", "kernel", "gradient", "gradient/kernel", "rms", "delta")
    rows = tuple(_layer(layer, later) for layer in series.layers)
    title = f"{series.name}: input {text(series.input_shape)}, loss {_losses(series)}"
    count = len(header) + len(later)
    return Table(title, (*header, *(f"step {step}" for step in later)), rows, (0, *range(3, count)))


def shown(steps: int) -> list[int]:
    """Later steps that a table shows, evenly spaced, the last among them.

    >>> shown(0), shown(3), shown(20)
    ([], [1, 2, 3], [5, 10, 15, 20])
    """
    count = min(steps, LATER_STEPS)
    return [steps * (i + 1) // count for i in range(count)]


def _layer(layer: Layer, later: list[int]) -> tuple[str, ...]:
    start = layer.norms[0]
    norms = (start.gradient, start.relative, start.rms, start.delta, *(layer.norms[step].gradient for step in later))
    return str(layer.depth), layer.name, text(layer.kernel_shape), *map(number, norms)


def summary(found: Gradients) -> Table:
    """A row for each series and, where steps were made, a second one behind the last."""
    gradient = ("gradient: first layer", "last layer", "a layer")
    header = ("network", "step", "depth", "loss", *gradient, "delta: first layer", "last layer", "a layer")
    steps = sorted({0, found.settings.steps})
    rows = tuple(_summary(series, step) for series in found.series for step in steps)
    return Table("Trunk: first and last layer, and what a layer multiplies with", header, rows, tuple(range(1, 10)))


def _summary(series: Series, step: int) -> tuple[str, ...]:
    trunk = sorted(series.trunk, key=lambda layer: layer.depth)
    first, last = trunk[0].norms[step], trunk[-1].norms[step]
    return (
        series.name,
        str(step),
        str(trunk[-1].depth),
        f"{series.loss[step].mean:.3f}",
        *(number(first.gradient), number(last.gradient), factor(series.factor("gradient", step))),
        *(number(first.delta), number(last.delta), factor(series.factor("delta", step))),
    )


def _losses(series: Series) -> str:
    first, last = series.loss[0].mean, series.loss[-1].mean
    return f"{first:.3f}" if len(series.loss) == 1 else f"{first:.3f}, {last:.3f} behind step {len(series.loss) - 1}"


def number(spread: Spread | None) -> str:
    """A mean in three digits; a blank where there is none.

    >>> number(Spread(0.000123456, 0, 1)), number(None)
    ('1.23e-04', '')
    """
    return "" if spread is None else f"{spread.mean:.2e}"


def factor(value: float) -> str:
    """What a layer multiplies with; a blank where that has no meaning.

    >>> factor(0.2371), factor(math.nan)
    ('x 0.237', '')
    """
    return "" if math.isnan(value) else f"x {value:.3g}"


FIGURES = ("gradient", "relative", "rms", "delta")


def as_csv(found: Gradients) -> str:
    """A line for each series, step and layer: every figure's mean, least and most."""
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    spreads = [f"{figure}_{part}" for figure in FIGURES for part in ("mean", "least", "most")]
    writer.writerow(("network", "variant", "step", "layer", "depth", "auxiliary", *spreads))
    for series in found.series:
        for step in range(len(series.loss)):
            for layer in series.layers:
                spans = [getattr(layer.norms[step], figure) for figure in FIGURES]
                values = [v for s in spans for v in ((s.mean, s.least, s.most) if s else ("", "", ""))]
                variant, auxiliary = ", ".join(series.variant.words), str(layer.auxiliary).lower()
                writer.writerow((series.network, variant, step, layer.name, layer.depth, auxiliary, *values))
    return lines.getvalue()
