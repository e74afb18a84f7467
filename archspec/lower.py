"""Spec -> Graph: every row is read and expanded into primitives, top to bottom.

A row that is wrong is reported and its value becomes unknown (None); what reads an unknown value
is passed over in silence, so that one mistake gives one message and all of a file's come at once.
An auxiliary head that the input has no room for is left out: only who asks for heads hears of it.
"""

from __future__ import annotations

from collections import ChainMap, Counter
from collections.abc import Mapping as Map
from typing import Any

from archspec import extent, ir
from archspec.blocks.base import Tensor
from archspec.construction import MAX_NODES, Construction
from archspec.document import Mapping, Scalar, Sequence
from archspec.errors import MAX_FOUND, Diagnostic, SpecError, did_you_mean, fail, in_order, listing
from archspec.resolve import OwnBlock, Spec
from archspec.rows import Row, read_row
from archspec.site import Output, Site
from archspec.steps import Steps
from archspec.variables import substitute


def lower(spec: Spec) -> ir.Graph:
    """Expand a spec into its graph of primitives.

    Raises:
        SpecError: with every diagnostic found, in the order of the file.
    """
    extent.check(spec)
    lowering = Lowering(spec)
    graph = lowering.graph()
    if lowering.diagnostics:
        raise SpecError(in_order(lowering.diagnostics))
    return graph


