"""A training taken up where it stopped.

It goes on from the end of an epoch: a batch is computed from its number alone (`pipeline.Plan.first`), and all that
changes besides is in a checkpoint. To go on within an epoch needs no more than a checkpoint there, and belongs here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import keras

from archspec.api import fail
from training import record, schedules
from training.callbacks import StopAfter
from training.checkpoints import Checkpoint
from training.history import History

REMEMBERED: Mapping[type[keras.callbacks.Callback], tuple[str, ...]] = {
    StopAfter: ("left",),
    schedules.WarmUp: ("step",),
    keras.callbacks.ReduceLROnPlateau: ("best", "wait", "cooldown_counter"),
}
"""Callback -> what it remembers from one epoch to the next, beside the optimizer's variables."""


def taken(model: keras.Model, callbacks: Sequence[keras.callbacks.Callback], history: History, run: Path) -> Checkpoint:
    """Everything as it is now, at the end of an epoch."""
    values = {name: keras.ops.convert_to_numpy(variable) for name, variable in _variables(model).items()}
    notes = [{name: getattr(callback, name) for name in _remembered(callback)} for callback in callbacks]
    return Checkpoint(history, values, notes, record.trained_by(run))


class Resume(keras.callbacks.Callback):
    """Puts everything back before the first step; the last of the callbacks, behind what others reset there."""

    def __init__(self, checkpoint: Checkpoint, callbacks: Sequence[keras.callbacks.Callback]) -> None:
        super().__init__()
        self.checkpoint, self.callbacks = checkpoint, callbacks

    def on_train_begin(self, logs: Mapping[str, float] | None = None) -> None:
        """Variables of model and optimizer, then what callbacks remember."""
        optimizer = self.model.optimizer
        if not optimizer.built:
            with self.model.distribute_strategy.scope():
                optimizer.build(self.model.trainable_variables)
        for callback, notes in zip(self.callbacks, self.checkpoint.callbacks, strict=True):
            if isinstance(callback, keras.callbacks.SwapEMAWeights):
                # an epoch ends with the averages in the model; the swap itself is overwritten below
                callback.on_epoch_end(len(self.checkpoint.history.epochs) - 1)
            for name, value in notes.items():
                setattr(callback, name, value)
        self._assign()

    def _assign(self) -> None:
        variables, values = _variables(self.model), self.checkpoint.values
        if {n: tuple(v.shape) for n, v in variables.items()} != {n: v.shape for n, v in values.items()}:
            message = "the checkpoint's variables are not those of this network and recipe"
            raise fail("bad-run", message, expected="the releases of archspec and Keras that run.json names")
        for name, variable in variables.items():
            variable.assign(values[name])


def _variables(model: keras.Model) -> dict[str, Any]:
    """Weights, statistics and seeds of the model, all variables of its optimizer; by kind and number."""
    found = {"model": model.variables, "optimizer": model.optimizer.variables}
    return {f"{kind}/{i:05}": variable for kind, some in found.items() for i, variable in enumerate(some)}


def _remembered(callback: keras.callbacks.Callback) -> tuple[str, ...]:
    return next((names for kind, names in REMEMBERED.items() if isinstance(callback, kind)), ())
