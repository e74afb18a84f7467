"""Dataset -> batches. What a training batch holds follows from the seed and its number alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import tensorflow as tf

from training.augment import augment
from training.datasets import Dataset
from training.fitting import Shape, fit, normalized
from training.length import Length
from training.recipe import Recipe


def training_batches(data: Dataset, shape: Shape, recipe: Recipe, length: Length) -> tf.data.Dataset:
    """Every batch of a whole training, (images float32 (batch, *shape), labels) each.

    Each epoch takes every image once, in its own order, each changed anew as the recipe says. A step's
    batch is computed from its number, so equal seeds give equal runs and a run can be taken up at any step.
    """
    images, labels = _tensors(data.train_images, data.train_labels)
    count, size, steps = len(data.train_labels), recipe.batch_size, length.steps_per_epoch
    seed = tf.constant(recipe.seed, tf.int64)

    def batch(step: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        first = step % steps * size
        places = tf.range(first, tf.minimum(first + size, count))
        rows = tf.random.experimental.index_shuffle(places, [seed, step // steps], count - 1)
        x = augment(fit(tf.gather(images, rows), shape), [seed, step], recipe.augmentation or ())
        return normalized(x, recipe.preprocessing or {}), tf.gather(labels, rows)

    return (
        tf.data.Dataset.range(length.steps).map(batch, tf.data.AUTOTUNE, deterministic=True).prefetch(tf.data.AUTOTUNE)
    )


def evaluation_batches(
    data: Dataset, shape: Shape, batch_size: int, preprocessing: Mapping[str, Any] | None = None
) -> tf.data.Dataset:
    """The test set in its own order, unchanged but for its size and its scale."""
    images, labels = _tensors(data.test_images, data.test_labels)
    batches = tf.data.Dataset.from_tensor_slices((images, labels)).batch(batch_size)
    said = preprocessing or {}
    return batches.map(
        lambda x, y: (normalized(fit(x, shape), said), y), tf.data.AUTOTUNE, deterministic=True
    ).prefetch(tf.data.AUTOTUNE)


def _tensors(*arrays: object) -> list[tf.Tensor]:
    """Arrays in the host's memory: the accelerator's is for the network."""
    with tf.device("CPU:0"):
        return [tf.constant(array) for array in arrays]
