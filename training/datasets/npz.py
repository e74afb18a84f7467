"""`npz:FILE`: a NumPy archive of pictures and labels, or of planes and moves.

| arrays | what they are |
|---|---|
| `train_images`, `train_labels`, `test_images`, `test_labels` | pictures; the last two may be missing |
| `x_train`, `y_train`, `x_test`, `y_test` | the same, as Keras calls them |
| `images`, `labels` | the same without a test set |
| `train_planes`, `train_moves`, `test_planes`, `test_moves` | positions of a board game and the points played |
| `planes`, `moves` | the same without a test set |
| `class_names` | beside any of them: the names of the classes |

Pictures and planes are (count, height, width) or (count, height, width, channels), labels (count,) or (count, 1).
Where there is no test set, a share of every class becomes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from archspec.api import SpecError, fail
from training.datasets.archive import Archive
from training.datasets.base import ArrayPictures, Dataset, Labels, Options, Split, source
from training.datasets.split import apart

MOST_CLASSES = 100_000
LARGEST = float(np.finfo(np.float32).max)
Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Names:
    """What arrays are called: pictures and labels of the training and, where it has one, the test set."""

    train: tuple[str, str]
    test: tuple[str, str] | None
    planes: bool = False


LAYOUTS = (
    Names(("train_images", "train_labels"), ("test_images", "test_labels")),
    Names(("x_train", "y_train"), ("x_test", "y_test")),
    Names(("images", "labels"), None),
    Names(("train_planes", "train_moves"), ("test_planes", "test_moves"), planes=True),
    Names(("planes", "moves"), None, planes=True),
)


@source("npz", form="npz:FILE", doc="a NumPy archive of pictures and labels, or of planes and moves")
def read(file: str, options: Options) -> Dataset:
    """The pictures of a NumPy archive.

    Raises:
        SpecError: naming the array that is missing, damaged, of another shape, or has values that it cannot have.
    """
    if not file:
        raise fail("data-argument", "'npz' does not say which file", expected="--data npz:FILE")
    path = Path(file).expanduser()
    if not path.is_file():
        raise fail("no-such-file", f"there is no file '{path}'", expected="a file that numpy.savez wrote")
    with Archive(path) as archive:
        return _Reader(path, archive).dataset(options)


@dataclass(frozen=True)
class _Reader:
    """An archive that is open, and its path for what is said of it."""

    path: Path
    archive: Archive

    def dataset(self, options: Options) -> Dataset:
        names = self._layout()
        train = self._split(names.train, planes=names.planes)
        has_tests = names.test and any(name in self.archive for name in names.test)
        test = self._split(names.test, planes=names.planes) if has_tests and names.test else None
        if test and test.pictures.shape != train.pictures.shape:
            sizes = ["x".join(map(str, split.pictures.shape)) for split in (train, test)]
            raise self._bad(f"has training pictures of {sizes[0]} and test pictures of {sizes[1]}")
        classes, class_names = self._classes(names, [split for split in (train, test) if split])
        planes = names.planes or any(_values(split).dtype != np.uint8 for split in (train, test) if split)
        notes = [_range(train)] if planes else []
        if test is None:
            train, test, said = apart(train, options.test_share)
            notes += said
        return Dataset(self.path.stem, train, test, classes, class_names, tuple(notes), planes=planes)

    def _layout(self) -> Names:
        for names in LAYOUTS:
            if any(name in self.archive for name in names.train):
                return names
        found = ", ".join(self.archive.names[:10]) or "none"
        expected = " or ".join(" and ".join(f"'{name}'" for name in names.train) for names in LAYOUTS)
        raise self._bad(f"has no arrays of pictures and labels (it has {found})", expected)

    def _split(self, names: tuple[str, str], *, planes: bool) -> Split:
        for name in names:
            if name not in self.archive:
                raise self._bad(f"has no array '{name}'", " and ".join(f"'{name}'" for name in names))
        pictures, labels = self._pictures(names[0], planes=planes), self._labels(names[1])
        if len(pictures) != len(labels):
            raise self._bad(f"has {len(labels):,} '{names[1]}' for {len(pictures):,} '{names[0]}'")
        return Split(ArrayPictures(pictures), labels)

    def _pictures(self, name: str, *, planes: bool) -> Array:
        """Values of 8 bits, or float32: (count, height, width, channels)."""
        array = self.archive.read(name)
        words = "x".join(map(str, array.shape))
        if array.ndim not in (3, 4) or 0 in array.shape:
            expected = "(count, height, width) or (count, height, width, channels), none of them 0"
            raise self._bad(f"has '{name}' of shape ({words})", expected)
        if array.dtype == bool and planes:
            array = array.view(np.uint8)
        if array.dtype.kind not in "iuf":
            raise self._bad(f"has '{name}' of type {array.dtype}", "uint8, or float32 for planes")
        low, high = float(array.min()), float(array.max())  # a NaN anywhere makes both NaN
        if array.dtype.kind == "f":
            if not max(abs(low), abs(high)) <= LARGEST:
                raise self._bad(f"has values in '{name}' that are not finite", "finite numbers of float32")
        elif low < 0 or high > 255:
            raise self._bad(f"has '{name}' of {low:g} to {high:g}", "whole numbers of 0 to 255, or float32 for planes")
        values = array.astype(np.float32 if array.dtype.kind == "f" else np.uint8, copy=False)
        return np.ascontiguousarray(values if values.ndim == 4 else values[..., np.newaxis])

    def _labels(self, name: str) -> Labels:
        array = self.archive.read(name)
        if array.ndim == 2 and array.shape[1] == 1:
            array = array[:, 0]
        if array.ndim != 1 or array.dtype.kind not in "iu":
            found = f"has '{name}' of type {array.dtype} and shape ({', '.join(map(str, array.shape))})"
            raise self._bad(found, "whole numbers, one for each picture; of rows of classes take `labels.argmax(1)`")
        if len(array) and (int(array.min()) < 0 or int(array.max()) >= MOST_CLASSES):
            wrong = int(array.min()) if int(array.min()) < 0 else int(array.max())
            raise self._bad(f"has a label {wrong} in '{name}'", f"0 to {MOST_CLASSES - 1:,}")
        return array.astype(np.int64)

    def _classes(self, names: Names, splits: list[Split]) -> tuple[int, tuple[str, ...]]:
        """How many classes there are, and their names where somebody has said them."""
        found = max(int(np.max(split.labels)) for split in splits if split.labels is not None) + 1
        if "class_names" in self.archive:
            array = self.archive.read("class_names")
            if array.dtype.kind != "U" or array.ndim != 1 or len(array) < found:
                said = f"has {array.size:,} 'class_names' of type {array.dtype} for labels up to {found - 1}"
                raise self._bad(said, f"a row of {found} texts or more")
            return len(array), tuple(str(name) for name in array)
        if names.planes:
            height, width, _ = splits[0].pictures.shape
            if found > (points := int(height or 0) * int(width or 0)):
                expected = f"points of the board, 0 to {points - 1}, row by row; passes are left out"
                raise self._bad(f"has a move {found - 1}", expected)
            return points, ()
        return found, ()

    def _bad(self, what: str, expected: str = "") -> SpecError:
        return fail("bad-data", f"'{self.path}' {what}", expected=expected)


def _values(split: Split) -> Array:
    assert isinstance(split.pictures, ArrayPictures)
    return split.pictures.array


def _range(split: Split) -> str:
    low, high = float(_values(split).min()), float(_values(split).max())
    return f"planes of {low:g} to {high:g} enter as they are, but for the `mean` and `scale` of a preprocessing"
