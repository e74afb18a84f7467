"""What `analyze` found, as tables: chosen columns, sorted, cut, with totals below."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from archspec.byte_sizes import size_text
from archspec.errors import did_you_mean, fail
from archspec.ir import Graph
from archspec.passes.figures import Analysis, Figures, Group
from archspec.passes.shapes import text
from archspec.passes.summary import grouped
from archspec.report import count, markdown, operator, table

Value = int | float | tuple[float, ...]


@dataclass(frozen=True)
class Column:
    """A column: its title in tables, what stands in it, and how."""

    title: str
    value: Callable[[Any], Value]
    shown: Callable[[Any], str]


def _square(pair: Sequence[float]) -> str:
    """Two sizes, or one where they are equal."""
    return f"{pair[0]:g}" if pair[0] == pair[1] else f"{pair[0]:g}x{pair[1]:g}"


def _field(name: str) -> Callable[[Group], Value]:
    return lambda row: tuple(getattr(row.receptive_field, name))


def _figure(name: str) -> Callable[[Figures], Value]:
    return lambda row: getattr(row, name)


COLUMNS: dict[str, Column] = {
    "output_shape": Column("output", _figure("output_shape"), text),
    "params": Column("parameters", _figure("params"), count),
    "params_non_trainable": Column("not trainable", _figure("params_non_trainable"), count),
    "weight_bytes": Column("weights", _figure("weight_bytes"), lambda n: size_text(n) if n else ""),
    "macs": Column("multiply-adds", _figure("macs"), count),
    "flops": Column("FLOPs", _figure("flops"), count),
    "activations": Column("activations", _figure("activations"), count),
    "activation_bytes": Column("memory", _figure("activation_bytes"), lambda n: size_text(n) if n else ""),
    "kept_bytes": Column("kept", _figure("kept_bytes"), lambda n: size_text(n) if n else ""),
    "moved_bytes": Column("moved", _figure("moved_bytes"), lambda n: size_text(n) if n else ""),
    "neurons": Column("neurons", _figure("neurons"), count),
    "connections": Column("connections", _figure("connections"), count),
    "receptive_field": Column("field", _field("size"), _square),
    "stride": Column("stride", _field("stride"), _square),
    "centre": Column("centre", _field("centre"), _square),
    "arithmetic_intensity": Column("FLOPs/byte", _figure("arithmetic_intensity"), lambda n: f"{n:.1f}" if n else ""),
}
"""Name, as `--columns` and `--sort` take it -> its column."""

READABLE = ("output_shape", "params", "macs", "activations", "receptive_field")
"""The columns of a table that nobody asked for others."""


@dataclass(frozen=True)
class Request:
    """Which rows and columns are asked for.

    Attributes:
        by: `layer` (the rows of the file), `block` or `stage`.
        columns: names in `COLUMNS`.
        sort: one of them, largest first; empty for the order of the file.
        top: how many rows; 0 for all.
    """

    by: str = "layer"
    columns: tuple[str, ...] = READABLE
    sort: str = ""
    top: int = 0


def known(names: Iterable[str], option: str) -> tuple[str, ...]:
    """The names of columns, all of which there are.

    Raises:
        SpecError: for a name of no column.
    """
    found = tuple(names)
    for name in found:
        if name not in COLUMNS:
            message, expected = f"{option}: no column is called '{name[:40]}'", "one of " + ", ".join(COLUMNS)
            raise fail("unknown-column", message, expected=expected, suggestion=did_you_mean(name, COLUMNS))
    return found


def rows(analysis: Analysis, request: Request) -> list[Group]:
    """The rows asked for: those of the file, blocks or stages."""
    found = [*(grouped(analysis.layers, "row") if request.by == "layer" else getattr(analysis, f"{request.by}s"))]
    if request.sort:
        found.sort(key=COLUMNS[request.sort].value, reverse=True)
    return found[: request.top or None]


def as_table(graph: Graph, analysis: Analysis, request: Request, style: str = "table") -> str:
    """A table for people, or of Markdown (`style` md): a line a row, and the totals."""
    said = {"layer": {node.name: operator(node.op) for node in graph.nodes}}
    words = said.get(request.by) or {layer.name: layer.block for layer in analysis.layers}
    header = (request.by, {"layer": "operation", "block": "layers", "stage": "blocks"}[request.by])
    titles = tuple(COLUMNS[name].title for name in request.columns)
    lines = [(*_named(row, request.by, words), *_cells(row, request.columns)) for row in rows(analysis, request)]
    right = [place for place, name in enumerate(request.columns, 2) if name != "output_shape"]
    make = markdown if style == "md" else table
    return make((*header, *titles), [*lines, *_totals(analysis, request.columns)], right)


def _named(row: Group, by: str, words: Mapping[str, str]) -> tuple[str, str]:
    """A row's name, and what it does: its operators, how many layers of a block, the blocks of a stage."""
    if by == "layer":
        return (row.name if row.name in row.layers else row.layers[-1]), ", ".join(words[name] for name in row.layers)
    if by == "block":
        return row.name, str(len(row.layers))
    first, last = words[row.layers[0]], words[row.layers[-1]]
    return row.name, first if first == last else f"{first} .. {last}"


def _cells(row: Figures, columns: Iterable[str]) -> tuple[str, ...]:
    return tuple(COLUMNS[name].shown(COLUMNS[name].value(row)) for name in columns)


def _totals(analysis: Analysis, columns: Iterable[str]) -> list[tuple[str, ...]]:
    """The whole network, the same with auxiliary heads where it has them, and heads without room, by name."""
    whole = [COLUMNS[name].shown(COLUMNS[name].value(analysis)) if hasattr(analysis, name) else "" for name in columns]
    lines = [("total", f"depth {analysis.depth}", *whole)]
    if analysis.params_with_aux != analysis.params:
        more = {"params": count(analysis.params_with_aux), "macs": count(analysis.macs_with_aux)}
        lines.append(("with auxiliary heads", "", *(more.get(name, "") for name in columns)))
    if analysis.unfit_heads:
        lines.append(("heads that do not fit", ", ".join(analysis.unfit_heads), *("" for _ in columns)))
    return lines


def as_csv(analyses: Iterable[Analysis], request: Request) -> str:
    """Comma-separated values, plain numbers; the network's name stands in front of every row."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(["network", request.by, *request.columns])
    for analysis in analyses:
        for row in rows(analysis, request):
            values = (COLUMNS[name].value(row) for name in request.columns)
            plain = (
                "x".join(f"{n:g}" for n in value) if isinstance(value, tuple) else round(value, 3) for value in values
            )
            writer.writerow([analysis.name, row.name, *plain])
    return written.getvalue()


def sentences(analysis: Analysis) -> str:
    """FLOPs and memory of the whole network."""
    memory = analysis.memory
    size = {name: size_text(value) for name, value in memory.to_dict().items() if name.endswith("bytes")}
    images = "1 image" if memory.batch == 1 else f"{memory.batch:,} images"
    return f"""\
{analysis.flops:,} FLOPs an image (two for each multiply-add), {analysis.arithmetic_intensity:.1f} for each byte moved.
Memory for {images}, {analysis.dtype}: all activations of a forward pass {size["forward_bytes"]};
  inference {size["inference_bytes"]}: weights {size["weight_bytes"]}, activations alive at once {size["live_bytes"]};
  training with {analysis.optimizer} {size["training_bytes"]}: weights, gradients {size["gradient_bytes"]}, optimizer \
{size["optimizer_bytes"]}, kept {size["kept_bytes"]}, at work {size["working_bytes"]}."""
