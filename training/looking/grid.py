"""Some training pictures, and what the network is given of them in the first epochs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from training.augment import Draws, Examples, alone
from training.datasets import Dataset, Split, Stream
from training.preparation import Preparation

Pixels = npt.NDArray[Any]
COLOURS = (1, 3)  # channels that a picture has; more are planes
WHITE = 255.0


@dataclass(frozen=True, eq=False)
class Grid:
    """Pictures before and after.

    Args:
        data: where they come from.
        originals: a picture (height, width, channels) each, as it was read.
        labels: their classes, (count,).
        inputs: what the network is given of them, (epochs, count, height, width, channels).
        prepared: how they became inputs.
    """

    data: Dataset
    originals: tuple[Pixels, ...]
    labels: Pixels
    inputs: Pixels
    prepared: Preparation

    @property
    def names(self) -> tuple[str, ...]:
        """The class of each picture, in words or as a number."""
        return tuple(self.data.class_names[i] if self.data.class_names else str(i) for i in self.labels)


def grid(data: Dataset, prepared: Preparation, seed: int, count: int, epochs: int) -> Grid:
    """Pictures evenly spread over the training set (of a stream the first ones), as the pipeline changes them.

    What is drawn follows from seed, epoch and number of the picture alone, so these are the very values of a training
    of that seed; only `mixup` takes its partners from the grid instead of the batch.
    """
    rows, examples = _chosen(data.train, count)
    found = [_changed(prepared, rows, examples, seed, epoch) for epoch in range(epochs)]
    return Grid(
        data,
        tuple(each.images.numpy()[0] for each in examples),
        np.array([int(each.labels[0]) for each in examples]),
        np.stack(found),
        prepared,
    )


def _changed(prepared: Preparation, rows: list[int], examples: list[Examples], seed: int, epoch: int) -> tf.Tensor:
    """All of them as inputs: behind the steps that see one at a time, then behind those that see batches."""
    last = len(prepared.steps)
    singly = alone(prepared.steps, even=False)
    steps = last if singly is None else singly
    each = [
        prepared.change(one, Draws(seed, epoch, tf.constant([row])), 0, steps)
        for row, one in zip(rows, examples, strict=True)
    ]
    batch = Examples(*(tf.concat([getattr(one, part) for one in each], 0) for part in ("images", "labels")))
    if steps == last:
        return batch.images
    return prepared.change(batch, Draws(seed, epoch, tf.constant(rows)), steps, last).images


def _chosen(split: Split, count: int) -> tuple[list[int], list[Examples]]:
    """Numbers of some pictures, and each with its label."""
    pictures = split.pictures
    if isinstance(pictures, Stream):
        found = [Examples(x[tf.newaxis], tf.cast(y, tf.int64)[tf.newaxis]) for x, y in pictures.dataset().take(count)]
        return list(range(len(found))), found
    rows = sorted({int(row) for row in np.linspace(0, len(split) - 1, min(count, len(split)))})
    labels = tf.constant(split.labels, tf.int64)
    return rows, [Examples(pictures.read(tf.constant([row])), labels[row : row + 1]) for row in rows]


def shown(inputs: Pixels, prepared: Preparation, *, planes: bool) -> Pixels:
    """Inputs as pictures of 0 to 255 again: mean, scale and order of channels undone; uint8 of 1 or 3 channels."""
    values = np.asarray(inputs, np.float32)
    if planes:
        return _stretched(values)
    values = _unscaled(values, prepared.preprocessing)
    if prepared.around.statistics.mean is not None:
        values = values + prepared.around.statistics.mean
    return np.asarray(np.clip(np.rint(values), 0, WHITE), np.uint8)


def _unscaled(values: Pixels, said: Mapping[str, Any]) -> Pixels:
    """What `fitting.normalized` was given."""
    if not said:
        return values * WHITE
    mean, scale = (np.asarray(said.get(key, default), np.float32) for key, default in (("mean", 0), ("scale", 1)))
    found = values / scale + mean
    return found[..., ::-1] if said.get("channel_order") == "bgr" else found


def _stretched(values: Pixels) -> Pixels:
    """Planes as grey, the mean of all where they are no colours, from their least to their largest value."""
    if values.shape[-1] not in COLOURS:
        values = values.mean(axis=-1, keepdims=True)
    low, high = values.min(), values.max()
    return np.asarray(np.rint((values - low) * (WHITE / max(high - low, 1e-12))), np.uint8)
