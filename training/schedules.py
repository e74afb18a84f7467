"""A recipe's schedule as Keras's: a `LearningRateSchedule`, or the callbacks that watch for a plateau."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import keras

from archspec.experiments import warmed_up
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
    return warmed_up(recipe.warmup.learning_rate, until, recipe.warmup.mode, made)


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


class WarmUp(keras.callbacks.Callback):
    """Sets the rate of the first steps, where a plateau sets those of the others."""

    def __init__(self, warmup: Warmup, then: float, length: Length) -> None:
        super().__init__()
        self.until = length.in_steps(warmup.until, warmup.unit)
        self.rate = warmed_up(warmup.learning_rate, self.until, warmup.mode, then)
        self.step = 0

    def on_train_batch_begin(self, batch: int, logs: Mapping[str, float] | None = None) -> None:
        """Set the rate; for the last time at the step at which the warm-up is over."""
        if self.step <= math.ceil(self.until):
            self.model.optimizer.learning_rate = float(self.rate(self.step))
        self.step += 1
