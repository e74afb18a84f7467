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
        network: of one image input, which the data fit (see `fitting.check`).
        recipe: whose augmentation `augment.check` has passed.
        run: where the results go, what stops the training, who hears of it.

    Returns:
        the share of test images that the last epoch's model reads correctly.

    Raises:
        SpecError: where outputs and labels do not match, the recipe names rows that the network does not
            have, the loss is no longer finite, or nothing can be written.
        StopRequestedError: after the current batch, once a signal has come.
    """
    run.request.check()
    keras.utils.set_random_seed(recipe.seed)
    network = adapted(network, recipe)
    with precision(recipe.precision):
        model = api.build(network, auxiliary=bool(network.graph.heads))
    check_outputs(network, model, data, run.say)
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
    shape = cast(Shape, next(iter(network.graph.inputs.values())))  # `fitting.check` has seen it
    batches = pipeline.training_batches(data, shape, recipe, planned)
    tests = pipeline.evaluation_batches(data, shape, recipe.batch_size, recipe.preprocessing)
    inputs, held = (objective.prepared(each, recipe, network, model) for each in (batches, tests))
    model.compile(
        optimizers.optimizer(recipe, network, model, planned),
        inputs.loss,
        loss_weights=inputs.loss_weights,
        metrics=objective.metrics(recipe, model),
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


def check_outputs(network: api.Network, model: keras.Model, data: Dataset, say: Say) -> None:
    """Hold every output against the labels.

    Raises:
        SpecError: where an output is no row of classes, or has fewer than the labels need.
    """
    outputs = model.output if isinstance(model.output, dict) else {next(iter(network.graph.outputs)): model.output}
    for name, tensor in outputs.items():
        shape = tuple(tensor.shape[1:])
        if len(shape) != 1:
            words = "x".join(map(str, shape))
            raise api.fail("data-mismatch", f"the output '{name}' is {words}", expected="one value for each class")
        if shape[0] < data.classes:
            message = f"{data.name} has labels up to {data.classes - 1}, the output '{name}' has {shape[0]} classes"
            raise api.fail("data-mismatch", message, expected=f"at least {data.classes} classes{_cure(network, data)}")
    if (most := max(tensor.shape[1] for tensor in outputs.values())) > data.classes:
        say(f"note: {network.name} tells {most} classes apart, {data.name} has {data.classes}{_cure(network, data)}")


def _cure(network: api.Network, data: Dataset) -> str:
    return f": --set vars.classes={data.classes}" if "classes" in network.spec.vars else ""
