"""Steps that change the values of pictures and leave every pixel in its place."""

from __future__ import annotations

from collections.abc import Callable

import tensorflow as tf

from training.augment.draws import Draws
from training.augment.examples import Surroundings

LUMA = (0.299, 0.587, 0.114)  # ITU-R BT.601


def by_channel(operation: Callable[..., tf.Tensor], images: tf.Tensor, values: tf.Tensor) -> tf.Tensor:
    """`operation` of pictures and a number for each channel, (n or 1, channels).

    Done along whole rows of pixels: TensorFlow takes twice the time where the last axis has three numbers.
    """
    shape = tf.shape(images)
    row = tf.tile(values, [1, shape[2]])[:, tf.newaxis]
    found = operation(tf.reshape(images, [shape[0], shape[1], -1]), row)
    return tf.ensure_shape(tf.reshape(found, shape), images.shape)


def grey(images: tf.Tensor) -> tf.Tensor:
    """(n, height, width, 1): the luma of colours, the mean of other channels."""
    channels = images.shape[3]
    weights = LUMA if channels == len(LUMA) else [1 / channels] * channels
    return tf.reduce_sum(images * tf.constant(weights, tf.float32), axis=3, keepdims=True)


def pca_lighting(images: tf.Tensor, draws: Draws, around: Surroundings, sigma: float) -> tf.Tensor:
    """Add the principal colours of the training set, each in a normally distributed amount.

    An amount has `sigma` times the deviation of the set's pixels along that colour: the paper multiplies
    by the eigenvalue, the square of it, which for values of 0 to 255 would wipe pictures out.
    """
    colours = tf.constant(around.statistics.colours, tf.float32)  # one a row, as long as the deviation along it
    return by_channel(tf.add, images, tf.matmul(sigma * draws.normal(colours.shape[0]), colours))


def colour(
    images: tf.Tensor, draws: Draws, around: Surroundings, *, brightness: float, contrast: float, saturation: float
) -> tf.Tensor:
    """Change brightness, contrast and saturation by random factors, in a random order; values stay in 0 to 255.

    Each change is a blend with another picture: with black, with the mean grey, with the grey of each pixel.
    """
    drawn = draws.uniform(6)[:, :, tf.newaxis, tf.newaxis, tf.newaxis]  # (n, 6, 1, 1, 1)
    factors = [1 + most * (2 * drawn[:, i] - 1) for i, most in enumerate((brightness, contrast, saturation))]
    order = tf.argsort(drawn[:, 3:], axis=1)
    for turn in range(3):
        is_contrast, is_saturation = (tf.cast(order[:, turn] == kind, tf.float32) for kind in (1, 2))
        factor = tf.gather(tf.stack(factors, 1), order[:, turn : turn + 1, 0, 0, 0], axis=1, batch_dims=1)[:, 0]
        of_pixels = grey(images)
        other = is_contrast * tf.reduce_mean(of_pixels, axis=(1, 2), keepdims=True) + is_saturation * of_pixels
        images = factor * images + (1 - factor) * other
    return tf.clip_by_value(images, 0.0, 255.0)


def per_pixel_mean(images: tf.Tensor, draws: Draws, around: Surroundings) -> tf.Tensor:
    """Subtract the mean picture of the training set."""
    return images - tf.constant(around.statistics.mean, tf.float32)
