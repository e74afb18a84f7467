"""A set that TensorFlow Datasets has prepared on disk: its pictures as arrays, as bytes in memory, or as a stream."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from archspec.api import fail
from training.datasets.base import ArrayPictures, Shape, Split, Stream
from training.datasets.encoded import EncodedPictures
from training.datasets.picture_files import HELD
from training.datasets.split import apart

if TYPE_CHECKING:
    import tensorflow as tf

IN_MEMORY = 2**30  # bytes of encoded pictures; a set with more is read one after the other
BATCH = 4096


@dataclass(frozen=True)
class PreparedSet:
    """Pictures with classes.

    Args:
        builder: TFDS's own, which has the files.
        image: what it calls the picture of a row.
        label: what it calls its class.
    """

    builder: Any
    image: str
    label: str

    @classmethod
    def of(cls, builder: Any) -> PreparedSet:
        """The set of a builder: its supervised keys, or else its only picture and its only class.

        Raises:
            SpecError: where it has no 8-bit picture with a class.
        """
        import tensorflow_datasets as tfds

        features, keys = builder.info.features, builder.info.supervised_keys
        kinds = (tfds.features.Image, tfds.features.ClassLabel)
        found = [[str(key) for key in features if isinstance(features[key], kind)] for kind in kinds]
        alone = [names[0] if len(names) == 1 else "" for names in found]
        image, label = keys if keys and len(keys) == 2 else alone
        if image not in found[0] or label not in found[1] or features[image].dtype != np.uint8:
            expected = f"one 8-bit image and one class label (found: {', '.join(sorted(features))})"
            raise fail(
                "bad-data", f"the rows of the TFDS set '{builder.name}' are no pictures with classes", expected=expected
            )
        return cls(builder, image, label)

    @property
    def name(self) -> str:
        """Its name without configuration and version."""
        return str(self.builder.name)

    @property
    def words(self) -> str:
        """Its name as TFDS reads it, with configuration and version."""
        info = self.builder.info
        return f"{info.name}/{info.config_name}:{info.version}" if info.config_name else f"{info.name}:{info.version}"

    @property
    def shape(self) -> Shape:
        """(height, width, channels) of every picture; None where they differ."""
        height, width, channels = self._features[self.image].shape
        return height, width, channels

    @property
    def classes(self) -> int:
        """How many classes there are."""
        return int(self._features[self.label].num_classes)

    @property
    def class_names(self) -> tuple[str, ...]:
        """Their names; none where they are only numbered."""
        names = tuple(self._features[self.label].names)
        return names if names != tuple(map(str, range(len(names)))) else ()

    @property
    def counts(self) -> Mapping[str, int]:
        """Split -> how many pictures it has."""
        return {name: int(split.num_examples) for name, split in self.builder.info.splits.items()}

    @property
    def _features(self) -> Any:
        return self.builder.info.features

    def is_labelled(self, split: str) -> bool:
        """Whether the first of its pictures has a class; TFDS writes -1 where nobody published them."""
        return any(int(label) >= 0 for _, label in self._rows(split, encoded=True).take(1))

    def split(self, name: str) -> Split:
        """One of its splits."""
        splits, count = self.builder.info.splits, self.counts[name]
        if sum(int(splits[part].num_bytes) for part in splits) > IN_MEMORY:
            return self._stream(name, count)
        if None not in self.shape and count * int(np.prod([side or 0 for side in self.shape])) <= HELD:
            pictures, labels = zip(*self._rows(name).batch(BATCH).as_numpy_iterator(), strict=True)
            return Split(ArrayPictures(np.concatenate(pictures)), np.concatenate(labels).astype(np.int64))
        return self._encoded(name)

    def _encoded(self, name: str) -> Split:
        import tensorflow as tf

        contents, labels = zip(*self._rows(name, encoded=True).batch(BATCH), strict=True)
        known = np.concatenate([part.numpy() for part in labels]).astype(np.int64)
        with tf.device("CPU:0"):
            return Split(
                EncodedPictures(tf.concat(contents, 0), self._features[self.image].decode_example, self.shape), known
            )

    def _stream(self, split: str, count: int) -> Split:
        return Split(Stream(lambda: self._rows(split), count, self.shape, f"{self.words} {split}"), None)

    def _rows(self, split: str, *, encoded: bool = False) -> tf.data.Dataset:
        """(picture, class) of each, in the order of the files."""
        import tensorflow_datasets as tfds

        kept = {self.image: tfds.decode.SkipDecoding()} if encoded else None
        wanted = tfds.decode.PartialDecoding({self.image: True, self.label: True}, decoders=kept)
        rows = self.builder.as_dataset(split=split, shuffle_files=False, decoders=wanted)
        return rows.map(lambda row: (row[self.image], row[self.label]))

    def apart(self, name: str, split: Split, share: float) -> tuple[Split, Split | None, tuple[str, ...]]:
        """A training and a test set of one split, and what to say of them.

        TFDS mixes rows when it prepares a set, unless that says otherwise: the last ones of a stream are a fair share.
        """
        if split.labels is not None:
            return apart(split, share)
        if self.builder.info.disable_shuffling:
            return split, None, ("there is no test set: its pictures are not mixed",)
        tests = max(1, round(share * len(split)))
        first = len(split) - tests
        parts = self._stream(f"{name}[:{first}]", first), self._stream(f"{name}[{first}:]", tests)
        return *parts, (f"the last {tests:,} of {len(split):,} pictures are the test set",)
