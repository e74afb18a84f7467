"""What is learned and counted where a network gives distances to prototypes: the nearest one is its answer."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from archspec.backends.keras.fixed import register


@register
class DistanceCrossentropy(keras.losses.Loss):
    """Cross-entropy of the softmax of minus each distance: the smaller one is, the likelier its class.

    LeCun et al. (1998), equation 9: a rubbish class, of no input, stands at one distance from all. With it
    the right distance must become small; without it, only smaller than the others.

    Args:
        rubbish_distance: the constant j of the equation; None for no rubbish class.
    """

    def __init__(
        self,
        rubbish_distance: float | None = None,
        reduction: str = "sum_over_batch_size",
        name: str = "distance_crossentropy",
        dtype: Any = None,
    ) -> None:
        super().__init__(name=name, reduction=reduction, dtype=dtype)
        self.rubbish_distance = rubbish_distance

    def call(self, y_true: Any, y_pred: Any) -> Any:
        if self.rubbish_distance is not None:
            rubbish = ops.full_like(y_pred[..., :1], self.rubbish_distance)
            y_pred = ops.concatenate([y_pred, rubbish], axis=-1)
        return keras.losses.sparse_categorical_crossentropy(y_true, -y_pred, from_logits=True)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "rubbish_distance": self.rubbish_distance}


@register
class DistanceAccuracy(keras.metrics.MeanMetricWrapper):
    """The share of inputs whose class is among those of the k smallest distances."""

    def __init__(self, k: int = 1, name: str = "accuracy", dtype: Any = None) -> None:
        super().__init__(fn=self.hits, name=name, dtype=dtype)
        self.k = k

    def hits(self, y_true: Any, y_pred: Any) -> Any:
        """1 for each input that counts, 0 for the others."""
        return keras.metrics.sparse_top_k_categorical_accuracy(y_true, -y_pred, k=self.k)

    def get_config(self) -> dict[str, Any]:
        return {"k": self.k, "name": self.name, "dtype": self.dtype}
