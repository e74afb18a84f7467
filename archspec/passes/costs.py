"""Parameters and multiply-adds of every node.

Conventions: parameters are trainable values; batch norm's moving statistics are counted apart.
MACs are the multiply-adds of convolutions and fully-connected layers for one image, biases and
everything else not counted.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import prod

from archspec import ir
from archspec.ir import Graph, Shape
from archspec.passes.shapes import shapes


@dataclass(frozen=True)
class Cost:
    """What one node costs: trainable and other stored values, multiply-adds an image."""

    params: int = 0
    params_non_trainable: int = 0
    macs: int = 0

    def __mul__(self, times: int) -> Cost:
        return Cost(times * self.params, times * self.params_non_trainable, times * self.macs)


NOTHING = Cost()


def added(costs: Iterable[Cost]) -> Cost:
    """The sum of costs, without those on the way there, which took a twentieth of the time of reading a spec."""
    every = list(costs)
    return Cost(
        sum(cost.params for cost in every),
        sum(cost.params_non_trainable for cost in every),
        sum(cost.macs for cost in every),
    )


def _nothing(op: ir.Op, out: Shape, *inputs: Shape) -> Cost:
    return NOTHING


def _conv(op: ir.Conv, out: Shape, x: Shape) -> Cost:
    pairs = op.connections.count if op.connections else x[-1] // op.groups * op.filters
    kernel = prod(op.kernel_size) * pairs
    return Cost(params=kernel + op.filters * op.use_bias, macs=kernel * out[0] * out[1])


def _fully_connected(op: ir.FullyConnected, out: Shape, x: Shape) -> Cost:
    return Cost(params=x[0] * op.units + op.units * op.use_bias, macs=x[0] * op.units)


def _batch_norm(op: ir.BatchNorm, out: Shape, x: Shape) -> Cost:
    return Cost(params=x[-1] * (op.center + op.scale), params_non_trainable=2 * x[-1])


def _affine(op: ir.Affine, out: Shape, x: Shape) -> Cost:
    return Cost(params=2 * x[-1])


def _subsample(op: ir.Subsample, out: Shape, x: Shape) -> Cost:
    return Cost(params=2 * x[-1])


def _position_bias(op: ir.PositionBias, out: Shape, x: Shape) -> Cost:
    return Cost(params=prod(x))


COSTS: dict[type[ir.Op], Callable[..., Cost]] = {
    ir.Input: _nothing,
    ir.Conv: _conv,
    ir.FullyConnected: _fully_connected,
    ir.MaxPool: _nothing,
    ir.AveragePool: _nothing,
    ir.GlobalPool: _nothing,
    ir.Flatten: _nothing,
    ir.BatchNorm: _batch_norm,
    ir.Affine: _affine,
    ir.LocalResponseNorm: _nothing,
    ir.Activation: _nothing,
    ir.Dropout: _nothing,
    ir.Pad: _nothing,
    ir.Concat: _nothing,
    ir.Merge: _nothing,
    ir.Combine: _nothing,
    ir.PositionBias: _position_bias,
    ir.Subsample: _subsample,
    ir.RadialBasis: _nothing,
}
"""Primitive -> its cost, from the operator, its output's shape and its inputs' shapes."""


@functools.lru_cache(maxsize=8)
def costs(graph: Graph) -> Mapping[str, Cost]:
    """Node name -> its cost."""
    found = shapes(graph)
    return {n.name: COSTS[type(n.op)](n.op, found[n.name], *[found[i] for i in n.inputs]) for n in graph.nodes}


def total(graph: Graph) -> Cost:
    """The cost of the whole graph, auxiliary heads included where it has them."""
    return added(costs(graph).values())
