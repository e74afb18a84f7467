"""Network and data -> a trained model: plain Keras `compile` and `fit`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import keras

from archspec import api
from archspec.experiments import Graph
from training import pipeline
from training.callbacks import Guard, Keeper, Say
from training.datasets import Dataset
from training.fitting import Shape
from training.history import History
from training.run_folder import RunFolder
from training.settings import Settings
from training.stopping import StopRequest

MOMENTUM = 0.9


@dataclass(frozen=True)
class Run:
    """The surroundings of a training: its folder, the wish to stop, and what takes a line for every epoch."""

    folder: RunFolder
    request: StopRequest
    say: Say


def train(network: api.Network, data: Dataset, settings: Settings, run: Run) -> float:
    """Train a network with all its heads; the folder holds every finished epoch.

    The test images are looked at after every epoch, for the curve only: nothing is chosen by them.

    Args:
        network: of one image input, which the data fit (see `fitting.check_network`).
        run: where the results go, what stops the training, who hears of it.

    Returns:
        the share of test images that the last epoch's model reads correctly.

    Raises:
        SpecError: where heads do not fit the input, the loss is no longer finite, or nothing can be written.
        StopRequestedError: after the current batch, once a signal has come.
    """
    run.request.check()
    keras.utils.set_random_seed(settings.seed)
    model = api.build(network, auxiliary=network.graph.has_heads)
    history = History(network.name, data.name, settings)
    keeper = Keeper(run.folder, history, run.say, main_output(network, model))
    try:
        _fit(network, model, data, settings, [Guard(run.request, settings.learning_rate), keeper])
    finally:
        keeper.draw()
    return history.epochs[-1].test_accuracy


def _fit(network: api.Network, model: keras.Model, data: Dataset, settings: Settings, callbacks: list[Any]) -> None:
    shape = cast(Shape, next(iter(network.graph.inputs.values())))  # `fitting.check_network` has seen it
    steps = pipeline.steps_per_epoch(len(data.train_labels), settings.batch_size)
    batches = pipeline.training_batches(
        data, shape, batch_size=settings.batch_size, epochs=settings.epochs, seed=settings.seed
    )
    loss = loss_of(network.graph)
    inputs = api.fit_inputs(batches, model, loss)
    tests = api.fit_inputs(pipeline.evaluation_batches(data, shape, settings.batch_size), model, loss)
    model.compile(_optimizer(settings, steps), inputs.loss, loss_weights=inputs.loss_weights, metrics=_metrics(model))
    model.fit(
        inputs.dataset,
        steps_per_epoch=steps,
        epochs=settings.epochs,
        validation_data=tests.dataset,
        callbacks=callbacks,
        shuffle=False,  # the batches come in the order of the seed
        verbose=0,
    )


def _optimizer(settings: Settings, steps: int) -> keras.Optimizer:
    rate = keras.optimizers.schedules.CosineDecay(settings.learning_rate, steps * settings.epochs)
    return keras.optimizers.SGD(rate, momentum=MOMENTUM, nesterov=True)


def _metrics(model: keras.Model) -> Any:
    if isinstance(model.output, dict):
        return {name: [keras.metrics.SparseCategoricalAccuracy("accuracy")] for name in model.output}
    return [keras.metrics.SparseCategoricalAccuracy("accuracy")]


def main_output(network: api.Network, model: keras.Model) -> str | None:
    """The output whose accuracy counts: the spec's first; None where the model has one only."""
    return next(iter(network.graph.outputs)) if isinstance(model.output, dict) else None


def loss_of(graph: Graph) -> keras.losses.Loss:
    """The cross-entropy of a network's outputs; where they are no shares of 1, it takes them for logits."""
    nodes = graph.by_name()
    softmax = all(getattr(nodes[end].op, "function", "") == "softmax" for end in graph.outputs.values())
    return keras.losses.SparseCategoricalCrossentropy(from_logits=not softmax)
