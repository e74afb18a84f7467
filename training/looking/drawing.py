"""A grid of pictures, each beside what the network is given of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes

from archspec.drawing import canvas
from training.looking.grid import Grid, Pixels, shown

INCHES = 1.3
"""The side of one picture."""
NAME = 18
"""Characters of a class's name."""


@canvas.words_as_written()
def draw(grid: Grid, title: str, path: Path) -> None:
    """Draw a row for each picture: the original, then its inputs of every epoch, with mean and scale undone.

    Raises:
        SpecError: where the file cannot be written.
    """
    epochs, count = grid.inputs.shape[:2]
    figure = canvas.blank(INCHES * (epochs + 1), INCHES * count + 0.9)
    cells = figure.subplots(count, epochs + 1, squeeze=False)
    inputs = shown(grid.inputs, grid.prepared, planes=grid.data.planes)
    for row, (original, name) in enumerate(zip(grid.originals, grid.names, strict=True)):
        whole = shown(original, grid.prepared, planes=True) if grid.data.planes else original
        for axes, pixels in zip(cells[row], [whole, *inputs[:, row]], strict=True):
            _picture(axes, pixels)
        cells[row][0].set_xlabel(canvas.short(name, NAME), fontsize=8)
    for column, axes in enumerate(cells[0]):
        axes.set_title("original" if column == 0 else f"epoch {column}", fontsize=8)
    figure.suptitle(title, fontsize=9, fontweight="bold")
    canvas.save(figure, path)


def _picture(axes: Axes, pixels: Pixels) -> None:
    """One picture to its pixels, without axes around it."""
    colours = np.repeat(pixels, 3, axis=2) if pixels.shape[2] == 1 else pixels
    axes.imshow(colours, interpolation="nearest", vmin=0, vmax=255)
    axes.set_xticks([])
    axes.set_yticks([])
    for side in axes.spines.values():
        side.set_visible(False)
