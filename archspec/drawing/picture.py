"""A picture of a network: as SVG, as a page that folds, as PNG."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from archspec.atomic import replacing
from archspec.drawing import page, program, raster
from archspec.errors import fail
from archspec.ir import Graph

FORMATS = (".svg", ".html", ".png")


@dataclass(frozen=True)
class Picture:
    """What `archspec.plot` gives: notebooks show it, `save` writes it.

    `network` is what is drawn, as JSON (`drawing/words.py`).
    """

    network: Mapping[str, Any] = field(repr=False)

    def svg(self) -> str:
        """The picture as the text of an SVG, with a tip at each box."""
        return program.picture(self.network, self.network["open"])

    def html(self) -> str:
        """A page of its own, with all in it: blocks fold, boxes tell their figures, a word is found."""
        return page.page(self.network)

    def png(self) -> bytes:
        """The picture in pixels, two for each of the SVG's.

        Raises:
            SpecError: where the package that turns SVG into pixels is not installed.
        """
        return raster.png(self.svg())

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the picture as its file's name says: `.svg`, `.html` or `.png`; an old file is replaced.

        Raises:
            SpecError: for another ending, and where the file cannot be written.
        """
        target = Path(path)
        if target.suffix not in FORMATS:
            expected = f"a file name that ends in {', '.join(FORMATS)}"
            raise fail("bad-output", f"cannot draw into '{os.fspath(path)}'", expected=expected)
        if target.suffix == ".png":
            content = self.png()
        else:
            content = (self.svg() if target.suffix == ".svg" else self.html()).encode("utf-8")
        with replacing(target) as part:
            part.write_bytes(content)

    def _repr_svg_(self) -> str:
        return self.svg()

    def _repr_html_(self) -> str:
        return page.framed(self.html())


def picture(graph: Graph, title: str, collapse: str | None = None) -> Picture:
    """The picture of a graph under a title.

    Args:
        graph: what is drawn.
        title: what stands above.
        collapse: what begins folded: `none`, `block` (every block) or `stage` (the stages of `analyze --by stage`);
            without it every sort of block is shown open once.

    Raises:
        ValueError: for another word.
    """
    from archspec.drawing.words import COLLAPSE, described

    if collapse not in (None, *COLLAPSE):
        raise ValueError(f"collapse is {collapse!r}: expected None, {', '.join(map(repr, COLLAPSE))}")
    return Picture(described(graph, title, collapse))
