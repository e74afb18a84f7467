"""The language of recipes: what a recipe can say, key by key.

A new key is one field of `Recipe`; the schema, what editors show, and docs/recipes.md follow from it.
"""

from __future__ import annotations

from collections.abc import Mapping as Map
from dataclasses import dataclass
from typing import Any

from archspec.api import documents
from training.recipe.augmentation import STEPS
from training.recipe.initializers import INITIALIZER
from training.recipe.keys import (
    TEXT,
    Choice,
    Kind,
    Step,
    choice,
    chosen,
    group,
    key,
    listed,
    mapped,
    number,
    optional,
    step_list,
    whole,
    words,
)
from training.recipe.optimizers import OPTIMIZERS
from training.recipe.schedules import SCHEDULES, Warmup

VERSION = 1
LARGEST_SEED = 2**31 - 1
PRECISIONS = ("float32", "mixed_bfloat16", "mixed_float16")
PROTOCOLS = ("center", "10crop", "144crop", "dense", "multiscale")


@dataclass(frozen=True, kw_only=True)
class Crossentropy:
    """Minus the logarithm of the right class's share."""

    label_smoothing: float = key(number(0, below=1), "share of each label that goes to all classes alike", 0.0)
    rubbish_distance: float | None = key(
        optional(number()),
        "where a network gives distances to classes: that of one more class, which no picture is of (the constant j "
        "of LeCun et al., 1998, equation 9), so that the right distance must become small, not only smaller than the "
        "others; ~ for no such class",
        None,
    )


@dataclass(frozen=True, kw_only=True)
class MeanSquaredError:
    """Mean square of the outputs' distance to 1 for the right class and 0 for the others."""


LOSSES: dict[str, type[Any]] = {"crossentropy": Crossentropy, "mean_squared_error": MeanSquaredError}


@dataclass(frozen=True, kw_only=True)
class WeightDecay:
    """Pulls weights towards zero."""

    rate: float = key(number(0, 1), "strength: what a weight is multiplied by and added to its gradient", main=True)
    mode: str = key(
        words("gradient", "decoupled"),
        "`gradient`: as a part of the gradient, through learning rate and momentum, as the papers and Caffe have it "
        "(half the rate times the squared norm in the loss); `decoupled`: Keras's own, in each step learning rate "
        "times rate times weight, beside the momentum",
        "gradient",
    )
    variables: str = key(
        words("kernels", "kernels_and_biases", "all"),
        "which: kernels of conv and fc; their biases too; or every trainable one, those of norms too",
        "kernels",
    )
    exclude: tuple[str, ...] = key(listed(TEXT, "list of rows", 0), "rows whose weights are left alone", ())


@dataclass(frozen=True, kw_only=True)
class Ema:
    """A running mean of the weights, which is what is tested and saved (Polyak averaging)."""

    momentum: float = key(number(0, below=1), "share of the old mean at each step", 0.99, main=True)


