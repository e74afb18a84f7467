"""What TensorBoard shows: the losses of steps, the figures of epochs. Written without the package `tensorboard`."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

import keras
import tensorflow as tf

from training.length import Length
from training.losses import Losses

EVERY = 10.0  # seconds between two looks at the losses of steps


class Board(keras.callbacks.Callback):
    """Writes scalars by the number of the step, counted from the run's beginning.

    Args:
        folder: what `tensorboard --logdir` is given.
        length: of the training.
        losses: knows the loss of each step.
    """

    def __init__(self, folder: Path, length: Length, losses: Losses) -> None:
        super().__init__()
        self.folder, self.length, self.losses = folder, length, losses
        self.first, self.written, self.due = 0, 0, 0.0

    def on_train_begin(self, logs: Mapping[str, float] | None = None) -> None:
        """Begin a file beside those that are there."""
        self.writer = tf.summary.create_file_writer(str(self.folder))

    def on_epoch_begin(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """Count from here."""
        self.first, self.written, self.due = epoch * self.length.steps_per_epoch, 0, time.monotonic() + EVERY

    def on_train_batch_begin(self, batch: int, logs: Mapping[str, float] | None = None) -> None:
        """Look at the clock."""
        if time.monotonic() >= self.due:
            self._steps()
            self.writer.flush()
            self.due = time.monotonic() + EVERY

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """The figures that Keras logs, under its names, and the learning rate."""
        self._steps()
        last = self.first + self.written
        rate = float(keras.ops.convert_to_numpy(self.model.optimizer.learning_rate))
        for name, value in {"learning_rate": rate, **(logs or {})}.items():
            self._write(f"epoch/{name}", value, last)
        self.writer.flush()

    def on_train_end(self, logs: Mapping[str, float] | None = None) -> None:
        """Close the file."""
        self.writer.close()

    def _steps(self) -> None:
        each = self.losses.each()
        for number in range(self.written, len(each)):
            self._write("step/loss", each[number], self.first + number + 1)
        self.written = len(each)

    def _write(self, tag: str, value: float, step: int) -> None:
        """As `tf.summary.scalar` does, which needs the package."""
        metadata = tf.compat.v1.SummaryMetadata(
            plugin_data=tf.compat.v1.SummaryMetadata.PluginData(plugin_name="scalars"), data_class=1
        )
        with self.writer.as_default():
            tf.summary.write(tag, tf.constant(value, tf.float32), step=step, metadata=metadata)
