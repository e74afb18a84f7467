"""An analysis as notebooks show it: the network's figures, and a line a stage."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

from archspec.passes.shapes import text

if TYPE_CHECKING:
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


def _row(cells: Iterable[str], tag: str) -> str:
    return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"
