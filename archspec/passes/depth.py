"""Depth: convolutions and fully-connected layers on the longest path to an output."""

from __future__ import annotations

from archspec import ir
from archspec.ir import Graph
from archspec.passes.shapes import shapes

LAYERS: dict[type[ir.Op], int] = {
    ir.Input: 0,
    ir.Conv: 1,
    ir.FullyConnected: 1,
    ir.MaxPool: 0,
    ir.AveragePool: 0,
    ir.GlobalPool: 0,
    ir.Flatten: 0,
    ir.BatchNorm: 0,
    ir.Affine: 0,
    ir.LocalResponseNorm: 0,
    ir.Activation: 0,
    ir.Dropout: 0,
    ir.Pad: 0,
    ir.Concat: 0,
    ir.Merge: 0,
    ir.Combine: 0,
    ir.PositionBias: 0,
    ir.Subsample: 0,
    ir.RadialBasis: 0,
}
"""Primitive -> how many layers it counts as, in the papers' sense."""


def depth(graph: Graph) -> int:
    """Layers with weights on the longest path to an output; auxiliary heads are no outputs."""
    found = depths(graph)
    return max(found[name] for name in graph.outputs.values())


def depths(graph: Graph) -> dict[str, int]:
    """Node -> layers with weights on the longest path from an input to it, its own included.

    What makes the factors of a map's channels (squeeze-and-excitation) is no part of a path beyond them.
    """
    shape, found = shapes(graph), dict[str, int]()
    for node in graph.nodes:
        through = [name for name in node.inputs if not (_multiplies(node) and shape[name] != shape[node.name])]
        found[node.name] = LAYERS[type(node.op)] + max((found[name] for name in through), default=0)
    return found


def _multiplies(node: ir.Node) -> bool:
    return isinstance(node.op, ir.Merge) and node.op.function == "multiply"
