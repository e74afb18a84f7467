"""Graph -> its fully-convolutional form: the classifier at every place of a larger picture.

OverFeat (arXiv:1312.6229, Section 3.5) and VGG (arXiv:1409.1556, Section 3.2): a fully-connected layer on a map of
h x w is a convolution of h x w, further ones are convolutions of 1 x 1. At the training size there is one place, and
the net is the same. A global pool in front of a classifier pools a window of the training size, moved by one place,
which is what GoogLeNet's and ResNet's released nets do on larger pictures (a 7x7 average pool of stride 1).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from archspec import ir
from archspec.errors import SpecError, fail
from archspec.ir import Graph, Node, Pair, Shape
from archspec.passes.cut import without_heads
from archspec.passes.shapes import shapes

PLACE: Pair = (1, 1)


def convolutional(graph: Graph, size: Pair | None = None) -> Graph:
    """The graph with a map for each output: (places down, places across, classes).

    Nodes keep their names, and weights their order: the kernel (h * w * c, units) of a fully-connected layer is
    the kernel (h, w, c, units) of its convolution. Flattenings vanish. Squeezes of squeeze-excitation units, which
    lead back to maps, still see the whole picture. Auxiliary heads are left out.

    Args:
        graph: of one input, with outputs of one value a class.
        size: (height, width) of the input instead of the graph's own.

    Raises:
        SpecError: for what has no such form, such as a softmax over places, or radial bases.

    >>> from archspec.api import load
    >>> large = convolutional(load("vgg16").graph, (256, 288))
    >>> [shapes(large)[name] for name in ("fc6", "fc8")]
    [(2, 3, 4096), (2, 3, 1000)]
    """
    graph = without_heads(graph)
    found, tail = shapes(graph), _tail(graph)
    windows: dict[str, Pair] = {}
    renamed: dict[str, str] = {}
    nodes = []
    for node in graph.nodes:
        inputs = tuple(renamed.get(name, name) for name in node.inputs)
        op = _resized(node.op, size)
        if node.name in tail:
            window = _window(node, found, windows)
            done = _at_every_place(node.op, window) if window else None
            if done is None:
                raise _without_form(graph, node)
            op, windows[node.name] = done
        if isinstance(op, ir.Flatten) and node.name in tail:
            [renamed[node.name]] = inputs
        else:
            nodes.append(replace(node, op=op, inputs=inputs))
    for end in graph.outputs.values():
        if windows.get(end) != PLACE:
            raise _without_form(graph, graph.by_name()[end])
    steps = {name: replace(s, output=renamed.get(s.output, s.output)) for name, s in graph.steps.items()}
    return replace(graph, nodes=tuple(nodes), steps=steps)


def _tail(graph: Graph) -> set[str]:
    """The classifier: flat nodes from which nothing leads back to a map."""
    found = shapes(graph)
    leading_back: set[str] = set()
    for node in reversed(graph.nodes):
        if node.name in leading_back or len(found[node.name]) > 1:
            leading_back.update(node.inputs)
    return {node.name for node in graph.nodes if len(found[node.name]) == 1} - leading_back


def _resized(op: ir.Op, size: Pair | None) -> ir.Op:
    """An input of another height and width; anything else as it is."""
    return replace(op, shape=(*size, *op.shape[2:])) if size and isinstance(op, ir.Input) else op


def _window(node: Node, found: Mapping[str, Shape], windows: Mapping[str, Pair]) -> Pair | None:
    """The part of a map that a node of the classifier reads at each place: rows and columns, if it is one for all."""
    read = {windows[name] if name in windows else found[name][:-1] for name in node.inputs}
    if len(read) != 1 or len(window := read.pop()) != 2:
        return None
    return window[0], window[1]


def _at_every_place(op: ir.Op, window: Pair) -> tuple[ir.Op, Pair] | None:
    """What does for every place what an operator does once, and the part of a map that one of its values belongs to."""
    match op:
        case ir.Flatten():
            return op, window
        case ir.GlobalPool(function):
            pool = ir.AveragePool if function == "average" else ir.MaxPool
            return pool(window, (1, 1)), PLACE
        case ir.FullyConnected(units, use_bias, kernel, bias):
            conv = ir.Conv(units, window, use_bias=use_bias, kernel_initializer=kernel, bias_initializer=bias)
            return conv, PLACE
        case ir.Dropout() | ir.Activation("relu" | "tanh" | "sigmoid" | "scaled_tanh"):
            return op, window
        case ir.Activation() | ir.BatchNorm() | ir.Affine() | ir.Concat() | ir.Merge() | ir.Combine():
            if window == PLACE:
                return op, window
    return None


def _without_form(graph: Graph, node: Node) -> SpecError:
    message = f"'{node.name}' of {graph.name} cannot be computed at every place of a larger picture"
    expected = "a network that ends in fc, or in a global pool, and a softmax over classes; or --protocol 10crop"
    return fail("no-dense-form", message, expected=expected)
