"""Batches: complete, repeatable, of the network's size."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
import tensorflow as tf

from tests.training.inputs import bare, training_batches
from training import fitting, pipeline, recipe
from training.augment import Surroundings
from training.datasets import Dataset, Split, Stream, arrays, read
from training.length import length
from training.preparation import Preparation
from training.recipe.augmentation import STEPS
from training.statistics import Statistics

Array = npt.NDArray[np.float32]
AUGMENTED = "augmentation: [pad_and_crop: 3]\n"


def numbered(count: int = 50) -> Dataset:
    """Images of 28x28 without background, each labelled with its place."""
    images = np.random.default_rng(0).integers(1, 256, (count, 28, 28, 1), np.uint8)
    labels = np.arange(count, dtype=np.uint8)
    return Dataset("numbered", arrays(images, labels), arrays(images, labels), count)


def run(seed: int, epochs: int = 2) -> list[tuple[Array, Array]]:
    said = recipe.load(f"recipe: 1\nname: said\nbatch_size: 16\nepochs: {epochs}\nseed: {seed}\n{AUGMENTED}")
    batches = training_batches(numbered(), said, (32, 32, 1))
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
            framed = np.pad(data.train.pictures.array[label, ..., 0] / np.float32(255), 2 + 3)
            found = [
                (i, j)
                for i in range(7)
                for j in range(7)
                if np.allclose(framed[i : i + 32, j : j + 32], image, atol=1e-6)
            ]
            assert len(found) == 1
            offsets.update(found)
    assert {i for i, _ in offsets} == {j for _, j in offsets} == set(range(7))


def test_the_test_set_keeps_its_order_and_is_not_shifted() -> None:
    data = numbered()
    batches = list(pipeline.evaluation_batches(data.test, bare((32, 32, 1)), 16))
    assert np.concatenate([y for _, y in batches]).tolist() == list(range(50))
    images = np.concatenate([x for x, _ in batches])
    assert np.allclose(images, np.pad(data.test.pictures.array / 255.0, ((0, 0), (2, 2), (2, 2), (0, 0))), atol=1e-6)


@pytest.mark.parametrize("size, padded", [(32, True), (28, True), (24, True), (23, False), (33, False), (8, False)])
def test_slightly_smaller_images_are_framed_others_resized(size: int, padded: bool) -> None:
    white = np.full((1, size, size, 1), 255, np.uint8)
    image = fitting.fit(white, (32, 32, 1)).numpy()
    assert image.shape == (1, 32, 32, 1)
    assert image.sum() == pytest.approx(255 * (size**2 if padded else 32**2), rel=1e-5)


def test_resizing_is_bilinear_between_pixel_centres() -> None:
    row = np.array([0, 255], np.uint8).reshape(1, 1, 2, 1)
    assert fitting.fit(row, (8, 16, 1)).numpy()[0, 0, :, 0] == pytest.approx(
        255 * np.clip((np.arange(16) + 0.5) / 8 - 0.5, 0, 1), abs=1e-4
    )


def test_grey_is_repeated_over_the_channels() -> None:
    image = fitting.fit(read("digits").test.pictures.array[:2], (32, 32, 3)).numpy()
    assert image.shape == (2, 32, 32, 3)
    assert np.array_equal(image[..., 0], image[..., 2])


@pytest.mark.parametrize("height, width", [(40, 80), (80, 40), (20, 10)])
def test_other_pictures_are_scaled_to_cover_the_input_and_keep_their_aspect(height: int, width: int) -> None:
    """On a picture of coordinates: equal steps both ways, and the middle stays the middle."""
    rows, columns = np.meshgrid(np.arange(height), np.arange(width), indexing="ij")
    found = fitting.fit(np.stack([rows, columns], -1)[None].astype(np.uint8), (32, 32, 2)).numpy()[0]
    step = min(height, width) / 32
    assert np.allclose(np.diff(found[4:-4, 16, 0]), step, atol=0.3)
    assert np.allclose(np.diff(found[16, 4:-4, 1]), step, atol=0.3)
    assert found[15:17, 15:17].mean((0, 1)) == pytest.approx([(height - 1) / 2, (width - 1) / 2], abs=0.3)


def test_size_and_crop_of_the_preprocessing_come_first() -> None:
    said = {"size": 40, "crop": 32}
    image = np.random.default_rng(0).integers(0, 256, (1, 80, 100, 3), np.uint8)
    found = fitting.centred(image, said).numpy()
    whole = fitting.centred(image, {"size": 40}).numpy()
    assert whole.shape == (1, 40, 50, 3) and np.array_equal(found, whole[:, 4:36, 9:41])
    assert fitting.centred(image, {"size": [30, 20]}).shape == (1, 30, 20, 3)


def test_colours_become_grey_where_the_preprocessing_says_so() -> None:
    image = np.zeros((1, 4, 4, 3), np.uint8) + np.array([100, 50, 200], np.uint8)
    found = fitting.fit(image, (4, 4, 1), {"channel_order": "gray"}).numpy()
    assert found.shape == (1, 4, 4, 1) and np.allclose(found, 0.299 * 100 + 0.587 * 50 + 0.114 * 200, atol=1e-3)


SIZES = [(40, 30), (25, 60), (33, 33), (80, 41), (30, 30), (31, 64), (90, 30)]


class Sized:
    """Pictures of different sizes, each of one grey: its number."""

    shape = (None, None, 3)

    def __len__(self) -> int:
        return len(SIZES)

    def read(self, rows: tf.Tensor) -> tf.Tensor:
        size = tf.gather(tf.constant(SIZES), rows[0])
        return tf.cast(tf.fill([1, size[0], size[1], 3], rows[0]), tf.uint8)

    def fingerprint(self) -> str:
        return ""


def streamed() -> Stream:
    def dataset() -> tf.data.Dataset:
        rows = tf.data.Dataset.range(len(SIZES))
        return rows.map(lambda row: (Sized().read(row[tf.newaxis])[0], row))

    return Stream(dataset, len(SIZES), (None, None, 3), "numbers")


@pytest.mark.parametrize("steps", ["~", "[resize: 28, random_crop, mirror]", "[area_and_aspect_crop]"])
@pytest.mark.parametrize("pictures", [Sized(), streamed()], ids=["by number", "a stream"])
def test_pictures_of_different_sizes_enter_one_by_one(pictures: Sized | Stream, steps: str) -> None:
    labels = None if isinstance(pictures, Stream) else np.arange(len(SIZES))
    data = Dataset("sized", Split(pictures, labels), None, len(SIZES))
    plan = recipe.load(f"recipe: 1\nname: said\nbatch_size: 3\nepochs: 2\naugmentation: {steps}\n")
    found = [(x.numpy(), y.numpy()) for x, y in training_batches(data, plan, (24, 24, 3))]
    assert [len(y) for _, y in found] == [3, 3, 1, 3, 3, 1]
    for x, y in found:
        assert x.shape[1:] == (24, 24, 3) and np.allclose(x, y[:, None, None, None] / 255, atol=1e-5)
    orders = [np.concatenate([y for _, y in found[i : i + 3]]).tolist() for i in (0, 3)]
    assert sorted(orders[0]) == sorted(orders[1]) == list(range(7)) and orders[0] != orders[1]
    again = [y.numpy().tolist() for _, y in training_batches(data, plan, (24, 24, 3))]
    assert again == [y.tolist() for _, y in found]


def test_a_stream_is_shuffled_by_the_seed_of_the_recipe_alone() -> None:
    data = Dataset("sized", Split(streamed(), None), None, len(SIZES))
    orders = []
    for everywhere in (None, 0, 7):  # what Keras's set_random_seed sets
        tf.random.set_seed(everywhere)
        found = training_batches(data, recipe.load("recipe: 1\nname: said\nbatch_size: 7\nepochs: 2\n"), (24, 24, 3))
        orders.append([y.numpy().tolist() for _, y in found])
    tf.random.set_seed(None)
    assert orders[0] == orders[1] == orders[2]


@pytest.mark.parametrize("steps", ["[pad_and_crop: 3, mirror]", "[scale_jitter: [30, 40], random_crop]"])
def test_a_run_that_is_taken_up_sees_the_same_batches(steps: str) -> None:
    said = recipe.load(f"recipe: 1\nname: said\nbatch_size: 16\nepochs: 2\naugmentation: {steps}\n")
    prepared = Preparation(Surroundings((32, 32, 1), 50), said.augmentation or ())
    plans = [pipeline.Plan(0, 16, length(said, 50), first) for first in (0, 5)]
    whole, rest = ([x.numpy() for x, _ in pipeline.training_batches(numbered().train, prepared, p)] for p in plans)
    assert len(whole) == 8 and len(rest) == 3
    assert all(np.array_equal(x, y) for x, y in zip(whole[5:], rest, strict=True))


@pytest.mark.parametrize("steps", sorted(STEPS))
def test_every_step_takes_files_and_streams(steps: str) -> None:
    """Pictures of several sizes enter by each step alone, and come out as the network's."""
    keys = {"resize": "28", "scale_jitter": "[26, 30]", "pad_and_crop": "2"}
    written = f"{steps}: {keys[steps]}" if steps in keys else steps
    said = recipe.load(f"recipe: 1\nname: said\nbatch_size: 3\nepochs: 1\naugmentation: [{written}]\n")
    found = Statistics(np.zeros((24, 24, 3), np.float32), np.eye(3, dtype=np.float32))
    prepared = Preparation(Surroundings((24, 24, 3), 7, found), said.augmentation or ())
    for pictures in (Sized(), streamed()):
        split = Split(pictures, None if isinstance(pictures, Stream) else np.arange(len(SIZES)))
        plan = pipeline.Plan(0, 3, length(said, len(SIZES)))
        shapes = [x.shape.as_list() for x, _ in pipeline.training_batches(split, prepared, plan)]
        assert shapes == [[3, 24, 24, 3], [3, 24, 24, 3], [1, 24, 24, 3]]
