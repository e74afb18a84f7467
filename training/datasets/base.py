"""What a source of pictures gives, and the registry in which every source enters itself."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from archspec.api import fail

if TYPE_CHECKING:
    import tensorflow as tf

Bytes = npt.NDArray[np.uint8]
Labels = npt.NDArray[np.int64]
Shape = tuple[int | None, int | None, int]
"""(height, width, channels); None where pictures differ"""


class Pictures(Protocol):
    """Pictures that are read by their numbers, from 0: 8-bit values of 0 to 255, or planes of float32."""

    @property
    def shape(self) -> Shape:
        """(height, width, channels) of every picture; None where they differ."""
        ...

    def __len__(self) -> int: ...

    def read(self, rows: tf.Tensor) -> tf.Tensor:
        """The pictures (n, height, width, channels) of the numbers (n,), in a graph; n is 1 where sizes differ."""
        ...

    def fingerprint(self) -> str:
        """A sha256 of all of them, in their order."""
        ...


@dataclass(frozen=True, eq=False)
class ArrayPictures:
    """Pictures of one size, (count, height, width, channels), in memory."""

    array: npt.NDArray[Any]

    @property
    def shape(self) -> Shape:
        """(height, width, channels) of every picture."""
        height, width, channels = self.array.shape[1:]
        return height, width, channels

    def __len__(self) -> int:
        return len(self.array)

    @cached_property
    def _tensor(self) -> Any:
        """In the host's memory: the accelerator's is for the network."""
        import tensorflow as tf

        with tf.init_scope(), tf.device("CPU:0"):
            return tf.constant(self.array)

    def read(self, rows: tf.Tensor) -> tf.Tensor:
        """The pictures of some numbers."""
        import tensorflow as tf

        return tf.gather(self._tensor, rows)

    def fingerprint(self) -> str:
        """A sha256 of shape and values."""
        found = hashlib.sha256(repr((self.array.shape, self.array.dtype.str)).encode())
        found.update(np.ascontiguousarray(self.array).data)
        return found.hexdigest()

    def digests(self) -> list[bytes]:
        """A sha256 of each picture."""
        return [hashlib.sha256(np.ascontiguousarray(picture).data).digest() for picture in self.array]

    def some(self, rows: npt.NDArray[Any]) -> ArrayPictures:
        """Those of some numbers, or those where a mask is true."""
        return ArrayPictures(self.array[rows])


@dataclass(frozen=True, eq=False)
class Stream:
    """Labelled pictures that can only be read one after the other.

    Args:
        dataset: gives a `tf.data.Dataset` of (picture (height, width, channels), label), each time in one order.
        count: how many there are.
        shape: (height, width, channels); None where pictures differ.
        name: what tells it from other streams.
    """

    dataset: Callable[[], tf.data.Dataset]
    count: int
    shape: Shape
    name: str

    def __len__(self) -> int:
        return self.count

    def fingerprint(self) -> str:
        """A sha256 of name and count: the pictures themselves are not looked at."""
        return hashlib.sha256(f"{self.name} {self.count}".encode()).hexdigest()


@dataclass(frozen=True, eq=False)
class Split:
    """Pictures and their labels (count,), from 0; the labels of a stream come with its pictures and are None here.

    `files` are the pictures' paths within their folder, empty where they come from something else.
    """

    pictures: Pictures | Stream
    labels: Labels | None
    files: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.pictures)

    def fingerprint(self) -> str:
        """A sha256 of pictures and labels."""
        found = hashlib.sha256(self.pictures.fingerprint().encode())
        found.update(b"" if self.labels is None else np.ascontiguousarray(self.labels).data)
        return found.hexdigest()


def arrays(pictures: npt.NDArray[Any], labels: npt.NDArray[Any]) -> Split:
    """A split of pictures (count, height, width, channels) and labels (count,) in memory."""
    return Split(ArrayPictures(pictures), labels.astype(np.int64))


@dataclass(frozen=True, eq=False)
class Dataset:
    """Labelled pictures, already divided into a training and a test set.

    Labels are whole numbers from 0 to `classes` - 1. `class_names` is empty where nobody named them.
    """

    name: str
    train: Split
    test: Split | None
    classes: int
    class_names: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    """What a user has to know of how it was read, a sentence each."""
    words: str = ""
    """What `--data` would be to read them again, from any folder."""
    planes: bool = False
    """Whether values enter a network as they are, where nobody says how: not pictures of 0 to 255."""

    @property
    def image_shape(self) -> Shape:
        """(height, width, channels) of every picture; None where they differ."""
        return self.train.pictures.shape


def silently(line: str) -> None:
    """Say nothing."""


@dataclass(frozen=True)
class Options:
    """How pictures are read.

    Args:
        strict: whether a picture that cannot be read is an error, instead of left out and told.
        test_share: of the pictures that come without a test set, the share that becomes it; 0 for none.
        say: takes a line every few seconds where reading takes long.

    Raises:
        SpecError: for a share that is not from 0 to below 1.
    """

    strict: bool = False
    test_share: float = 0.2
    say: Callable[[str], None] = silently

    def __post_init__(self) -> None:
        if not 0 <= self.test_share < 1:
            raise fail("bad-request", f"test_share is {self.test_share}", expected="a number from 0 to below 1")


Reader = Callable[[str, Options], Dataset]


def directory(argument: str, kind: str, holds: str) -> Path:
    """The folder that `--data kind:DIR` names.

    Raises:
        SpecError: where none is named, or there is none.
    """
    if not argument:
        raise fail("data-argument", f"'{kind}' does not say where the files are", expected=f"--data {kind}:DIR")
    root = Path(argument).expanduser()
    if not root.is_dir():
        raise fail("no-such-file", f"there is no folder '{root}'", expected=f"a folder of {holds}")
    return root.resolve()


@dataclass(frozen=True)
class Source:
    """A way to get pictures: `form` is how `--data` names it, `read` takes what follows the colon."""

    form: str
    doc: str
    read: Reader


SOURCES: dict[str, Source] = {}


def source(name: str, form: str, doc: str) -> Callable[[Reader], Reader]:
    """Enter a reader under `name`, with a few words for the commands' help.

    Raises:
        ValueError: where another reader has the name.
    """

    def enter(read: Reader) -> Reader:
        if name in SOURCES:
            raise ValueError(f"two sources of data are called {name!r}")
        SOURCES[name] = Source(form, doc, read)
        return read

    return enter
