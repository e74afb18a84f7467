"""What experiments on networks need beside `api`: variants of graphs, their depths and shapes, models, tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from archspec.atomic import target
from archspec.blocks.initializers import INITIALIZERS
from archspec.byte_sizes import size_text
from archspec.ir import Activation, Combine, Conv, FullyConnected, Graph, Node, Op, RadialBasis
from archspec.passes.convolutional import convolutional
from archspec.passes.cut import ancestors, with_heads
from archspec.passes.depth import depths
from archspec.passes.overrides import of_row, with_dropout, with_initializers
from archspec.passes.shapes import shapes, text
from archspec.passes.variants import AS_WRITTEN, FUNCTIONS, Variant, vary
from archspec.report import as_json, markdown, table

if TYPE_CHECKING:
    import keras

__all__ = [
    "AS_WRITTEN",
    "FUNCTIONS",
    "INITIALIZERS",
    "Graph",
    "Node",
    "Variant",
    "ancestors",
    "as_json",
    "build_graph",
    "convolutional",
    "depths",
    "distance_accuracy",
    "distance_loss",
    "ends_in_distances",
    "ends_in_softmax",
    "markdown",
    "of_row",
    "shapes",
    "size_text",
    "table",
    "target",
    "text",
    "vary",
    "warmed_up",
    "weight_layers",
    "with_dropout",
    "with_heads",
    "with_initializers",
]


def ends_in_softmax(graph: Graph) -> bool:
    """Whether the outputs are shares of 1."""
    return all(isinstance(op, Activation) and op.function == "softmax" for op in _ends(graph))


def ends_in_distances(graph: Graph) -> bool:
    """Whether the outputs are distances to prototypes, of which the smallest is the answer."""
    return all(isinstance(op, RadialBasis) for op in _ends(graph))


def _ends(graph: Graph) -> Iterator[Op]:
    """The last operator of each output; of an ensemble's, that of its first net."""
    nodes = graph.by_name()
    for end in graph.outputs.values():
        node = nodes[end]
        while isinstance(node.op, Combine):
            node = nodes[node.inputs[0]]
        yield node.op


def weight_layers(graph: Graph) -> tuple[Node, ...]:
    """The convolutions and fully-connected layers of a graph, in its order."""
    return tuple(node for node in graph.nodes if isinstance(node.op, Conv | FullyConnected))


def distance_loss(rubbish_distance: float | None = None) -> keras.losses.Loss:
    """The cross-entropy of distances and class numbers, with a rubbish class at a distance or without one."""
    from archspec.backends.keras.distances import DistanceCrossentropy

    return DistanceCrossentropy(rubbish_distance)


def warmed_up(learning_rate: float, until: float, mode: str, then: Any) -> Any:
    """Another learning rate in front of a schedule: `until` a step `constant`, or `linear` to what it has there."""
    from archspec.backends.keras.warmup import WarmedUp

    return WarmedUp(learning_rate, until, mode, then)


def distance_accuracy(k: int, name: str) -> keras.metrics.Metric:
    """The share of inputs whose class is among the k nearest."""
    from archspec.backends.keras.distances import DistanceAccuracy

    return DistanceAccuracy(k, name)


def build_graph(graph: Graph, taps: list[str]) -> keras.Model:
    """A Keras model of a graph with all its heads; `taps` name rows, or nodes, whose values are outputs too."""
    from archspec.backends.keras import build

    return build.build(graph, name=graph.name, taps=taps)
