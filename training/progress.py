"""How far a long epoch is: step, images a second, time left."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import keras

from training.callbacks import duration
from training.length import Length
from training.losses import Losses

LONG = 10.0  # seconds; shorter epochs have their own line soon enough


@dataclass(frozen=True)
class Place:
    """Where lines of progress go: what takes one, and how many seconds stand between two."""

    show: Callable[[str], None]
    every: float
    clock: Callable[[], float] = time.monotonic


class Progress(keras.callbacks.Callback):
    """Tells now and then how far it is.

    Args:
        place: where to.
        length: of the training.
        images: how many a step sees.
        tests: steps of an evaluation.
        losses: knows the mean loss.
    """

    def __init__(self, place: Place, length: Length, images: int, *, tests: int, losses: Losses) -> None:
        super().__init__()
        self.place, self.length, self.images, self.tests, self.losses = place, length, images, tests, losses
        self.epoch, self.between = 0, 0.0
        self._start(0)

    def _start(self, step: int) -> None:
        """Measure from here."""
        self.began, self.first, self.due = self.place.clock(), step, self.place.clock() + self.place.every

    def on_epoch_begin(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """Note when it began."""
        self.epoch = epoch

    def on_train_batch_begin(self, batch: int, logs: Mapping[str, float] | None = None) -> None:
        """Look at the clock; the first step, in which TensorFlow compiles, counts for no speed."""
        if batch <= 1:
            self._start(batch)
        elif self.place.clock() >= self.due:
            self._tell(batch)

    def on_test_begin(self, logs: Mapping[str, float] | None = None) -> None:
        """Measure what stands between epochs."""
        self.tested = self.place.clock()

    def on_test_batch_begin(self, batch: int, logs: Mapping[str, float] | None = None) -> None:
        """Look at the clock."""
        if batch and self.place.clock() >= self.due:
            self.due = self.place.clock() + self.place.every
            self.place.show(f"{self._epoch()}  test step {batch:,}/{self.tests:,}")

    def on_test_end(self, logs: Mapping[str, float] | None = None) -> None:
        """Remember how long it took."""
        self.between = self.place.clock() - self.tested

    def _tell(self, batch: int) -> None:
        now = self.place.clock()
        self.due = now + self.place.every
        each = (now - self.began) / (batch - self.first)
        steps = self.length.steps_per_epoch
        if each * steps < LONG:
            return
        left = each * (min(steps, self.length.steps - self.epoch * steps) - batch)
        run = each * (self.length.steps - self.epoch * steps - batch) + self.between * (self.length.epochs - self.epoch)
        loss = self.losses.latest
        shown = "" if loss is None else f"  loss {loss:.4f}"
        speed = f"{self.images / each:,.0f} images/s"
        times = f"{duration(left)} left, {duration(run)} of the run"
        self.place.show(f"{self._epoch()}  step {batch:,}/{steps:,}{shown}  {speed}, {times}")

    def _epoch(self) -> str:
        return f"epoch {self.epoch + 1:>{len(str(self.length.epochs))}}/{self.length.epochs}"
