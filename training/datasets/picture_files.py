"""Checked picture files -> a training and a test set."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from archspec.api import fail
from training.datasets.base import ArrayPictures, Shape, Split
from training.datasets.split import drawn
from training.images.check import PictureFile
from training.images.files import FilePictures, in_memory

HELD = 2**28  # bytes of decoded pictures that are kept in memory: CIFAR-10 from PNG files needs 184 million
Classes = Mapping[str, Sequence[PictureFile]]
"""Class -> its files, both in the order of their names."""


def apart(classes: Classes, share: float, root: Path) -> tuple[Classes, Classes | None]:
    """A training and a test set: of every class the files whose names have the smallest sha256 are the test's."""
    if not share:
        return classes, None
    if single := [name for name, files in classes.items() if len(files) < 2]:
        message = f"the class '{single[0]}' of '{root}' has a single picture, which cannot be in both sets"
        raise fail("bad-data", message, expected="two pictures or more in every class, or a test set of its own")
    train, test = {}, {}
    for name, files in classes.items():
        chosen = set(drawn([hashlib.sha256(file.name.encode()).digest() for file in files], share))
        train[name] = [file for place, file in enumerate(files) if place not in chosen]
        test[name] = [files[place] for place in sorted(chosen)]
    return train, test


def splits(root: Path, train: Classes, test: Classes | None) -> tuple[Split, Split | None]:
    """Both sets, of one shape; in memory where all pictures have one size and are small together."""
    sets = [train] if test is None else [train, test]
    files = [file for classes in sets for each in classes.values() for file in each]
    shape = _shape(files)
    held = None not in shape and len(files) * math.prod(side or 0 for side in shape) <= HELD
    splits = [_split(root, classes, shape, held) for classes in sets]
    return splits[0], splits[1] if test else None


def _shape(files: Sequence[PictureFile]) -> Shape:
    sizes = {(file.header.height, file.header.width) for file in files}
    height, width = sizes.pop() if len(sizes) == 1 else (None, None)
    return height, width, 3 if any(file.header.colour for file in files) else 1


def _split(root: Path, classes: Classes, shape: Shape, held: bool) -> Split:
    pictures = FilePictures(root, tuple(file for files in classes.values() for file in files), shape)
    labels = np.repeat(np.arange(len(classes)), [len(files) for files in classes.values()]).astype(np.int64)
    names = tuple(file.name for file in pictures.files)
    return Split(ArrayPictures(in_memory(pictures)) if held else pictures, labels, names)
