"""Each step of an augmentation beside numpy, and its random numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import tensorflow as tf

from tests.training.tiny import said
from training import augment as augmentation
from training.augment import Draws, Examples, Surroundings, colours, geometry, labelled
from training.recipe.augmentation import STEPS
from training.statistics import Statistics, measure

Array = npt.NDArray[Any]
AROUND = Surroundings((6, 8, 3), 5)


def draws(count: int = 400, seed: int = 0, epoch: int = 0, step: int = 0) -> Draws:
    return Draws(seed, epoch, tf.range(count, dtype=tf.int64), step)


def pictures(count: int, height: int = 9, width: int = 11, channels: int = 3) -> Array:
    return np.random.default_rng(1).integers(0, 256, (count, height, width, channels)).astype(np.float32)


def test_every_step_of_the_language_is_done() -> None:
    assert augmentation.STEPS.keys() == STEPS.keys()


def test_random_numbers_are_even_and_independent_of_their_neighbours() -> None:
    """Of pictures beside each other, of columns, steps, epochs and seeds; none of 0.02 is seen in 40,000 by chance."""
    base = draws(40_000).uniform(2).numpy()
    others = [draws(40_000, *change).uniform().numpy()[:, 0] for change in ((1,), (0, 1), (0, 0, 1))]
    pairs = [base[:, 1], *others, np.roll(base[:, 0], 1), np.roll(base[:, 0], 2)]
    assert max(abs(np.corrcoef(base[:, 0], other)[0, 1]) for other in pairs) < 0.02
    counts = np.histogram(base[:, 0], 64, (0, 1))[0]
    assert ((counts - 625) ** 2 / 625).sum() < 120  # chi squared of 63 degrees: 1 in 100,000
    assert base.min() >= 0 and base.max() < 1


def test_normal_numbers_have_mean_0_and_deviation_1() -> None:
    values = draws(40_000).normal().numpy()
    assert np.isfinite(values).all()
    assert (
        abs(values.mean()) < 0.02 and abs(values.std() - 1) < 0.02 and abs((np.abs(values) < 1).mean() - 0.6827) < 0.01
    )


def test_the_numbers_of_a_picture_do_not_depend_on_its_batch() -> None:
    whole = draws(10).uniform(3).numpy()
    alone = Draws(0, 0, tf.constant([7], tf.int64)).uniform(3).numpy()
    assert np.array_equal(whole[7:8], alone)


@pytest.mark.parametrize("size", [None, 5])
def test_a_crop_is_a_part_of_its_picture_and_lies_anywhere(size: int | None) -> None:
    images = pictures(400)
    found = geometry.random_crop(tf.constant(images), draws(), AROUND, size).numpy()
    height, width = (size, size) if size else (6, 8)
    places = {
        next(
            (i, j)
            for i in range(10 - height)
            for j in range(12 - width)
            if np.array_equal(image[i : i + height, j : j + width], part)
        )
        for image, part in zip(images, found, strict=True)
    }
    assert places == {(i, j) for i in range(10 - height) for j in range(12 - width)}


def test_a_crop_of_a_small_picture_is_scaled_up_first() -> None:
    found = geometry.random_crop(tf.constant(pictures(3, 3, 4)), draws(3), AROUND, None)
    assert found.shape == (3, 6, 8, 3)


@pytest.mark.parametrize(
    ("height", "width", "expected"), [(9, 12, (6, 8)), (12, 9, (8, 6)), (6, 6, (6, 6)), (3, 5, (6, 10))]
)
def test_resizing_keeps_the_aspect(height: int, width: int, expected: tuple[int, int]) -> None:
    assert geometry.resize(tf.constant(pictures(1, height, width)), draws(1), AROUND, 6).shape[1:3] == expected


def test_scale_jitter_takes_every_length_of_its_range() -> None:
    image = tf.constant(pictures(1))
    found = [geometry.scale_jitter(image, Draws(0, 0, tf.constant([i], tf.int64)), AROUND, (4, 7)) for i in range(40)]
    assert {min(scaled.shape[1:3]) for scaled in found} == {4, 5, 6, 7}


def test_parts_of_random_area_and_aspect() -> None:
    """On a picture whose values are its coordinates, the corners of a part tell where it was cut."""
    rows, columns = np.meshgrid(np.arange(60.0), np.arange(80.0), indexing="ij")
    image = tf.constant(np.stack([rows, columns], -1)[None], tf.float32)
    areas, aspects = [], []
    for number in range(200):
        one = Draws(0, 0, tf.constant([number], tf.int64))
        part = geometry.area_and_aspect_crop(image, one, Surroundings((30, 30, 2), 5), (0.08, 1.0), (3 / 4, 4 / 3))
        (top, left), (bottom, right) = part[0, 0, 0].numpy(), part[0, -1, -1].numpy()
        height, width = (bottom - top) * 30 / 29 + 1e-6, (right - left) * 30 / 29 + 1e-6
        assert 0 <= top < bottom <= 59 and 0 <= left < right <= 79
        areas.append(height * width / 4800)
        aspects.append(width / height)
    assert 0.06 < min(areas) < 0.15 and 0.8 < max(areas) <= 1.1
    assert 0.7 < min(aspects) < 0.85 and 1.2 < max(aspects) < 1.42


def test_padded_crops_move_pictures() -> None:
    images = pictures(800, 5, 5, 1) + 1
    found = geometry.pad_and_crop(tf.constant(images), draws(800), AROUND, 2).numpy()
    moves = set()
    for image, moved in zip(np.pad(images, ((0, 0), (2, 2), (2, 2), (0, 0))), found, strict=True):
        moves |= {(i, j) for i in range(5) for j in range(5) if np.array_equal(image[i : i + 5, j : j + 5], moved)}
    assert moves == {(i, j) for i in range(5) for j in range(5)}


@pytest.mark.parametrize("rate", [0.0, 0.3, 1.0])
def test_a_share_of_pictures_is_mirrored(rate: float) -> None:
    images = pictures(400)
    found = geometry.mirror(tf.constant(images), draws(), AROUND, rate).numpy()
    turned = [np.array_equal(image[:, ::-1], other) for image, other in zip(images, found, strict=True)]
    same = [np.array_equal(image, other) for image, other in zip(images, found, strict=True)]
    assert all(np.logical_xor(turned, same)) and abs(np.mean(turned) - rate) < 0.08


def test_principal_colours_are_those_of_the_pixels() -> None:
    generator = np.random.default_rng(0)
    directions = np.linalg.qr(generator.normal(size=(3, 3)))[0]
    images = (generator.normal(size=(50, 8, 8, 3)) * [40.0, 9.0, 2.0]) @ directions.T + 128
    found = measure([images[:20], images[20:]], ["colours", "mean"])
    assert found.colours is not None and found.mean is not None
    assert np.allclose(np.linalg.norm(found.colours, axis=1), [40, 9, 2], rtol=0.05)
    assert abs(found.colours[0] @ directions[:, 0]) == pytest.approx(40, rel=0.05)
    assert np.allclose(found.mean, images.mean(0), atol=1e-3)


def test_lighting_adds_one_colour_to_a_whole_picture() -> None:
    rows = np.diag([50.0, 20.0, 5.0]).astype(np.float32)
    around = Surroundings((9, 11, 3), 5, Statistics(colours=rows))
    images = pictures(400)
    added = (colours.pca_lighting(tf.constant(images), draws(), around, 0.1) - images).numpy()
    assert np.ptp(added, axis=(1, 2)).max() < 1e-3
    assert np.allclose(added[:, 0, 0].std(0), [5, 2, 0.5], rtol=0.15)


def test_colours_change_by_their_own_factors() -> None:
    images = np.full((400, 2, 2, 3), (60.0, 90.0, 120.0), np.float32)
    images[:, 0] += 30
    grey = images @ np.float32(colours.LUMA)
    bright = colours.colour(images, draws(), AROUND, brightness=0.4, contrast=0, saturation=0).numpy() / images
    assert np.ptp(bright, axis=(1, 2, 3)).max() < 1e-5 and 0.6 <= bright.min() < 0.65 and 1.35 < bright.max() <= 1.4
    contrast = colours.colour(images, draws(), AROUND, brightness=0, contrast=0.4, saturation=0).numpy()
    assert np.allclose((contrast @ np.float32(colours.LUMA)).mean((1, 2)), grey.mean((1, 2)), atol=0.01)
    saturated = colours.colour(images, draws(), AROUND, brightness=0, contrast=0, saturation=0.4).numpy()
    assert np.allclose(saturated @ np.float32(colours.LUMA), grey, atol=0.01)
    assert np.ptp(saturated[:, 0, 0, 2] - saturated[:, 0, 0, 0]) > 30


def test_the_mean_picture_is_subtracted() -> None:
    mean = pictures(1)[0]
    around = Surroundings((9, 11, 3), 5, Statistics(mean=mean))
    assert np.array_equal(colours.per_pixel_mean(pictures(4), draws(4), around), pictures(4) - mean)


def test_points_move_with_their_picture() -> None:
    """A picture that is dark but for one point: the label names it, whatever is turned; all eight ways appear."""
    boards = np.zeros((400, 5, 5, 1), np.float32)
    points = np.full(400, 7)
    boards[:, 1, 2] = 1
    boards[:, 0, 1] = 0.5  # tells mirrored from turned
    found = labelled.symmetries(Examples(tf.constant(boards), tf.constant(points, tf.int64)), draws(), AROUND, "points")
    images = found.images.numpy()
    assert np.array_equal(images.reshape(400, -1).argmax(1), found.labels)
    assert len({image.tobytes() for image in images}) == 8
    kept = labelled.symmetries(Examples(tf.constant(boards), tf.constant(points, tf.int64)), draws(), AROUND, "classes")
    assert np.array_equal(kept.labels, points) and np.array_equal(kept.images, images)


def test_mixed_pictures_have_mixed_labels() -> None:
    count = 400
    images = np.zeros((count, 1, 1, 5), np.float32)
    labels = np.arange(count) % 5
    images[np.arange(count), 0, 0, labels] = 1
    found = labelled.mixup(Examples(tf.constant(images), tf.constant(labels, tf.int64)), draws(count), AROUND, 0.4)
    assert np.allclose(found.labels.numpy().sum(1), 1, atol=1e-6)
    assert np.allclose(found.images[:, 0, 0], found.labels, atol=1e-6)
    shares = found.labels.numpy()[np.arange(count), labels]
    assert 0.2 < (shares < 0.98).mean() < 0.8


@pytest.mark.parametrize("alpha", [0.2, 1.0, 8.0])
def test_shares_are_beta_distributed(alpha: float) -> None:
    drawn = np.random.default_rng(0).beta(alpha, alpha, 400_000)
    middles = (np.arange(labelled.QUANTILES) + 0.5) / labelled.QUANTILES
    assert np.abs(labelled.quantiles(alpha) - np.quantile(drawn, middles))[4:-4].max() < 0.02


def test_steps_are_done_in_order_each_with_numbers_of_its_own() -> None:
    steps = said("epochs: 1\naugmentation: [mirror: 1, pad_and_crop: 1, pad_and_crop: 1]").augmentation or ()
    images = tf.constant(pictures(40))
    examples = Examples(images, tf.zeros(40, tf.int64))
    first = augmentation.augment(examples, draws(40), AROUND, steps[:1]).images
    assert np.array_equal(first, images[:, :, ::-1])
    last = augmentation.augment(examples, draws(40), AROUND, steps).images
    by_hand = geometry.pad_and_crop(
        geometry.pad_and_crop(first, draws(40, step=1), AROUND, 1), draws(40, step=2), AROUND, 1
    )
    assert np.array_equal(last, by_hand)