@dataclass(frozen=True, kw_only=True)
class Initialization:
    """How the weights of rows begin."""

    kernel_initializer: Any = key(optional(INITIALIZER), "of the kernel; ~ as the spec says", None)
    bias_initializer: Any = key(optional(INITIALIZER), "of the bias; ~ as the spec says", None)


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """How `archspec evaluate` tests the trained network; `train` looks at the center after each epoch."""

    protocol: str = key(
        words(*PROTOCOLS),
        "the middle of each picture; ten or 144 crops; the whole picture by the classifier as convolutions, at one "
        "scale or several",
        "center",
        main=True,
    )
    scales: tuple[int, ...] | None = key(
        optional(listed(whole(1, 100_000), "list of pixels")),
        "shorter sides that pictures are scaled to; ~ the protocol's own",
        None,
    )
    top: tuple[int, ...] = key(listed(whole(1, 10**6), "list of whole numbers"), "k: a hit among the first k", (1,))


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How a network is trained: everything but the network and the data."""

    recipe: int = key(Kind("1", {"const": VERSION}), "version of the language", VERSION, example=1)
    name: str = key(documents.NAME, "the recipe's name", example="mine")
    title: str = key(TEXT, "a line for people", "", example="Ten kinds of flowers")
    paper: Any = key(
        Kind("keys", documents.PAPER),
        "where it was published",
        None,
        example={"authors": "He et al.", "year": 2015, "arxiv": "1512.03385", "where": "Section 3.4"},
    )
    extends: str | None = key(
        Kind("path", documents.TEXT),
        "the recipe that this one is a variant of: a path, relative to this file, or the name of a shipped one",
        None,
        example="small",
    )
    batch_size: int = key(whole(1, 10**7), "pictures a step, on all devices together", 32, example=128)
    epochs: int | None = key(
        optional(whole(1, 10**7)), "how often every training picture is seen; or `steps`", None, example=20
    )
    steps: int | None = key(optional(whole()), "how many steps are made; or `epochs`", None, example=64000)
    min_steps: int = key(whole(0), "steps below which further epochs are added, for small data", 0, example=1200)
    optimizer: Choice = key(
        choice("optimizer", OPTIMIZERS),
        "Keras's optimizer",
        chosen("sgd", OPTIMIZERS, {}),
        example={"name": "sgd", "learning_rate": 0.1, "momentum": 0.9},
    )
    schedule: Choice = key(
        choice("schedule", SCHEDULES),
        "how the learning rate changes",
        chosen("constant", SCHEDULES, {}),
        example={"name": "piecewise", "boundaries": [30, 60, 90], "factor": 0.1},
    )
    warmup: Warmup | None = key(
        optional(group(Warmup)),
        "another learning rate in front of the schedule",
        None,
        example={"learning_rate": 0.01, "until": 400, "unit": "steps", "mode": "constant"},
    )
    weight_decay: WeightDecay | None = key(
        optional(group(WeightDecay)), "pull of weights towards zero", None, example=0.0005
    )
    ema: Ema | None = key(
        optional(group(Ema)), "a running mean of the weights, used for tests and saved", None, example=0.999
    )
    loss: Choice = key(
        choice("loss", LOSSES),
        "what is minimized, at every head",
        chosen("crossentropy", LOSSES, {}),
        example={"name": "crossentropy", "label_smoothing": 0.1},
    )
    loss_weights: Map[str, float] = key(
        mapped(number(0, 1000), "head -> number"), "weights of heads instead of the spec's", {}, example={"aux1": 0.3}
    )
    initializers: Map[str, Initialization] = key(
        mapped(group(Initialization), "row, or conv or fc -> keys"),
        "how weights begin, instead of what the spec says: of all rows of a kind, then of single rows",
        {},
        example={"conv": {"kernel_initializer": "he_normal"}},
    )
    dropout: Map[str, float] = key(
        mapped(number(0, below=1), "row -> rate"), "rates of dropout instead of the spec's", {}, example={"fc6": 0.2}
    )
    augmentation: tuple[Step, ...] | None = key(
        optional(step_list(STEPS)),
        "what is done to training pictures, in order; ~ for nothing",
        None,
        example=[{"pad_and_crop": 4}, "mirror"],
    )
    preprocessing: Any = key(
        Kind("keys", documents.PREPROCESSING),
        "how pictures become inputs, instead of what the spec says",
        None,
        example={"mean": 128, "scale": 0.0078125},
    )
    evaluation: Evaluation = key(
        group(Evaluation),
        "how `archspec evaluate` tests the network",
        Evaluation(),
        example={"protocol": "10crop", "top": [1, 5]},
    )
    precision: str = key(
        words(*PRECISIONS), "what layers compute in; the weights are float32", "float32", example="mixed_bfloat16"
    )
    seed: int = key(whole(0, LARGEST_SEED), "draws weights, order, changes of pictures, dropout", 0, example=7)
    deviations: tuple[str, ...] = key(
        listed(TEXT, "list of sentences", 0),
        "where it departs from its paper, or the paper is silent, in words",
        (),
        example=["The paper does not say which weights decay; kernels do."],
    )
