"""Layers in groups: blocks and stages.

A block is a row of the file, or a unit of a row with `times`, with all that is in it. A stage is a run of blocks
on one grid: what coarsens the grid (a stride) opens a stage, but a pool closes the one that it stands in, as in
`[(CONV-RELU)*N-POOL]*M`; flat values behind a map open one too. An auxiliary head is a stage of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from archspec import ir
from archspec.ir import Graph, Node
from archspec.passes.receptive import receptive_fields
from archspec.passes.shapes import shapes

POOLS = (ir.MaxPool, ir.AveragePool, ir.Subsample)


@dataclass(frozen=True)
class Place:
    """The block and the stage of a layer."""

    block: str
    stage: str


@dataclass
class _Block:
    """The nodes of a block, and the stage that it is in."""

    nodes: list[Node] = field(default_factory=list)
    stage: int = 1
    closed: bool = False


def places(graph: Graph) -> dict[str, Place]:
    """Node name -> its block and its stage."""
    blocks: dict[str, _Block] = defaultdict(_Block)
    at, towers = {}, _from_map_to_flat(graph)
    for node in graph.nodes:
        at[node.name] = _block(graph, node, towers)
        blocks[at[node.name]].nodes.append(node)
    ends = _ends(graph, at)
    for name, block in blocks.items():
        above = [blocks[at[read]] for node in block.nodes for read in node.inputs if at[read] != name]
        _enter(graph, block, above, ends)
    return {node: Place(block, _stage(graph, block, blocks[block])) for node, block in at.items()}


def _prefixes(step: str) -> Iterator[str]:
    """`a`, `a.b`, `a.b.c` of `a.b.c`."""
    words = step.split(".")
    return (".".join(words[: i + 1]) for i in range(len(words)))


def _block(graph: Graph, node: Node, towers: set[str]) -> str:
    """The outermost row that a node is in; in a row that is a network of its own the row in that."""
    return next((name for name in _prefixes(node.step) if name in graph.steps and name not in towers), node.step)


def _from_map_to_flat(graph: Graph) -> set[str]:
    """Rows that hold rows, lead from a map to flat values, and so are networks of their own; heads are not."""
    found, holding = shapes(graph), {step.rpartition(".")[0] for step in graph.steps}
    return {
        name
        for name, step in graph.steps.items()
        if name in holding and name not in graph.heads and step.inputs
        if len(found[step.inputs[0]]) > len(found[step.output])
    }


def _ends(graph: Graph, at: Mapping[str, str]) -> set[str]:
    """Nodes that a block gives: what another reads, and outputs. A gate's flat values inside one are none."""
    given = {read for node in graph.nodes for read in node.inputs if at[read] != at[node.name]}
    return given.union(graph.outputs.values(), (head.output for head in graph.heads.values()))


def _enter(graph: Graph, block: _Block, above: list[_Block], ends: set[str]) -> None:
    """Find the stage of a block from those of the blocks that it reads."""
    if not above:
        return
    latest = max(above, key=lambda other: (other.stage, other.closed))
    first = all(isinstance(node.op, ir.Input) for other in above for node in other.nodes)
    coarsens, pools = _coarsens(graph, block, ends), isinstance(block.nodes[-1].op, POOLS)
    opens = not first and (latest.closed or (coarsens and not pools))
    block.stage, block.closed = latest.stage + opens, coarsens and pools


def _coarsens(graph: Graph, block: _Block, ends: set[str]) -> bool:
    """Whether a block's outputs lie further apart than what it reads, or are flat where that is a map."""
    found, fields = shapes(graph), receptive_fields(graph)
    own = {node.name for node in block.nodes}
    read = {name for node in block.nodes for name in node.inputs} - own
    given = own & ends or own  # a row that nobody reads gives nothing
    inside, outside = ([(-len(found[n]), fields[n].stride) for n in names] for names in (given, read))
    return max(inside) > max(outside)


def _stage(graph: Graph, name: str, block: _Block) -> str:
    head = next((head for head in graph.heads if name == head or name.startswith(f"{head}.")), "")
    return head or str(block.stage)
