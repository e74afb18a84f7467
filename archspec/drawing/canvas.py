"""Figures of one style, written as SVG or PNG: equal figures give equal files."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from archspec.atomic import replacing

COLOURS = ("#c2452d", "#3b6ea5", "#4f9153", "#d29a2c", "#7d5ba6", "#3aa6a0", "#b56a8b", "#8a97a6")
"""The colours of groups, in order; the last one stands for all further ones."""
QUIET = COLOURS[-1]
MAX_TEXT = 60
"""Characters of a legend's line, or of a title's part."""


@contextmanager
def words_as_written() -> Iterator[None]:
    """No formulas between dollar signs, and an empty box for a letter that the font has not; also a decorator."""
    with mpl.rc_context({"text.parse_math": False}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")
        yield


def short(text: str, limit: int = MAX_TEXT) -> str:
    """A text in a line that a legend has room for.

    >>> short("seven nets,\\n" + 12 * "very " + "long")
    'seven nets, very very very very very very very very very ...'
    """
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= limit else f"{line[: limit - 3]}..."


def blank(width: float, height: float) -> Figure:
    """An empty figure of so many inches, with 150 pixels to each of them."""
    figure = Figure(figsize=(width, height), dpi=150, layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def plain(axes: Axes) -> None:
    """Axes without a frame at the top and at the right, over a faint grid."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(alpha=0.3)
    axes.set_axisbelow(True)


def save(figure: Figure, path: Path) -> None:
    """Write a figure whole or not at all, in the format that the path ends in.

    No date, version or random name goes into the file.

    Raises:
        SpecError: where the file cannot be written.
    """
    form = path.suffix.removeprefix(".")
    metadata = {"Date": None, "Creator": None} if form == "svg" else {"Software": None}
    with words_as_written(), mpl.rc_context({"svg.hashsalt": "archspec"}), replacing(path) as part:
        figure.savefig(part, format=form, metadata=metadata)
