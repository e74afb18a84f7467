"""Graph -> diagram: boxes in boxes, the arrows among them, and what each box is and costs.

A layer with what belongs to it (its norm, its activation) is one box; blocks are boxes with boxes in
them; units of a row that come one behind the other and are alike are one box with `times`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from archspec.ir import Graph, Node
from archspec.passes.boxes import BLOCK, KINDS, Arrow, Box, Level
from archspec.passes.costs import added, costs
from archspec.passes.levels import merged, with_skips
from archspec.passes.shapes import shapes

ORDER = list(dict.fromkeys(KINDS.values()))
"""Kinds, the one first that gives a box of several its colour."""


def diagram(graph: Graph) -> Level:
    """The whole network as boxes and arrows.

    Raises:
        SpecError: at the row whose inputs do not fit.
    """
    return _Drawing(graph).level("", _layers(graph))


@dataclass(frozen=True)
class _Layer:
    """Nodes of one row, one behind the other; `scopes` are the blocks that it stands in, outermost first."""

    nodes: tuple[Node, ...]
    scopes: tuple[str, ...]

    @property
    def name(self) -> str:
        """The row's name where one of its layers has it, else the first layer's."""
        step = self.nodes[0].step
        return step if any(node.name == step for node in self.nodes) else self.nodes[0].name


def _layers(graph: Graph) -> list[_Layer]:
    """Nodes in chains: a node goes on where it alone reads the one before, which is of the same row."""
    readers: dict[str, int] = defaultdict(int)
    for name in (*(i for node in graph.nodes for i in node.inputs), *graph.outputs.values()):
        readers[name] += 1
    chains: list[list[Node]] = []
    for node in graph.nodes:
        before = chains[-1][-1] if chains else None
        if before and node.step == before.step and node.inputs == (before.name,) and readers[before.name] == 1:
            chains[-1].append(node)
        else:
            chains.append([node])
    scopes = _Scopes(graph)
    return [_Layer(tuple(chain), scopes.around(chain[0].step)) for chain in chains]


class _Scopes:
    """The blocks that a row stands in, by the dots in its name and by what its `times` repeats."""

    def __init__(self, graph: Graph) -> None:
        self.blocks = {name.rpartition(".")[0] for name in graph.steps}
        self.units = {unit: row for row in graph.steps for unit in _units(graph, row)}
        self.known: dict[str, tuple[str, ...]] = {"": ()}

    def around(self, step: str) -> tuple[str, ...]:
        """The scopes of a row's own layers, outermost first."""
        if step not in self.known:
            above = step.rpartition(".")[0]
            own = [scope for scope in (self.units.get(step), step if step in self.blocks else None) if scope]
            self.known[step] = (*self.around(above), *own)
        return self.known[step]


def _units(graph: Graph, row: str) -> list[str]:
    """The units of a row with `times`: `row_1`, `row_2`, ..., the last of which the row's name means."""
    found: list[str] = []
    while (unit := f"{row}_{len(found) + 1}") in graph.steps:
        found.append(unit)
        if graph.steps[unit].output == graph.steps[row].output:
            return found
    return []


class _Drawing:
    """What every level asks the whole graph for."""

    def __init__(self, graph: Graph) -> None:
        self.graph, self.shapes, self.costs = graph, shapes(graph), costs(graph)
        self.readers: dict[str, list[str]] = defaultdict(list)
        for node in graph.nodes:
            for name in node.inputs:
                self.readers[name].append(node.name)
        self.results = {*graph.outputs.values(), *(head.output for head in graph.heads.values())}

    def level(self, scope: str, layers: Sequence[_Layer], depth: int = 0) -> Level:
        """The level of a scope, whose name stands at `depth` in the scopes of its layers."""
        parts: dict[str, list[_Layer]] = defaultdict(list)
        for layer in layers:
            parts[layer.scopes[depth] if len(layer.scopes) > depth else layer.name].append(layer)
        boxes = tuple(self.box(name, part, depth) for name, part in parts.items())
        arrows = with_skips(self.arrows(list(parts.values())))
        return merged(Level(boxes, arrows))

    def box(self, name: str, layers: list[_Layer], depth: int) -> Box:
        """A layer, or the block that all of `layers` stand in; a block of one block is that block."""
        first = layers[0]
        if len(first.scopes) <= depth:
            return self.layer(first)
        inside = self.level(name, layers, depth + 1)
        nodes = [node for layer in layers for node in layer.nodes]
        step = self.graph.steps.get(name)
        last = step.output if step else nodes[-1].name
        box = Box(
            name=name,
            output=last,
            kind=BLOCK,
            ops=(),
            shape=self.shapes[last],
            cost=added(self.costs[node.name] for node in nodes),
            span=step.span if step else nodes[0].span,
            block=step.kind if step else "network",
            inside=inside,
            head=name in self.graph.heads,
        )
        return _bare(box, inside.boxes[0]) if len(inside.boxes) == 1 else box

    def layer(self, layer: _Layer) -> Box:
        """The box of a chain of nodes."""
        ops = tuple(node.op for node in layer.nodes)
        return Box(
            name=layer.name,
            output=layer.nodes[-1].name,
            kind=min((KINDS[type(op)] for op in ops), key=ORDER.index),
            ops=ops,
            shape=self.shapes[layer.nodes[-1].name],
            cost=added(self.costs[node.name] for node in layer.nodes),
            span=layer.nodes[0].span,
        )

    def arrows(self, parts: Sequence[Iterable[_Layer]]) -> list[Arrow]:
        """The tensors that go from one part to another, into the level, and out of it."""
        nodes = [(place, node) for place, part in enumerate(parts) for layer in part for node in layer.nodes]
        owner = {node.name: place for place, node in nodes}
        entries: dict[str, int] = {}
        exits: dict[str, int] = {}
        found: dict[tuple[int, int, str], Arrow] = {}
        for place, node in nodes:
            for name in node.inputs:
                source = owner[name] if name in owner else entries.setdefault(name, -1 - len(entries))
                if source != place:
                    found[source, place, name] = Arrow(source, place, self.shapes[name])
            if node.name in self.results or any(reader not in owner for reader in self.readers[node.name]):
                target = exits.setdefault(node.name, -1 - len(exits))
                found[place, target, node.name] = Arrow(place, target, self.shapes[node.name])
        return list(found.values())


def _bare(outer: Box, inner: Box) -> Box:
    """The only box of a block, called as the block is where both hold boxes, with all that it is."""
    times = inner.times if inner.inside is None or inner.times > 1 else 1
    if times > 1:
        return replace(inner, head=outer.head)
    return replace(inner, name=outer.name, block=outer.block, head=outer.head, span=outer.span)
