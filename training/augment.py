"""Random changes of training images, drawn from stateless seeds so that a run can be repeated."""

from __future__ import annotations

import tensorflow as tf


def shift(images: tf.Tensor, seed: tf.Tensor, pixels: int) -> tf.Tensor:
    """Move every image by its own whole number of pixels, -pixels to pixels each way.

    Args:
        images: (batch, height, width, channels); the border that comes free is 0.
        seed: two integers; the same seed gives the same shifts.
        pixels: the largest shift.
    """
    batch, height, width = tf.shape(images)[0], tf.shape(images)[1], tf.shape(images)[2]
    padded = tf.pad(images, [[0, 0], [pixels, pixels], [pixels, pixels], [0, 0]])
    first = tf.random.stateless_uniform([2, batch, 1], seed, 0, 2 * pixels + 1, tf.int32)
    rows, columns = first[0] + tf.range(height), first[1] + tf.range(width)
    return tf.gather(tf.gather(padded, rows, axis=1, batch_dims=1), columns, axis=2, batch_dims=1)
