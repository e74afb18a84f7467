"""Network and data -> a trained model: plain Keras `compile` and `fit`."""

from __future__ import annotations

from typing import Any

import keras

from archspec import api
from training import pipeline
from training.callbacks import Guard, Keeper, Say
from training.datasets import Dataset
from training.history import History
from training.run_folder import RunFolder
from training.settings import Settings
from training.stopping import StopRequest

MOMENTUM = 0.9


def train(network: api.Network, data: Dataset, settings: Settings, folder: RunFolder, request: StopRequest, say: Say) -> float:
    """Train a network with all its heads; the folder holds every finished epoch.

    The test images are looked at after every epoch, for the curve only: nothing is chosen by them.

    Args:
        network: of one image input, which the data fit (see `fitting.check`).
        request: what stops the training.
        say: takes a line for every epoch.

    Returns:
        the share of test images that the last epoch's model reads correctly.

    Raises:
        SpecError: where outputs and labels do not match, the loss is no longer finite, or nothing can be written.
        StopRequestedError: after the current batch, once `request` is set.
    """
    request.check()
    keras.utils.set_random_seed(settings.seed)
    model = api.build(network, auxiliary=bool(network.graph.heads))
    check_outputs(network, model, data, say)
    history = History(network.name, data.name, settings)
    keeper = Keeper(folder, history, say, main_output(network, model))
    try:
        _fit(network, model, data, settings, [Guard(request, settings.learning_rate), keeper])
    finally:
        keeper.draw()
    return history.epochs[-1].test_accuracy


def _fit(network: api.Network, model: keras.Model, data: Dataset, settings: Settings, callbacks: list[Any]) -> None:
    [shape] = network.graph.inputs.values()
    steps = pipeline.steps_per_epoch(len(data.train_labels), settings.batch_size)
    batches = pipeline.training_batches(
        data, shape, batch_size=settings.batch_size, epochs=settings.epochs, seed=settings.seed
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=not _ends_in_softmax(network))
    inputs = api.fit_inputs(batches, model, loss)
    tests = api.fit_inputs(pipeline.evaluation_batches(data, shape, settings.batch_size), model, loss)
    model.compile(_optimizer(settings, steps), inputs.loss, loss_weights=inputs.loss_weights, metrics=_metrics(model))
    model.fit(
        inputs.dataset,
        steps_per_epoch=steps,
        epochs=settings.epochs,
        validation_data=tests.dataset,
        callbacks=callbacks,
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


def _ends_in_softmax(network: api.Network) -> bool:
    """Whether the outputs are shares of 1; otherwise the loss takes them for logits."""
    nodes = network.graph.by_name()
    return all(getattr(nodes[end].op, "function", "") == "softmax" for end in network.graph.outputs.values())
