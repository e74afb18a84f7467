"""How images of one size enter a network of another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from archspec.api import Network, fail
from archspec.experiments import shapes, text

if TYPE_CHECKING:
    import tensorflow as tf

    from training.datasets import Dataset

Shape = tuple[int, int, int]
"""(height, width, channels)"""
WIDEST_PADDING = 8  # pixels in all; MNIST's 28x28 stand in the 32x32 of LeNet-5, as in its paper


def check_network(network: Network, data: Dataset, say: Callable[[str], None]) -> None:
    """Hold a network's input and heads against images and labels; more classes than labels are only told.

    Raises:
        SpecError: for several inputs, images that cannot be brought to the input, an output or head that is no
            row of classes, or has fewer than the labels need.
    """
    inputs = network.graph.inputs
    if len(inputs) != 1:
        raise fail("data-mismatch", f"{network.name} has {len(inputs)} inputs", expected="one")
    check(data.image_shape, *inputs.values())
    found = shapes(network.graph)
    ends = {**network.graph.outputs, **{name: head.output for name, head in network.graph.heads.items()}}
    most = max(_classes(name, found[end], network, data) for name, end in ends.items())
    if most > data.classes:
        say(f"note: {network.name} tells {most} classes apart, {data.name} has {data.classes}{_cure(network, data)}")


def _classes(name: str, shape: tuple[int, ...], network: Network, data: Dataset) -> int:
    """How many classes an output tells apart."""
    if len(shape) != 1:
        raise fail("data-mismatch", f"the output '{name}' is {text(shape)}", expected="one value for each class")
    if shape[0] < data.classes:
        message = f"{data.name} has labels up to {data.classes - 1}, the output '{name}' has {shape[0]} classes"
        raise fail("data-mismatch", message, expected=f"at least {data.classes} classes{_cure(network, data)}")
    return shape[0]


def _cure(network: Network, data: Dataset) -> str:
    return f": --set vars.classes={data.classes}" if "classes" in network.spec.vars else ""


def check(image: Shape, network_input: tuple[int, ...]) -> None:
    """Refuse images that cannot be brought to a network's input.

    Raises:
        SpecError: where the input is no image, or the channels differ (grey images enter any number).
    """
    words = text(network_input)
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
    """uint8 images of the size that a network takes: float32, still 0 to 255, of `shape`.

    Slightly smaller ones are framed with zeros, all others resized (bilinear, smoothed when they
    shrink); grey is repeated over the channels.
    """
    import tensorflow as tf

    height, width, channels = shape
    found = tuple(images.shape[1:])
    values = tf.cast(images, tf.float32)
    if pads(found, shape):
        values = tf.image.resize_with_crop_or_pad(values, height, width)
    else:
        values = tf.image.resize(values, (height, width), antialias=True)
    return values if found[2] == channels else tf.repeat(values, channels, axis=3)


def normalized(images: tf.Tensor, said: Mapping[str, Any]) -> tf.Tensor:
    """Images of 0 to 255 as numbers that a network takes: (values - mean) * scale, or 0 to 1 where nothing is said.

    Args:
        images: float (batch, height, width, channels).
        said: `mean`, `scale` and `channel_order` as under `preprocessing`.
    """
    import tensorflow as tf

    if not said:
        return images / 255.0
    ordered = images[..., ::-1] if said.get("channel_order") == "bgr" else images
    return (ordered - tf.constant(said.get("mean", 0), tf.float32)) * tf.constant(said.get("scale", 1), tf.float32)


def told(image: Shape, network_input: Shape) -> str:
    """What is done to images to make them fit, in words; empty where nothing is.

    >>> told((28, 28, 1), (32, 32, 3))
    'pictures of 28x28 are framed with zeros to 32x32, grey is repeated over 3 channels'
    """
    parts = []
    if image[:2] != network_input[:2]:
        how = "framed with zeros" if pads(image, network_input) else "resized"
        parts.append(f"pictures of {image[0]}x{image[1]} are {how} to {network_input[0]}x{network_input[1]}")
    if image[2] != network_input[2]:
        parts.append(f"grey is repeated over {network_input[2]} channels")
    return ", ".join(parts)
