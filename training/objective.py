"""What is minimized and what is counted: loss, labels and metrics of a recipe."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import keras
import tensorflow as tf

from archspec import api
from archspec.experiments import Graph, distance_accuracy, distance_loss, ends_in_distances, ends_in_softmax
from training import fitting, hits
from training.recipe import Recipe


def loss(recipe: Recipe, network: api.Network) -> keras.losses.Loss:
    """The loss of every head.

    Raises:
        SpecError: where the recipe asks for one of shares, and the network gives distances, or the other way round.
    """
    rubbish = recipe.loss.keys.get("rubbish_distance")
    if ends_in_distances(network.graph):
        if soft(recipe):
            message = f"the recipe {recipe.name} compares shares of classes, and {network.name} gives distances to them"
            raise api.fail("recipe-mismatch", message, expected="`loss: crossentropy` without smoothed labels")
        return distance_loss(rubbish)
    if rubbish is not None:
        message = f"the recipe {recipe.name} has a rubbish class at a distance, and {network.name} gives no distances"
        raise api.fail("recipe-mismatch", message, expected="--set recipe.loss.rubbish_distance=~")
    if recipe.loss.name == "mean_squared_error":
        return keras.losses.MeanSquaredError()
    if soft(recipe):
        logits = not ends_in_softmax(network.graph)
        smoothing = recipe.loss.keys["label_smoothing"]
        return keras.losses.CategoricalCrossentropy(from_logits=logits, label_smoothing=smoothing)
    return crossentropy(network.graph)


def soft(recipe: Recipe) -> bool:
    """Whether labels are a share of each class instead of a class's number."""
    mixed = any(step.name == "mixup" for step in recipe.augmentation or ())
    return mixed or recipe.loss.name == "mean_squared_error" or recipe.loss.keys["label_smoothing"] > 0


def metrics(recipe: Recipe, network: api.Network, model: keras.Model) -> Any:
    """Accuracy, and hits among the first k for each k of the recipe's evaluation, of every head."""
    if isinstance(model.output, dict):
        return {name: _metrics(recipe, network) for name in model.output}
    return _metrics(recipe, network)


def _metrics(recipe: Recipe, network: api.Network) -> list[keras.metrics.Metric]:
    further = [k for k in hits.counted(recipe.evaluation.top, fitting.classes(network)) if k > 1]
    if ends_in_distances(network.graph):
        return [distance_accuracy(1, "accuracy"), *(distance_accuracy(k, f"top{k}") for k in further)]
    kind = "Categorical" if soft(recipe) else "SparseCategorical"
    first = getattr(keras.metrics, f"{kind}Accuracy")("accuracy")
    top = getattr(keras.metrics, "TopKCategoricalAccuracy" if soft(recipe) else "SparseTopKCategoricalAccuracy")
    return [first, *(top(k, name=f"top{k}") for k in further)]


def prepared(batches: tf.data.Dataset, recipe: Recipe, network: api.Network, model: keras.Model) -> Any:
    """Batches of (pictures, class numbers) with the labels, loss and loss weights of every head.

    Raises:
        SpecError: where the recipe weighs a head that the network does not have.
    """
    inputs = api.fit_inputs(batches, model, loss(recipe, network))
    dataset, weights = inputs.dataset, inputs.loss_weights
    for head in recipe.loss_weights:
        if head not in (weights or {}):
            message = f"`loss_weights` of the recipe {recipe.name} names '{head}', no head of {network.name}"
            raise api.fail("recipe-mismatch", message, suggestion=api.did_you_mean(head, weights or ()))
    if soft(recipe):
        widths = {name: tensor.shape[-1] for name, tensor in _outputs(model).items()}
        dataset = dataset.map(lambda x, y: (x, _shares(y, widths)), tf.data.AUTOTUNE, deterministic=True)
    return replace(inputs, dataset=dataset, loss_weights={**weights, **recipe.loss_weights} if weights else None)


def _outputs(model: keras.Model) -> dict[str, Any]:
    return model.output if isinstance(model.output, dict) else {"": model.output}


def _shares(labels: Any, widths: dict[str, int]) -> Any:
    if isinstance(labels, dict):
        return {name: _share(labels[name], widths[name]) for name in labels}
    return _share(labels, widths[""])


def _share(labels: tf.Tensor, width: int) -> tf.Tensor:
    """Class numbers as shares; labels that were mixed are shares already."""
    return tf.one_hot(labels, width) if labels.shape.rank == 1 else labels


def crossentropy(graph: Graph) -> keras.losses.Loss:
    """The cross-entropy of a network's outputs and class numbers; what are no shares of 1 or distances are logits."""
    if ends_in_distances(graph):
        return distance_loss()
    return keras.losses.SparseCategoricalCrossentropy(from_logits=not ends_in_softmax(graph))