class Lowering:
    """The walk over a spec's rows, and what is common to them all."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self.steps = Steps(spec)
        self.made = Construction()
        self.trunk: Map[str, Output] = {}
        self.units = 0
        self.diagnostics = self.steps.diagnostics

    def graph(self) -> ir.Graph:
        """All rows, then the outputs."""
        root = self.spec.document.root
        at = root.keys.get("input", root.keys.get("inputs", root.span))
        inputs = {
            name: self.made.add(ir.Node(name, ir.Input(shape), (), name, at))
            for name, shape in self.spec.inputs.items()
        }
        only = next(iter(inputs.values())) if len(inputs) == 1 else None
        site = Site(self.made, self.steps, self.rows, "", "", root.span, self.spec.vars, ChainMap(dict(inputs)))
        end, last = self.rows(site, self.spec.layers, only)
        outputs = self.outputs(site, end, last)
        self.check_top()
        return self.made.graph(self.spec.name, outputs)

    def rows(self, site: Site, rows: Sequence, x: Output) -> tuple[Output, str]:
        """Expand rows one below the other; gives the last trunk row's output and name."""
        if len(site.names.maps) > extent.MAX_NESTING:
            raise fail(
                "too-deep", f"rows within rows deeper than {extent.MAX_NESTING} levels, blocks unfolded", rows.span
            )
        scope = site._replace(names=site.names.new_child())
        unnamed: Counter[str] = Counter()
        last = ""
        for value in rows.items:
            if self.diagnostics and self.is_enough():
                break
            row = read_row(value, unnamed, site.variables)
            block = self.steps.known.get(row.kind)
            if block and block.side:
                scope.names[row.name] = self.beside(scope, row, x)
            else:
                x, last = self.reported(scope, row, x), row.name
                scope.names[row.name] = x
        self.made.unnamed.update({site.below(kind): count for kind, count in unnamed.items()})
        if not site.name:
            self.trunk = scope.names.maps[0]
        return x, last

    def reported(self, scope: Site, row: Row, x: Output) -> Output:
        """A row of the trunk; None where it is wrong, which is reported, or reads a head that was left out."""
        output = None
        try:
            output = self.row(scope, row, x)
        except SpecError as error:
            self.diagnostics += error.diagnostics
        return self.known(output)

    def known(self, output: Output) -> Output:
        """An output; where it is not known, and nothing was wrong so far, it needs what was left out."""
        if output is None and not self.diagnostics:
            self.diagnostics += self.made.reasons()
        return output

    def beside(self, scope: Site, row: Row, x: Output) -> Output:
        """A head beside the trunk; one that is wrong in nothing but sizes is left out."""
        before, extent = len(self.diagnostics), self.made.extent()
        output = self.reported(scope, row, x)
        found = tuple(self.diagnostics[before:])
        if found and all(diagnostic.code == "shape" for diagnostic in found):
            self.made.unfit[scope.below(row.name)] = found
            self.made.cut_back(extent)
            del self.diagnostics[before:]
        return output

    def is_enough(self) -> bool:
        """Whether a spec that is wrong is so wrong, or so large, that no more is looked for."""
        return len(self.diagnostics) >= MAX_FOUND or (self.units > extent.MAX_ROWS or len(self.made.nodes) >= MAX_NODES)

    def row(self, scope: Site, row: Row, x: Output) -> Output:
        """Expand a row, unit by unit; gives what its name means."""
        self.claim(scope, row)
        if row.above:
            x = scope.named(str(row.above.value), row.above.span)
        elif (
            x is None
            and not self.merges(row)
            and not scope.name
            and len(self.made.nodes) == len(self.spec.inputs)
            and not self.diagnostics
        ):
            expected = f"`from`: {listing(self.spec.inputs)}"
            raise fail(
                "missing-key", f"{row.name} is the first row, and there are several inputs", row.span, expected=expected
            )
        read = x
        for unit in row.units:
            full = scope.below(unit)
            name = full if self.is_level(row) else scope.name
            site = scope._replace(name=name, step_name=full, span=row.span, row=row)
            inputs = (x.node,) if x else ()
            x = self.unit(site, row, x, first=unit == row.units[0])
            scope.names[unit] = x
            if x is None:
                return None
            self.made.record(full, row.kind, inputs, x, row.span)
        if x and row.name not in row.units:
            self.made.record(scope.below(row.name), row.kind, (read.node,) if read else (), x, row.span)
        return x

    def merges(self, row: Row) -> bool:
        """Whether a row reads the rows that it names."""
        return row.kind in self.steps.known and self.steps.known[row.kind].merges

    def is_level(self, row: Row) -> bool:
        """Whether what a row holds is named below it: not where it is unnamed and of a kind that says so."""
        block = self.steps.known.get(row.kind)
        return row.named or block is None or block.level

    def claim(self, scope: Site, row: Row) -> None:
        """Refuse a name that the scope has already, or that is an input's."""
        here, inputs = scope.names.maps[0], () if scope.name else self.spec.inputs
        for name in (row.name, *row.units):
            if name in here or name in inputs:
                what = "a row and an input are both" if name in self.spec.inputs else "a second row is"
                at = row.keys.keys.get("name", row.span)
                raise fail("duplicate-name", f"{what} called '{name}'", at, expected="a name of its own")

    def unit(self, site: Site, row: Row, x: Output, *, first: bool) -> Output:
        """Expand one unit of a row; None where what it reads is unknown."""
        self.units += 1
        if self.units > extent.MAX_ROWS:
            raise fail("too-many-layers", f"rows unfold to more than {extent.MAX_ROWS:,}", row.span)
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
        return site.expanded(block, x or Tensor("", ()))

    def unknown_block(self, row: Row) -> SpecError:
        """The error for a row of a kind that there is not."""
        suggestion = did_you_mean(row.kind, [*self.steps.known, *self.spec.blocks])
        expected = "a block defined under 'blocks': " + (listing(self.spec.blocks) or "there are none")
        return fail(
            "unknown-block", f"no block is called '{row.kind}'", row.span, expected=expected, suggestion=suggestion
        )

    def own(self, site: Site, row: Row, block: OwnBlock, x: Output) -> Output:
        """Expand a block of the spec's own: its params, then its rows."""
        if row.kind in site.inside:
            circle = " -> ".join([*site.inside, row.kind])
            raise fail("block-cycle", f"'{row.kind}' contains itself: {circle}", row.span)
        params = self.params(site, row, block)
        if x is None:
            return None
        return site._replace(variables={**self.spec.vars, **params}, inside=(*site.inside, row.kind)).rows(
            block.layers, x
        )

    def params(self, site: Site, row: Row, block: OwnBlock) -> dict[str, Any]:
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

    def outputs(self, site: Site, end: Output, last: str) -> dict[str, str]:
        """Output name -> node: the last row's, or what `outputs` asks for."""
        asked = self.spec.outputs
        if not last and asked is None:
            rows = self.spec.layers.span
            self.diagnostics.append(Diagnostic("no-output", "every row is a side head", rows, "a row of the trunk"))
        found: dict[str, Output] = {last: end}
        try:
            if isinstance(asked, Mapping):
                found = {name: self.output_rows(site, name, rows, end) for name, rows in asked.items.items()}
            elif isinstance(asked, Sequence):
                below = {name: Tensor(step.output, ()) for name, step in self.made.steps.items()}
                inner = site._replace(names=ChainMap({**self.trunk, **below}))
                found = {str(i.value): inner.named(str(i.value), i.span) for i in asked.items if isinstance(i, Scalar)}
        except SpecError as error:
            self.diagnostics += error.diagnostics
        return {name: tensor.node for name, output in found.items() if (tensor := self.known(output))}

    def output_rows(self, site: Site, name: str, rows: Any, end: Output) -> Output:
        """The rows of one head on the trunk's end."""
        names = ChainMap({**self.trunk}, *site.names.maps)
        output, _ = self.rows(site._replace(name=name, step_name=name, names=names), rows, end)
        if output and end:
            self.made.record(name, "output", (end.node,), output, rows.span)
        return output

    def check_top(self) -> None:
        """Refuse a `top` that names no row."""
        top = self.spec.top
        if top and top.value not in self.trunk:
            message, suggestion = f"`top` names no row: '{top.value}'", did_you_mean(str(top.value), self.trunk)
            self.diagnostics.append(Diagnostic("unknown-name", message, top.span, listing(self.trunk), suggestion))
