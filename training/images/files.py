"""Pictures that stay in their files: TensorFlow reads and decodes them when a batch wants them."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from archspec.api import fail
from training.images.check import PictureFile
from training.images.decode import bombs_refused, content, pixels
from training.images.header import Decoder

if TYPE_CHECKING:
    import tensorflow as tf

Shape = tuple[int | None, int | None, int]
READING = re.compile(r"node \S*(ReadFile|DecodeJpeg|DecodePng|PyFunc)")
REASON = re.compile(r"Iterator::[^\s]*: (.*)")


@dataclass(frozen=True, eq=False)
class FilePictures:
    """Checked files, read by their numbers (see `training.datasets.base.Pictures`).

    Args:
        root: the folder in which they lie.
        files: as `check` found them.
        shape: (height, width, channels) of every picture; None where they differ. Grey pictures among coloured
            ones are given three equal channels.
    """

    root: Path
    files: tuple[PictureFile, ...]
    shape: Shape

    def __len__(self) -> int:
        return len(self.files)

    @cached_property
    def _tensors(self) -> tuple[Any, Any]:
        """Paths and decoders by number, in the host's memory."""
        import tensorflow as tf

        with tf.init_scope(), tf.device("CPU:0"):
            paths = tf.constant([os.fspath(self.root / file.name) for file in self.files])
            return paths, tf.constant([int(file.header.decoder) for file in self.files])

    def read(self, rows: tf.Tensor) -> tf.Tensor:
        """The pictures of some numbers, uint8 (n, height, width, channels); of a single one where sizes differ."""
        import tensorflow as tf

        if None in self.shape:
            return self._one(tf.ensure_shape(rows, [1])[0])[tf.newaxis]
        return tf.map_fn(self._one, rows, fn_output_signature=tf.TensorSpec(self.shape, tf.uint8))

    def _one(self, row: tf.Tensor) -> tf.Tensor:
        import tensorflow as tf

        paths, decoders = self._tensors
        data = tf.io.read_file(paths[row])
        ways = {each: _way(each, data, self.shape[2]) for each in Decoder}
        used = {file.header.decoder for file in self.files}
        picture = ways[used.pop()]() if len(used) == 1 else tf.switch_case(decoders[row], ways)
        return tf.ensure_shape(picture, self.shape)

    def fingerprint(self) -> str:
        """A sha256 of shape, paths within the folder and contents, in their order."""
        found = hashlib.sha256(repr(self.shape).encode())
        for file in self.files:
            found.update(file.name.encode() + b"\0" + file.digest)
        return found.hexdigest()


def _way(decoder: Decoder, data: tf.Tensor, channels: int) -> Callable[[], tf.Tensor]:
    """What turns a file's bytes into (height, width, channels)."""
    import tensorflow as tf

    ways: dict[Decoder, Callable[[], tf.Tensor]] = {
        # Pillow's way of computing, to the pixel; TensorFlow's own default is faster and differs by up to 6
        Decoder.JPEG: lambda: tf.io.decode_jpeg(data, channels, dct_method="INTEGER_ACCURATE"),
        Decoder.PNG: lambda: tf.io.decode_png(data, channels),
        Decoder.PILLOW: lambda: tf.numpy_function(lambda found: pixels(_bytes(found), channels), [data], tf.uint8),
    }
    return ways[decoder]


def _bytes(found: bytes | npt.NDArray[np.object_]) -> bytes:
    """What TensorFlow hands to Python: in a graph the bytes themselves, outside of one an array that holds them."""
    return found if isinstance(found, bytes) else found.item()


def in_memory(pictures: FilePictures) -> npt.NDArray[np.uint8]:
    """All pictures of one size as an array (count, height, width, channels)."""
    channels = pictures.shape[2]
    held = np.empty((len(pictures), *(side or 0 for side in pictures.shape)), np.uint8)

    def fill(row: int) -> None:
        held[row] = pixels(content(pictures.root / pictures.files[row].name), channels)

    with bombs_refused(), ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(fill, range(len(pictures))))
    return held


@contextmanager
def changes_told() -> Iterator[None]:
    """Turn what TensorFlow raises where a file was changed or removed after its check into a sentence.

    Raises:
        SpecError: instead of that.
    """
    import tensorflow as tf

    try:
        yield
    except tf.errors.OpError as error:
        found = REASON.search(error.message)
        if not (found and READING.search(error.message)):
            raise
        message = f"a picture was changed or removed since it was looked at: {found[1]}"
        raise fail("bad-data", message, expected="files that stay as they are while they are read") from None
