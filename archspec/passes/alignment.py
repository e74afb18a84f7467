"""Two networks row by row: which row of the one is which row of the other."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby

from archspec import ir
from archspec.ir import Graph, Node, Shape
from archspec.passes.costs import added, costs
from archspec.passes.shapes import shapes

MAX_CELLS = 4_000_000
"""Rows of the one times rows of the other beyond which rows that share no name are not looked at again."""


@dataclass(frozen=True)
class Row:
    """A line of the table of layers: the primitives of one step, what they give and cost.

    `reads` names the rows that it reads, in order, with "" for the one above it or above what holds it;
    `counted` says that its name is no one's own (`conv3`), so that it tells nothing but a position.
    """

    name: str
    ops: tuple[ir.Op, ...]
    reads: tuple[str, ...]
    output_shape: Shape
    params: int
    macs: int
    counted: bool


Pair = tuple[Row | None, Row | None]
"""A row before and after; None where the other network has none."""


def rows(graph: Graph) -> tuple[Row, ...]:
    """Every row of a graph, those of auxiliary heads too, in the order of the file."""
    found, cost = shapes(graph), costs(graph)
    groups = [(step, list(nodes)) for step, nodes in groupby(graph.nodes, key=lambda node: node.step)]
    names = [step if any(n.name == step for n in nodes) else nodes[-1].name for step, nodes in groups]
    row_of = {n.name: name for name, (_, nodes) in zip(names, groups, strict=True) for n in nodes}
    above: dict[str, str] = {}  # row or what holds it -> the row above
    made = []
    for last, (name, (_, nodes)) in zip(("", *names), zip(names, groups, strict=True), strict=False):
        for scope in _scopes(name):
            above.setdefault(scope, last)
        near = {above[scope] for scope in _scopes(name)}
        whole = added(cost[n.name] for n in nodes)
        made.append(
            Row(
                name=name,
                ops=tuple(n.op for n in nodes),
                reads=tuple("" if read in near else read for read in _read(name, nodes, row_of)),
                output_shape=found[nodes[-1].name],
                params=whole.params,
                macs=whole.macs,
                counted=any(_is_counted(scope, graph) for scope in _scopes(name)),
            )
        )
    return tuple(made)


def _scopes(name: str) -> list[str]:
    """A row and what holds it, the widest first: `3a`, then `3a.1x1`."""
    parts = name.split(".")
    return [".".join(parts[: end + 1]) for end in range(len(parts))]


def _read(name: str, nodes: Sequence[Node], row_of: dict[str, str]) -> dict[str, None]:
    """Rows that a row's nodes read, itself left out, none twice."""
    return dict.fromkeys(row_of[x] for n in nodes for x in n.inputs if row_of[x] != name)


def _is_counted(name: str, graph: Graph) -> bool:
    """Whether a name is a kind's, or a kind and a number that its unnamed rows come to: `conv`, `conv2`."""
    kind = name.rstrip("0123456789")
    return int(name[len(kind) :] or 1) <= graph.unnamed.get(kind, 0)


def align(before: Sequence[Row], after: Sequence[Row]) -> list[Pair]:
    """Pairs of rows, in order: a sequence diff by what rows are, then of what is left by less and less.

    First rows that are the same, name and all; between them those of one name, if it is their own; then
    those that compute the same under another name; at last those of one kind in the same position.
    """
    return list(_aligned(before, after, KEYS))


def _aligned(before: Sequence[Row], after: Sequence[Row], keys: Sequence[Callable[[Row], Hashable]]) -> Iterator[Pair]:
    if not (before and after and keys) or (keys[0] not in BY_NAME and len(before) * len(after) > MAX_CELLS):
        yield from ((row, None) for row in before)
        yield from ((None, row) for row in after)
        return
    key, *others = keys
    matcher = SequenceMatcher(None, [*map(key, before)], [*map(key, after)], autojunk=False)
    for same, start, end, other_start, other_end in matcher.get_opcodes():
        left, right = before[start:end], after[other_start:other_end]
        yield from zip(left, right, strict=True) if same == "equal" else _aligned(left, right, others)


def _whole(row: Row) -> Hashable:
    return row.name, row.ops


def _own_name(row: Row) -> Hashable:
    return object() if row.counted else row.name


def _operators(row: Row) -> Hashable:
    return row.ops


def _kind(row: Row) -> Hashable:
    return next((type(op).__name__ for op in row.ops if not isinstance(op, ir.Pad)), "Pad")


BY_NAME = (_whole, _own_name)
KEYS = (*BY_NAME, _operators, _kind)
"""By what rows are paired, the surest first; names are no one's twice, so that those are quickly found."""
