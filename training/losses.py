"""The loss of every step, noted without making the device wait."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping

import keras

PATIENCE = 10.0  # seconds for figures that are on their way from another thread


class Losses(keras.callbacks.Callback):
    """Notes the mean loss of the epoch so far behind every step, and from it each step's own.

    Keras calls `on_train_batch_end` of callbacks that are `async_safe` from other threads, once the device has the
    figures: training never waits for them. `latest` is the last mean, `diverged` whether one was no number.
    """

    async_safe = True

    def __init__(self) -> None:
        super().__init__()
        self.epoch, self.before, self._means = 0, list[float](), dict[int, float]()
        self.latest: float | None = None
        self.diverged = False

    def on_epoch_begin(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """Begin anew; the losses of the last epoch stay in `before`."""
        self.epoch, self.before, self._means = epoch, self.each(), {}

    def on_train_batch_end(self, batch: int, logs: Mapping[str, float] | None = None) -> None:
        """Note one; they may come in any order."""
        mean = (logs or {}).get("loss", 0.0)
        self._means[batch] = self.latest = mean
        self.diverged = self.diverged or not math.isfinite(mean)

    def wait(self, steps: int) -> None:
        """Wait until so many steps of this epoch are noted."""
        until = time.monotonic() + PATIENCE
        while len(self._means) < steps and time.monotonic() < until:
            time.sleep(0.001)

    def each(self) -> list[float]:
        """The loss of each step of this epoch, as far as all before it are known."""
        found: list[float] = []
        total = 0.0
        for number in range(len(self._means)):
            if number not in self._means:
                break
            mean = self._means[number] * (number + 1)
            found.append(mean - total)
            total = mean
        return found
