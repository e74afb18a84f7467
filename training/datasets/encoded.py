"""Pictures that stay encoded in memory, and are decoded whenever a batch wants them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy.typing as npt

from training.datasets.base import Shape

if TYPE_CHECKING:
    import tensorflow as tf


@dataclass(frozen=True, eq=False)
class EncodedPictures:
    """Pictures as the bytes of their files.

    Args:
        contents: the bytes, a string each, (count,).
        decode: the bytes of one -> its picture, uint8 (height, width, channels), in a graph.
        shape: of every picture; None where they differ.
    """

    contents: tf.Tensor
    decode: Callable[[tf.Tensor], tf.Tensor]
    shape: Shape

    def __len__(self) -> int:
        return int(self.contents.shape[0])

    def read(self, rows: tf.Tensor) -> tf.Tensor:
        """The pictures of some numbers; of one where sizes differ."""
        import tensorflow as tf

        some = tf.gather(self.contents, rows)
        if None in self.shape:
            return self.decode(some[0])[tf.newaxis]
        return tf.map_fn(self.decode, some, fn_output_signature=tf.TensorSpec(self.shape, tf.uint8))

    def digests(self) -> list[bytes]:
        """A sha256 of each."""
        return [hashlib.sha256(content).digest() for content in self.contents.numpy()]

    def some(self, rows: npt.NDArray[Any]) -> EncodedPictures:
        """Those of some numbers, or those where a mask is true."""
        import tensorflow as tf

        with tf.device("CPU:0"):
            return replace(self, contents=tf.constant(self.contents.numpy()[rows]))

    def fingerprint(self) -> str:
        """A sha256 of all."""
        return hashlib.sha256(b"".join(self.digests())).hexdigest()
