"""Diagram -> what the drawing program reads: words, figures, places, and which frames begin open."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from archspec import report
from archspec.errors import printable
from archspec.ir import Flatten, Graph, Pad
from archspec.passes.boxes import STAGE, Box, Level
from archspec.passes.costs import total
from archspec.passes.cut import without_heads
from archspec.passes.depth import depth
from archspec.passes.diagram import diagram
from archspec.passes.levels import staged
from archspec.passes.shapes import text

COLLAPSE = ("none", "block", "stage")
"""What begins folded: nothing, every block, every stage (`passes/grouping.py`); else all but the first of a sort."""

MAX_LINE = 160
"""Characters of a line of a spec that are shown beside a box."""


def described(graph: Graph, title: str, collapse: str | None = None) -> dict[str, Any]:
    """A network as JSON: its title and figures, its kinds, its boxes and arrows, the ids of the open frames."""
    level = diagram(graph)
    level = staged(level, graph) if collapse == "stage" else level
    cost = total(without_heads(graph))
    figures = f"{cost.params:,} parameters · {cost.macs:,} multiply-adds · depth {depth(graph)}"
    return {
        "title": printable(title),
        "figures": figures,
        "kinds": list(dict.fromkeys(box.kind for _, box in walk(level))),
        "level": _level(level, ""),
        "open": list(_open(level, collapse)),
    }


def walk(level: Level, prefix: str = "") -> Iterator[tuple[str, Box]]:
    """Every box with its id, the places that lead to it: `3.0.1`; a block in front of what is in it."""
    for place, box in enumerate(level.boxes):
        yield f"{prefix}{place}", box
        if box.inside:
            yield from walk(box.inside, f"{prefix}{place}.")


def _open(level: Level, collapse: str | None) -> Iterator[str]:
    """Ids of the frames that begin open: by default the first of each sort, so that each is seen once."""
    seen = set()
    for place, box in walk(level):
        if box.inside and (collapse == "none" or (collapse is None and _sort(box) not in seen)):
            seen.add(_sort(box))
            yield place


def _sort(box: Box) -> tuple[Any, ...]:
    """What blocks have in common that differ in sizes only; a row of units is a sort of its own."""
    if box.inside is None:
        return tuple(type(op) for op in box.ops)
    if box.units > box.times:
        return box.block, "units"
    arrows = tuple((arrow.source, arrow.target) for arrow in box.inside.arrows)
    return box.block, arrows, tuple(_sort(inner) for inner in box.inside.boxes)


def _level(level: Level, prefix: str) -> dict[str, Any]:
    return {
        "boxes": [_box(box, f"{prefix}{place}") for place, box in enumerate(level.boxes)],
        "arrows": [
            {"source": a.source, "target": a.target, "shape": by(text(a.shape)), "skip": a.skip} for a in level.arrows
        ],
    }


def _box(box: Box, place: str) -> dict[str, Any]:
    name, last = (word.rpartition(".")[2] for word in (box.name, box.last))
    label, words = f"{name} … {last}" if last else name, _words(box)
    return {
        "id": place,
        "label": label,
        "words": "" if words == label else words,
        "kind": box.kind,
        "head": box.head,
        "times": box.times,
        "shape": by(text(box.shape)),
        "name": box.name,
        "last": box.last,
        "tip": [*map(printable, _tip(box))],
        "inside": _level(box.inside, f"{place}.") if box.inside else None,
    }


def by(words: str) -> str:
    """Sizes with the sign that they are read with.

    >>> by("conv 7x7/2 of 224x224x3")
    'conv 7×7/2 of 224×224×3'
    """
    return re.sub(r"(?<=\d)x(?=\d)", "×", words)


def _words(box: Box) -> str:
    """What a box does in a few words; padding and flattening go without saying beside what they prepare."""
    if box.block == STAGE and box.inside:
        return f"{box.inside.boxes[0].name} … {box.inside.boxes[-1].name}"
    telling = [op for op in box.ops if not isinstance(op, Pad | Flatten)] or box.ops
    words = (
        box.block if box.inside else by(", ".join(report.operator(op).replace("batch norm", "BN") for op in telling))
    )
    words = "" if words == "input" else words
    return f"{words} ×{box.units}" if box.units > 1 else words


def _tip(box: Box) -> Iterator[str]:
    """The lines of what is said of a box that is pointed at; the last is that of the spec."""
    yield f"{box.name} … {box.last}" if box.last else box.name
    yield _whole(box)
    yield f"output {by(text(box.shape))}"
    for count, what in ((box.cost.params, "parameters"), (box.cost.macs, "multiply-adds")):
        each = f" each, {count * box.times:,} in all" if box.times > 1 else ""
        yield f"{count:,} {what}{each}"
    yield f"{box.span.source.name.rpartition('/')[2]}:{box.span.line}"
    yield box.span.source.line(box.span.line).strip()[:MAX_LINE]


def _whole(box: Box) -> str:
    """What a box does, every layer of it."""
    kinds = by(", ".join(report.operator(op) for op in box.ops))
    return _words(box) if box.inside else f"{kinds} ×{box.times}" if box.times > 1 else kinds
