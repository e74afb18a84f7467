"""Results as a picture: norms over depth at initialization and, where steps were made, depth against steps."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.figure import SubFigure
from matplotlib.ticker import LogFormatter, MaxNLocator

from archspec.drawing import canvas
from training.gradients.results import Gradients, Layer, Series, Spread

WIDTH, LINES, MAPS = 11.0, 5.0, 3.2  # inches: the picture, its row of lines, each of its rows of maps
MAPS_IN_A_ROW = 4


@canvas.words_as_written()
def draw(found: Gradients, path: Path) -> None:
    """Write the picture whole or not at all, as a PNG or SVG file by the path's ending.

    Raises:
        SpecError: where the file cannot be written.
    """
    rows = math.ceil(len(found.series) / MAPS_IN_A_ROW) if found.settings.steps else 0
    figure = canvas.blank(WIDTH, LINES + rows * MAPS)
    heights = (LINES, rows * MAPS) if rows else (LINES,)
    parts = figure.subfigures(len(heights), 1, height_ratios=heights, squeeze=False)[:, 0]
    _lines(found, list(parts[0].subplots(1, 2)))
    if rows:
        _maps(found, parts[1], rows)
    figure.suptitle(_title(found), fontweight="bold")
    canvas.save(figure, path)


def _title(found: Gradients) -> str:
    settings = found.settings
    seeds = f"mean of {len(settings.seeds)} seeds" if len(settings.seeds) > 1 else f"seed {settings.seeds[0]}"
    over = f", {settings.steps} steps with learning rate {settings.learning_rate:g}" if settings.steps else ""
    return f"Gradients by depth: {canvas.short(found.data, 30)} in batches of {settings.batch_size}, {seeds}{over}"


def _lines(found: Gradients, panels: Sequence[Axes]) -> None:
    """Both norms at initialization over depth, a line a series."""
    titles = {
        "gradient": "gradient of the kernel, at initialization",
        "delta": "delta: gradient of the sums, at initialization",
    }
    for axes, (figure, title) in zip(panels, titles.items(), strict=True):
        for number, series in enumerate(found.series):
            again, colour = divmod(number, len(canvas.COLOURS))
            _line(axes, series, figure, canvas.COLOURS[colour], "--" if again else "-")
        axes.set(yscale="log", xlabel="depth: weight layers from the input", ylabel="norm", title=title)
        axes.yaxis.set_major_formatter(LogFormatter())
        axes.yaxis.set_minor_formatter(LogFormatter())  # silent where a decade or more is shown
        axes.set_xlim(left=0.5)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        canvas.plain(axes)
    panels[0].figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=2, frameon=False)


def _line(axes: Axes, series: Series, figure: str, colour: str, style: str) -> None:
    """Through the middle of the layers of each depth; behind it a point a layer, and the spread of the seeds."""
    found = {depth: [_at_start(layer, figure) for layer in layers] for depth, layers in _by_depth(series)}
    middle = [_middle([spread.mean for spread in spreads]) for spreads in found.values()]
    least, most = ([_middle([getattr(s, end) for s in spreads]) for spreads in found.values()] for end in ENDS)
    axes.fill_between(list(found), least, most, color=colour, alpha=0.15, linewidth=0)
    axes.plot(list(found), middle, style, color=colour, label=canvas.short(series.name))
    points = [(depth, spread.mean) for depth, spreads in found.items() for spread in spreads]
    axes.plot(*zip(*points, strict=True), ".", color=colour, markersize=5, alpha=0.5)


ENDS = ("least", "most")


def _by_depth(series: Series) -> list[tuple[int, list[Layer]]]:
    """The trunk's layers, from the input on, those of one depth together."""
    ordered = sorted(series.trunk, key=lambda layer: layer.depth)
    return [(depth, list(layers)) for depth, layers in groupby(ordered, key=lambda layer: layer.depth)]


def _at_start(layer: Layer, figure: str) -> Spread:
    found: Spread = getattr(layer.norms[0], figure)
    return found


def _middle(values: Sequence[float]) -> float:
    """The geometric mean; not a number, which is not drawn, where a value is 0."""
    return math.exp(sum(map(math.log, values)) / len(values)) if all(values) else math.nan


def _maps(found: Gradients, figure: SubFigure, rows: int) -> None:
    """The kernels' gradients, depth against steps, in one scale of colours."""
    panels = list(figure.subplots(rows, min(len(found.series), MAPS_IN_A_ROW), squeeze=False).flat)
    values = {series.name: _map(series) for series in found.series}
    every = [value for cells in values.values() for row in cells for value in row if value > 0]
    norm = LogNorm(min(every), max(every)) if every else LogNorm(0.1, 1)
    for axes, (name, cells) in zip(panels, values.items(), strict=False):
        edges = (-0.5, len(cells[0]) - 0.5, 0.5, len(cells) + 0.5)  # steps from 0, depths from 1, none left out
        image = axes.imshow(cells, norm=norm, extent=edges, aspect="auto", origin="lower", interpolation="nearest")
        axes.set(title=canvas.short(name, 36), xlabel="step", ylabel="depth")
        axes.title.set_fontsize(9)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    for axes in panels[len(values) :]:
        axes.set_visible(False)
    bar = figure.colorbar(image, ax=panels, label="norm of the kernels' gradient", format=LogFormatter())
    bar.ax.yaxis.set_minor_formatter(LogFormatter())


def _map(series: Series) -> list[list[float]]:
    """A row for each depth, the input's first; in it a value for each step."""
    steps = range(len(series.loss))
    rows = (layers for _, layers in _by_depth(series))
    return [[_middle([layer.norms[step].gradient.mean for layer in layers]) for step in steps] for layers in rows]
