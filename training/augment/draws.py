"""Random numbers of pictures, which follow from the seed, the epoch and the picture's number alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import tensorflow as tf

COLUMNS = 64  # of one step; no step draws more numbers for a picture
ROUNDS = 16  # with the default of 4, draws of neighbouring pictures, steps and epochs are alike (0.2 to 0.8)
LARGEST = 2**31 - 1
BITS = 7  # cut off: what is left, 24 bits, is exact as float32


@dataclass(frozen=True)
class Draws:
    """The random numbers of some pictures in one step of the augmentation.

    They are the same for equal seed, epoch, picture and step, whatever the batch.

    Args:
        seed: of the training.
        epoch: counted from 0.
        rows: numbers of the pictures, (n,).
        step: the place of the step in the recipe.
    """

    seed: Any
    epoch: Any
    rows: Any
    step: int = 0

    def of_step(self, step: int) -> Draws:
        """The numbers of another step."""
        return replace(self, step=step)

    def uniform(self, columns: int = 1) -> tf.Tensor:
        """Numbers from 0 up to below 1, float32 (n, columns), evenly spread."""
        numbers = tf.range(columns, dtype=tf.int64) + COLUMNS * self.step + 1
        same = [tf.fill([columns], tf.cast(part, tf.int64)) for part in (self.seed, self.epoch)]
        seeds, count = tf.stack([*same, numbers], axis=1), tf.size(self.rows)
        # all at once: for one picture, each operation costs more than its number
        rows = tf.reshape(tf.broadcast_to(self.rows[:, tf.newaxis], [count, columns]), [-1])
        found = shuffled(rows, tf.reshape(tf.broadcast_to(seeds, [count, columns, 3]), [-1, 3]), LARGEST)
        return tf.cast(tf.reshape(found, [-1, columns]) // 2**BITS, tf.float32) / 2.0 ** (31 - BITS)

    def normal(self, columns: int = 1) -> tf.Tensor:
        """Numbers of mean 0 and deviation 1, float32 (n, columns), normally distributed."""
        return tf.math.ndtri(self.uniform(columns) + 2.0**-25)

    def below(self, limits: Any, columns: int = 1) -> tf.Tensor:
        """Whole numbers from 0 up to below the limits, int32 (n, columns)."""
        limit = tf.cast(limits, tf.float32)
        return tf.cast(tf.minimum(tf.floor(self.uniform(columns) * limit), limit - 1), tf.int32)


def shuffled(places: tf.Tensor, seed: tf.Tensor, largest: Any) -> tf.Tensor:
    """What stands at some places of a random order of the numbers 0 to `largest`; `seed`: (3,) or (n, 3)."""
    return tf.raw_ops.RandomIndexShuffle(
        index=tf.cast(places, tf.int64), seed=seed, max_index=tf.cast(largest, tf.int64), rounds=ROUNDS
    )
