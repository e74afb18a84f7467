"""Spec -> Graph: every row is read and expanded into primitives, top to bottom.

A row that is wrong is reported and its value becomes unknown (None); what reads an unknown value
is passed over in silence, so that one mistake gives one message and all of a file's come at once.
"""

from __future__ import annotations

from collections import ChainMap, Counter
from collections.abc import Mapping as Map
from dataclasses import dataclass, replace
from typing import Any

from archspec import files, ir
from archspec.blocks.base import Tensor
from archspec.document import Mapping, Scalar, Sequence
from archspec.errors import Diagnostic, Source, Span, SpecError, did_you_mean, fail, in_order, listing
from archspec.passes.shapes import ShapeError, infer
from archspec.resolve import OwnBlock, Spec
from archspec.rows import Row, read_row
from archspec.steps import Steps
from archspec.variables import Variables, substitute

MAX_NODES = 100_000
MAX_NESTING = 16


def lower(spec: Spec) -> ir.Graph:
    """Expand a spec into its graph of primitives.

    Raises:
        SpecError: with every diagnostic found, in the order of the file.
    """
    lowering = _Lowering(spec)
    graph = lowering.graph()
    if lowering.diagnostics:
        raise SpecError(in_order(lowering.diagnostics))
    return graph


@dataclass(frozen=True)
class _Site:
    """Where a step is expanded; the `Scope` that blocks see.

    `name` prefixes what is added here, `step_name` is the row or sub-row that it counts as, `names`
    what a row here can refer to, `inside` the spec's own blocks that are being expanded.
    """

    lowering: _Lowering
    name: str
    step_name: str
    span: Span
    variables: Variables
    names: ChainMap[str, Tensor | None]
    row: Row | None = None
    inside: tuple[str, ...] = ()

    def below(self, name: str) -> str:
        """The full name of what is called `name` here."""
        return f"{self.name}.{name}" if self.name else name

    def add(self, op: ir.Op, *inputs: Tensor, part: str = "") -> Tensor:
        name = self.below(part) if part else self.name
        return self.lowering.add(ir.Node(name, op, tuple(x.node for x in inputs), self.step_name, self.span))

    def step(self, kind: str, x: Tensor, name: str, suggest: Map[str, Any] | None = None, **keys: Any) -> Tensor:
        full = self.below(name)
        block = self.lowering.steps.make(kind, self.span, keys, suggest)
        output = block.expand(replace(self, name=full, step_name=full), x)
        return self.lowering.record(full, kind, (x.node,), output, self.span)

    def part(self, kind: str, x: Tensor, **keys: Any) -> Tensor:
        block = self.lowering.steps.make(kind, self.span, keys)
        return block.expand(replace(self, name=self.below(kind)), x)

    def rows(self, rows: Sequence, x: Tensor) -> Tensor:
        output, _ = self.lowering.rows(self, rows, x)
        if output is None:
            raise SpecError([])  # its rows have said why
        return output

    def lookup(self, name: str) -> Tensor:
        found = self.named(name, self.row.at("of", name) if self.row else self.span)
        if found is None:
            raise SpecError([])  # the row of that name has said why
        return found

    def named(self, name: str, at: Span) -> Tensor | None:
        """What a name means here: a row above, in this scope or one around it."""
        if name not in self.names:
            message, suggestion = f"no row above is called '{name}'", did_you_mean(name, self.names)
            raise fail("unknown-name", message, at, expected=listing(self.names), suggestion=suggestion)
        return self.names[name]

    def head(self, output: Tensor, weight: float) -> None:
        self.lowering.heads[self.name] = ir.Head(output.node, weight)

    def error(self, code: str, message: str, at: str = "", expected: str = "") -> SpecError:
        span = self.place(at) if at else self.span
        return fail(code, f"{self.name}: {message}", span, expected=expected)

    def place(self, at: str) -> Span:
        return self.row.at(at) if self.row else self.span

    def file(self, name: str, at: str) -> Source:
        return files.text(name, self.place(at))


