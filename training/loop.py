"""Network, data and recipe -> a trained model: plain Keras `compile` and `fit`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import keras

from archspec import api
from training import objective, optimizers, pipeline, record, schedules
from training.adapted import adapted
from training.callbacks import Guard, Keeper, Say, StopAfter
from training.datasets import Dataset
from training.fitting import Shape
from training.history import History
from training.length import Length, length
from training.precision import precision
from training.recipe import Recipe
from training.run_folder import RunFolder
from training.stopping import StopRequest


@dataclass(frozen=True)
class Run:
    """The surroundings of a training: its folder, the wish to stop, and what takes a line for every epoch."""

    folder: RunFolder
    request: StopRequest
    say: Say


def train(network: api.Network, data: Dataset, recipe: Recipe, run: Run) -> float:
    """Train a network with all its heads; the folder holds every finished epoch.

    The test images are looked at after every epoch; nothing is chosen by them, unless the recipe's
    schedule watches them for a plateau.

    Args:
        network: of one image input, which the data fit (see `fitting.check_network`).
        recipe: whose augmentation `augment.check` has passed.
        run: where the results go, what stops the training, who hears of it.

    Returns:
        the share of test images that the last epoch's model reads correctly.

    Raises:
        SpecError: where heads do not fit the input, the recipe names rows that the network does not
            have, the loss is no longer finite, or nothing can be written.
        StopRequestedError: after the current batch, once a signal has come.
    """
    run.request.check()
    keras.utils.set_random_seed(recipe.seed)
    network = adapted(network, recipe)
    with precision(recipe.precision):
        model = api.build(network, auxiliary=network.graph.has_heads)
    planned = length(recipe, len(data.train_labels))
    history = History(network.name, data.name, recipe.name, planned.epochs)
    texts = record.texts(network, data, recipe)
    keeper = Keeper(run.folder, history, run.say, texts, main_output(network, model))
    guard = Guard(run.request, recipe.optimizer.keys["learning_rate"])
    try:
        fit(network, model, data, recipe, planned, callbacks=[guard, keeper])
    finally:
        keeper.draw()
    return history.epochs[-1].test_accuracy


def fit(
    network: api.Network, model: keras.Model, data: Dataset, recipe: Recipe, planned: Length, *, callbacks: list[Any]
) -> None:
    """Compile and fit a model by a recipe; the callbacks come behind the recipe's own."""
    shape = cast(Shape, next(iter(network.graph.inputs.values())))  # `fitting.check_network` has seen it
    batches = pipeline.training_batches(data, shape, recipe, planned)
    tests = pipeline.evaluation_batches(data, shape, recipe.batch_size, recipe.preprocessing)
    inputs, held = (objective.prepared(each, recipe, network, model) for each in (batches, tests))
    model.compile(
        optimizers.optimizer(recipe, network, model, planned),
        inputs.loss,
        loss_weights=inputs.loss_weights,
        metrics=objective.metrics(recipe, network, model),
    )
    averaged = [keras.callbacks.SwapEMAWeights(swap_on_epoch=True)] if recipe.ema else []
    model.fit(
        inputs.dataset,
        steps_per_epoch=planned.steps_per_epoch,
        epochs=planned.epochs,
        validation_data=held.dataset,
        callbacks=[StopAfter(planned.steps), *averaged, *callbacks, *schedules.callbacks(recipe, planned)],
        shuffle=False,  # the batches come in the order of the seed
        verbose=0,
    )


def main_output(network: api.Network, model: keras.Model) -> str | None:
    """The output whose accuracy counts: the spec's first; None where the model has one only."""
    return next(iter(network.graph.outputs)) if isinstance(model.output, dict) else None
