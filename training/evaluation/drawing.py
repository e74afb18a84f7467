"""Results as pictures: the matrix of confusions, and the mistakes that a network was surest of."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from archspec.drawing import canvas
from training.evaluation.results import Evaluation
from training.evaluation.scores import Mistake

MOST_NAMED = 40
"""Classes whose names stand beside the matrix."""
MOST_NUMBERED = 20
"""Classes whose counts stand in its cells."""
COLUMNS = 8
"""Mistakes in a row."""
CELL, ROW, SIDE, ABOVE, HEAD = 1.8, 2.2, 1.6, 0.35, 0.45
"""Inches: from one mistake to the next and from row to row, a picture's side, the words above it, the title."""
NAME = 16
"""Characters of a class's name."""
FILE = 32
"""Characters of a file's path: its end is shown."""
Pixels = npt.NDArray[Any]


@canvas.words_as_written()
def confusion(found: Evaluation, *paths: Path) -> None:
    """Write the matrix of confusions: rows are right classes, columns what was said; shares of a row as colours.

    Classes without a picture that were never said are left out.

    Raises:
        SpecError: where a file cannot be written.
    """
    matrix = found.scores.matrix
    shown = np.flatnonzero(matrix.sum(axis=0) + matrix.sum(axis=1))
    cells = matrix[np.ix_(shown, shown)]
    side = 4.0 + min(len(shown), MOST_NAMED) * (0.42 if len(shown) <= MOST_NUMBERED else 0.2)
    figure = canvas.blank(side + 1.2, side)
    axes = figure.subplots()
    counts = cells.sum(axis=1, keepdims=True)
    shares = np.divide(cells, counts, out=np.zeros(cells.shape), where=counts > 0)
    image = axes.imshow(shares, vmin=0, vmax=1, cmap="Blues", interpolation="nearest")
    figure.colorbar(image, ax=axes, label="share of the class's pictures", shrink=0.8)
    _label(axes, [canvas.short(found.names[i], NAME) for i in shown])
    if len(shown) <= MOST_NUMBERED:
        _number(axes, cells, shares)
    title = f"{_title(found)}\naccuracy {100 * found.scores.accuracy:.2f} % of {found.scores.count:,} pictures"
    axes.set(xlabel="said", ylabel="right")
    axes.set_title(title, fontsize=10, fontweight="bold")
    for path in paths:
        canvas.save(figure, path)


def _title(found: Evaluation) -> str:
    name = found.members[0].network if len(found.members) == 1 else f"{len(found.members)} networks"
    return f"{canvas.short(name, 30)} on {canvas.short(found.data, 30)}"


def _label(axes: Axes, names: list[str]) -> None:
    """The names of classes at both sides, or ticks by their numbers where there are many."""
    if len(names) > MOST_NAMED:
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_locator(MaxNLocator(integer=True))
        return
    places = range(len(names))
    turned = 90 if max(map(len, names)) > 2 else 0
    axes.set_xticks(places, names, rotation=turned, fontsize=8)
    axes.set_yticks(places, names, fontsize=8)


def _number(axes: Axes, cells: Pixels, shares: Pixels) -> None:
    """The counts in the cells, those of 0 left out."""
    for (row, column), count in np.ndenumerate(cells):
        if count:
            colour = "white" if shares[row, column] > 0.6 else "black"
            axes.text(column, row, f"{count:,}", ha="center", va="center", fontsize=7, color=colour)


@canvas.words_as_written()
def mistakes(found: Evaluation, pictures: Mapping[int, Pixels], path: Path) -> None:
    """Write a grid of mistakes, the surest first: each with what was said, its share, the right class, and its file.

    Args:
        found: with at least one mistake.
        pictures: by number, (height, width, channels), uint8 or planes of floats.
        path: of a PNG or SVG file.

    Raises:
        SpecError: where the file cannot be written.
    """
    shown = found.scores.mistakes
    columns = min(COLUMNS, len(shown))
    width, height = CELL * max(columns, 2), HEAD + ROW * math.ceil(len(shown) / columns)  # two wide: for the title
    figure = canvas.blank(width, height)
    figure.set_layout_engine("none")  # every cell has the same size, however many there are
    for place, mistake in enumerate(shown):
        row, column = divmod(place, columns)
        left = (width - CELL * columns + CELL - SIDE) / 2 + CELL * column
        bottom = height - HEAD - ROW * row - ABOVE - SIDE
        axes = figure.add_axes((left / width, bottom / height, SIDE / width, SIDE / height))
        _mistake(axes, found, mistake, pictures[mistake.picture])
    title = textwrap.fill(f"{_title(found)}: the surest mistakes", int(12 * width))
    figure.text(0.5, 1 - 0.08 / height, title, ha="center", va="top", fontweight="bold", fontsize=9)
    canvas.save(figure, path)


def _mistake(axes: Axes, found: Evaluation, mistake: Mistake, picture: Pixels) -> None:
    """A picture in the middle of its square, words above and below it."""
    axes.imshow(visible(picture), cmap="gray", vmin=0, vmax=255, interpolation="nearest")
    axes.set_aspect("equal", adjustable="datalim")
    axes.set_axis_off()
    said, right = (canvas.short(found.names[i], NAME) for i in (mistake.said, mistake.label))
    axes.set_title(f"said {said}: {100 * mistake.share:.1f} %\nright: {right}", fontsize=7, pad=3)
    file = canvas.short(found.files.get(mistake.picture, "")[::-1], FILE)[::-1]
    axes.text(0.5, -0.02, file, transform=axes.transAxes, ha="center", va="top", fontsize=6)


def visible(picture: Pixels) -> npt.NDArray[np.uint8]:
    """A picture (height, width, channels) as one that can be shown: (height, width) or (height, width, 3), uint8.

    Planes of floats are scaled from their least to their largest value; of other than 3 channels the mean is shown.
    """
    values = np.asarray(picture, np.float64)
    if np.asarray(picture).dtype != np.uint8:
        low, high = values.min(), values.max()
        values = (values - low) * (255 / (high - low) if high > low else 0)
    shown = values if values.shape[2] == 3 else values.mean(axis=2)
    return np.asarray(np.round(shown), np.uint8)
