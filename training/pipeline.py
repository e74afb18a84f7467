"""Dataset -> batches. What a training batch holds follows from the seed and its number alone."""

from __future__ import annotations

import tensorflow as tf

from training.augment import shift
from training.datasets import Dataset
from training.fitting import Shape, fit

LARGEST_SHIFT = 3  # pixels of the network's input


def steps_per_epoch(images: int, batch_size: int) -> int:
    """Batches in which every image appears once; the last may be smaller."""
    return -(-images // batch_size)


def training_batches(data: Dataset, shape: Shape, *, batch_size: int, epochs: int, seed: int) -> tf.data.Dataset:
    """Every batch of a whole training, (images float32 (batch, *shape), labels) each.

    Each epoch takes every image once, in its own order, each shifted anew. A step's batch is computed
    from its number, so equal seeds give equal runs and a run can be taken up at any step.
    """
    images, labels = _tensors(data.train_images, data.train_labels)
    count = len(data.train_labels)
    steps = steps_per_epoch(count, batch_size)

    def batch(step: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        first = step % steps * batch_size
        places = tf.range(first, tf.minimum(first + batch_size, count))
        rows = tf.random.experimental.index_shuffle(places, [tf.constant(seed, tf.int64), step // steps], count - 1)
        x = fit(tf.gather(images, rows), shape)
        return shift(x, [tf.constant(seed, tf.int64), step], LARGEST_SHIFT), tf.gather(labels, rows)

    return (
        tf.data.Dataset.range(steps * epochs)
        .map(batch, tf.data.AUTOTUNE, deterministic=True)
        .prefetch(tf.data.AUTOTUNE)
    )


def evaluation_batches(data: Dataset, shape: Shape, batch_size: int) -> tf.data.Dataset:
    """The test set in its own order, unchanged but for its size."""
    images, labels = _tensors(data.test_images, data.test_labels)
    batches = tf.data.Dataset.from_tensor_slices((images, labels)).batch(batch_size)
    return batches.map(lambda x, y: (fit(x, shape), y), tf.data.AUTOTUNE, deterministic=True).prefetch(tf.data.AUTOTUNE)


def _tensors(*arrays: object) -> list[tf.Tensor]:
    """Arrays in the host's memory: the accelerator's is for the network."""
    with tf.device("CPU:0"):
        return [tf.constant(array) for array in arrays]
