"""The mean of what several nets give."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from archspec.backends.keras.fixed import register


@register
class Combination(keras.layers.Layer):
    """Weighted mean of tensors of one shape: arithmetic, or geometric and then summing to 1 on the last axis.

    Args:
        function: `average` or `geometric`.
        shares: weight of each input; their sum is what they are divided by.
    """

    def __init__(self, function: str, shares: Sequence[float], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.function = function
        self.shares = tuple(shares)

    def call(self, inputs: Any) -> Any:
        total = sum(self.shares)
        listed = inputs if isinstance(inputs, list | tuple) else [inputs]
        if self.function == "average":
            return sum(x * (share / total) for x, share in zip(listed, self.shares, strict=True))
        tiny = keras.config.epsilon() ** 4  # a probability of 0 rules a class out, and stays a number
        logs = (ops.log(ops.maximum(x, tiny)) * (s / total) for x, s in zip(listed, self.shares, strict=True))
        return ops.softmax(sum(logs))

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape[0] if isinstance(input_shape, list) else input_shape

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "function": self.function, "shares": list(self.shares)}
