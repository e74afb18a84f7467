"""Steps that change labels along with pictures."""

from __future__ import annotations

import functools

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from training.augment.draws import Draws
from training.augment.examples import Examples, Surroundings

QUANTILES = 4096


def symmetries(examples: Examples, draws: Draws, around: Surroundings, labels: str) -> Examples:
    """Turn and mirror each square picture in one of its eight ways; labels that are points of it move along.

    A point is numbered row by row, as the outputs of a network that gives one for each.
    """
    images = examples.images
    side = tf.shape(images)[1]
    turn = draws.below(2, 3)  # (n, 3): rows against columns, upside down, left to right
    row, column = (
        examples.labels // tf.cast(side, examples.labels.dtype),
        examples.labels % tf.cast(side, examples.labels.dtype),
    )
    for kind, change in enumerate((lambda x: tf.transpose(x, [0, 2, 1, 3]), _upside_down, _left_to_right)):
        images = tf.where(turn[:, kind, tf.newaxis, tf.newaxis, tf.newaxis] > 0, change(images), images)
    if labels == "classes":
        return Examples(images, examples.labels)
    last = tf.cast(side, row.dtype) - 1
    row, column = tf.where(turn[:, 0] > 0, column, row), tf.where(turn[:, 0] > 0, row, column)
    row = tf.where(turn[:, 1] > 0, last - row, row)
    column = tf.where(turn[:, 2] > 0, last - column, column)
    return Examples(images, row * (last + 1) + column)


def _upside_down(images: tf.Tensor) -> tf.Tensor:
    return tf.reverse(images, [1])


def _left_to_right(images: tf.Tensor) -> tf.Tensor:
    return tf.reverse(images, [2])


def mixup(examples: Examples, draws: Draws, around: Surroundings, alpha: float) -> Examples:
    """Mix each picture, and its label, with another one of its batch, in a share drawn from Beta(alpha, alpha)."""
    drawn = draws.uniform(2)
    partner = tf.argsort(drawn[:, 0])
    share = tf.gather(tf.constant(quantiles(alpha), tf.float32), tf.cast(drawn[:, 1] * QUANTILES, tf.int32))
    labels = examples.labels if examples.labels.shape.rank == 2 else tf.one_hot(examples.labels, around.classes)

    def mixed(values: tf.Tensor) -> tf.Tensor:
        shares = tf.reshape(share, [-1] + [1] * (values.shape.rank - 1))
        return shares * values + (1 - shares) * tf.gather(values, partner)

    return Examples(mixed(examples.images), mixed(labels))


@functools.cache
def quantiles(alpha: float) -> npt.NDArray[np.float64]:
    """The quantiles of Beta(alpha, alpha) in the middle of 4,096 equal steps."""
    with tf.init_scope(), tf.device("CPU:0"):
        grid = np.concatenate([np.geomspace(1e-300, 0.5, 20_000), 1 - np.geomspace(0.5, 1e-16, 20_000)[1:]])
        share = tf.math.betainc(np.float64(alpha), np.float64(alpha), grid).numpy()
    return np.asarray(np.interp((np.arange(QUANTILES) + 0.5) / QUANTILES, share, grid))
