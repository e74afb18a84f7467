"""Steps that scale pictures and cut parts out of them."""

from __future__ import annotations

import math
from typing import Any

import tensorflow as tf

from training.augment.draws import Draws
from training.augment.examples import Surroundings

TRIES = 10  # parts drawn until one lies within the picture


def scaled(images: tf.Tensor, shorter: Any) -> tf.Tensor:
    """Pictures with a shorter side of so many pixels."""
    sides = tf.shape(images)[1:3]
    factor = tf.cast(shorter, tf.float64) / tf.cast(tf.reduce_min(sides), tf.float64)
    wanted = tf.cast(tf.round(tf.cast(sides, tf.float64) * factor), tf.int32)
    return resized(images, tf.maximum(wanted, 1))


def resized(images: tf.Tensor, size: Any) -> tf.Tensor:
    """Pictures of a height and width, float32: means of areas where they shrink to half or less, else bilinear.

    Bilinear resizing looks at two pixels each way, so it misses none until then, and takes two thirds of the time.
    TensorFlow's smoothed bilinear resizing, which takes twelve times as long as its means of areas, is left for
    pictures that shrink so far one way only, and grow the other.
    """
    sides, wanted = tf.shape(images)[1:3], tf.convert_to_tensor(size, tf.int32)
    near, smaller = tf.reduce_all(sides < 2 * wanted), tf.reduce_all(sides >= wanted)
    found = tf.cond(
        near,
        lambda: tf.image.resize(tf.cast(images, tf.float32), wanted),  # of whole numbers it takes longer
        lambda: tf.cond(
            smaller,
            lambda: tf.image.resize(images, wanted, tf.image.ResizeMethod.AREA),
            lambda: tf.image.resize(images, wanted, antialias=True),
        ),
    )
    static = size if isinstance(size, list | tuple) else (None, None)
    return tf.ensure_shape(found, (images.shape[0], *static, images.shape[3]))


def covering(images: tf.Tensor, height: int, width: int) -> tf.Tensor:
    """Pictures scaled so that they just cover a height and a width."""
    sides = tf.cast(tf.shape(images)[1:3], tf.float64)
    factor = tf.reduce_max(tf.constant([height, width], tf.float64) / sides)
    return resized(images, tf.maximum(tf.cast(tf.round(sides * factor), tf.int32), [height, width]))


def at_least(images: tf.Tensor, height: int, width: int) -> tf.Tensor:
    """Pictures as they are, or scaled up until they cover a height and a width; float32."""
    enough = tf.reduce_all(tf.shape(images)[1:3] >= [height, width])
    return tf.cond(enough, lambda: tf.cast(images, tf.float32), lambda: covering(images, height, width))


def windows(images: tf.Tensor, first: tf.Tensor, height: int, width: int) -> tf.Tensor:
    """The part of each picture that begins at (row, column) `first`, int32 (n, 2)."""
    if images.shape[0] == 1:  # a slice takes half the time
        top, left = tf.unstack(first[0])
        return images[:, top : top + height, left : left + width]
    rows, columns = first[:, :1] + tf.range(height), first[:, 1:] + tf.range(width)
    return tf.gather(tf.gather(images, rows, axis=1, batch_dims=1), columns, axis=2, batch_dims=1)


def resize(images: tf.Tensor, draws: Draws, around: Surroundings, size: int) -> tf.Tensor:
    """Scale until the shorter side has a length."""
    return scaled(images, size)


def scale_jitter(images: tf.Tensor, draws: Draws, around: Surroundings, size: tuple[int, int]) -> tf.Tensor:
    """Scale one picture until its shorter side has a length drawn from a range."""
    least, most = size
    return scaled(images, least + draws.below(most - least + 1)[0, 0])


def random_crop(images: tf.Tensor, draws: Draws, around: Surroundings, size: int | None) -> tf.Tensor:
    """Cut a part anywhere; a picture that is smaller is scaled up first."""
    height, width = (size, size) if size else around.shape[:2]
    images = at_least(images, height, width)
    free = tf.shape(images)[1:3] - [height, width] + 1
    found = windows(images, draws.below(free, 2), height, width)
    return tf.ensure_shape(found, (images.shape[0], height, width, images.shape[3]))


def area_and_aspect_crop(
    images: tf.Tensor, draws: Draws, around: Surroundings, area: tuple[float, float], aspect: tuple[float, float]
) -> tf.Tensor:
    """Cut a part of a random area and aspect of one picture, and scale it to the input.

    The first of ten drawn parts that lies within the picture is taken, else its middle.
    """
    height, width = around.shape[:2]
    sides = tf.cast(tf.shape(images)[1:3], tf.float32)
    drawn = draws.uniform(2 * TRIES + 2)[0]
    areas = tf.reduce_prod(sides) * (area[0] + (area[1] - area[0]) * drawn[:TRIES])
    low, high = (math.log(bound) for bound in aspect)
    ratios = tf.exp(low + (high - low) * drawn[TRIES : 2 * TRIES])
    parts = tf.round(tf.sqrt(tf.stack([areas / ratios, areas * ratios], axis=1)))  # (tries, 2): heights and widths
    fits = tf.reduce_all((parts <= sides) & (parts >= 1), axis=1)

    def part() -> tf.Tensor:
        size = parts[tf.argmax(fits)]
        first = tf.floor(drawn[-2:] * (sides - size + 1))
        (top, left), (rows, columns) = tf.unstack(tf.cast(first, tf.int32)), tf.unstack(tf.cast(size, tf.int32))
        return resized(images[:, top : top + rows, left : left + columns], (height, width))

    return tf.cond(tf.reduce_any(fits), part, lambda: middle(covering(images, height, width), height, width))


def middle(images: tf.Tensor, height: int, width: int) -> tf.Tensor:
    """The part in the middle of pictures that are large enough."""
    sides = tf.shape(images)[1:3]
    top, left = (sides[0] - height) // 2, (sides[1] - width) // 2
    found = images[:, top : top + height, left : left + width]
    return tf.ensure_shape(found, (None, height, width, images.shape[3]))


def pad_and_crop(images: tf.Tensor, draws: Draws, around: Surroundings, padding: int) -> tf.Tensor:
    """Move every picture by its own whole number of pixels, -padding to padding each way; what comes free is 0."""
    padded = tf.pad(images, [[0, 0], [padding, padding], [padding, padding], [0, 0]])
    height, width = tf.shape(images)[1], tf.shape(images)[2]
    moved = windows(padded, draws.below(2 * padding + 1, 2), height, width)
    return tf.ensure_shape(moved, images.shape)


def mirror(images: tf.Tensor, draws: Draws, around: Surroundings, rate: float) -> tf.Tensor:
    """Turn a share `rate` of the pictures left to right, each by a draw of its own."""
    turned = draws.uniform()[:, :, tf.newaxis, tf.newaxis] < rate
    if images.shape[0] == 1:
        return tf.cond(turned[0, 0, 0, 0], lambda: mirrored(images), lambda: images)
    return tf.where(turned, mirrored(images), images)


def mirrored(images: tf.Tensor) -> tf.Tensor:
    """Pictures turned left to right; as one list of rows, which takes a third of the time."""
    shape = tf.shape(images)
    rows = tf.reshape(images, [-1, shape[2], images.shape[3]])
    return tf.ensure_shape(tf.reshape(tf.reverse(rows, [1]), shape), images.shape)
