"""CIFAR's binary files: pictures, labels, names, damage."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from archspec import SpecError
from training import datasets

NAMES = ["data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5", "test_batch"]


def write(folder: Path, count: int = 4) -> np.ndarray:
    """CIFAR-10 in small; the pictures (files, count, 32, 32, 3)."""
    pictures = np.random.default_rng(0).integers(0, 256, (len(NAMES), count, 32, 32, 3), np.uint8)
    for number, name in enumerate(NAMES):
        planes = pictures[number].transpose(0, 3, 1, 2).reshape(count, -1)
        labels = np.arange(count, dtype=np.uint8)[:, None] + number
        (folder / f"{name}.bin").write_bytes(np.concatenate([labels, planes], 1).tobytes())
    return pictures


def test_pictures_and_labels_are_those_of_the_records(tmp_path: Path) -> None:
    pictures = write(tmp_path)
    data = datasets.read(f"cifar:{tmp_path}")
    assert data.image_shape == (32, 32, 3) and data.classes == 10 and data.test
    assert np.array_equal(data.train.pictures.array, pictures[:5].reshape(-1, 32, 32, 3))
    assert data.test.labels.tolist() == [5, 6, 7, 8] and np.array_equal(data.test.pictures.array, pictures[5])


def test_names_are_read_where_there_are_any(tmp_path: Path) -> None:
    write(tmp_path)
    assert datasets.read(f"cifar:{tmp_path}").class_names == ()
    names = [f"kind {i}" for i in range(10)]
    (tmp_path / "batches.meta.txt").write_text("\n".join(names) + "\n\n")
    assert datasets.read(f"cifar:{tmp_path}").class_names == tuple(names)


def test_fine_labels_of_the_hundred_classes(tmp_path: Path) -> None:
    record = np.zeros((3, 3074), np.uint8)
    record[:, 0], record[:, 1], record[:, 2] = 7, [99, 5, 0], 200
    for name in ("train.bin", "test.bin"):
        (tmp_path / name).write_bytes(record.tobytes())
    data = datasets.read(f"cifar:{tmp_path}")
    assert data.classes == 100 and data.train.labels.tolist() == [99, 5, 0]
    assert data.train.pictures.array[0, 0, 0].tolist() == [200, 0, 0]


def cut(folder: Path) -> None:
    path = folder / "data_batch_3.bin"
    path.write_bytes(path.read_bytes()[:-1])


def relabel(folder: Path) -> None:
    path = folder / "test_batch.bin"
    path.write_bytes(b"\x0a" + path.read_bytes()[1:])


DAMAGE = {
    "'.*data_batch_3.bin' has 12,291 bytes": cut,
    "'.*test_batch.bin' has a label 10": relabel,
    "has no file 'data_batch_1.bin'": lambda folder: (folder / "data_batch_1.bin").unlink(),
    "'.*data_batch_2.bin' has 0 bytes": lambda folder: (folder / "data_batch_2.bin").write_bytes(b""),
}


@pytest.mark.parametrize(("message", "damage"), DAMAGE.items())
def test_damaged_files_are_named(tmp_path: Path, message: str, damage: object) -> None:
    write(tmp_path)
    damage(tmp_path)
    with pytest.raises(SpecError, match=message):
        datasets.read(f"cifar:{tmp_path}")
