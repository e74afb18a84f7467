"""The optimizers of a recipe: Keras's words, with the names and defaults of their arguments.

A test holds them equal to Keras's own. What Keras calls `weight_decay` and `use_ema` are keys of the
recipe itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from training.recipe.keys import FLAG, LEARNING_RATE, key, number, optional

SHARE = number(0, below=1)
POSITIVE = optional(number(above=0))
RATE = "step size at the start"


@dataclass(frozen=True, kw_only=True)
class Clipping:
    """Limits on gradients, which every optimizer takes."""

    clipnorm: float | None = key(POSITIVE, "norm to which each variable's gradient is cut", None)
    global_clipnorm: float | None = key(POSITIVE, "norm to which all gradients together are cut", None)
    clipvalue: float | None = key(POSITIVE, "size to which each value of a gradient is cut", None)


@dataclass(frozen=True, kw_only=True)
class Sgd(Clipping):
    """Stochastic gradient descent; with momentum v = momentum * v - learning_rate * gradient, as in Caffe."""

    learning_rate: float = key(LEARNING_RATE, RATE, 0.01)
    momentum: float = key(SHARE, "share of the last step that is kept", 0.0)
    nesterov: bool = key(FLAG, "whether the gradient is taken ahead, where the momentum leads", False)


@dataclass(frozen=True, kw_only=True)
class Adam(Clipping):
    """Adam (arXiv:1412.6980)."""

    learning_rate: float = key(LEARNING_RATE, RATE, 0.001)
    beta_1: float = key(SHARE, "decay of the mean of gradients", 0.9)
    beta_2: float = key(SHARE, "decay of the mean of their squares", 0.999)
    epsilon: float = key(number(0), "what is added to the root in the divisor", 1e-7)
    amsgrad: bool = key(FLAG, "whether the largest mean of squares so far divides", False)


@dataclass(frozen=True, kw_only=True)
class AdamW(Adam):
    """Adam with decoupled weight decay (arXiv:1711.05101): say `weight_decay: {rate: ..., mode: decoupled}`."""


@dataclass(frozen=True, kw_only=True)
class Nadam(Clipping):
    """Adam with Nesterov momentum."""

    learning_rate: float = key(LEARNING_RATE, RATE, 0.001)
    beta_1: float = key(SHARE, "decay of the mean of gradients", 0.9)
    beta_2: float = key(SHARE, "decay of the mean of their squares", 0.999)
    epsilon: float = key(number(0), "what is added to the root in the divisor", 1e-7)


@dataclass(frozen=True, kw_only=True)
class Adamax(Clipping):
    """Adam with the largest gradient in place of the mean of squares (arXiv:1412.6980, Section 7)."""

    learning_rate: float = key(LEARNING_RATE, RATE, 0.001)
    beta_1: float = key(SHARE, "decay of the mean of gradients", 0.9)
    beta_2: float = key(SHARE, "decay of the largest gradient", 0.999)
    epsilon: float = key(number(0), "what is added to the divisor", 1e-7)


@dataclass(frozen=True, kw_only=True)
class RMSprop(Clipping):
    """Gradients over the root of a running mean of their squares."""

    learning_rate: float = key(LEARNING_RATE, RATE, 0.001)
    rho: float = key(SHARE, "decay of the mean of squares", 0.9)
    momentum: float = key(SHARE, "share of the last step that is kept", 0.0)
    epsilon: float = key(number(0), "what is added to the root in the divisor", 1e-7)
    centered: bool = key(FLAG, "whether the variance divides instead", False)


@dataclass(frozen=True, kw_only=True)
class Adagrad(Clipping):
    """Gradients over the root of the sum of their squares."""

    learning_rate: float = key(LEARNING_RATE, RATE, 0.001)
    initial_accumulator_value: float = key(number(0), "the sum at the start", 0.1)
    epsilon: float = key(number(0), "what is added to the root in the divisor", 1e-7)


@dataclass(frozen=True, kw_only=True)
class Adadelta(Clipping):
    """Steps scaled by the root mean squares of steps and gradients (arXiv:1212.5701)."""

    learning_rate: float = key(LEARNING_RATE, RATE, 0.001)
    rho: float = key(SHARE, "decay of both means", 0.95)
    epsilon: float = key(number(0), "what is added below both roots", 1e-7)


@dataclass(frozen=True, kw_only=True)
class Lion(Clipping):
    """Steps of one size, in the direction of a momentum's sign (arXiv:2302.06675)."""

    learning_rate: float = key(LEARNING_RATE, RATE, 0.001)
    beta_1: float = key(SHARE, "share of the momentum in the step", 0.9)
    beta_2: float = key(SHARE, "decay of the momentum", 0.99)


OPTIMIZERS: dict[str, type[Clipping]] = {
    "sgd": Sgd,
    "adam": Adam,
    "adamw": AdamW,
    "nadam": Nadam,
    "adamax": Adamax,
    "rmsprop": RMSprop,
    "adagrad": Adagrad,
    "adadelta": Adadelta,
    "lion": Lion,
}
"""Keras's word in small letters -> its keys."""
