"""A schedule that saved models carry in their optimizer, and that must be known where they are loaded."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from archspec.backends.keras.fixed import register


@register
class WarmedUp(keras.optimizers.schedules.LearningRateSchedule):
    """Another rate in front of a schedule, which counts from the first step all the same.

    Args:
        learning_rate: the rate at the start.
        until: the step at which the schedule takes over.
        mode: `constant`, or `linear` up to the rate that the schedule has there.
        then: the schedule, or a number.
    """

    def __init__(self, learning_rate: float, until: float, mode: str, then: Any) -> None:
        self.learning_rate, self.until, self.mode, self.then = learning_rate, until, mode, then

    def __call__(self, step: Any) -> Any:
        """The rate of a step."""
        step = ops.cast(step, "float32")
        share = ops.minimum(step / self.until, 1.0) if self.mode == "linear" else 0.0
        warm = self.learning_rate + (self._of(self.until) - self.learning_rate) * share
        return ops.where(step < self.until, warm, self._of(step))

    def _of(self, step: Any) -> Any:
        return self.then(step) if callable(self.then) else self.then

    def get_config(self) -> dict[str, Any]:
        """Its arguments."""
        then = keras.saving.serialize_keras_object(self.then) if callable(self.then) else self.then
        return {"learning_rate": self.learning_rate, "until": self.until, "mode": self.mode, "then": then}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> WarmedUp:
        """From its arguments."""
        return cls(**{**config, "then": keras.saving.deserialize_keras_object(config["then"])})
