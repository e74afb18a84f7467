"""Graph -> smaller or other graph: without heads, without the classifier, with other classes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from archspec import ir
from archspec.ir import Graph, Node, Step

WEIGHTED = (ir.Conv, ir.FullyConnected)
CLASSIFIER_STARTS = (ir.GlobalPool, ir.Flatten, ir.FullyConnected)


def ancestors(graph: Graph, ends: Iterable[str]) -> set[str]:
    """Names of the nodes that `ends` are computed from, themselves included."""
    needed = set(ends)
    for node in reversed(graph.nodes):
        if node.name in needed:
            needed.update(node.inputs)
    return needed


def without_heads(graph: Graph) -> Graph:
    """The graph as it serves at inference: no auxiliary heads, nothing that only they need."""
    needed = ancestors(graph, graph.outputs.values()) | set(graph.inputs)
    nodes = tuple(n for n in graph.nodes if n.name in needed)
    steps = {name: step for name, step in graph.steps.items() if step.output in needed}
    return replace(graph, nodes=nodes, heads={}, steps=steps)


def classifier(graph: Graph, top: str = "") -> Step:
    """The first row of the classifier: `top`, or the first global pool, flatten or fc.

    Raises:
        ValueError: where there is no such row.
    """
    by_name = graph.by_name()
    rows = {name: step for name, step in graph.steps.items() if "." not in name}
    for name, step in rows.items():
        first = next((n for n in graph.nodes if n.step == name), by_name[step.output])
        if name == top or (not top and isinstance(first.op, CLASSIFIER_STARTS)):
            return step
    raise ValueError(f"{graph.name} has no row '{top}'" if top else f"{graph.name} has no classifier to leave out")


def without_top(graph: Graph, top: str = "") -> Graph:
    """The graph up to the input of its classifier; that map becomes the output `features`."""
    features = classifier(graph, top).inputs[0]
    return without_heads(replace(graph, outputs={"features": features}))


def with_pooling(graph: Graph, function: str) -> Graph:
    """The graph with a global pool (`avg` or `max`) behind its only output."""
    [(_, end)] = graph.outputs.items()
    span = graph.by_name()[end].span
    pool = Node(f"{function}_pool", ir.GlobalPool("average" if function == "avg" else "max"), (end,), "", span)
    return replace(graph, nodes=(*graph.nodes, pool), outputs={"features": pool.name})


def with_classes(graph: Graph, classes: int) -> Graph:
    """The graph with `classes` outputs in the last weighted layer of each output and each head."""
    by_name = graph.by_name()
    changed = {}
    for end in (*graph.outputs.values(), *(head.output for head in graph.heads.values())):
        node = by_name[end]
        while not isinstance(node.op, WEIGHTED):
            if len(node.inputs) != 1 or isinstance(node.op, ir.RadialBasis):
                raise ValueError(
                    f"{graph.name}: '{end}' does not end in one classifier, so `classes` has nothing to set"
                )
            node = by_name[node.inputs[0]]
        op = node.op
        other = replace(op, filters=classes) if isinstance(op, ir.Conv) else replace(op, units=classes)
        changed[node.name] = replace(node, op=other)
    return replace(graph, nodes=tuple(changed.get(n.name, n) for n in graph.nodes))
