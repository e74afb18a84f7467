"""Grouped convolution, by the fastest road that the backend has.

Keras's own compiles through XLA on TensorFlow and is slower by two orders of magnitude on a CPU;
TensorFlow's operator takes a grouped kernel as it is, but not in every build and every dtype. So
that is tried once, on a few values; where it fails, the groups are convolved one by one.
"""

from __future__ import annotations

import functools
from typing import Any

import keras
from keras import ops

from archspec.ir import Pair


@keras.saving.register_keras_serializable("archspec")
class GroupedConv2D(keras.layers.Conv2D):
    """`keras.layers.Conv2D` with `groups`: the same arguments, weights and values."""

    def convolution_op(self, inputs: Any, kernel: Any) -> Any:
        """The sums, without bias and activation."""
        if keras.backend.backend() != "tensorflow" or self.data_format != "channels_last":
            return super().convolution_op(inputs, kernel)
        dtype, dilated = keras.backend.standardize_dtype(inputs.dtype), self.dilation_rate != (1, 1)
        if not dilated and has_native(dtype):
            return native(inputs, kernel, self.strides, self.padding)
        keys = {"strides": self.strides, "padding": self.padding, "dilation_rate": self.dilation_rate}
        return one_by_one(inputs, kernel, self.groups, **keys)


def native(inputs: Any, kernel: Any, strides: Pair, padding: str) -> Any:
    """TensorFlow's operator, which finds the number of groups from the kernel's shape."""
    import tensorflow as tf

    return tf.nn.conv2d(inputs, kernel, strides, padding.upper())


def one_by_one(inputs: Any, kernel: Any, groups: int, **keys: Any) -> Any:
    """Each group on its own, then all of them stacked."""
    parts = zip(ops.split(inputs, groups, axis=-1), ops.split(kernel, groups, axis=-1), strict=True)
    return ops.concatenate([ops.conv(x, k, **keys) for x, k in parts], axis=-1)


@functools.cache
def has_native(dtype: str) -> bool:
    """Whether TensorFlow's operator takes two groups here, forward and backward."""
    import tensorflow as tf

    with tf.init_scope():  # also where a graph is being traced; a tape would record nothing in it
        x, kernel = tf.ones((1, 3, 3, 4), dtype), tf.ones((3, 3, 2, 4), dtype)
        fixed = {"strides": [1, 1, 1, 1], "padding": "SAME"}
        try:
            y = native(x, kernel, (1, 1), "same")
            tf.raw_ops.Conv2DBackpropInput(input_sizes=x.shape, filter=kernel, out_backprop=y, **fixed)
            tf.raw_ops.Conv2DBackpropFilter(input=x, filter_sizes=kernel.shape, out_backprop=y, **fixed)
        except tf.errors.OpError:
            return False
        return True
