"""What each protocol sees of a picture: counts, scales, and the views themselves."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
import tensorflow as tf

from archspec import SpecError
from tests.training.tiny import said
from training import fitting
from training.augment import Surroundings, geometry
from training.evaluation.protocols import Protocol, choose
from training.preparation import Preparation
from training.statistics import Statistics

Array = npt.NDArray[np.float32]
ANY = (None, None, 3)
IMAGENET = (224, 224, 3)
CIFAR = (32, 32, 3)
JITTER = "augmentation: [scale_jitter: [256, 512], random_crop, mirror]"
RESIZED = "augmentation: [resize: 256, random_crop, mirror]"
PLAIN = "augmentation: [pad_and_crop: 4, mirror]"

CHOICES = {
    # protocol, input, recipe, pictures -> scales, frame, views
    ("center", IMAGENET, RESIZED, ANY): ((), None, 1),
    ("10crop", IMAGENET, RESIZED, ANY): ((256,), None, 10),
    ("10crop", (227, 227, 3), PLAIN, ANY): ((256,), None, 10),
    ("10crop", (227, 227, 3), "preprocessing: {size: 300}", ANY): ((300,), None, 10),
    ("10crop", IMAGENET, JITTER, ANY): ((256,), None, 10),
    ("10crop", (64, 64, 3), PLAIN, ANY): ((73,), None, 10),
    ("10crop", CIFAR, PLAIN, CIFAR): ((), (37, 37), 10),
    ("10crop", (32, 32, 1), PLAIN, (28, 28, 1)): ((), (37, 37), 10),
    ("10crop", (32, 32, 1), PLAIN, (8, 8, 1)): ((37,), None, 10),
    ("144crop", IMAGENET, PLAIN, ANY): ((256, 288, 320, 352), None, 144),
    ("144crop", CIFAR, PLAIN, CIFAR): ((37, 41, 46, 50), None, 144),
    ("dense", IMAGENET, RESIZED, ANY): ((256,), None, 2),
    ("dense", IMAGENET, JITTER, ANY): ((384,), None, 2),
    ("dense", CIFAR, PLAIN, CIFAR): ((), None, 2),
    ("dense", CIFAR, PLAIN, ANY): ((32,), None, 2),
    ("dense", CIFAR, PLAIN, (50, 40, 3)): ((32,), None, 2),
    ("multiscale", IMAGENET, RESIZED, ANY): ((224, 256, 288), None, 6),
    ("multiscale", IMAGENET, JITTER, ANY): ((256, 384, 512), None, 6),
    ("multiscale", CIFAR, PLAIN, CIFAR): ((32, 37, 42), None, 6),
}


@pytest.mark.parametrize(("asked", "expected"), CHOICES.items(), ids=map(str, CHOICES))
def test_scales_are_those_of_the_papers(asked: tuple, expected: tuple) -> None:
    name, shape, text, pictures = asked
    found = choose(name, (), shape, said(f"epochs: 1\n{text}"), pictures)
    assert (found.scales, found.frame, found.views) == expected


def test_scales_can_be_asked_for() -> None:
    recipe = said("epochs: 1")
    found = choose("multiscale", (224, 256, 384, 480, 640), IMAGENET, recipe, ANY)  # ResNet's
    assert (found.scales, found.views) == ((224, 256, 384, 480, 640), 10)
    assert choose("10crop", (40,), CIFAR, recipe, CIFAR) == Protocol("10crop", (40,))
    for name, scales, message in (
        ("center", (256,), "not for the center"),
        ("dense", (200,), "the network's input is"),
    ):
        with pytest.raises(SpecError, match=message):
            choose(name, scales, IMAGENET, recipe, ANY)


def prepared(shape: tuple[int, int, int], picture: Array | None = None, **preprocessing: object) -> Preparation:
    return Preparation(Surroundings(shape, 10, Statistics(picture)), (), preprocessing)


def picture(height: int, width: int, channels: int = 3) -> npt.NDArray[np.uint8]:
    return np.random.default_rng(0).integers(0, 256, (1, height, width, channels), np.uint8)


def views(protocol: Protocol, pictures: npt.NDArray[np.uint8], how: Preparation) -> list[Array]:
    return [found.numpy() for found in protocol.of(tf.constant(pictures), how)]


@pytest.mark.parametrize(
    ("protocol", "shapes"),
    [
        (Protocol("center"), [(1, 1, 16, 16, 3)]),
        (Protocol("10crop", (18,)), [(1, 10, 16, 16, 3)]),
        (Protocol("10crop", (18, 20)), [(1, 10, 16, 16, 3)] * 2),
        (Protocol("10crop", (18,), mirrored=False), [(1, 5, 16, 16, 3)]),
        (Protocol("144crop", (18, 20, 22, 24)), [(1, 36, 16, 16, 3)] * 4),
        (Protocol("dense", (18,)), [(1, 2, 18, 27, 3)]),
        (Protocol("multiscale", (16, 18, 20)), [(1, 2, 16, 24, 3), (1, 2, 18, 27, 3), (1, 2, 20, 30, 3)]),
    ],
    ids=lambda value: value.told() if isinstance(value, Protocol) else "",
)
def test_views_of_a_picture(protocol: Protocol, shapes: list[tuple[int, ...]]) -> None:
    found = views(protocol, picture(20, 30), prepared((16, 16, 3)))
    assert [each.shape for each in found] == shapes
    assert sum(shape[1] for shape in shapes) == protocol.views


def test_ten_crops_are_parts_of_the_scaled_picture_as_inputs() -> None:
    given, how = picture(20, 30), prepared((16, 16, 3), mean=[10, 20, 30], scale=0.5, channel_order="bgr")
    [found] = views(Protocol("10crop", (18,)), given, how)
    scaled = geometry.resized(tf.constant(given, tf.float32), (18, 27)).numpy()[0]
    x = (scaled[..., ::-1] - np.float32([10, 20, 30])) * np.float32(0.5)
    five = [x[:16, :16], x[:16, -16:], x[-16:, :16], x[-16:, -16:], x[1:17, 5:21]]
    assert np.allclose(found[0], np.stack([*five, *(each[:, ::-1] for each in five)]), atol=1e-4)


def test_small_pictures_are_framed_as_in_training() -> None:
    """A crop in the corner of the frame is the picture moved, as far as the frame is wider than the input."""
    given = picture(12, 12, 1)
    [found] = views(Protocol("10crop", frame=(18, 18)), given, prepared((14, 14, 3), scale=1))
    assert np.array_equal(found[0, 4, 1:13, 1:13, 2], given[0, ..., 0])  # the middle: as `fit` has it
    assert np.array_equal(found[0, 0, 3:, 3:, 0], given[0, :11, :11, 0])
    assert np.array_equal(found[0, 4], fitting.fit(given, (14, 14, 3)).numpy()[0])


def test_the_mean_picture_is_subtracted_from_crops_and_its_colour_from_whole_pictures() -> None:
    mean = np.random.default_rng(1).random((16, 16, 3), np.float32) * 255
    given, how = picture(16, 16), prepared((16, 16, 3), mean, scale=1)
    [crops] = views(Protocol("10crop", (16,)), given, how)
    assert np.allclose(crops[0, 0], given[0] - mean, atol=1e-4)
    assert np.allclose(crops[0, 5], given[0, :, ::-1] - mean, atol=1e-4)  # the mirror's mean is not mirrored
    [dense] = views(Protocol("dense", (16,)), given, how)
    assert np.allclose(dense[0, 0], given[0] - mean, atol=1e-4)
    [larger] = views(Protocol("dense", (20,)), given, how)
    scaled = geometry.resized(tf.constant(given, tf.float32), (20, 20)).numpy()[0]
    assert np.allclose(larger[0, 0], scaled - mean.mean(axis=(0, 1)), atol=1e-4)


def test_whole_pictures_at_no_scale_are_those_of_the_center() -> None:
    given, how = picture(12, 12), prepared((14, 14, 3))
    [dense] = views(Protocol("dense"), given, how)
    [center] = views(Protocol("center"), given, how)
    assert np.allclose(dense[0, 0], center[0, 0]) and np.allclose(dense[0, 1], center[0, 0, :, ::-1])
