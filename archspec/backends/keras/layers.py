"""The layers that Keras lacks; `keras.ops` only, so they run on TensorFlow, JAX and torch."""

from __future__ import annotations

import os
from typing import Any

import keras
import numpy as np
from keras import ops

from archspec.backends.keras import combination, distances, grouped, warmup  # noqa: F401 -- so that theirs are registered too
from archspec.backends.keras.deep import deep
from archspec.backends.keras.fixed import register
from archspec.ir import Pair, Sides


def _pairs(value: Any) -> Sides:
    """Nested pairs of ints, from a config where JSON made them lists."""
    (top, bottom), (left, right) = value
    return (int(top), int(bottom)), (int(left), int(right))


@register
class MinusInfinityPadding2D(keras.layers.Layer):
    """Surrounds a map with minus infinity, so that a max pool never picks the border.

    Args:
        padding: ((top, bottom), (left, right)), in pixels.
    """

    def __init__(self, padding: Sides, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.padding = _pairs(padding)

    def call(self, inputs: Any) -> Any:
        return ops.pad(inputs, ((0, 0), *self.padding, (0, 0)), constant_values=-np.inf)

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        batch, height, width, channels = input_shape
        return batch, height + sum(self.padding[0]), width + sum(self.padding[1]), channels

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "padding": self.padding}


