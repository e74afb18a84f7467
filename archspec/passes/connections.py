"""Connections as LeCun et al. (1998, section II-B) count them.

Every unit (an output value) of a layer with weights has one connection for each input that its sum
reads, and one for its bias. Where it lies at a border of zeros, the zeros count as inputs. Prototypes
are connections without weights to train. Norms, and pools without weights, have none.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from math import prod

from archspec import ir
from archspec.ir import Graph, Shape
from archspec.passes.costs import COSTS
from archspec.passes.shapes import shapes


def _none(op: ir.Op, out: Shape, x: Shape) -> int:
    return 0


def _weighted(op: ir.Conv | ir.FullyConnected, out: Shape, x: Shape) -> int:
    """Each weight of the layer is at work once at each position of the output."""
    return int(COSTS[type(op)](op, out, x).params) * prod(out[:-1])


def _subsample(op: ir.Subsample, out: Shape, x: Shape) -> int:
    return prod(out) * (prod(op.pool_size) + 1)


def _position_bias(op: ir.PositionBias, out: Shape, x: Shape) -> int:
    return prod(out)


def _radial_basis(op: ir.RadialBasis, out: Shape, x: Shape) -> int:
    return prod(out) * prod(x)


CONNECTIONS: dict[type[ir.Op], Callable[..., int]] = {
    ir.Input: lambda op, out: 0,
    ir.Conv: _weighted,
    ir.FullyConnected: _weighted,
    ir.MaxPool: _none,
    ir.AveragePool: _none,
    ir.GlobalPool: _none,
    ir.Flatten: _none,
    ir.BatchNorm: _none,
    ir.Affine: _none,
    ir.LocalResponseNorm: _none,
    ir.Activation: _none,
    ir.Dropout: _none,
    ir.Pad: _none,
    ir.Concat: lambda op, out, *xs: 0,
    ir.Merge: lambda op, out, *xs: 0,
    ir.Combine: lambda op, out, *xs: 0,
    ir.PositionBias: _position_bias,
    ir.Subsample: _subsample,
    ir.RadialBasis: _radial_basis,
}
"""Primitive -> its connections, from the operator, its output's shape and its inputs' shapes."""


NEURONS: dict[type[ir.Op], bool] = {
    ir.Input: False,
    ir.Conv: True,
    ir.FullyConnected: True,
    ir.MaxPool: False,
    ir.AveragePool: False,
    ir.GlobalPool: False,
    ir.Flatten: False,
    ir.BatchNorm: False,
    ir.Affine: False,
    ir.LocalResponseNorm: False,
    ir.Activation: False,
    ir.Dropout: False,
    ir.Pad: False,
    ir.Concat: False,
    ir.Merge: False,
    ir.Combine: False,
    ir.PositionBias: False,
    ir.Subsample: True,
    ir.RadialBasis: True,
}
"""Primitive -> whether its output values are neurons: sums of inputs by weights, or distances to prototypes."""


@functools.lru_cache(maxsize=8)
def connections(graph: Graph) -> Mapping[str, int]:
    """Node name -> its connections."""
    found = shapes(graph)
    return {n.name: CONNECTIONS[type(n.op)](n.op, found[n.name], *[found[i] for i in n.inputs]) for n in graph.nodes}


def neurons(graph: Graph) -> dict[str, int]:
    """Node name -> its neurons (AlexNet's 650,000, say)."""
    found = shapes(graph)
    return {n.name: prod(found[n.name]) if NEURONS[type(n.op)] else 0 for n in graph.nodes}
