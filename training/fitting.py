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
AnyShape = tuple[int | None, int | None, int]
"""The same; None where images differ."""
COLOURS = 3
WIDEST_PADDING = 8  # pixels in all; MNIST's 28x28 stand in the 32x32 of LeNet-5, as in its paper


def check_network(
    network: Network, data: Dataset, say: Callable[[str], None], said: Mapping[str, Any] | None = None
) -> None:
    """Hold a network's input and heads against images and labels; more classes than labels are only told.

    Raises:
        SpecError: for several inputs, images that cannot be brought to the input, an output or head that is no
            row of classes, or has fewer than the labels need.
    """
    inputs = network.graph.inputs
    if len(inputs) != 1:
        raise fail("data-mismatch", f"{network.name} has {len(inputs)} inputs", expected="one")
    [shape] = inputs.values()
    check(data.image_shape, shape, said)
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


def classes(network: Network) -> int:
    """How many classes the first output tells apart."""
    return shapes(network.graph)[next(iter(network.graph.outputs.values()))][-1]


def _cure(network: Network, data: Dataset) -> str:
    return f": --set vars.classes={data.classes}" if "classes" in network.spec.vars else ""


def check(image: AnyShape, network_input: tuple[int, ...], said: Mapping[str, Any] | None = None) -> None:
    """Refuse images that cannot be brought to a network's input.

    Args:
        image: (height, width, channels) of the images; None where they differ.
        network_input: the network's input.
        said: what spec or recipe say under `preprocessing`.

    Raises:
        SpecError: where the input is no image, or the channels differ (grey images enter any number, and
            `channel_order: gray` makes colours one channel).
    """
    words = text(network_input)
    if len(network_input) != 3:
        raise fail(
            "data-mismatch", f"the network's input is {words}", expected="height, width and channels of an image"
        )
    found = 1 if (said or {}).get("channel_order") == "gray" and image[2] == COLOURS else image[2]
    if found not in (1, network_input[2]):
        raise fail(
            "data-mismatch",
            f"the images have {image[2]} channels, the network's input is {words}",
            expected="as many channels",
        )


def pads(image: AnyShape, network_input: Shape) -> bool:
    """Whether images are framed with zeros; otherwise they are scaled.

    >>> pads((28, 28, 1), (32, 32, 1)), pads((8, 8, 1), (32, 32, 1)), pads((None, None, 3), (32, 32, 3))
    (True, False, False)
    """
    sides = zip(image[:2], network_input[:2], strict=True)
    return all(side is not None and 0 <= wanted - side <= WIDEST_PADDING for side, wanted in sides)


def centred(images: tf.Tensor, said: Mapping[str, Any]) -> tf.Tensor:
    """Images scaled to the `size` of a preprocessing, then cut from the middle to its `crop`; float32, 0 to 255."""
    import tensorflow as tf

    from training.augment import geometry

    values, size, crop = tf.cast(images, tf.float32), said.get("size"), said.get("crop")
    if size is not None:
        values = geometry.resized(values, size) if isinstance(size, list | tuple) else geometry.scaled(values, size)
    if crop is None:
        return values
    height, width = crop if isinstance(crop, list | tuple) else (crop, crop)
    return geometry.middle(geometry.at_least(values, height, width), height, width)


def fit(images: tf.Tensor, shape: Shape, said: Mapping[str, Any] | None = None) -> tf.Tensor:
    """Images (n, height, width, channels) of the size that a network takes: float32, still 0 to 255, of `shape`.

    Slightly smaller ones of one known size are framed with zeros. All others are scaled until they just cover the
    input (means of areas when they shrink to half or less, else bilinear), whose size is cut from their middle. Grey is
    repeated over the channels; colours become grey where `said`, the preprocessing, has `channel_order: gray`.
    """
    import tensorflow as tf

    from training.augment import colours, geometry

    height, width, channels = shape
    values, found = tf.cast(images, tf.float32), tuple(images.shape[1:])
    if found[:2] != (height, width):
        if pads(found, shape):
            values = tf.image.resize_with_crop_or_pad(values, height, width)
        else:
            values = geometry.middle(geometry.covering(values, height, width), height, width)
    if found[2] == COLOURS and (said or {}).get("channel_order") == "gray":
        values = colours.grey(values)
    return tf.repeat(values, channels, axis=3) if values.shape[3] == 1 and channels > 1 else values


def normalized(images: tf.Tensor, said: Mapping[str, Any]) -> tf.Tensor:
    """Images of 0 to 255 as numbers that a network takes: (values - mean) * scale, or 0 to 1 where neither is said.

    Args:
        images: float (batch, height, width, channels).
        said: `mean`, `scale` and `channel_order` as under `preprocessing`.
    """
    import tensorflow as tf

    from training.augment.colours import by_channel

    found = tf.reverse(images, [3]) if said.get("channel_order") == "bgr" else images
    if not said:
        return found / 255.0
    for operation, key in ((tf.subtract, "mean"), (tf.multiply, "scale")):
        if key in said:
            value = tf.constant(said[key], tf.float32)
            if value.shape.rank and found.shape[3] == 1:  # grey that no network's input has made colours of
                found = tf.repeat(found, len(value), axis=3)
            found = by_channel(operation, found, value[tf.newaxis]) if value.shape.rank else operation(found, value)
    return found


def told(image: AnyShape, network_input: Shape, said: Mapping[str, Any] | None = None) -> str:
    """What is done to images to make them fit, in words; empty where nothing is.

    >>> told((28, 28, 1), (32, 32, 3))
    'pictures of 28x28 are framed with zeros to 32x32, grey is repeated over 3 channels'
    >>> told((None, None, 3), (224, 224, 3), {"size": 256})
    'pictures of different sizes are scaled to a shorter side of 256, of which the middle 224x224 is cut out'
    """
    change = sized(image, network_input, said or {})
    parts = [f"pictures {of_size(image)} are {change}"] if change else []
    return ", ".join([*parts, *repeated(image, network_input)])


def of_size(image: AnyShape) -> str:
    """The size of images behind the word pictures."""
    return "of different sizes" if None in image else f"of {image[0]}x{image[1]}"


def repeated(image: AnyShape, network_input: Shape) -> list[str]:
    """What is done to grey images, in words."""
    channels = network_input[2]
    return [f"grey is repeated over {channels} channels"] if image[2] == 1 and channels > 1 else []


def sized(image: AnyShape, network_input: Shape, said: Mapping[str, Any]) -> str:
    """What is done to the size of images, in words; empty where nothing is."""
    wanted = f"{network_input[0]}x{network_input[1]}"
    size = said.get("size")
    if isinstance(size, int):
        return f"scaled to a shorter side of {size}, of which the middle {wanted} is cut out"
    if size is not None:
        return f"scaled to {size[0]}x{size[1]}"
    if image[:2] == network_input[:2]:
        return ""
    if pads(image, network_input):
        return f"framed with zeros to {wanted}"
    if None not in image and image[0] * network_input[1] == image[1] * network_input[0]:  # type: ignore[operator]
        return f"resized to {wanted}"
    return f"scaled to cover {wanted}, which is cut from their middle"
