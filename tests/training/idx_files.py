"""Real IDX files for tests."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]


def encode(values: Bytes) -> bytes:
    """An array as the bytes of an IDX file."""
    return bytes([0, 0, 8, values.ndim]) + struct.pack(f">{values.ndim}I", *values.shape) + values.tobytes()


def write(path: Path, content: bytes) -> None:
    """Write a file, gzipped where its name ends in .gz."""
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)


def write_folder(
    folder: Path, *, size: int = 28, train: int = 12, test: int = 6, classes: int = 10, suffix: str = ""
) -> Path:
    """The four files of a set of random images whose last label is `classes` - 1."""
    folder.mkdir(parents=True, exist_ok=True)
    generator = np.random.default_rng(0)
    for part, count in (("train", train), ("t10k", test)):
        images = generator.integers(0, 256, (count, size, size), np.uint8)
        labels = (classes - 1 - np.arange(count) % classes).astype(np.uint8)
        write(folder / f"{part}-images-idx3-ubyte{suffix}", encode(images))
        write(folder / f"{part}-labels-idx1-ubyte{suffix}", encode(labels))
    return folder
