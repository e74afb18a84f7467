"""Network, data and recipe -> what Keras's `compile` and `fit` are called with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

import keras

from archspec import api
from training import fitting, objective, optimizers, pipeline, preparation, replicas, schedules
from training.adapted import adapted
from training.augment import Surroundings
from training.callbacks import StopAfter
from training.datasets import Dataset, Split
from training.fitting import Shape
from training.length import Length, length, steps_per_epoch
from training.precision import precision
from training.preparation import Preparation
from training.recipe import Recipe
from training.request import Request
from training.statistics import NONE, Statistics

Say = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class Setup:
    """A training, ready to begin.

    ```
    model.compile(**setup.compile_arguments)
    model.fit(setup.training_batches, **setup.fit_arguments)
    ```

    Args:
        network: with the recipe's initializers and dropout.
        data: where the pictures come from.
        recipe: how it is trained.
        length: steps in all, and in an epoch.
        model: with fresh weights and all heads.
        preparation: how pictures become inputs; with the figures of the training set.
        training_batches: of all steps, for `fit`.
        test_batches: of the test set, for `evaluate`; None where there is none. On several devices without end.
        compile_arguments: optimizer, loss, weights of losses, metrics.
        test_steps: how many of them are the test set, on several devices; else None.
        callbacks: what the recipe needs while it trains: the end, averaged weights, a rate that watches.
        first_epoch: the number of the first one, from 0; above it where a run goes on.
    """

    network: api.Network
    data: Dataset
    recipe: Recipe
    length: Length
    model: keras.Model
    preparation: Preparation
    training_batches: Any
    test_batches: Any
    test_steps: int | None
    compile_arguments: Mapping[str, Any]
    callbacks: tuple[keras.callbacks.Callback, ...]
    first_epoch: int = 0

    @property
    def fit_arguments(self) -> dict[str, Any]:
        """All that `fit` takes beside the training batches."""
        return {
            "steps_per_epoch": self.length.steps_per_epoch,
            "epochs": self.length.epochs,
            "initial_epoch": self.first_epoch,
            "validation_data": self.test_batches,
            "validation_steps": self.test_steps,
            "callbacks": list(self.callbacks),
            "shuffle": False,  # the batches come in the order of the seed
        }

    @property
    def output(self) -> str | None:
        """The output whose accuracy counts: the spec's first; None where the model has one only."""
        return next(iter(self.network.graph.outputs)) if isinstance(self.model.output, dict) else None


def make(request: Request, say: Say, first_epoch: int = 0, kept: Statistics = NONE) -> Setup:
    """Build the model of a request, and all that trains it.

    Args:
        request: network, recipe and data.
        say: takes a line for all that a user should know.
        first_epoch: how many are finished already; their variables are put back by `resume.Resume`.
        kept: figures of the same training set, which are not measured again.

    Raises:
        SpecError: where heads do not fit the input, or the recipe names rows that the network does not have.
    """
    recipe = request.recipe
    keras.utils.set_random_seed(recipe.seed)
    network = adapted(request.network, recipe)
    with precision(recipe.precision):
        model = api.build(network, auxiliary=network.graph.has_heads)
    return around(network, model, request.data, recipe, say, first_epoch=first_epoch, kept=kept)


def around(
    network: api.Network,
    model: keras.Model,
    data: Dataset,
    recipe: Recipe,
    say: Say,
    *,
    first_epoch: int = 0,
    kept: Statistics = NONE,
) -> Setup:
    """What trains a model that is already there."""
    replicas.check_shares(recipe, data)
    planned, prepared = length(recipe, len(data.train)), prepare(network, data, recipe, say, kept=kept)
    plan = pipeline.Plan(recipe.seed, recipe.batch_size, planned, first_epoch * planned.steps_per_epoch)
    inputs = objective.prepared(pipeline.training_batches(data.train, prepared, plan), recipe, network, model)
    tests, test_steps = _tests(network, model, data.test, prepared, recipe) if data.test else (None, None)
    averaged = [keras.callbacks.SwapEMAWeights(swap_on_epoch=True)] if recipe.ema else []
    return Setup(
        network,
        data,
        recipe,
        planned,
        model,
        prepared,
        training_batches=replicas.shared(inputs.dataset, len(data.train), recipe.batch_size),
        test_batches=tests,
        test_steps=test_steps,
        compile_arguments={
            "optimizer": optimizers.optimizer(recipe, network, model, planned),
            "loss": inputs.loss,
            "loss_weights": inputs.loss_weights,
            "metrics": objective.metrics(recipe, network, model),
        },
        callbacks=(StopAfter(planned.steps), *averaged, *schedules.callbacks(recipe, planned)),
        first_epoch=first_epoch,
    )


def _tests(
    network: api.Network, model: keras.Model, split: Split, prepared: Preparation, recipe: Recipe
) -> tuple[Any, int | None]:
    """The batches of the test set; and how many there are, where several devices share them."""
    size = replicas.even(len(split), recipe.batch_size) or recipe.batch_size
    batches = pipeline.evaluation_batches(split, prepared, size)
    found = objective.prepared(batches, recipe, network, model).dataset
    if replicas.count() == 1:
        return found, None
    return replicas.repeated(found), steps_per_epoch(len(split), size)


def prepare(network: api.Network, data: Dataset, recipe: Recipe, say: Say, *, kept: Statistics = NONE) -> Preparation:
    """How the data's pictures become the network's inputs; measures the training set where a step needs it."""
    shape = cast(Shape, next(iter(network.graph.inputs.values())))  # `fitting.check_network` has seen it
    return prepared(shape, fitting.classes(network), data, recipe, say, kept=kept)


def prepared(
    shape: Shape, classes: int, data: Dataset, recipe: Recipe, say: Say, *, kept: Statistics = NONE
) -> Preparation:
    """The same for any network of an input and a number of classes."""
    bare = Preparation(Surroundings(shape, classes), recipe.augmentation or (), recipe.preprocessing or {})
    found = preparation.measured(data.train, bare, say, kept)
    return replace(bare, around=Surroundings(shape, classes, found))
