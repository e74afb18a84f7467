"""The charts of `compare` and `sweep`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import floor, log10, nan, pi, sqrt
from typing import Any

from matplotlib.axis import XAxis, YAxis
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

from archspec.drawing import labels
from archspec.drawing.canvas import COLOURS, QUIET, blank, plain, short, words_as_written
from archspec.drawing.points import Axis, Bar, Bubble, Line

SMALL = 7.5
"""Points of a bubble's name."""
LARGEST = 1_500.0
"""Square points of the largest bubble."""
STYLES = ("-", "--", ":")
"""How lines are drawn, for when colours begin again."""
NUMBERS = FuncFormatter(lambda value, _: f"{value:g}")
"""Numbers of an axis, never as powers."""


@words_as_written()
def bubbles(points: Sequence[Bubble], x: Axis, y: Axis, area: str, title: str) -> Figure:
    """A chart of bubbles, each with its name; groups by colour, and a legend of both colours and areas.

    Args:
        points: the bubbles; those without a group are grey.
        x: the horizontal axis.
        y: the vertical one.
        area: what the areas stand for, in the legend.
        title: above all.
    """
    figure = blank(12, 8)
    axes = figure.subplots()
    plain(axes)
    largest = max(point.area for point in points) or 1.0
    scale = LARGEST / largest
    groups = _groups(points)
    for name, colour in groups.items():
        own = [p for p in sorted(points, key=lambda p: -p.area) if p.group == name]
        areas = [p.area * scale for p in own]
        axes.scatter([p.x for p in own], [p.y for p in own], areas, color=colour, alpha=0.45, lw=0.8)
    across, up = [point.x for point in points], [point.y for point in points]
    axes.set(xlabel=short(x.label), ylabel=short(y.label), xscale=_scale(x, across), yscale=_scale(y, up))
    axes.margins(0.09)
    _ticks(axes.xaxis, across)
    _ticks(axes.yaxis, up)
    axes.set_title(title, fontweight="bold", loc="left")
    _legends(figure, groups, largest, scale, area)
    figure.draw_without_rendering()  # the layout settles what a pixel is
    figure.set_layout_engine("none")
    pixels = figure.dpi / 72
    at = [(point, axes.transData.transform((point.x, point.y))) for point in points]
    radius = {point: sqrt(point.area * scale / pi) * pixels for point in points}
    labels.write(axes, [labels.Point(p.label, x, y, radius[p]) for p, (x, y) in at], SMALL)
    return figure


def _scale(axis: Axis, values: Sequence[float]) -> str:
    """Logarithmic where that is asked for; what is 0 would have no place there."""
    return "log" if axis.log and min(values) > 0 else "linear"


def _ticks(axis: XAxis | YAxis, values: Sequence[float]) -> None:
    """Numbers that stand apart: even steps over a short range, 1, 2 and 5 of each power of ten over a long one."""
    far = axis.get_scale() == "log" and max(values) > 8 * min(values)
    axis.set_major_locator(LogLocator(subs=(1, 2, 5)) if far else MaxNLocator(9, steps=(1, 2, 5, 10)))
    axis.set_major_formatter(NUMBERS)
    axis.set_minor_locator(NullLocator())


def _groups(points: Sequence[Bubble]) -> dict[str, str]:
    """Group -> its colour: the most frequent first."""
    names = [point.group for point in points]
    order = sorted({*names} - {""}, key=lambda name: (-names.count(name), name))
    colours = {name: COLOURS[min(place, len(COLOURS) - 1)] for place, name in enumerate(order)}
    return colours | ({"": QUIET} if "" in names else {})


def _legends(figure: Figure, groups: dict[str, str], largest: float, scale: float, area: str) -> None:
    """Colours, then areas, at the right of the chart."""
    named = {short(group) or "not said": colour for group, colour in groups.items()}
    marks = [Line2D([], [], ls="", marker="o", color=c, alpha=0.6, label=name) for name, c in named.items()]
    power = 10.0 ** floor(log10(largest / 3))
    for size in (power / 10, power):
        side = 2 * sqrt(size * scale / pi)
        marks.append(Line2D([], [], ls="", marker="o", ms=side, mfc="none", mec="0.4", label=f"{size:g} {area}"))
    figure.legend(handles=marks, loc="outside right upper", frameon=False, fontsize=8, labelspacing=1.6)


@words_as_written()
def bars(entries: Sequence[Bar], y: Axis, title: str) -> Figure:
    """A chart of entries year by year, each with its value above it; those that came first in colour."""
    figure = blank(max(10, 1.4 * len(entries)), 5)
    axes = figure.subplots()
    plain(axes)
    axes.grid(visible=False, axis="x")
    places = range(len(entries))
    drawn = axes.bar(
        places, [e.value for e in entries], 0.65, color=[COLOURS[0] if e.first else QUIET for e in entries]
    )
    axes.bar_label(drawn, [f"{e.value:g} %" for e in entries], padding=3)
    axes.set_xticks(places, [f"{e.label}\n{e.year}" for e in entries])
    axes.tick_params(axis="x", length=0)
    axes.set(ylabel=y.label, ylim=(0, 1.12 * max(e.value for e in entries) or 1))
    axes.set_title(title, fontweight="bold", loc="left")
    named = [(COLOURS[0], "first")] + ([] if all(e.first for e in entries) else [(QUIET, "not first")])
    marks = [Line2D([], [], ls="", marker="s", color=colour, label=label) for colour, label in named]
    axes.legend(handles=marks, loc="upper right", frameon=False)
    return figure


@words_as_written()
def lines(values: Sequence[str], panels: Mapping[Axis, Sequence[Line]], x: Axis, title: str) -> Figure:
    """Panels side by side, in each the same lines over the same values, which stand in the order given.

    Args:
        values: what stands along the horizontal axes.
        panels: vertical axis -> its lines.
        x: the horizontal axis.
        title: above all.
    """
    most = max(map(len, panels.values()))
    figure = blank(min(max(11, 0.4 * len(values) * len(panels)), 40), max(4.7, 1 + 0.25 * most))
    for place, (axis, drawn) in enumerate(panels.items()):
        axes = figure.add_subplot(1, len(panels), place + 1)
        plain(axes)
        for number, line in enumerate(drawn):
            style, colour = STYLES[number // len(COLOURS) % len(STYLES)], COLOURS[number % len(COLOURS)]
            width = 1.5 + 2.5 * (len(drawn) - 1 - number) / len(drawn)  # what lies below another is seen at its sides
            heights = [nan if value is None else value for value in line.values]
            looks: dict[str, Any] = {"color": colour, "lw": width, "marker": "o", "ms": 2 + 2 * width}
            axes.plot(range(len(values)), heights, style, label=short(line.label) if place == 0 else None, **looks)
        crowded = sum(map(len, values)) > 70
        axes.set_xticks(range(len(values)), [*map(short, values)], rotation=90 if crowded else 0, fontsize=8)
        axes.set(xlabel=short(x.label), ylabel=axis.label, yscale="log" if axis.log else "linear")
        axes.yaxis.set_major_formatter(NUMBERS)
    if any(line.label for drawn in panels.values() for line in drawn):
        figure.legend(loc="outside right center", frameon=False, fontsize=8)
    figure.suptitle(short(title), fontweight="bold", x=0.02, ha="left")
    return figure
