"""Layers with weights fixed, shared or left out, as LeNet-5 of 1998 has them; `keras.ops` only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from archspec.ir import Pair

register = keras.saving.register_keras_serializable("archspec")


@register
class Subsample(keras.layers.Layer):
    """Sum of each window, times one trainable coefficient per map, plus one bias per map.

    Args:
        pool_size: window and its step, in pixels.
    """

    def __init__(self, pool_size: Pair, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.pool_size = tuple(pool_size)
        self.values = int(np.prod(self.pool_size))

    def build(self, input_shape: Any) -> None:
        begin = keras.initializers.Constant(1 / self.values)  # a fresh layer averages
        self.coefficient = self.add_weight(name="coefficient", shape=(input_shape[-1],), initializer=begin)
        self.bias = self.add_weight(name="bias", shape=(input_shape[-1],), initializer="zeros")

    def call(self, inputs: Any) -> Any:
        sums = ops.average_pool(inputs, self.pool_size, self.pool_size, padding="valid") * self.values
        return sums * self.coefficient + self.bias

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        batch, height, width, channels = input_shape
        return batch, height // self.pool_size[0], width // self.pool_size[1], channels

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "pool_size": self.pool_size}


@register
class RadialBasis(keras.layers.Layer):
    """Squared distance of its input's last axis to each of the fixed prototypes; nothing to train.

    Args:
        prototypes: one list of values for each output.
    """

    def __init__(self, prototypes: Sequence[Sequence[float]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.prototypes = [list(one) for one in prototypes]

    def call(self, inputs: Any) -> Any:
        prototypes = ops.convert_to_tensor(self.prototypes, inputs.dtype)
        return ops.sum(ops.square(ops.expand_dims(inputs, -2) - prototypes), axis=-1)

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        return *input_shape[:-1], len(self.prototypes)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "prototypes": self.prototypes}


@register
class ConnectedConv2D(keras.layers.Layer):
    """A convolution whose filters read some of the maps; only the weights that exist are stored.

    Args:
        connections: for each input map, for each filter, whether the filter reads it.
        kernel_size, strides, padding, dilation_rate, use_bias, activation: as in `keras.layers.Conv2D`.
        kernel_initializer: draws a kernel of all connections, of which those that exist are kept.
        bias_initializer: as in `keras.layers.Conv2D`.
    """

    def __init__(
        self,
        connections: Sequence[Sequence[bool]],
        kernel_size: Pair,
        *,
        strides: Pair = (1, 1),
        padding: str = "valid",
        dilation_rate: Pair = (1, 1),
        use_bias: bool = True,
        activation: Any = None,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.connections = [list(map(bool, row)) for row in connections]
        self.kernel_size, self.strides, self.dilation_rate = tuple(kernel_size), tuple(strides), tuple(dilation_rate)
        self.padding, self.use_bias, self.filters = padding, use_bias, len(self.connections[0])
        self.activation = keras.activations.get(activation)
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.bias_initializer = keras.initializers.get(bias_initializer)

    def build(self, input_shape: Any) -> None:
        exists = np.array(self.connections)
        count = int(exists.sum())
        # Where a weight of the whole kernel is stored; those that do not exist share a zero behind the last.
        self._places = np.where(exists, np.cumsum(exists).reshape(exists.shape) - 1, count)
        self.kernel = self.add_weight(name="kernel", shape=(*self.kernel_size, count), initializer=self._begin)
        if self.use_bias:
            self.bias = self.add_weight(name="bias", shape=(self.filters,), initializer=self.bias_initializer)

    def _begin(self, shape: Any, dtype: Any = None) -> Any:
        """The stored part of a whole kernel, so that the initializer sees whole fans."""
        exists = np.array(self.connections)
        whole = self.kernel_initializer((*self.kernel_size, *exists.shape), dtype=dtype)
        return ops.take(ops.reshape(whole, (*self.kernel_size, -1)), np.flatnonzero(exists), axis=-1)

    def call(self, inputs: Any) -> Any:
        padded = ops.pad(ops.cast(self.kernel, inputs.dtype), ((0, 0), (0, 0), (0, 1)))
        whole = ops.take(padded, self._places, axis=-1)
        sums = ops.conv(inputs, whole, self.strides, self.padding, dilation_rate=self.dilation_rate)
        return self.activation(sums + self.bias if self.use_bias else sums)

    def get_config(self) -> dict[str, Any]:
        keys = ("connections", "kernel_size", "strides", "padding", "dilation_rate", "use_bias")
        return {
            **super().get_config(),
            **{key: getattr(self, key) for key in keys},
            "activation": keras.activations.serialize(self.activation),
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
            "bias_initializer": keras.initializers.serialize(self.bias_initializer),
        }