@register
class PaddedAveragePooling2D(keras.layers.Layer):
    """Average pooling over an explicitly padded map.

    Args:
        pool_size: window, in pixels.
        strides: step of the window, in pixels.
        padding: zeros on each side, ((top, bottom), (left, right)); these count in the mean where
            `count_include_pad` says so.
        extra: further rows and columns at the end, for windows that `ceil_mode` lets reach beyond
            the padding; they never count (as in Caffe and torch).
        count_include_pad: whether the padding counts as zeros in the mean.
    """

    def __init__(
        self,
        pool_size: Pair,
        strides: Pair,
        padding: Sides,
        extra: Pair = (0, 0),
        count_include_pad: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.pool_size, self.strides, self.extra = tuple(pool_size), tuple(strides), tuple(extra)
        self.padding = _pairs(padding)
        self.count_include_pad = count_include_pad

    def call(self, inputs: Any) -> Any:
        around = [(before, after + extra) for (before, after), extra in zip(self.padding, self.extra, strict=True)]
        padded = ops.pad(inputs, ((0, 0), *around, (0, 0)))
        means = ops.average_pool(padded, self.pool_size, self.strides, padding="valid")
        return means * ops.cast(self._correction(inputs.shape[1], inputs.shape[2]), means.dtype)

    def _correction(self, height: int, width: int) -> np.ndarray:
        """Window size over the number of values that count, for every position: 1 inside."""
        counts = [self._counts(size, axis) for axis, size in enumerate((height, width))]
        window = self.pool_size[0] * self.pool_size[1]
        return (window / np.outer(*counts))[None, :, :, None].astype("float32")

    def _counts(self, size: int, axis: int) -> np.ndarray:
        (before, after), extra = self.padding[axis], self.extra[axis]
        border = float(self.count_include_pad)
        line = np.concatenate([np.full(before, border), np.ones(size), np.full(after, border), np.zeros(extra)])
        window, stride = self.pool_size[axis], self.strides[axis]
        return np.array([line[i : i + window].sum() for i in range(0, len(line) - window + 1, stride)])

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        batch, height, width, channels = input_shape
        rows, columns = (len(self._counts(size, axis)) for axis, size in enumerate((height, width)))
        return batch, rows, columns, channels

    def get_config(self) -> dict[str, Any]:
        keys = ("pool_size", "strides", "padding", "extra", "count_include_pad")
        return {**super().get_config(), **{key: getattr(self, key) for key in keys}}


@register
class LocalResponseNormalization(keras.layers.Layer):
    """x / (bias + alpha * sum of squares)^beta (Krizhevsky et al., 2012, section 3.3).

    Args:
        depth_radius: neighbours on each side; the sum is over 2 * depth_radius + 1 values.
        bias, alpha, beta: as in the formula; alpha as it is, never divided here.
        region: `channels` (across maps) or `within` (in the plane of each map).
    """

    def __init__(
        self, depth_radius: int, bias: float, alpha: float, beta: float, region: str = "channels", **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.depth_radius, self.bias, self.alpha, self.beta, self.region = depth_radius, bias, alpha, beta, region

    def call(self, inputs: Any) -> Any:
        wide = keras.backend.result_type(self.compute_dtype, "float32")  # squares overflow in float16
        squares = ops.square(ops.cast(inputs, wide))
        sums = self._across(squares) if self.region == "channels" else self._within(squares)
        return inputs * ops.cast(self._power(self.bias + self.alpha * sums), inputs.dtype)

    def _across(self, squares: Any) -> Any:
        """A product with a band matrix: faster on CPUs than TensorFlow's own operator."""
        index = np.arange(squares.shape[-1])
        band = np.abs(index[:, None] - index[None, :]) <= self.depth_radius
        return ops.matmul(squares, ops.cast(band, squares.dtype))

    def _within(self, squares: Any) -> Any:
        side = 2 * self.depth_radius + 1
        padded = ops.pad(squares, ((0, 0), *[(self.depth_radius, self.depth_radius)] * 2, (0, 0)))
        return ops.average_pool(padded, side, 1, padding="valid") * side**2

    def _power(self, sums: Any) -> Any:
        """sums^-beta; for the papers' 0.75 and 0.5 by reciprocal square roots, which are cheaper."""
        if self.beta == 0.5:
            return ops.rsqrt(sums)
        if self.beta == 0.75:
            root = ops.rsqrt(sums)
            return root * ops.sqrt(root)
        return ops.power(sums, -self.beta)

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape

    def get_config(self) -> dict[str, Any]:
        keys = ("depth_radius", "bias", "alpha", "beta", "region")
        return {**super().get_config(), **{key: getattr(self, key) for key in keys}}


@register
class ChannelAffine(keras.layers.Layer):
    """One trainable scale (from 1) and one trainable shift (from 0) per channel."""

    def build(self, input_shape: Any) -> None:
        self.scale = self.add_weight(name="scale", shape=(input_shape[-1],), initializer="ones")
        self.shift = self.add_weight(name="shift", shape=(input_shape[-1],), initializer="zeros")

    def call(self, inputs: Any) -> Any:
        return inputs * self.scale + self.shift

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape


@register
class PositionBias(keras.layers.Layer):
    """One trainable bias (from 0) per output value."""

    def build(self, input_shape: Any) -> None:
        self.bias = self.add_weight(name="bias", shape=tuple(input_shape[1:]), initializer="zeros")

    def call(self, inputs: Any) -> Any:
        return inputs + self.bias

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape


@register
class ZeroChannels(keras.layers.Layer):
    """Puts channels of zeros before and after the others.

    Args:
        channels: (before, after).
    """

    def __init__(self, channels: Pair, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.channels = tuple(channels)

    def call(self, inputs: Any) -> Any:
        return ops.pad(inputs, ((0, 0), (0, 0), (0, 0), self.channels))

    def compute_output_shape(self, input_shape: Any) -> Any:
        return (*input_shape[:-1], input_shape[-1] + sum(self.channels))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "channels": self.channels}


@register
class AuxiliaryHead(keras.layers.Layer):
    """Marks the end of an auxiliary head; passes its input on.

    Args:
        weight: weight of the head's loss, which `fit_inputs` reads here, after loading too.
    """

    def __init__(self, weight: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.weight = weight

    def call(self, inputs: Any) -> Any:
        return inputs

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "weight": self.weight}


def scaled_tanh(x: Any) -> Any:
    """1.7159 * tanh(2x/3), LeNet's squashing function (LeCun et al., 1998, appendix A)."""
    return 1.7159 * ops.tanh(x * (2 / 3))


register(scaled_tanh)


def load_model(path: str | os.PathLike[str]) -> keras.Model:
    """A saved model, by Keras in its safe mode; the layers above are registered by now."""
    with deep():
        return keras.saving.load_model(path)
