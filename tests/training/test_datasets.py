"""The sources of images: what they give, and how they refuse files that are not what they seem."""

from __future__ import annotations

import gzip
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from archspec.errors import SpecError
from tests.training.idx_files import encode, write, write_folder
from training import datasets, fitting
from training.datasets.base import source

TRAIN_IMAGES, TRAIN_LABELS = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"


def test_digits_are_the_known_ones() -> None:
    data = datasets.read("digits")
    assert data.train.pictures.array.shape == (1437, 8, 8, 1) and data.test.pictures.array.shape == (360, 8, 8, 1)
    assert data.train.pictures.array.dtype == np.uint8
    assert data.train.pictures.array.max() == 255 and data.train.pictures.array.min() == 0
    whole = np.bincount(np.concatenate([data.train.labels, data.test.labels]))
    assert whole.tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]  # as scikit-learn describes them


def test_digits_are_split_by_class_and_without_overlap() -> None:
    data = datasets.read("digits")
    share = 360 / 1797
    whole = np.bincount(data.train.labels) + np.bincount(data.test.labels)
    assert np.all(np.abs(np.bincount(data.test.labels) - share * whole) < 1)
    train = {image.tobytes() for image in data.train.pictures.array}
    assert not any(image.tobytes() in train for image in data.test.pictures.array)


def test_digits_are_the_same_each_time() -> None:
    first, second = datasets.read("digits"), datasets.read("digits")
    assert np.array_equal(first.test.pictures.array, second.test.pictures.array)
    assert np.array_equal(first.train.labels, second.train.labels)


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_idx_files_are_read_as_written(tmp_path: Path, suffix: str) -> None:
    data = datasets.read(f"idx:{write_folder(tmp_path / 'small', size=5, suffix=suffix)}")
    drawn = np.random.default_rng(0).integers(0, 256, (12, 5, 5), np.uint8)
    assert np.array_equal(data.train.pictures.array[..., 0], drawn)
    assert data.train.labels.tolist() == [9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 9, 8]
    assert (data.name, data.classes, data.image_shape) == ("small", 10, (5, 5, 1))


def plain(content: bytes) -> Callable[[Path], None]:
    return lambda folder: write(folder / TRAIN_IMAGES, content)


def zipped(content: bytes) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        (folder / TRAIN_IMAGES).unlink()
        (folder / f"{TRAIN_IMAGES}.gz").write_bytes(content)

    return damage


GOOD = encode(np.zeros((12, 28, 28), np.uint8))
PETABYTES = bytes([0, 0, 8, 3]) + struct.pack(">3I", 2**32 - 1, 2**20, 2**20)
BOMB = gzip.compress(encode(np.zeros((12, 28, 28), np.uint8)) + bytes(200_000_000), compresslevel=1)

