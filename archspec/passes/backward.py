"""What training keeps: the values that the backward pass reads again.

Gradients of a product need its factors, so a layer with weights keeps its input; ReLU, tanh and the like find their
slopes in their output; a max pool finds its maxima again in input and output; sums and views keep nothing. A tensor
that several read is kept once. A concatenation is a copy, as in the frameworks.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

from archspec import ir
from archspec.ir import Graph
from archspec.passes.shapes import shapes

INPUT, OUTPUT, OWN, MASK = "its inputs", "its output", "values of its own, as many as its output", "a byte a value"

KEPT: dict[type[ir.Op], Callable[[Any], tuple[str, ...]]] = {
    ir.Input: lambda op: (),
    ir.Conv: lambda op: (INPUT,),
    ir.FullyConnected: lambda op: (INPUT,),
    ir.MaxPool: lambda op: (INPUT, OUTPUT),
    ir.AveragePool: lambda op: (),
    ir.GlobalPool: lambda op: (INPUT, OUTPUT) if op.function == "max" else (),
    ir.Flatten: lambda op: (),
    ir.BatchNorm: lambda op: (INPUT,),
    ir.Affine: lambda op: (INPUT,),
    ir.LocalResponseNorm: lambda op: (INPUT, OWN),  # the sums of squares
    ir.Activation: lambda op: (OUTPUT,),
    ir.Dropout: lambda op: (MASK,),
    ir.Pad: lambda op: (),
    ir.Concat: lambda op: (),
    ir.Merge: lambda op: (INPUT,) if op.function == "multiply" else (),
    ir.Combine: lambda op: (INPUT,) if op.function == "geometric" else (),
    ir.PositionBias: lambda op: (),
    ir.Subsample: lambda op: (OWN,),  # the sums before their coefficient
    ir.RadialBasis: lambda op: (INPUT,),
}
"""Primitive -> what it keeps for the backward pass."""

VIEWS = (ir.Flatten, ir.Pad)
"""What looks at its input in another way."""


def kept(graph: Graph, value: int = 4) -> dict[str, int]:
    """Node name -> bytes that are kept of its output, or beside it, for one image.

    Args:
        graph: the network.
        value: bytes of a computed value.
    """
    size = {name: prod(shape) for name, shape in shapes(graph).items()}
    source = sources(graph)
    found = dict.fromkeys(size, 0)
    tensors: set[str] = set()
    for node in graph.nodes:
        for what in KEPT[type(node.op)](node.op):
            if what in (OWN, MASK):
                found[node.name] += size[node.name] * (value if what == OWN else 1)
            else:
                tensors.update(source[name] for name in (node.inputs if what == INPUT else (node.name,)))
    for name in tensors:
        found[name] += size[name] * value
    return found


def sources(graph: Graph) -> dict[str, str]:
    """Node name -> the node whose tensor it looks at: its own, or the one below a view."""
    found: dict[str, str] = {}
    for node in graph.nodes:
        found[node.name] = found[node.inputs[0]] if isinstance(node.op, VIEWS) else node.name
    return found
