"""How images of one size enter a network of another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archspec.api import fail

if TYPE_CHECKING:
    import tensorflow as tf

Shape = tuple[int, int, int]
"""(height, width, channels)"""
WIDEST_PADDING = 8  # pixels in all; MNIST's 28x28 stand in the 32x32 of LeNet-5, as in its paper


def check(image: Shape, network_input: tuple[int, ...]) -> None:
    """Refuse images that cannot be brought to a network's input.

    Raises:
        SpecError: where the input is no image, or the channels differ (grey images enter any number).
    """
    words = "x".join(map(str, network_input))
    if len(network_input) != 3:
        raise fail(
            "data-mismatch", f"the network's input is {words}", expected="height, width and channels of an image"
        )
    if image[2] not in (1, network_input[2]):
        raise fail(
            "data-mismatch",
            f"the images have {image[2]} channels, the network's input is {words}",
            expected="as many channels",
        )


def pads(image: Shape, network_input: Shape) -> bool:
    """Whether images are framed with zeros; otherwise they are resized.

    >>> pads((28, 28, 1), (32, 32, 1)), pads((8, 8, 1), (32, 32, 1))
    (True, False)
    """
    return all(0 <= network_input[axis] - image[axis] <= WIDEST_PADDING for axis in (0, 1))


def fit(images: tf.Tensor, shape: Shape) -> tf.Tensor:
    """uint8 images as a network takes them: float32, 0 to 1, of `shape`.

    Slightly smaller ones are framed with zeros, all others resized (bilinear, smoothed when they
    shrink); grey is repeated over the channels.
    """
    import tensorflow as tf

    height, width, channels = shape
    found = tuple(images.shape[1:])
    scaled = tf.cast(images, tf.float32) / 255.0
    if pads(found, shape):
        scaled = tf.image.resize_with_crop_or_pad(scaled, height, width)
    else:
        scaled = tf.image.resize(scaled, (height, width), antialias=True)
    return scaled if found[2] == channels else tf.repeat(scaled, channels, axis=3)
