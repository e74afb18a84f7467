"""Receptive field of every node: which pixels of the input a value depends on.

Followed as the stretch of pixels that the first output position sees along each axis, borders of
zeros included, and the step from one position to the next. Where paths meet, the stretch covers all
of them: the largest counts. Whatever mixes whole maps (global pools, fully-connected layers) sees
all that their positions see.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from archspec import ir
from archspec.ir import Graph, Pair, Shape
from archspec.passes.shapes import shapes


@dataclass(frozen=True)
class Stretch:
    """Along one axis: first and last pixel seen by the first position, pixels between positions."""

    first: int = 0
    last: int = 0
    step: int = 1

    def window(self, extent: int, stride: int = 1, before: int = 0) -> Stretch:
        """Behind a window of `extent` positions, `before` of which lie in the border at the start."""
        first = self.first - before * self.step
        return Stretch(first, first + self.last - self.first + (extent - 1) * self.step, self.step * stride)


@dataclass(frozen=True)
class ReceptiveField:
    """Size, step between neighbouring positions, and centre of the first position: (vertical, horizontal).

    In pixels of the input; the first pixel's centre is 0.
    """

    size: Pair
    stride: Pair
    centre: tuple[float, float]


Field = tuple[Stretch, Stretch]
"""Vertical and horizontal."""


def _before(padding: str | ir.Sides, axis: int, size: int, extent: int, stride: int) -> int:
    """Positions of the border in front of the first pixel."""
    if not isinstance(padding, str):
        return padding[axis][0]
    return max((-(-size // stride) - 1) * stride + extent - size, 0) // 2 if padding == "same" else 0


def _windowed(shape: Shape, x: Field, extents: Pair, strides: Pair, padding: str | ir.Sides) -> Field:
    rows, columns = (
        x[axis].window(extents[axis], strides[axis], _before(padding, axis, shape[axis], extents[axis], strides[axis]))
        for axis in (0, 1)
    )
    return rows, columns


def _conv(op: ir.Conv, shape: Shape, x: Field) -> Field:
    height, width = (d * (k - 1) + 1 for d, k in zip(op.dilation_rate, op.kernel_size, strict=True))
    return _windowed(shape, x, (height, width), op.strides, op.padding)


def _pool(op: ir.MaxPool | ir.AveragePool, shape: Shape, x: Field) -> Field:
    return _windowed(shape, x, op.pool_size, op.strides, op.padding)


def _subsample(op: ir.Subsample, shape: Shape, x: Field) -> Field:
    return _windowed(shape, x, op.pool_size, op.pool_size, "valid")


def _local_response_norm(op: ir.LocalResponseNorm, shape: Shape, x: Field) -> Field:
    side, radius = 2 * op.depth_radius + 1, (op.depth_radius, op.depth_radius)
    return _windowed(shape, x, (side, side), (1, 1), (radius, radius)) if op.region == "within" else x


def _pad(op: ir.Pad, shape: Shape, x: Field) -> Field:
    rows, columns = (stretch.window(1, before=sides[0]) for stretch, sides in zip(x, op.padding, strict=True))
    return rows, columns


def _whole(op: ir.Op, shape: Shape, x: Field) -> Field:
    """All positions of a map; a flat input has seen them already."""
    return _windowed(shape, x, (shape[0], shape[1]), (1, 1), "valid") if len(shape) == 3 else x


def _unchanged(op: ir.Op, shape: Shape, x: Field) -> Field:
    return x


def _union(one: Field, other: Field) -> Field:
    rows, columns = (
        Stretch(min(a.first, b.first), max(a.last, b.last), max(a.step, b.step))
        for a, b in zip(one, other, strict=True)
    )
    return rows, columns


FIELDS: dict[type[ir.Op], Callable[..., Field]] = {
    ir.Input: lambda op, shape: (Stretch(), Stretch()),
    ir.Conv: _conv,
    ir.FullyConnected: _whole,
    ir.MaxPool: _pool,
    ir.AveragePool: _pool,
    ir.GlobalPool: _whole,
    ir.Flatten: _whole,
    ir.BatchNorm: _unchanged,
    ir.Affine: _unchanged,
    ir.LocalResponseNorm: _local_response_norm,
    ir.Activation: _unchanged,
    ir.Dropout: _unchanged,
    ir.Pad: _pad,
    ir.Concat: _unchanged,
    ir.Merge: _unchanged,
    ir.Combine: _unchanged,
    ir.PositionBias: _unchanged,
    ir.Subsample: _subsample,
    ir.RadialBasis: _whole,
}
"""Primitive -> what its first position sees, from the operator, its input's shape and what its inputs see."""


@functools.lru_cache(maxsize=8)
def receptive_fields(graph: Graph) -> Mapping[str, ReceptiveField]:
    """Node name -> its receptive field."""
    sizes = shapes(graph)
    found: dict[str, Field] = {}
    for node in graph.nodes:
        if node.inputs:
            below = functools.reduce(_union, (found[name] for name in node.inputs))
            found[node.name] = FIELDS[type(node.op)](node.op, sizes[node.inputs[0]], below)
        else:
            found[node.name] = FIELDS[type(node.op)](node.op, sizes[node.name])
    return {name: _public(*field) for name, field in found.items()}


def _public(rows: Stretch, columns: Stretch) -> ReceptiveField:
    return ReceptiveField(
        (rows.last - rows.first + 1, columns.last - columns.first + 1),
        (rows.step, columns.step),
        ((rows.first + rows.last) / 2, (columns.first + columns.last) / 2),
    )
