"""`cifar:DIR`: CIFAR-10 or CIFAR-100 in the binary version of their authors.

A picture is a record: a byte for its label (CIFAR-100: two, coarse and fine), then 3,072 bytes, the red,
green and blue planes of 32x32, row by row (https://www.cs.toronto.edu/~kriz/cifar.html).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from archspec.api import fail
from training.datasets.base import Bytes, Dataset, Options, Split, arrays, directory, source

SIDE, CHANNELS = 32, 3
PIXELS = SIDE * SIDE * CHANNELS
LARGEST = 60_000  # records of a file; there are never more in the whole set


@dataclass(frozen=True)
class Version:
    """One of the two sets: its files, and the bytes in front of each picture, of which the last is the label."""

    train: tuple[str, ...]
    test: str
    names: str
    label_bytes: int
    classes: int


VERSIONS = (
    Version(tuple(f"data_batch_{i}.bin" for i in range(1, 6)), "test_batch.bin", "batches.meta.txt", 1, 10),
    Version(("train.bin",), "test.bin", "fine_label_names.txt", 2, 100),
)


@source("cifar", form="cifar:DIR", doc="CIFAR-10 or CIFAR-100 as binary files")
def read(folder: str, options: Options) -> Dataset:
    """The pictures of a folder of CIFAR's binary files; of CIFAR-100 the fine labels.

    Raises:
        SpecError: naming the file that is missing, damaged or has labels that there are not.
    """
    root = directory(folder, "cifar", "binary files of CIFAR")
    version = next((known for known in VERSIONS if (root / known.train[0]).is_file()), VERSIONS[0])
    train = _split(root, version.train, version)
    return Dataset(root.name, train, _split(root, (version.test,), version), version.classes, _names(root, version))


def _split(root: Path, names: tuple[str, ...], version: Version) -> Split:
    records = np.concatenate([_records(root / name, version) for name in names])
    labels = records[:, version.label_bytes - 1]
    planes = records[:, version.label_bytes :].reshape(-1, CHANNELS, SIDE, SIDE)
    return arrays(np.ascontiguousarray(planes.transpose(0, 2, 3, 1)), labels)


def _records(path: Path, version: Version) -> Bytes:
    """The records of a file, (count, bytes)."""
    size = version.label_bytes + PIXELS
    try:
        with path.open("rb") as file:
            values = file.read(LARGEST * size + 1)
    except FileNotFoundError:
        expected = "data_batch_1.bin to data_batch_5.bin and test_batch.bin, or train.bin and test.bin"
        raise fail("no-such-file", f"'{path.parent}' has no file '{path.name}'", expected=expected) from None
    except OSError as error:
        raise fail("bad-data", f"'{path}' cannot be read: {error.strerror or error}") from None
    if not values or len(values) % size:
        expected = f"a whole number of records of {size:,} bytes"
        raise fail("bad-data", f"'{path}' has {len(values):,} bytes", expected=expected)
    records = np.frombuffer(values, np.uint8).reshape(-1, size)
    if (largest := int(records[:, version.label_bytes - 1].max())) >= version.classes:
        raise fail("bad-data", f"'{path}' has a label {largest}", expected=f"labels from 0 to {version.classes - 1}")
    return records


def _names(root: Path, version: Version) -> tuple[str, ...]:
    """The names of the classes, where a file has as many as there are classes."""
    try:
        with (root / version.names).open(encoding="utf-8") as file:
            found = tuple(line for line in file.read(100_000).splitlines() if line.strip())
    except (OSError, UnicodeDecodeError):
        return ()
    return found if len(found) == version.classes else ()
