"""`idx:DIR`: four files in the IDX format of MNIST, plain or gzipped.

A header of four bytes (0, 0, type of the values, number of sizes), the sizes as big-endian 32-bit
numbers, then the values (http://yann.lecun.com/exdb/mnist). Headers are not believed: sizes are
held against the file before anything is reserved for them.
"""

from __future__ import annotations

import gzip
import math
import zlib
from pathlib import Path
from typing import IO, cast

import numpy as np

from archspec.api import SpecError, fail
from training.datasets.base import Bytes, Dataset, Options, arrays, directory, source

UNSIGNED_BYTE = 8
LARGEST = 2**31  # bytes of values in a file; EMNIST's largest has a quarter of it
CHUNK = 2**20


@source("idx", form="idx:DIR", doc="the four files of MNIST or a set like it")
def read(folder: str, options: Options) -> Dataset:
    """The images of a folder of IDX files, named as MNIST's.

    Raises:
        SpecError: naming the file that is missing, damaged or does not go with the others.
    """
    root = directory(folder, "idx", "IDX files")
    train_images, train_labels = _pair(root, "train")
    test_images, test_labels = _pair(root, "t10k")
    if train_images.shape[1:] != test_images.shape[1:]:
        sizes = ["x".join(map(str, images.shape[1:3])) for images in (train_images, test_images)]
        raise fail("bad-data", f"'{root}' has training images of {sizes[0]} pixels and test images of {sizes[1]}")
    classes = int(max(np.max(train_labels), np.max(test_labels))) + 1
    train, test = arrays(train_images, train_labels), arrays(test_images, test_labels)
    return Dataset(root.name, train, test, classes)


def _pair(root: Path, part: str) -> tuple[Bytes, Bytes]:
    """Images (count, height, width, 1) and labels (count,) of `train` or `t10k`."""
    images_path, labels_path = _find(root, f"{part}-images-idx3-ubyte"), _find(root, f"{part}-labels-idx1-ubyte")
    images, labels = read_file(images_path, rank=3), read_file(labels_path, rank=1)
    if len(images) != len(labels):
        raise fail(
            "bad-data", f"'{labels_path}' has {len(labels)} labels for the {len(images)} images of '{images_path}'"
        )
    return images[..., np.newaxis], labels


def _find(root: Path, name: str) -> Path:
    for path in (root / name, root / f"{name}.gz"):
        if path.is_file():
            return path
    raise fail("no-such-file", f"'{root}' has no file '{name}'", expected=f"'{name}' or '{name}.gz'")


def read_file(path: Path, rank: int) -> Bytes:
    """The values of one IDX file of unsigned bytes with `rank` sizes.

    Raises:
        SpecError: where the file is not one, or not whole.
    """
    compressed = path.suffix == ".gz"
    try:
        with _open(path) as file:
            shape = _shape(file, path, rank)
            if not compressed:
                _check_size(path, shape, path.stat().st_size - 4 - 4 * rank)
            values = _take(file, math.prod(shape) + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise _damaged(path, f"is not a whole gzip file ({error})", "a gzipped IDX file") from error
    except OSError as error:
        raise _damaged(path, f"cannot be read: {error.strerror or error}", "a readable file") from error
    if compressed:
        _check_size(path, shape, len(values))
    return np.frombuffer(values, np.uint8).reshape(shape)


def _open(path: Path) -> IO[bytes]:
    return cast(IO[bytes], gzip.open(path)) if path.suffix == ".gz" else path.open("rb")


def _shape(file: IO[bytes], path: Path, rank: int) -> tuple[int, ...]:
    magic = bytes([0, 0, UNSIGNED_BYTE, rank])
    header = file.read(4 + 4 * rank)
    if header[:4] != magic:
        raise _damaged(
            path,
            f"starts with the bytes {header[:4].hex(' ') or 'of an empty file'}",
            f"{magic.hex(' ')}, as IDX files of {rank} sizes do",
        )
    if len(header) < 4 + 4 * rank:
        raise _damaged(path, "ends within its header", f"{4 + 4 * rank} bytes of header")
    shape = tuple(int(size) for size in np.frombuffer(header, ">u4", offset=4))
    words = " x ".join(f"{size:,}" for size in shape)
    if 0 in shape:
        raise _damaged(path, f"is empty: its header says {words}", "at least one value")
    if math.prod(shape) > LARGEST:
        raise _damaged(path, f"claims {words} values", f"at most {LARGEST:,} bytes")
    return shape


def _take(file: IO[bytes], limit: int) -> bytearray:
    """At most `limit` bytes, piece by piece: what is reserved follows what the file really holds."""
    values = bytearray()
    while len(values) < limit and (piece := file.read(min(CHUNK, limit - len(values)))):
        values += piece
    return values


def _check_size(path: Path, shape: tuple[int, ...], found: int) -> None:
    size = math.prod(shape)
    if found != size:
        words = " x ".join(f"{size:,}" for size in shape)
        amount = f"{found:,}" if found < size else f"more than {size:,}"
        raise _damaged(path, f"has {amount} bytes of values", f"{size:,} ({words}, says its header)")


def _damaged(path: Path, what: str, expected: str) -> SpecError:
    return fail("bad-data", f"'{path}' {what}", expected=expected)
