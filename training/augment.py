"""Random changes of training pictures, drawn from stateless seeds so that a run can be repeated."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from archspec import api
from training.recipe import Step

if TYPE_CHECKING:
    import tensorflow as tf


def shift(images: tf.Tensor, seed: tf.Tensor, padding: int) -> tf.Tensor:
    """Move every image by its own whole number of pixels, -padding to padding each way.

    Args:
        images: (batch, height, width, channels); the border that comes free is 0.
        seed: two integers; the same seed gives the same shifts.
        padding: the largest shift.
    """
    import tensorflow as tf

    batch, height, width = tf.shape(images)[0], tf.shape(images)[1], tf.shape(images)[2]
    padded = tf.pad(images, [[0, 0], [padding, padding], [padding, padding], [0, 0]])
    first = tf.random.stateless_uniform([2, batch, 1], seed, 0, 2 * padding + 1, tf.int32)
    rows, columns = first[0] + tf.range(height), first[1] + tf.range(width)
    return tf.gather(tf.gather(padded, rows, axis=1, batch_dims=1), columns, axis=2, batch_dims=1)


def mirror(images: tf.Tensor, seed: tf.Tensor, rate: float) -> tf.Tensor:
    """Turn a share `rate` of the images left to right, each by a draw of its own."""
    import tensorflow as tf

    drawn = tf.random.stateless_uniform([tf.shape(images)[0], 1, 1, 1], seed)
    return tf.where(drawn < rate, tf.reverse(images, [2]), images)


STEPS: dict[str, Callable[..., Any]] = {"pad_and_crop": shift, "mirror": mirror}
"""Step of a recipe -> the function that does it to a batch, from images, a seed and the step's keys."""


def check(steps: Sequence[Step]) -> None:
    """Refuse the steps that nothing here does.

    Raises:
        SpecError: naming them.
    """
    missing = [step.name for step in steps if step.name not in STEPS]
    if missing:
        expected = f"steps among {', '.join(STEPS)}; --recipe small, or --set recipe.augmentation=~ to train without"
        message = f"this release does not do {', '.join(missing)} to training pictures yet"
        raise api.fail("unsupported-step", message, expected=expected)


def augment(images: tf.Tensor, seed: Any, steps: Sequence[Step]) -> tf.Tensor:
    """A batch after all steps, in order.

    Args:
        images: float (batch, height, width, channels).
        seed: two integers, of the training and of the batch; the first step draws with them as they are, the
            others with seeds made of them.
        steps: as `check` passed them.
    """
    import tensorflow as tf

    for number, step in enumerate(steps):
        drawn = tf.random.experimental.stateless_fold_in(seed, number) if number else seed
        images = STEPS[step.name](images, drawn, **step.keys)
    return images
