"""How many pictures of each class there are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from training.datasets import Dataset, Split, Stream
from training.datasets.base import Labels
from training.images.files import FilePictures

BATCH = 65_536


@dataclass(frozen=True)
class Counts:
    """A data set in figures.

    Args:
        data: the set.
        train: pictures of each class in the training set.
        test: the same in the test set; empty where there is none.
    """

    data: Dataset
    train: tuple[int, ...]
    test: tuple[int, ...]

    @property
    def header(self) -> tuple[str, ...]:
        """What the columns of `rows` are."""
        return ("class", *(["name"] if self.data.class_names else []), "training", "test")

    @property
    def right(self) -> frozenset[int]:
        """The columns of numbers."""
        return frozenset(range(len(self.header))) - ({1} if self.data.class_names else frozenset())

    def rows(self) -> list[tuple[str, ...]]:
        """The classes as a table, and their sum."""
        names = [[name] for name in self.data.class_names] or [[] for _ in self.train]
        counts = zip(self.train, self.test or [None] * len(self.train), strict=True)
        found = [
            (str(number), *name, *map(_text, both))
            for number, (name, both) in enumerate(zip(names, counts, strict=True))
        ]
        total = _text(sum(self.train)), _text(sum(self.test) if self.test else None)
        return [*found, ("all", *([""] if self.data.class_names else []), *total)]

    def sizes(self) -> str:
        """The size of the pictures, or the range of it where it is known."""
        pictures, (height, width, channels) = self.data.train.pictures, self.data.image_shape
        of = f"{channels} channel{'s' * (channels > 1)}"
        if height is not None and width is not None:
            return f"pictures of {height}x{width} with {of}"
        if not isinstance(pictures, FilePictures):
            return f"pictures of different sizes with {of}"
        rows, columns = (_range(getattr(file.header, side) for file in pictures.files) for side in ("height", "width"))
        return f"pictures of {rows} rows and {columns} columns with {of}"

    def to_dict(self) -> dict[str, Any]:
        """Figures and names, for JSON."""
        data = self.data
        return {
            "name": data.name,
            "data": data.words,
            "shape": list(data.image_shape),
            "training": sum(self.train),
            "test": sum(self.test) if self.test else None,
            "classes": [
                {
                    "class": number,
                    "name": data.class_names[number] if data.class_names else None,
                    "training": self.train[number],
                    "test": self.test[number] if self.test else None,
                }
                for number in range(data.classes)
            ],
            "notes": list(data.notes),
        }


def _range(sides: Iterable[int]) -> str:
    found = sorted(set(sides))
    return str(found[0]) if len(found) == 1 else f"{found[0]} to {found[-1]}"


def _text(count: int | None) -> str:
    return "-" if count is None else f"{count:,}"


def count(data: Dataset) -> Counts:
    """Count the pictures of each class; a stream is read once from its first picture to its last."""
    train, test = (_of(split, data.classes) if split else () for split in (data.train, data.test))
    return Counts(data, train, test)


def _of(split: Split, classes: int) -> tuple[int, ...]:
    return tuple(int(number) for number in np.bincount(_labels(split), minlength=classes))


def _labels(split: Split) -> Labels:
    if not isinstance(split.pictures, Stream):
        assert split.labels is not None
        return split.labels
    batches = split.pictures.dataset().map(lambda picture, label: label).batch(BATCH)
    return np.concatenate([batch.numpy() for batch in batches]).astype(np.int64)