DAMAGES = {
    "missing": (lambda folder: (folder / TRAIN_IMAGES).unlink(), f"has no file '{TRAIN_IMAGES}'"),
    "truncated": (plain(GOOD[:-1]), "has 9,407 bytes of values\n  expected 9,408 (12 x 28 x 28, says its header)"),
    "too long": (plain(GOOD + b"x"), "has more than 9,408 bytes of values"),
    "within the header": (plain(GOOD[:9]), "ends within its header\n  expected 16 bytes"),
    "empty": (plain(b""), "starts with the bytes of an empty file"),
    "foreign": (plain(b"\x89PNG" + GOOD), "starts with the bytes 89 50 4e 47\n  expected 00 00 08 03"),
    "labels for images": (plain(encode(np.zeros(12, np.uint8))), "starts with the bytes 00 00 08 01"),
    "floats": (plain(b"\x00\x00\x0d\x03" + GOOD[4:]), "starts with the bytes 00 00 0d 03"),
    "no images": (plain(bytes([0, 0, 8, 3]) + struct.pack(">3I", 0, 28, 28)), "is empty: its header says 0 x 28 x 28"),
    "petabytes": (plain(PETABYTES), "claims 4,294,967,295 x 1,048,576 x 1,048,576 values"),
    "petabytes, zipped": (zipped(gzip.compress(PETABYTES)), "claims 4,294,967,295 x 1,048,576"),
    "gigabyte in few bytes": (
        plain(bytes([0, 0, 8, 3]) + struct.pack(">3I", 2**16, 2**7, 2**7)),
        "has 0 bytes of values\n  expected 1,073,741,824",
    ),
    "bomb": (zipped(BOMB), "has more than 9,408 bytes of values"),
    "truncated gzip": (zipped(gzip.compress(GOOD)[:-9]), "is not a whole gzip file"),
    "not gzip": (zipped(GOOD), "is not a whole gzip file"),
    "flipped bits": (
        zipped(gzip.compress(GOOD)[:12] + b"\xff\xff" + gzip.compress(GOOD)[14:]),
        "is not a whole gzip file",
    ),
    "fewer labels": (
        lambda folder: write(folder / TRAIN_LABELS, encode(np.zeros(11, np.uint8))),
        "has 11 labels for the 12 images of",
    ),
    "other test size": (
        lambda folder: write(folder / "t10k-images-idx3-ubyte", encode(np.zeros((6, 20, 28), np.uint8))),
        "has training images of 28x28 pixels and test images of 20x28",
    ),
}


@pytest.mark.parametrize("damage, message", DAMAGES.values(), ids=DAMAGES)
def test_damaged_idx_files_are_refused_in_a_sentence(
    tmp_path: Path, damage: Callable[[Path], None], message: str
) -> None:
    folder = write_folder(tmp_path / "set")
    damage(folder)
    with pytest.raises(SpecError) as caught:
        datasets.read(f"idx:{folder}")
    assert message in str(caught.value)
    assert str(folder) in str(caught.value)


@pytest.mark.parametrize(
    "words, message",
    [
        ("digit", "there is no data source 'digit'\n  expected cifar:DIR or digits or "),
        ("digits:8", "'digits' takes nothing after a colon"),
        ("idx", "'idx' does not say where the files are"),
        ("idx:/no/such", "there is no folder '/no/such'"),
    ],
)
def test_unknown_data_are_refused(words: str, message: str) -> None:
    with pytest.raises(SpecError) as caught:
        datasets.read(words)
    assert message in str(caught.value)


@pytest.mark.parametrize("share", [-0.1, 1, 1.5, float("nan")])
def test_a_test_set_is_a_share_of_the_pictures(share: float) -> None:
    with pytest.raises(SpecError, match=r"test_share is .*\n  expected a number from 0 to below 1"):
        datasets.Options(test_share=share)


def test_a_name_is_entered_once() -> None:
    with pytest.raises(ValueError, match="two sources of data are called 'digits'"):
        source("digits", "digits", "again")(datasets.read)


@pytest.mark.parametrize(
    "image, network_input, message",
    [
        ((28, 28, 3), (32, 32, 1), "the images have 3 channels, the network's input is 32x32x1"),
        ((28, 28, 1), (100,), "the network's input is 100"),
    ],
)
def test_images_that_cannot_enter_are_refused(
    image: fitting.Shape, network_input: tuple[int, ...], message: str
) -> None:
    with pytest.raises(SpecError, match=message):
        fitting.check(image, network_input)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("mean", [20, [20], [1, 2, 3]], ids=str)
def test_mean_and_scale_are_one_number_or_one_for_each_channel(channels: int, mean: int | list[int]) -> None:
    images = np.random.default_rng(0).uniform(0, 255, (2, 4, 5, channels)).astype(np.float32)
    found = fitting.normalized(images, {"mean": mean, "scale": [0.5]})
    np.testing.assert_allclose(found, (images - np.float32(mean)) * np.float32(0.5), rtol=1e-6)
