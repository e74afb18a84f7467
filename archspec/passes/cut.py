"""Graph -> smaller or other graph: without heads, without the classifier, with other classes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from archspec import ir
from archspec.errors import SpecError, in_order
from archspec.ir import Graph, Node, Shape, Step
from archspec.passes.shapes import shapes

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
    return replace(graph, nodes=nodes, heads={}, steps=steps, unfit={})


def with_heads(graph: Graph) -> Graph:
    """The graph as it is trained, with every auxiliary head of its spec.

    Raises:
        SpecError: at the rows of heads that the input has no room for.
    """
    expected = "a larger input, or a spec without the head (`edit: [remove: {}]`)"
    found = [replace(d, expected=expected.format(head)) for head, reasons in graph.unfit.items() for d in reasons]
    if found:
        raise SpecError(in_order(found))
    return graph


def classifier(graph: Graph, top: str = "") -> Step:
    """The first row of the classifier: `top`, or the first global pool, flatten, fc, or head of `outputs`.

    A block begins with what its first row is; what gives a map again (a gate) is no classifier.

    Raises:
        ValueError: where there is no such row.
    """
    found = shapes(graph)
    for name, step in graph.steps.items():
        if "." not in name and (name == top or (not top and _is_classifier(graph, name, found[step.output]))):
            return step
    raise ValueError(f"{graph.name} has no row '{top}'" if top else f"{graph.name} has no classifier to leave out")


def _is_classifier(graph: Graph, name: str, shape: Shape) -> bool:
    step = graph.steps[name]
    if step.kind == "output" or len(shape) != 1:
        return step.kind == "output"
    inside = (n for n in graph.nodes if n.step == name or n.step.startswith(f"{name}."))
    first = next(inside, None) or graph.by_name()[step.output]
    return isinstance(first.op, CLASSIFIER_STARTS)


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
    """The graph with `classes` outputs in the last weighted layer of each output and head that ends in a softmax.

    Where none does, in that of all; in an ensemble in that of every net.

    Raises:
        ValueError: for an output that is not as wide as its last weighted layer.
    """
    by_name = graph.by_name()
    ends = [*graph.outputs.values(), *(head.output for head in graph.heads.values())]
    ends = [end for end in ends if _is_softmax(by_name, end)] or ends
    changed = {node.name: _widened(node, classes) for end in ends for node in _last_weighted(by_name, end)}
    other = replace(graph, nodes=tuple(changed.get(n.name, n) for n in graph.nodes))
    found = shapes(other)
    for end in ends:
        if not _last_weighted(by_name, end) or found[end][-1] != classes:
            raise ValueError(f"{graph.name}: '{end}' does not end in one classifier, so `classes` has nothing to set")
    return other


def _is_softmax(by_name: Mapping[str, Node], end: str) -> bool:
    """Whether an output is a softmax, or a mean of such."""
    op = by_name[end].op
    if isinstance(op, ir.Combine):
        return all(_is_softmax(by_name, name) for name in by_name[end].inputs)
    return isinstance(op, ir.Activation) and op.function == "softmax"


def _last_weighted(by_name: Mapping[str, Node], end: str) -> list[Node]:
    """The last weighted layer above a node, one for each net of an ensemble; none where several roads lead there."""
    node = by_name[end]
    if isinstance(node.op, WEIGHTED):
        return [node]
    if isinstance(node.op, ir.Combine):
        return [found for name in node.inputs for found in _last_weighted(by_name, name)]
    only = len(node.inputs) == 1 and not isinstance(node.op, ir.RadialBasis)
    return _last_weighted(by_name, node.inputs[0]) if only else []


def _widened(node: Node, classes: int) -> Node:
    match node.op:
        case ir.Conv():
            return replace(node, op=replace(node.op, filters=classes))
        case ir.FullyConnected():
            return replace(node, op=replace(node.op, units=classes))
    raise TypeError(f"{node.name} has no number of classes")
