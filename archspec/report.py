"""Results -> text: tables for people, JSON for programs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from archspec import ir
from archspec.errors import printable
from archspec.passes.shapes import text

if TYPE_CHECKING:
    from archspec.catalogue import Entry


def heading(name: str, title: str) -> str:
    """A network's name, and its title where it has one, in one line."""
    return f"{name}: {printable(title)}" if title else name


def table(header: Sequence[str], rows: Iterable[Sequence[str]], right: Iterable[int] = ()) -> str:
    """Aligned columns under a header; those in `right` aligned to the right."""
    lines = [tuple(header), *map(tuple, rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(header))]
    to_right = set(right)
    padded = (
        "  ".join(
            c.rjust(w) if i in to_right else c.ljust(w) for i, (c, w) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    )
    return "\n".join(line.rstrip() for line in padded)


def markdown(header: Sequence[str], rows: Iterable[Sequence[str]], right: Iterable[int] = ()) -> str:
    r"""A table of Markdown; columns in `right` aligned to the right.

    >>> print(markdown(["name", "on"], [["net", "a|b"]]))
    | name | on |
    | --- | --- |
    | net | a\|b |
    """
    to_right = set(right)
    rule = ["---:" if i in to_right else "---" for i in range(len(header))]
    lines = ((cell.replace("|", "\\|") for cell in row) for row in (header, rule, *rows))
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def as_json(result: Any) -> str:
    """JSON, indented, with lists of numbers on one line."""
    indented = json.dumps(result, indent=2, ensure_ascii=False)
    return re.sub(r"\[\s+(-?\d+(?:,\s+-?\d+)*)\s+\]", lambda m: "[" + " ".join(m[1].split()) + "]", indented)


def count(n: int) -> str:
    """A number with its thousands apart; a blank for zero, so that tables show what costs.

    >>> count(6998552)
    '6,998,552'
    """
    return f"{n:,}" if n else ""


def operator(op: ir.Op) -> str:
    """A primitive in a few words.

    >>> operator(ir.Conv(64, (7, 7), strides=(2, 2)))
    'conv 7x7/2'
    """
    return OPERATORS[type(op)](op)


def _window(size: ir.Pair, strides: ir.Pair) -> str:
    stride = str(strides[0]) if strides[0] == strides[1] else text(strides)
    return text(size) + (f"/{stride}" if strides != (1, 1) else "")


OPERATORS: dict[type[ir.Op], Callable[[Any], str]] = {
    ir.Input: lambda op: "input",
    ir.Conv: lambda op: f"conv {_window(op.kernel_size, op.strides)}",
    ir.FullyConnected: lambda op: "fc",
    ir.MaxPool: lambda op: f"max pool {_window(op.pool_size, op.strides)}",
    ir.AveragePool: lambda op: f"average pool {_window(op.pool_size, op.strides)}",
    ir.GlobalPool: lambda op: f"global {op.function} pool",
    ir.Flatten: lambda op: "flatten",
    ir.BatchNorm: lambda op: "batch norm",
    ir.Affine: lambda op: "affine",
    ir.LocalResponseNorm: lambda op: "lrn",
    ir.Activation: lambda op: op.function.replace("_", " "),
    ir.Dropout: lambda op: f"dropout {op.rate:g}",
    ir.Pad: lambda op: "pad",
    ir.Concat: lambda op: "concat",
    ir.Merge: lambda op: op.function,
    ir.Combine: lambda op: f"{op.function} of {len(op.shares)} nets",
    ir.PositionBias: lambda op: "position bias",
    ir.Subsample: lambda op: f"subsample {text(op.pool_size)}",
    ir.RadialBasis: lambda op: "radial basis",
}
"""Primitive -> its words in tables."""


HEADER = ("name", "year", "parameters", "multiply-adds", "depth", "error %", "oracle", "form")
"""Columns of the list of networks."""
TO_RIGHT = range(1, 6)
"""Those of figures."""


def networks(entries: Sequence[Entry], width: int) -> str:
    """The list of networks, a line each; forms are cut where a line would be longer than `width`."""
    lines = table(HEADER, map(_cells, entries), right=TO_RIGHT).splitlines()
    return "\n".join(line if len(line) <= width else line[: width - 1] + "…" for line in lines)


def networks_markdown(entries: Iterable[Entry]) -> str:
    """The list of networks as a table of Markdown, forms whole."""
    rows = ((f"`{name}`", *figures, f"`{form}`") for name, *figures, form in map(_cells, entries))
    return markdown(HEADER, rows, right=TO_RIGHT)


def _cells(entry: Entry) -> tuple[str, ...]:
    figures = (f"{n:,}" if n is not None else "" for n in (entry.params, entry.macs, entry.depth))
    return entry.name, str(entry.year or ""), *figures, error(entry), entry.oracle, entry.form


def error(entry: Entry) -> str:
    """The first published error, with one decimal at least: top-1, or top-1 / top-5."""
    if not entry.published:
        return ""
    top1, top5 = (entry.published[0].get(key) for key in ("top1", "top5"))
    shown = "-" if top1 is None else str(float(top1))
    return shown if top5 is None else f"{shown} / {float(top5)}"
