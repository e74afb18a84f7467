"""How the learning rate changes: the schedules of a recipe and the warm-up in front of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from training.recipe.keys import FLAG, LEARNING_RATE, key, listed, number, optional, whole, words

UNITS = words("epochs", "steps")
UNIT = "what its numbers count"
TIME = number(above=0)
SHARE = number(0, 1)


@dataclass(frozen=True, kw_only=True)
class Constant:
    """One learning rate from the first step to the last."""


@dataclass(frozen=True, kw_only=True)
class Piecewise:
    """A rate for each stretch between boundaries: each a factor of the one before, or a list of them."""

    boundaries: tuple[float, ...] = key(listed(TIME, "list of numbers, ascending"), "where the rate changes")
    factor: float = key(number(above=0), "what the rate is multiplied by at each boundary", 0.1)
    values: tuple[float, ...] | None = key(
        optional(listed(LEARNING_RATE, "list of numbers")),
        "the rates themselves, one more than boundaries; `factor` and the optimizer's rate then count for nothing",
        None,
    )
    unit: str = key(UNITS, UNIT, "epochs")


@dataclass(frozen=True, kw_only=True)
class Exponential:
    """The rate is multiplied again and again: rate * decay_rate ^ (time / every)."""

    decay_rate: float = key(number(above=0, maximum=1), "what the rate is multiplied by")
    every: float = key(TIME, "time in which it is once")
    staircase: bool = key(FLAG, "whether it happens in steps instead of all the time", False)
    unit: str = key(UNITS, UNIT, "epochs")


@dataclass(frozen=True, kw_only=True)
class Polynomial:
    """From the first rate to the last along (1 - time / until) ^ power; a power of 1 is a straight line."""

    end_learning_rate: float = key(LEARNING_RATE, "the last rate", 0.0001)
    power: float = key(number(above=0), "the power", 1.0)
    until: float | None = key(optional(TIME), "when it is reached; ~ at the end of the training", None)
    unit: str = key(UNITS, UNIT, "epochs")


@dataclass(frozen=True, kw_only=True)
class Cosine:
    """From the first rate down along half a cosine (arXiv:1608.03983)."""

    alpha: float = key(SHARE, "the last rate, as a share of the first", 0.0)
    until: float | None = key(optional(TIME), "when it is reached; ~ at the end of the training", None)
    unit: str = key(UNITS, UNIT, "epochs")


@dataclass(frozen=True, kw_only=True)
class Plateau:
    """The rate is multiplied by a factor when a figure no longer improves: Keras's ReduceLROnPlateau."""

    monitor: str = key(
        words("val_loss", "val_accuracy", "loss", "accuracy"),
        "the figure: of the images that are held back (val_) or of the training batches",
        "val_loss",
    )
    factor: float = key(number(above=0, below=1), "what the rate is multiplied by", 0.1)
    patience: int = key(whole(0), "epochs without improvement before that", 10)
    min_delta: float = key(number(0), "least improvement that counts", 0.0001)
    cooldown: int = key(whole(0), "epochs after it in which nothing is counted", 0)
    min_lr: float = key(LEARNING_RATE, "the rate below which it is not reduced", 0.0)


SCHEDULES: dict[str, type[Any]] = {
    "constant": Constant,
    "piecewise": Piecewise,
    "exponential": Exponential,
    "polynomial": Polynomial,
    "cosine": Cosine,
    "plateau": Plateau,
}
"""Word -> its keys."""


@dataclass(frozen=True, kw_only=True)
class Warmup:
    """Another rate in front of the schedule, which begins to count at the first step all the same."""

    learning_rate: float = key(LEARNING_RATE, "the rate at the start", 0.0)
    until: float = key(TIME, "when the schedule takes over")
    mode: str = key(
        words("linear", "constant"), "whether it rises to the schedule's rate in a line, or stays", "linear"
    )
    unit: str = key(UNITS, UNIT, "epochs")
