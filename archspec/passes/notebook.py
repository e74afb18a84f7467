"""Results as notebooks show them: an analysis stage by stage, a difference by the rows that differ."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

from archspec.passes.shapes import text

if TYPE_CHECKING:
    from archspec.passes.alignment import Row
    from archspec.passes.difference import Difference
    from archspec.passes.figures import Analysis

HEADER = ("stage", "layers", "output", "parameters", "MACs", "activations", "field")


def as_html(analysis: Analysis) -> str:
    """A table of HTML, without scripts and styles of its own."""
    memory = analysis.memory
    rows = [
        (stage.name, f"{stage.layers[0]} .. {stage.layers[-1]}", text(stage.output_shape), f"{stage.params:,}",
         f"{stage.macs:,}", f"{stage.activations:,}", text(stage.receptive_field.size))
        for stage in analysis.stages
    ]  # fmt: skip
    total = ("total", f"depth {analysis.depth}", "", f"{analysis.params:,}", f"{analysis.macs:,}",
             f"{analysis.activations:,}", "")  # fmt: skip
    said = f"{memory.inference_bytes:,} bytes for inference, {memory.training_bytes:,} for training"
    caption = f"{analysis.name}: batch {memory.batch}, {analysis.dtype}, {analysis.optimizer}: {said}"
    body = "".join(_row(row, "td") for row in (*rows, total))
    return f"<table><caption>{escape(caption)}</caption>{_row(HEADER, 'th')}{body}</table>"


def difference_as_html(found: Difference) -> str:
    """The rows that differ, before and after, and the totals, as a table of HTML."""
    header = ("", found.before, "output", "parameters", "MACs", found.after, "output", "parameters", "MACs")
    rows = [(change.status, *_side(change.before), *_side(change.after)) for change in found.changes]
    before, after = ({total.figure: getattr(total, side) for total in found.totals} for side in ("before", "after"))
    total = [cell for each in (before, after) for cell in ("", "", f"{each['params']:,}", f"{each['macs']:,}")]
    body = "".join(_row(row, "td") for row in (*rows, ("total", *total)))
    return f"<table>{_row(header, 'th')}{body}</table>"


def _side(row: Row | None) -> tuple[str, ...]:
    """A row's name, output, parameters and MACs; blanks where there is none."""
    return (row.name, text(row.output_shape), f"{row.params:,}", f"{row.macs:,}") if row else ("", "", "", "")


def _row(cells: Iterable[str], tag: str) -> str:
    return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"
