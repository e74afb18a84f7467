"""A recipe's schedule as Keras's: a `LearningRateSchedule`, or the callbacks that watch for a plateau."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import keras
from keras import ops

from training.length import Length
from training.recipe import Recipe, Warmup

Schedules: Any = keras.optimizers.schedules


def rate(recipe: Recipe, length: Length) -> Any:
    """The learning rate of each step, counted from 0: a number, or a schedule; a plateau's is set by `callbacks`."""
    first = recipe.optimizer.keys["learning_rate"]
    made = SCHEDULES[recipe.schedule.name](first, recipe.schedule.keys, length)
    if not recipe.warmup or recipe.schedule.name == "plateau":
        return made
    until = length.in_steps(recipe.warmup.until, recipe.warmup.unit)
    return WarmedUp(recipe.warmup.learning_rate, until, recipe.warmup.mode, made)


def callbacks(recipe: Recipe, length: Length) -> list[keras.callbacks.Callback]:
    """What watches for a plateau, where the schedule is one."""
    if recipe.schedule.name != "plateau":
        return []
    watching = [keras.callbacks.ReduceLROnPlateau(**recipe.schedule.keys)]
    first = recipe.optimizer.keys["learning_rate"]
    return [*([WarmUp(recipe.warmup, first, length)] if recipe.warmup else []), *watching]


def _piecewise(first: float, keys: Mapping[str, Any], length: Length) -> Any:
    """Keras holds a rate up to and with a boundary; the papers' boundary is the first step of the next rate."""
    boundaries = [math.ceil(length.in_steps(time, keys["unit"])) - 1 for time in keys["boundaries"]]
    falling = [first * keys["factor"] ** i for i in range(len(boundaries) + 1)]
    return Schedules.PiecewiseConstantDecay(boundaries, list(keys["values"] or falling))


def _exponential(first: float, keys: Mapping[str, Any], length: Length) -> Any:
    every = length.in_steps(keys["every"], keys["unit"])
    return Schedules.ExponentialDecay(first, every, keys["decay_rate"], keys["staircase"])


def _until(keys: Mapping[str, Any], length: Length) -> float:
    return length.steps if keys["until"] is None else length.in_steps(keys["until"], keys["unit"])


def _polynomial(first: float, keys: Mapping[str, Any], length: Length) -> Any:
    return Schedules.PolynomialDecay(first, _until(keys, length), keys["end_learning_rate"], keys["power"])


def _cosine(first: float, keys: Mapping[str, Any], length: Length) -> Any:
    return Schedules.CosineDecay(first, _until(keys, length), keys["alpha"])


SCHEDULES: dict[str, Callable[[float, Mapping[str, Any], Length], Any]] = {
    "constant": lambda first, keys, length: first,
    "piecewise": _piecewise,
    "exponential": _exponential,
    "polynomial": _polynomial,
    "cosine": _cosine,
    "plateau": lambda first, keys, length: first,
}
"""Word of a recipe -> Keras's schedule, from the first rate, the recipe's keys and the length."""


@keras.saving.register_keras_serializable("archspec")
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


class WarmUp(keras.callbacks.Callback):
    """Sets the rate of the first steps, where a plateau sets those of the others."""

    def __init__(self, warmup: Warmup, then: float, length: Length) -> None:
        super().__init__()
        self.until = length.in_steps(warmup.until, warmup.unit)
        self.rate = WarmedUp(warmup.learning_rate, self.until, warmup.mode, then)
        self.step = 0

    def on_train_batch_begin(self, batch: int, logs: Mapping[str, float] | None = None) -> None:
        """Set the rate; for the last time at the step at which the warm-up is over."""
        if self.step <= math.ceil(self.until):
            self.model.optimizer.learning_rate = float(self.rate(self.step))
        self.step += 1