class _Lowering:
    """The graph under construction and what is common to all its rows."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self.steps = Steps(spec)
        self.nodes: dict[str, ir.Node] = {}
        self.shapes: dict[str, ir.Shape] = {}
        self.named_steps: dict[str, ir.Step] = {}
        self.trunk: Map[str, Tensor | None] = {}
        self.heads: dict[str, ir.Head] = {}
        self.diagnostics = self.steps.diagnostics

    def graph(self) -> ir.Graph:
        """All rows, then the outputs."""
        root = self.spec.document.root
        at = root.keys.get("input", root.keys.get("inputs", root.span))
        inputs = {
            name: self.add(ir.Node(name, ir.Input(shape), (), name, at)) for name, shape in self.spec.inputs.items()
        }
        only = next(iter(inputs.values())) if len(inputs) == 1 else None
        site = _Site(self, "", "", root.span, self.spec.vars, ChainMap(dict(inputs)))
        end, last = self.rows(site, self.spec.layers, only)
        outputs = self.outputs(site, end, last)
        self.check_top()
        return ir.Graph(self.spec.name, tuple(self.nodes.values()), outputs, self.heads, self.named_steps)

    def rows(self, site: _Site, rows: Sequence, x: Tensor | None) -> tuple[Tensor | None, str]:
        """Expand rows one below the other; gives the last trunk row's output and name."""
        scope = replace(site, names=site.names.new_child())
        unnamed: Counter[str] = Counter()
        last = ""
        for value in rows.items:
            row = read_row(value, unnamed, site.variables)
            try:
                output = self.row(scope, row, x)
            except SpecError as error:
                self.diagnostics += error.diagnostics
                output = None
            scope.names[row.name] = output
            block = self.steps.known.get(row.kind)
            if not (block and block.side):
                x, last = output, row.name
        if not site.name:
            self.trunk = scope.names.maps[0]
        return x, last

    def row(self, scope: _Site, row: Row, x: Tensor | None) -> Tensor | None:
        """Expand a row, unit by unit; gives what its name means."""
        self.claim(scope, row)
        if row.above:
            x = scope.named(str(row.above.value), row.above.span)
        elif x is None and not scope.name and len(self.nodes) == len(self.spec.inputs) and not self.diagnostics:
            expected = f"`from`: {listing(self.spec.inputs)}"
            raise fail(
                "missing-key", f"{row.name} is the first row, and there are several inputs", row.span, expected=expected
            )
        read = x
        for unit in row.units:
            full = scope.below(unit)
            site = replace(scope, name=full, step_name=full, span=row.span, row=row)
            inputs = (x.node,) if x else ()
            x = self.unit(site, row, x, first=unit == row.units[0])
            scope.names[unit] = x
            if x is None:
                return None
            self.record(full, row.kind, inputs, x, row.span)
        if x and row.name not in row.units:
            self.record(scope.below(row.name), row.kind, (read.node,) if read else (), x, row.span)
        return x

    def claim(self, scope: _Site, row: Row) -> None:
        """Refuse a name that the scope has already, or that is an input's."""
        taken = {*scope.names.maps[0], *(() if scope.name else self.spec.inputs)}
        for name in (row.name, *row.units):
            if name in taken:
                what = "a row and an input are both" if name in self.spec.inputs else "a second row is"
                at = row.keys.keys.get("name", row.span)
                raise fail("duplicate-name", f"{what} called '{name}'", at, expected="a name of its own")

    def unit(self, site: _Site, row: Row, x: Tensor | None, *, first: bool) -> Tensor | None:
        """Expand one unit of a row; None where what it reads is unknown."""
        if row.kind in self.spec.blocks:
            return self.own(site, row, self.spec.blocks[row.kind], x)
        if row.kind not in self.steps.known:
            raise self.unknown_block(row)
        values = self.steps.values(row.kind, row.keys, site.variables)
        if not first and any(key.name == "strides" for key in self.steps.known[row.kind].all_keys()):
            values["strides"] = 1
        block = self.steps.make(row.kind, row.span, values)
        if x is None and not block.merges:
            return None
        return block.expand(site, x or Tensor("", ()))

    def unknown_block(self, row: Row) -> SpecError:
        suggestion = did_you_mean(row.kind, [*self.steps.known, *self.spec.blocks])
        expected = "a block defined under 'blocks': " + (listing(self.spec.blocks) or "there are none")
        return fail(
            "unknown-block", f"no block is called '{row.kind}'", row.span, expected=expected, suggestion=suggestion
        )

    def own(self, site: _Site, row: Row, block: OwnBlock, x: Tensor | None) -> Tensor | None:
        """Expand a block of the spec's own: its params, then its rows."""
        if row.kind in site.inside or len(site.inside) >= MAX_NESTING:
            raise fail(
                "block-cycle", f"'{row.kind}' contains itself: {' -> '.join([*site.inside, row.kind])}", row.span
            )
        params = self.params(site, row, block)
        if x is None:
            return None
        return replace(site, variables={**self.spec.vars, **params}, inside=(*site.inside, row.kind)).rows(
            block.layers, x
        )

    def params(self, site: _Site, row: Row, block: OwnBlock) -> dict[str, Any]:
        """The params of an own block as a row gives them; `~` by default means required."""
        for key in row.keys.items:
            if key not in block.params:
                expected = listing(block.params) or "no key: it has no params"
                suggestion = did_you_mean(key, block.params)
                raise fail(
                    "unknown-key",
                    f"unknown key '{key}' in {row.kind}",
                    row.keys.keys[key],
                    expected=expected,
                    suggestion=suggestion,
                )
        given = {name: substitute(value, site.variables) for name, value in row.keys.items.items()}
        defaults = {name: substitute(value, self.spec.vars) for name, value in block.params.items()}
        for name, default in defaults.items():
            if default is None and name not in given:
                raise fail("missing-key", f"{row.kind} needs '{name}'", row.span)
        return {**defaults, **given}

    def outputs(self, site: _Site, end: Tensor | None, last: str) -> dict[str, str]:
        """Output name -> node: the last row's, or what `outputs` asks for."""
        asked = self.spec.outputs
        if not last and asked is None:
            rows = self.spec.layers.span
            self.diagnostics.append(Diagnostic("no-output", "every row is a side head", rows, "a row of the trunk"))
        found: dict[str, Tensor | None] = {last: end}
        try:
            if isinstance(asked, Mapping):
                found = {name: self.output_rows(site, name, rows, end) for name, rows in asked.items.items()}
            elif isinstance(asked, Sequence):
                below = {name: Tensor(step.output, ()) for name, step in self.named_steps.items()}
                inner = replace(site, names=ChainMap({**self.trunk, **below}))
                found = {str(i.value): inner.named(str(i.value), i.span) for i in asked.items if isinstance(i, Scalar)}
        except SpecError as error:
            self.diagnostics += error.diagnostics
        return {name: tensor.node for name, tensor in found.items() if tensor}

    def output_rows(self, site: _Site, name: str, rows: Any, end: Tensor | None) -> Tensor | None:
        """The rows of one head on the trunk's end."""
        output, _ = self.rows(replace(site, name=name, step_name=name), rows, end)
        if output and end:
            self.record(name, "output", (end.node,), output, rows.span)
        return output

    def check_top(self) -> None:
        """Refuse a `top` that names no row."""
        top = self.spec.top
        if top and top.value not in self.trunk:
            message, suggestion = f"`top` names no row: '{top.value}'", did_you_mean(str(top.value), self.trunk)
            self.diagnostics.append(Diagnostic("unknown-name", message, top.span, listing(self.trunk), suggestion))

    def record(self, name: str, kind: str, inputs: tuple[str, ...], output: Tensor, span: Span) -> Tensor:
        """Remember a row, or a step inside a block, under its full name."""
        self.named_steps[name] = ir.Step(kind, inputs, output.node, span)
        return output

    def add(self, node: ir.Node) -> Tensor:
        """Put a node into the graph; gives it with its shape."""
        if node.name in self.nodes:
            first = self.nodes[node.name].span
            raise fail(
                "duplicate-name",
                f"two layers are called '{node.name}'",
                node.span,
                expected=f"names that differ; the first is at {first}",
            )
        if len(self.nodes) >= MAX_NODES:
            raise fail("too-many-layers", f"more than {MAX_NODES:,} layers", node.span)
        try:
            shape = infer(node.op, *(self.shapes[name] for name in node.inputs))
        except ShapeError as error:
            raise fail("shape", f"{node.name}: {error}", node.span) from None
        self.nodes[node.name] = node
        self.shapes[node.name] = shape
        return Tensor(node.name, shape)
