"""Batches: complete, repeatable, of the network's size."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from training import augment, fitting, pipeline, recipe
from training.datasets import Dataset, read
from training.length import length

Array = npt.NDArray[np.float32]
AUGMENTED = "augmentation: [pad_and_crop: 3]\n"


def numbered(count: int = 50) -> Dataset:
    """Images of 28x28 without background, each labelled with its place."""
    images = np.random.default_rng(0).integers(1, 256, (count, 28, 28, 1), np.uint8)
    labels = np.arange(count, dtype=np.uint8)
    return Dataset("numbered", images, labels, images, labels, count)


def run(seed: int, epochs: int = 2) -> list[tuple[Array, Array]]:
    said = recipe.load(f"recipe: 1\nname: said\nbatch_size: 16\nepochs: {epochs}\nseed: {seed}\n{AUGMENTED}")
    batches = pipeline.training_batches(numbered(), (32, 32, 1), said, length(said, 50))
    return [(x.numpy(), y.numpy()) for x, y in batches]


def test_equal_seeds_give_equal_batches() -> None:
    for (x, y), (other_x, other_y) in zip(run(3), run(3), strict=True):
        assert np.array_equal(x, other_x) and np.array_equal(y, other_y)


def test_other_seeds_give_other_batches() -> None:
    [(x, y), *_], [(other_x, other_y), *_] = run(3), run(4)
    assert not np.array_equal(y, other_y) and not np.array_equal(x, other_x)


def test_every_epoch_takes_every_image_once_in_its_own_order() -> None:
    labels = [y for _, y in run(0)]
    assert [len(y) for y in labels] == [16, 16, 16, 2] * 2
    first, second = np.concatenate(labels[:4]), np.concatenate(labels[4:])
    assert sorted(first) == sorted(second) == list(range(50))
    assert not np.array_equal(first, second) and not np.array_equal(first, np.sort(first))


def test_training_images_are_shifted_copies() -> None:
    """Each is its image somewhere up to three pixels from the middle; borders that came free are 0."""
    data, offsets = numbered(), set()
    for x, y in run(0):
        for image, label in zip(x[..., 0], y, strict=True):
            framed = np.pad(data.train_images[label, ..., 0] / np.float32(255), 2 + 3)
            found = [
                (i, j)
                for i in range(7)
                for j in range(7)
                if np.allclose(framed[i : i + 32, j : j + 32], image, atol=1e-6)
            ]
            assert len(found) == 1
            offsets.update(found)
    assert {i for i, _ in offsets} == {j for _, j in offsets} == set(range(7))


def test_shifts_follow_their_seed() -> None:
    images = np.random.default_rng(1).random((8, 9, 9, 2), np.float32)
    same = augment.shift(images, [1, 2], 3).numpy()
    assert np.array_equal(same, augment.shift(images, [1, 2], 3))
    assert not np.array_equal(same, augment.shift(images, [1, 3], 3))


def test_the_test_set_keeps_its_order_and_is_not_shifted() -> None:
    data = numbered()
    batches = list(pipeline.evaluation_batches(data, (32, 32, 1), 16))
    assert np.concatenate([y for _, y in batches]).tolist() == list(range(50))
    images = np.concatenate([x for x, _ in batches])
    assert np.allclose(images, np.pad(data.test_images / 255.0, ((0, 0), (2, 2), (2, 2), (0, 0))), atol=1e-6)


@pytest.mark.parametrize("size, padded", [(32, True), (28, True), (24, True), (23, False), (33, False), (8, False)])
def test_slightly_smaller_images_are_framed_others_resized(size: int, padded: bool) -> None:
    white = np.full((1, size, size, 1), 255, np.uint8)
    image = fitting.fit(white, (32, 32, 1)).numpy()
    assert image.shape == (1, 32, 32, 1)
    assert image.sum() == pytest.approx(255 * (size**2 if padded else 32**2), rel=1e-5)


def test_resizing_is_bilinear_between_pixel_centres() -> None:
    row = np.array([0, 255], np.uint8).reshape(1, 1, 2, 1)
    assert fitting.fit(row, (12, 16, 1)).numpy()[0, 0, :, 0] == pytest.approx(
        255 * np.clip((np.arange(16) + 0.5) / 8 - 0.5, 0, 1), abs=1e-4
    )


def test_grey_is_repeated_over_the_channels() -> None:
    image = fitting.fit(read("digits").test_images[:2], (32, 32, 3)).numpy()
    assert image.shape == (2, 32, 32, 3)
    assert np.array_equal(image[..., 0], image[..., 2])
