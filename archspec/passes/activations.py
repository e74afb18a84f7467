"""Activations: which primitives write a tensor of their own in the forward pass.

What works value by value overwrites what it reads (ReLU, batch norm, a sum of two maps), as compilers fuse it and
frameworks offer it; what only looks at values in another way writes nothing (flatten; a concatenation, whose inputs
are written side by side; a border of zeros, which the layer behind it imagines).
"""

from __future__ import annotations

from enum import Enum
from math import prod

from archspec import ir
from archspec.ir import Graph
from archspec.passes.shapes import shapes


class Storage(Enum):
    """Where a primitive's output lies."""

    OWN = "a tensor of its own"
    IN_PLACE = "over what it reads"
    VIEW = "nothing is written"


STORAGE: dict[type[ir.Op], Storage] = {
    ir.Input: Storage.OWN,
    ir.Conv: Storage.OWN,
    ir.FullyConnected: Storage.OWN,
    ir.MaxPool: Storage.OWN,
    ir.AveragePool: Storage.OWN,
    ir.GlobalPool: Storage.OWN,
    ir.Flatten: Storage.VIEW,
    ir.BatchNorm: Storage.IN_PLACE,
    ir.Affine: Storage.IN_PLACE,
    ir.LocalResponseNorm: Storage.OWN,
    ir.Activation: Storage.IN_PLACE,
    ir.Dropout: Storage.IN_PLACE,
    ir.Pad: Storage.VIEW,
    ir.Concat: Storage.VIEW,
    ir.Merge: Storage.IN_PLACE,
    ir.Combine: Storage.IN_PLACE,
    ir.PositionBias: Storage.IN_PLACE,
    ir.Subsample: Storage.OWN,
    ir.RadialBasis: Storage.OWN,
}
"""Primitive -> where its output lies."""


def activations(graph: Graph) -> dict[str, int]:
    """Node name -> values that it writes into a tensor of its own, for one image; the input's own included.

    Their sum is the lectures' number of values of a forward pass: 15.2 million for VGG-16.
    """
    found = shapes(graph)
    return {n.name: prod(found[n.name]) if STORAGE[type(n.op)] is Storage.OWN else 0 for n in graph.nodes}


def moved(graph: Graph) -> dict[str, int]:
    """Node name -> values of activations that it reads and writes, for one image; weights not counted.

    What overwrites its only input works while that is written and moves nothing more.
    """
    found = {name: prod(shape) for name, shape in shapes(graph).items()}
    for node in graph.nodes:  # a border is imagined, not read
        if isinstance(node.op, ir.Pad):
            found[node.name] = found[node.inputs[0]]
    return {n.name: found[n.name] + sum(found[i] for i in n.inputs) if _moves(n) else 0 for n in graph.nodes}


def _moves(node: ir.Node) -> bool:
    storage = STORAGE[type(node.op)]
    return bool(node.inputs) and (storage is Storage.OWN or (storage is Storage.IN_PLACE and len(node.inputs) > 1))
