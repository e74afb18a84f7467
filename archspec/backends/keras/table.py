"""Primitive -> the Keras layers that compute it, one row each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import keras
from keras import layers

from archspec import ir
from archspec.backends.keras import layers as own
from archspec.backends.keras.combination import Combination
from archspec.backends.keras.fixed import ConnectedConv2D, RadialBasis, Subsample
from archspec.backends.keras.grouped import GroupedConv2D
from archspec.backends.keras.replicas import synchronized
from archspec.ir import Pair, Shape, Sides
from archspec.passes.shapes import infer

Layers = list[keras.layers.Layer]


def full_precision() -> str | None:
    """The dtype of layers that lead to a loss: float32 where others compute in half precision."""
    return "float32" if "16" in keras.config.dtype_policy().compute_dtype else None


ACTIVATIONS: dict[str, Any] = {"relu": "relu", "tanh": "tanh", "sigmoid": "sigmoid", "scaled_tanh": own.scaled_tanh}


def _initializer(begin: ir.Initializer) -> keras.initializers.Initializer:
    return keras.initializers.get({"class_name": begin.name, "config": dict(begin.arguments)})


def _begin(op: ir.Conv | ir.FullyConnected) -> dict[str, keras.initializers.Initializer]:
    return {key: _initializer(getattr(op, key)) for key in ("kernel_initializer", "bias_initializer")}


def _conv(op: ir.Conv, name: str, x: Shape) -> Layers:
    keys = {"dilation_rate": op.dilation_rate, "use_bias": op.use_bias, **_begin(op), "name": name}
    if op.connections:
        return [ConnectedConv2D(op.connections.rows, op.kernel_size, strides=op.strides, padding=op.padding, **keys)]
    make = GroupedConv2D if op.groups > 1 else layers.Conv2D
    return [make(op.filters, op.kernel_size, op.strides, op.padding, groups=op.groups, **keys)]


def _fully_connected(op: ir.FullyConnected, name: str, x: Shape) -> Layers:
    return [layers.Dense(op.units, use_bias=op.use_bias, **_begin(op), name=name)]


def _sides(op: ir.MaxPool | ir.AveragePool) -> Sides:
    return ((0, 0), (0, 0)) if isinstance(op.padding, str) else op.padding


def _overhang(op: ir.MaxPool | ir.AveragePool, x: Shape) -> Pair:
    """Rows and columns by which the last windows reach beyond input and padding (`ceil_mode`)."""
    out = infer(op, x)
    need = [(out[i] - 1) * op.strides[i] + op.pool_size[i] - x[i] - sum(_sides(op)[i]) for i in (0, 1)]
    return max(0, need[0]), max(0, need[1])


def _around(op: ir.MaxPool | ir.AveragePool, x: Shape) -> Sides:
    """All pixels that a `valid` pool needs around its input."""
    extra = _overhang(op, x)
    (top, bottom), (left, right) = _sides(op)
    return (top, bottom + extra[0]), (left, right + extra[1])


def _same(op: ir.MaxPool | ir.AveragePool, x: Shape) -> Sides:
    """The pixels that TensorFlow's `same` puts around this input."""
    totals = [max(0, (-(-x[i] // op.strides[i]) - 1) * op.strides[i] + op.pool_size[i] - x[i]) for i in (0, 1)]
    return (totals[0] // 2, totals[0] - totals[0] // 2), (totals[1] // 2, totals[1] - totals[1] // 2)


def _plain_padding(op: ir.MaxPool | ir.AveragePool, x: Shape) -> ir.Padding | None:
    """Keras's own word for the pool's border, None where it has none: `same` is the fastest where it fits."""
    if op.padding == "same":
        return "same"
    around = _around(op, x)
    return (
        "valid"
        if around == ((0, 0), (0, 0))
        else "same"
        if around == _same(op, x) and infer(op, x)[:2] == _same_size(op, x)
        else None
    )


def _same_size(op: ir.MaxPool | ir.AveragePool, x: Shape) -> Pair:
    return -(-x[0] // op.strides[0]), -(-x[1] // op.strides[1])


def _max_pool(op: ir.MaxPool, name: str, x: Shape) -> Layers:
    word = _plain_padding(op, x)
    pool = layers.MaxPooling2D(op.pool_size, op.strides, word or "valid", name=name)
    return [pool] if word else [own.MinusInfinityPadding2D(_around(op, x), name=f"{name}.pad"), pool]


def _average_pool(op: ir.AveragePool, name: str, x: Shape) -> Layers:
    word = _plain_padding(op, x)
    if word and not (op.count_include_pad and any(map(any, _sides(op)))):
        return [layers.AveragePooling2D(op.pool_size, op.strides, word, name=name)]
    return [
        own.PaddedAveragePooling2D(
            op.pool_size, op.strides, _sides(op), _overhang(op, x), op.count_include_pad, name=name
        )
    ]


def _global_pool(op: ir.GlobalPool, name: str, x: Shape) -> Layers:
    return [(layers.GlobalAveragePooling2D if op.function == "average" else layers.GlobalMaxPooling2D)(name=name)]


def _flatten(op: ir.Flatten, name: str, x: Shape) -> Layers:
    return [layers.Flatten(name=name)]


def _batch_norm(op: ir.BatchNorm, name: str, x: Shape) -> Layers:
    keys = {"momentum": op.momentum, "epsilon": op.epsilon, "center": op.center, "scale": op.scale}
    return [synchronized(layers.BatchNormalization(**keys, name=name))]


def _affine(op: ir.Affine, name: str, x: Shape) -> Layers:
    return [own.ChannelAffine(name=name)]


def _local_response_norm(op: ir.LocalResponseNorm, name: str, x: Shape) -> Layers:
    return [own.LocalResponseNormalization(op.depth_radius, op.bias, op.alpha, op.beta, op.region, name=name)]


def _activation(op: ir.Activation, name: str, x: Shape) -> Layers:
    if op.function == "softmax":
        return [layers.Softmax(name=name, dtype=full_precision())]
    return [layers.Activation(ACTIVATIONS[op.function], name=name)]


def _dropout(op: ir.Dropout, name: str, x: Shape) -> Layers:
    return [layers.Dropout(op.rate, name=name)]


def _pad(op: ir.Pad, name: str, x: Shape) -> Layers:
    if not any(op.channels):
        return [layers.ZeroPadding2D(op.padding, name=name)]
    around = [layers.ZeroPadding2D(op.padding, name=f"{name}.pad")] if any(map(any, op.padding)) else []
    return [*around, own.ZeroChannels(op.channels, name=name)]


def _concat(op: ir.Concat, name: str, *xs: Shape) -> Layers:
    return [layers.Concatenate(name=name)] if len(xs) > 1 else [layers.Identity(name=name)]


def _merge(op: ir.Merge, name: str, *xs: Shape) -> Layers:
    kinds = {"add": layers.Add, "multiply": layers.Multiply, "average": layers.Average}
    return [kinds[op.function](name=name)] if len(xs) > 1 else [layers.Identity(name=name)]


def _combine(op: ir.Combine, name: str, *xs: Shape) -> Layers:
    return [Combination(op.function, op.shares, name=name, dtype=full_precision())]


def _position_bias(op: ir.PositionBias, name: str, x: Shape) -> Layers:
    return [own.PositionBias(name=name)]


def _subsample(op: ir.Subsample, name: str, x: Shape) -> Layers:
    return [Subsample(op.pool_size, name=name)]


def _radial_basis(op: ir.RadialBasis, name: str, x: Shape) -> Layers:
    return [RadialBasis(op.prototypes, name=name, dtype=full_precision())]


def _input(op: ir.Input, name: str) -> Layers:
    return []  # `build` makes keras.Input of it


LAYERS: dict[type[ir.Op], Callable[..., Layers]] = {
    ir.Input: _input,
    ir.Conv: _conv,
    ir.FullyConnected: _fully_connected,
    ir.MaxPool: _max_pool,
    ir.AveragePool: _average_pool,
    ir.GlobalPool: _global_pool,
    ir.Flatten: _flatten,
    ir.BatchNorm: _batch_norm,
    ir.Affine: _affine,
    ir.LocalResponseNorm: _local_response_norm,
    ir.Activation: _activation,
    ir.Dropout: _dropout,
    ir.Pad: _pad,
    ir.Concat: _concat,
    ir.Merge: _merge,
    ir.Combine: _combine,
    ir.PositionBias: _position_bias,
    ir.Subsample: _subsample,
    ir.RadialBasis: _radial_basis,
}
"""Primitive -> its layers, applied one behind the other; the last one bears the node's name."""


def layer_name(name: str) -> str:
    """The name of a node's layer: the node's own, but `3a-1x1` on torch, whose parameters' names hold no dot."""
    return name.replace(".", "-") if keras.backend.backend() == "torch" else name


def layers_of(op: ir.Op, name: str, inputs: Sequence[Shape]) -> Layers:
    """The Keras layers of one node.

    >>> [layer.name for layer in layers_of(ir.Flatten(), "flat", [(5, 5, 16)])]
    ['flat']
    """
    return LAYERS[type(op)](op, layer_name(name), *inputs)
