"""Shape of every node, from the primitives alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import prod
from weakref import WeakKeyDictionary

from archspec import ir
from archspec.errors import fail
from archspec.ir import Graph, Pair, Shape, Sides

MAX_VALUES = 10**10
"""Values of one tensor above which a spec is refused as a slip."""


class ShapeError(ValueError):
    """Input shapes that a primitive cannot take."""


def text(shape: Shape) -> str:
    """A shape as messages and tables print it.

    >>> text((56, 56, 64))
    '56x56x64'
    """
    return "x".join(str(n) for n in shape)


def _map(shape: Shape) -> tuple[int, int, int]:
    if len(shape) != 3:
        raise ShapeError(f"needs a map of height x width x channels, its input is {text(shape)}")
    return shape[0], shape[1], shape[2]


def pooled(size: int, window: int, stride: int, padding: str | Pair, ceil_mode: bool) -> int:
    """Positions of a window along one axis.

    With `ceil_mode` the size is rounded up, and a window that would start beyond the input and
    its leading padding is dropped, as in Caffe and torch.
    """
    if padding == "same":
        return -(-size // stride)
    before, after = (0, 0) if isinstance(padding, str) else padding
    room = size + before + after - window
    if room < 0:
        raise ShapeError(f"a window of {window} is larger than its input of {size + before + after} pixels")
    if not ceil_mode:
        return room // stride + 1
    count = -(-room // stride) + 1
    return count - 1 if (count - 1) * stride >= size + before else count


def _positions(shape: Shape, window: Pair, strides: Pair, padding: str | Sides, ceil_mode: bool = False) -> Pair:
    height, width, _ = _map(shape)
    rows, columns = (padding, padding) if isinstance(padding, str) else padding
    return (
        pooled(height, window[0], strides[0], rows, ceil_mode),
        pooled(width, window[1], strides[1], columns, ceil_mode),
    )


def _input(op: ir.Input) -> Shape:
    return op.shape


def _conv(op: ir.Conv, x: Shape) -> Shape:
    channels = _map(x)[2]
    if channels % op.groups or op.filters % op.groups:
        raise ShapeError(f"{op.groups} groups do not divide {channels} channels and {op.filters} filters")
    table = op.connections.rows if op.connections else None
    if table and (len(table), len(table[0])) != (channels, op.filters):
        tabled = f"connections of {len(table)} maps to {len(table[0])} filters"
        raise ShapeError(f"{tabled}, there are {channels} maps and {op.filters} filters")
    if op.dilation_rate == (1, 1):
        return *_positions(x, op.kernel_size, op.strides, op.padding), op.filters
    if max(op.strides) > 1:
        raise ShapeError("strides and dilation_rate cannot both be more than 1")
    (down, right), (height, width) = op.dilation_rate, op.kernel_size
    return *_positions(x, (down * (height - 1) + 1, right * (width - 1) + 1), op.strides, op.padding), op.filters


def _fully_connected(op: ir.FullyConnected, x: Shape) -> Shape:
    if len(x) != 1:
        raise ShapeError(f"needs a flat input, its input is {text(x)}")
    return (op.units,)


def _pool(op: ir.MaxPool | ir.AveragePool, x: Shape) -> Shape:
    for side, window in zip(op.padding, op.pool_size, strict=True) if not isinstance(op.padding, str) else ():
        if max(side) >= window:
            raise ShapeError(f"a padding of {max(side)} pixels is not smaller than its window of {window}")
    return *_positions(x, op.pool_size, op.strides, op.padding, op.ceil_mode), _map(x)[2]


def _global_pool(op: ir.GlobalPool, x: Shape) -> Shape:
    return (_map(x)[2],)


def _flatten(op: ir.Flatten, x: Shape) -> Shape:
    return (prod(x),)


def _unchanged(op: ir.Op, x: Shape) -> Shape:
    return x


def _local_response_norm(op: ir.LocalResponseNorm, x: Shape) -> Shape:
    return _map(x)


def _pad(op: ir.Pad, x: Shape) -> Shape:
    height, width, channels = _map(x)
    (top, bottom), (left, right) = op.padding
    return height + top + bottom, width + left + right, channels + sum(op.channels)


def _concat(op: ir.Concat, *xs: Shape) -> Shape:
    if len({x[:-1] for x in xs}) > 1:
        raise ShapeError(f"cannot stack {' and '.join(map(text, xs))}: heights and widths differ")
    return *xs[0][:-1], sum(x[-1] for x in xs)


def _subsample(op: ir.Subsample, x: Shape) -> Shape:
    return *_positions(x, op.pool_size, op.pool_size, "valid"), _map(x)[2]


def _radial_basis(op: ir.RadialBasis, x: Shape) -> Shape:
    if x != (len(op.prototypes[0]),):
        raise ShapeError(f"prototypes of {len(op.prototypes[0])} values, its input is {text(x)}")
    return (len(op.prototypes),)


def _merge(op: ir.Merge, *xs: Shape) -> Shape:
    largest = max(xs, key=lambda x: (len(x), x))
    gate = largest[-1:]
    if any(x != largest and not (op.function == "multiply" and x in (gate, (1, 1, *gate))) for x in xs):
        raise ShapeError(f"cannot {op.function} {' and '.join(map(text, xs))}: shapes differ")
    return largest


def _combine(op: ir.Combine, *xs: Shape) -> Shape:
    if any(x != xs[0] for x in xs):
        raise ShapeError(f"cannot combine {' and '.join(map(text, xs))}: shapes differ")
    return xs[0]


SHAPES: dict[type[ir.Op], Callable[..., Shape]] = {
    ir.Input: _input,
    ir.Conv: _conv,
    ir.FullyConnected: _fully_connected,
    ir.MaxPool: _pool,
    ir.AveragePool: _pool,
    ir.GlobalPool: _global_pool,
    ir.Flatten: _flatten,
    ir.BatchNorm: _unchanged,
    ir.Affine: _unchanged,
    ir.LocalResponseNorm: _local_response_norm,
    ir.Activation: _unchanged,
    ir.Dropout: _unchanged,
    ir.Pad: _pad,
    ir.Concat: _concat,
    ir.Merge: _merge,
    ir.PositionBias: _unchanged,
    ir.Subsample: _subsample,
    ir.RadialBasis: _radial_basis,
    ir.Combine: _combine,
}
"""Primitive -> shape of its output, from the operator and the shapes of its inputs."""


def infer(op: ir.Op, *inputs: Shape) -> Shape:
    """Shape of one operator's output.

    Raises:
        ShapeError: where it cannot take its inputs.

    >>> infer(ir.Conv(10, (5, 5), padding="same"), (32, 32, 3))
    (32, 32, 10)
    """
    shape = SHAPES[type(op)](op, *inputs)
    if prod(shape) > MAX_VALUES:
        raise ShapeError(f"{text(shape)} are more than {MAX_VALUES:,} values")
    return shape


_KNOWN: WeakKeyDictionary[Graph, Mapping[str, Shape]] = WeakKeyDictionary()


def remember(graph: Graph, found: Mapping[str, Shape]) -> Graph:
    """The graph, whose shapes were inferred node by node while it was made."""
    _KNOWN[graph] = found
    return graph


def shapes(graph: Graph) -> Mapping[str, Shape]:
    """Node name -> shape of its output, without the batch.

    Raises:
        SpecError: at the row whose inputs do not fit.
    """
    if graph not in _KNOWN:
        remember(graph, _inferred(graph))
    return _KNOWN[graph]


def _inferred(graph: Graph) -> Mapping[str, Shape]:
    found: dict[str, Shape] = {}
    for node in graph.nodes:
        try:
            found[node.name] = infer(node.op, *[found[name] for name in node.inputs])
        except ShapeError as error:
            raise fail("shape", f"{node.name}: {error}", node.span) from None
    return found
