"""What experiments on networks need beside `api`: variants of graphs, their depths and shapes, models, tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archspec.atomic import target
from archspec.blocks.initializers import INITIALIZERS
from archspec.ir import Conv, FullyConnected, Graph, Node
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
    "depths",
    "markdown",
    "of_row",
    "shapes",
    "table",
    "target",
    "text",
    "vary",
    "weight_layers",
    "with_dropout",
    "with_heads",
    "with_initializers",
]


def weight_layers(graph: Graph) -> tuple[Node, ...]:
    """The convolutions and fully-connected layers of a graph, in its order."""
    return tuple(node for node in graph.nodes if isinstance(node.op, Conv | FullyConnected))


def build_graph(graph: Graph, taps: list[str]) -> keras.Model:
    """A Keras model of a graph with all its heads; `taps` name rows, or nodes, whose values are outputs too."""
    from archspec.backends.keras import build

    return build.build(graph, name=graph.name, taps=taps)
