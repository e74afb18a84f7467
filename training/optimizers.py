"""A recipe's optimizer as Keras's, with weight decay and averaged weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import keras

from archspec import api
from archspec.experiments import of_row
from training import schedules
from training.length import Length
from training.recipe import Recipe, WeightDecay

CLASSES: Mapping[str, Any] = {
    "sgd": keras.optimizers.SGD,
    "adam": keras.optimizers.Adam,
    "adamw": keras.optimizers.AdamW,
    "nadam": keras.optimizers.Nadam,
    "adamax": keras.optimizers.Adamax,
    "rmsprop": keras.optimizers.RMSprop,
    "adagrad": keras.optimizers.Adagrad,
    "adadelta": keras.optimizers.Adadelta,
    "lion": keras.optimizers.Lion,
}
"""Word of a recipe -> Keras's class."""


def optimizer(recipe: Recipe, network: api.Network, model: keras.Model, length: Length) -> keras.Optimizer:
    """The optimizer of a training, for one model.

    Raises:
        SpecError: where the weight decay leaves out a row that the network lacks.
    """
    keys = {**recipe.optimizer.keys, "learning_rate": schedules.rate(recipe, length)}
    if recipe.ema:
        keys |= {"use_ema": True, "ema_momentum": recipe.ema.momentum}
    decay = recipe.weight_decay
    if decay and decay.mode == "decoupled":
        keys["weight_decay"] = decay.rate
    made = CLASSES[recipe.optimizer.name](**keys)
    if decay:
        apply_decay(made, decay, decaying(decay, network, model), model)
    if recipe.precision == "mixed_float16":  # Keras would wrap it unsaid, and then cannot load the saved model
        return keras.optimizers.LossScaleOptimizer(made)
    return made


def apply_decay(made: keras.Optimizer, decay: WeightDecay, variables: Sequence[Any], model: keras.Model) -> None:
    """Have an optimizer pull these variables, and no others, towards zero.

    Decay in the gradient adds rate * weight to each variable's gradient before anything else is done with
    it. The optimizer stays an instance of Keras's own class, so that a saved model loads anywhere; one that
    was loaded decays no more.
    """
    paths = {variable.path for variable in variables}
    if decay.mode == "decoupled":
        made.exclude_from_weight_decay([v for v in model.trainable_variables if v.path not in paths])
        return
    plain = made.apply

    def apply(grads: Sequence[Any], trainable_variables: Sequence[Any] | None = None) -> None:
        known = list(model.trainable_variables if trainable_variables is None else trainable_variables)
        share = decay.rate / _replicas()  # the replicas' gradients are summed
        pulled = [
            g if g is None or v.path not in paths else g + keras.ops.cast(share * v, g.dtype)
            for g, v in zip(grads, known, strict=True)
        ]
        plain(pulled, known)

    made.apply = apply


def _replicas() -> int:
    import tensorflow as tf

    return int(tf.distribute.get_strategy().num_replicas_in_sync)


def decaying(decay: WeightDecay, network: api.Network, model: keras.Model) -> list[Any]:
    """The variables that a weight decay means.

    Raises:
        SpecError: where it leaves out a row that the network lacks.
    """
    left = {layer for row in decay.exclude for layer in _layers_of(row, network)}
    found = []
    for layer in (layer for layer in model.layers if layer.name not in left):
        weights = layer.trainable_variables
        if decay.variables != "all":
            weights = [v for v in weights if any(w.name == "kernel" for w in weights)]
        found += [v for v in weights if decay.variables != "kernels" or v.name == "kernel"]
    return found


def _layers_of(row: str, network: api.Network) -> list[str]:
    found = [node.name for node in of_row(network.graph.nodes, row)]
    if not found:
        raise api.fail("recipe-mismatch", f"`weight_decay` leaves out '{row}', which {network.name} does not have")
    return found
