"""A graph with other initializers, or other rates of dropout, than its rows say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from archspec.ir import Conv, Dropout, FullyConnected, Graph, Initializer, Node, Op

KINDS: dict[str, type[Op]] = {"conv": Conv, "fc": FullyConnected}
"""Word for all rows of a kind -> its operator."""


def of_row(nodes: Iterable[Node], row: str) -> tuple[Node, ...]:
    """The nodes that a row means: its own, those inside it, and those of its units where it has `times`.

    >>> from archspec.errors import Source, Span
    >>> names = ("conv2", "conv2.relu", "conv2_1.conv1", "conv2_reduce", "conv21")
    >>> nodes = [Node(n, Dropout(0.5), (), n, Span(Source("", ""), 1, 1)) for n in names]
    >>> [node.name for node in of_row(nodes, "conv2")]
    ['conv2', 'conv2.relu', 'conv2_1.conv1']
    """
    pattern = re.compile(rf"{re.escape(row)}(_\d+)?(\..*)?")
    return tuple(node for node in nodes if pattern.fullmatch(node.name))


def with_initializers(graph: Graph, initializers: Mapping[str, Mapping[str, Initializer]]) -> Graph:
    """The graph whose weights begin otherwise.

    Args:
        graph: any graph.
        initializers: row, or `conv` or `fc` for all of them -> `kernel_initializer`, `bias_initializer`. What
            is said of a row counts more than what is said of its kind.

    Raises:
        KeyError: for a name of no row with such weights.
    """
    weighted = [node for node in graph.nodes if isinstance(node.op, tuple(KINDS.values()))]
    asked: dict[str, dict[str, Initializer]] = {}
    for name in sorted(initializers, key=lambda name: name not in KINDS):
        meant = [n for n in weighted if isinstance(n.op, KINDS[name])] if name in KINDS else of_row(weighted, name)
        if not meant and name not in KINDS:
            raise KeyError(name)
        for node in meant:
            asked.setdefault(node.name, {}).update(initializers[name])
    return _replaced(graph, {node.name: _begun(node.op, asked[node.name]) for node in weighted if node.name in asked})


def _begun(op: Op, initializers: Mapping[str, Initializer]) -> Op:
    assert isinstance(op, Conv | FullyConnected)
    changes: dict[str, Any] = dict(initializers)
    return replace(op, **changes)


def with_dropout(graph: Graph, rates: Mapping[str, float]) -> Graph:
    """The graph with other rates of dropout.

    Args:
        graph: any graph.
        rates: row with dropout -> the share of its values that is dropped.

    Raises:
        KeyError: for a name of no row with dropout.
    """
    dropouts = [node for node in graph.nodes if isinstance(node.op, Dropout)]
    changed: dict[str, Op] = {}
    for name, rate in rates.items():
        meant = of_row(dropouts, name)
        if not meant:
            raise KeyError(name)
        changed |= {node.name: Dropout(rate) for node in meant}
    return _replaced(graph, changed)


def _replaced(graph: Graph, ops: Mapping[str, Op]) -> Graph:
    return replace(graph, nodes=tuple(replace(node, op=ops.get(node.name, node.op)) for node in graph.nodes))
