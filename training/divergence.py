"""A loss that is no number any more: the step, what was found there, and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import keras
import numpy as np
import tensorflow as tf

from archspec.api import SpecError, fail
from training import pipeline
from training.losses import Losses
from training.stopping import StopRequest

if TYPE_CHECKING:
    from training.setups import Setup

GROWN = 3.0  # times the lowest of the last losses, from which on they grew
LOOKED_AT = 8  # pictures that go through all layers at once
RECENT = 50  # steps that are looked back
HALF = "numbers up to 65,504, which is all that mixed_float16 computes with"


@dataclass(frozen=True)
class Finding:
    """What was found, in words, and what to do."""

    found: str
    cure: str


class Guard(keras.callbacks.Callback):
    """Ends `fit` by an exception when asked to, or when the loss is no number any more."""

    def __init__(self, request: StopRequest, setup: Setup, losses: Losses) -> None:
        super().__init__()
        self.request, self.setup, self.losses = request, setup, losses

    def on_train_batch_begin(self, batch: int, logs: Mapping[str, float] | None = None) -> None:
        """Look before every step at what is known of those before it."""
        self.request.check()
        if self.losses.diverged:
            self.losses.wait(batch)
            raise in_training(self.setup, self.losses, self._rate())

    def on_test_batch_begin(self, batch: int, logs: Mapping[str, float] | None = None) -> None:
        """Stop within an evaluation as well."""
        self.request.check()

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """The last steps of an epoch show here, the weights of the very last in the test loss only."""
        if self.losses.diverged:
            raise in_training(self.setup, self.losses, self._rate())
        if not np.isfinite((logs or {}).get("val_loss", 0.0)):
            raise in_testing(self.setup, epoch, self._rate())

    def _rate(self) -> float:
        return float(keras.ops.convert_to_numpy(self.model.optimizer.learning_rate))


def in_training(setup: Setup, losses: Losses, rate: float) -> SpecError:
    """The error for a loss that went astray at a step."""
    each = losses.each()
    bad = int(np.argmin(np.isfinite(each)))
    known = [*losses.before, *each[:bad]]
    finding = next(_findings(setup, losses.epoch * setup.length.steps_per_epoch + bad, known, rate))
    where = f"in epoch {losses.epoch + 1}, step {bad + 1} of {setup.length.steps_per_epoch}"
    return fail("diverged", f"the loss is no longer a number {where}: {finding.found}", expected=finding.cure)


def in_testing(setup: Setup, epoch: int, rate: float) -> SpecError:
    """The error for a test loss that is no number, where the training loss was one."""
    finding = next(_of_weights(setup.model, rate), None) or next(_of_outputs(setup, rate))
    where = f"on the test images after epoch {epoch + 1}"
    return fail("diverged", f"the loss is no longer a number {where}: {finding.found}", expected=finding.cure)


def _findings(setup: Setup, step: int, losses: list[float], rate: float) -> Iterator[Finding]:
    """What may have made it so, the surest first."""
    yield from _of_inputs(setup, step)
    recent = losses[-RECENT:]
    slower = f"a learning rate below {rate:.3g}, a recipe with `warmup`, or `optimizer.clipnorm`"
    if recent and recent[-1] > GROWN * min(recent):
        ago = len(recent) - 1 - recent.index(min(recent))
        grew = f"the loss had grown from {min(recent):.4g} to {recent[-1]:.4g} in {ago} step{'s' * (ago > 1)} before"
        yield Finding(f"{grew}, at a learning rate of {rate:.3g}", slower)
    last = f"the loss was {losses[-1]:.4g} in the step before" if losses else "it is the first step"
    if setup.recipe.precision == "mixed_float16":
        yield Finding(f"{last}, so that something grew beyond {HALF}", "`precision: mixed_bfloat16`, or float32")
    if losses:
        yield Finding(f"{last}; one step at a learning rate of {rate:.3g} was enough", slower)
    yield Finding(f"{last}, so that the network cannot take these pictures", "other initializers or preprocessing")


def _of_inputs(setup: Setup, step: int) -> Iterator[Finding]:
    """The pictures and labels of a step, computed once more."""
    recipe, train = setup.recipe, setup.data.train
    plan = pipeline.Plan(recipe.seed, recipe.batch_size, setup.length, step)
    images, labels = next(iter(pipeline.training_batches(train, setup.preparation, plan)))
    finite = np.isfinite(images.numpy()).all(axis=(1, 2, 3))
    count = int((~finite).sum())
    if count:
        first = int(np.argmin(finite))
        which = f"picture {_row(plan, first, len(train))} of the training set (counted from 0)"
        others = f" and {count - 1} more of its batch" if count > 1 else ""
        said = f"as the recipe prepares them, {which}{others} hold values that are not finite"
        yield Finding(said, "another `preprocessing` or `augmentation`")
    if labels.shape.rank == 1 and labels.numpy().max() >= setup.data.classes:
        yield Finding(f"a label is {labels.numpy().max()}", f"labels from 0 to {setup.data.classes - 1}")


def _row(plan: pipeline.Plan, place: int, count: int) -> int:
    """The number of a picture by its place in the plan's first batch."""
    epoch, step = divmod(plan.first, plan.length.steps_per_epoch)
    return int(plan.order(tf.constant([step * plan.batch_size + place], tf.int64), tf.constant(epoch), count)[0])


def _of_weights(model: keras.Model, rate: float) -> Iterator[Finding]:
    for variable in model.variables:
        if not np.isfinite(keras.ops.convert_to_numpy(variable)).all():
            found = f"'{variable.path}' holds values that are not finite since the epoch's last step"
            yield Finding(f"{found}, at a learning rate of {rate:.3g}", f"a learning rate below {rate:.3g}")


def _of_outputs(setup: Setup, rate: float) -> Iterator[Finding]:
    """The first layer whose output is not finite; weights are, by now."""
    model = setup.model
    layers = [layer for layer in model.layers if layer.weights or not isinstance(layer, keras.layers.InputLayer)]
    inside = keras.Model(model.inputs, [layer.output for layer in layers])
    assert setup.data.test is not None, "there was a test loss"
    for images, _ in pipeline.evaluation_batches(setup.data.test, setup.preparation, LOOKED_AT):
        for layer, output in zip(layers, inside(images, training=False), strict=True):
            if not np.isfinite(keras.ops.convert_to_numpy(output)).all():
                found = f"'{layer.name}' is the first layer whose output is not finite, of weights that are"
                yield Finding(f"{found}, at a learning rate of {rate:.3g}", f"a learning rate below {rate:.3g}")
    yield Finding(f"weights and outputs are finite, at a learning rate of {rate:.3g}", f"one below {rate:.3g}")
