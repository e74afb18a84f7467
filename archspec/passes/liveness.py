"""The most values that are alive at once while a network runs: liveness over the schedule, not a sum.

The schedule is the order of the nodes, as a compiler that fuses loops runs it (XLA, against which docs/memory.md
holds the figures). What has a tensor of its own (`activations.STORAGE`) is written once; what works value by value,
and a concatenation, is computed where something reads it, from the tensors below, all of which live until then:
a sum of ten residual units may read eleven convolutions. It is written over the tensor that it is computed from
where that is the only one, of the same size and read for the last time. The input lives from beginning to end.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import prod

from archspec import ir
from archspec.ir import Graph, Node
from archspec.passes.activations import STORAGE, Storage
from archspec.passes.shapes import shapes

NOTHING_TO_DO = (ir.Flatten, ir.Pad, ir.Dropout)
"""What passes the tensor on at inference: borders are imagined."""


@dataclass(frozen=True)
class Write:
    """A tensor that comes into being, and those that are read for it."""

    name: str
    reads: tuple[str, ...]


@dataclass
class Schedule:
    """The tensors of a graph in the order in which they are written."""

    graph: Graph
    roots: dict[str, tuple[str, ...]] = field(default_factory=dict)
    same: dict[str, str] = field(default_factory=dict)
    writes: list[Write] = field(default_factory=list)
    written: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        for node in self.graph.nodes:
            self._add(node)
        self.ends = [self.read(name) for name in self.graph.outputs.values()]

    def _add(self, node: Node) -> None:
        if STORAGE[type(node.op)] is Storage.OWN:
            self.roots[node.name], self.same[node.name] = (node.name,), node.name
            self._write(node.name, tuple(self.read(name) for name in node.inputs))
        else:
            self.roots[node.name] = tuple(dict.fromkeys(root for name in node.inputs for root in self.roots[name]))
            passed = isinstance(node.op, NOTHING_TO_DO) or (len(node.inputs) == 1 and isinstance(node.op, ir.Concat))
            self.same[node.name] = self.same[node.inputs[0]] if passed else node.name

    def read(self, name: str) -> str:
        """The tensor of a value, which is written now if nothing read it before."""
        tensor = self.same[name]
        if tensor not in self.written:
            self._write(tensor, self.roots[tensor])
        return tensor

    def _write(self, name: str, reads: tuple[str, ...]) -> None:
        self.written.add(name)
        self.writes.append(Write(name, reads))


def peak(graph: Graph) -> int:
    """The most values that are alive at once at inference, for one image; inputs and outputs among them."""
    schedule, size = Schedule(graph), {name: prod(shape) for name, shape in shapes(graph).items()}
    lasts = {name: time for time, write in enumerate(schedule.writes) for name in write.reads}
    lasts |= dict.fromkeys([*graph.inputs, *schedule.ends], len(schedule.writes))
    ops = {node.name: node.op for node in graph.nodes}
    alive = most = 0
    for time, write in enumerate(schedule.writes):
        ending = sum(size[name] for name in set(write.reads) if lasts[name] == time)
        over = write.reads if _is_over(write, ops[write.name], size) and ending else ()
        most = max(most, alive + (0 if over else size[write.name]) + _workspace(ops[write.name], size[write.name]))
        alive += size[write.name] - ending
        if write.name not in lasts:
            alive -= size[write.name]
    return most


def _is_over(write: Write, op: ir.Op, size: dict[str, int]) -> bool:
    """Whether a tensor can be written over the one that it is computed from."""
    return STORAGE[type(op)] is not Storage.OWN and [size[name] for name in write.reads] == [size[write.name]]


def _workspace(op: ir.Op, values: int) -> int:
    """Values that an operator needs while it works: normalization has squares and sums, and writes over these."""
    return values if isinstance(op, ir.LocalResponseNorm) else 0
