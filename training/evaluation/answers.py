"""What a network says of pictures: the mean of its shares over all views, batch by batch, in bounded memory."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from training import pipeline
from training.datasets import Split, Stream
from training.evaluation.dense import inference
from training.evaluation.members import Loaded
from training.evaluation.progress import Progress
from training.evaluation.scores import Floats, shares

HELD = 64_000_000
"""Bytes of the views that are held at once, of one picture at least."""
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Batch:
    """Some pictures of one size with their numbers and labels; or, for the center protocol, their inputs."""

    rows: Whole
    pictures: tf.Tensor
    labels: Whole


class Network:
    """A loaded member as a function from inputs to shares, a few inputs at a time.

    Args:
        loaded: the member.
        batch_size: how many inputs of the network's size go through at once; of larger ones as many as have as
            many pixels, and one at least.
    """

    def __init__(self, loaded: Loaded, batch_size: int) -> None:
        self.loaded, self.dense = loaded, loaded.protocol.dense
        self.function = inference(loaded.model)
        self.pixels = batch_size * math.prod(loaded.member.shape[:2])

    def __call__(self, inputs: tf.Tensor) -> Floats:
        """Inputs (n, height, width, channels) -> shares (n, classes); of dense maps the mean over all places."""
        size = (inputs.shape[1], inputs.shape[2])
        function = self.loaded.dense.of(size) if self.dense else self.function
        step = max(1, self.pixels // math.prod(size))
        found = [function(inputs[i : i + step]).numpy() for i in range(0, len(inputs), step)]
        values = shares(np.concatenate(found), self.loaded.member.kind)
        return values.mean(axis=(1, 2)) if self.dense else values


def answers(loaded: Loaded, split: Split, batch_size: int, progress: Progress) -> tuple[Floats, Whole]:
    """The shares that a member gives to each class of each picture, (pictures, classes), and the right ones.

    Args:
        loaded: the member with its protocol.
        split: pictures and labels.
        batch_size: views that go through the network at once, see `Network`.
        progress: hears of every batch.

    Raises:
        StopRequestedError: after the current batch, once a signal has come.
    """
    network = Network(loaded, batch_size)
    found = np.zeros((len(split), loaded.member.classes))
    labels = np.full(len(split), -1, np.int64)
    for batch in _batches(loaded, split, batch_size):
        found[batch.rows] = _mean(network, _views(loaded, batch))
        labels[batch.rows] = batch.labels
        progress.add(len(batch.rows))
    read = labels >= 0  # a stream may hold fewer pictures than it says
    return found[read], labels[read]


def _views(loaded: Loaded, batch: Batch) -> Iterator[tf.Tensor]:
    """Views of a batch, as inputs (n, views, height, width, channels), a few views at a time."""
    if loaded.protocol.name == "center":
        return iter([batch.pictures[:, tf.newaxis]])
    return loaded.protocol.of(batch.pictures, loaded.prepared)


def _mean(network: Network, views: Iterator[tf.Tensor]) -> Floats:
    """The mean shares (n, classes) over all views."""
    total, count = 0.0, 0
    for each in views:
        n, k = each.shape[:2]
        given = network(tf.reshape(each, (n * k, *each.shape[2:])))
        total, count = total + given.reshape(n, k, -1).sum(axis=1), count + k
    return np.asarray(total / count, np.float64)


def _batches(loaded: Loaded, split: Split, batch_size: int) -> Iterator[Batch]:
    """All pictures: for the center protocol the very batches of training's own test, else as they are."""
    if loaded.protocol.name == "center":
        first = 0
        for inputs, labels in pipeline.evaluation_batches(split, loaded.prepared, batch_size):
            rows = np.arange(first, first + len(inputs))
            first += len(inputs)
            yield Batch(rows, inputs, labels.numpy())
    else:
        yield from _raw(split, _at_once(loaded), by_size=loaded.protocol.dense)


def _at_once(loaded: Loaded) -> int:
    """Of how many pictures the views of one scale are held at once."""
    protocol = loaded.protocol
    views = protocol.views // max(1, len(protocol.scales))
    sides = protocol.scales if protocol.dense and protocol.scales else loaded.member.shape[:2]
    return max(1, HELD // (views * max(sides) ** 2 * loaded.member.shape[2] * 4))


def _raw(split: Split, at_once: int, *, by_size: bool) -> Iterator[Batch]:
    """Pictures as they are; one at a time where sizes differ, then those of one size together if asked for."""
    pictures = split.pictures
    if isinstance(pictures, Stream):
        for row, (picture, label) in enumerate(pictures.dataset().prefetch(tf.data.AUTOTUNE)):
            yield Batch(np.array([row]), picture[tf.newaxis], np.array([int(label)]))
        return
    labels = np.asarray(split.labels, np.int64)
    uneven = None in pictures.shape
    numbers = _by_size(split) if uneven and by_size else np.arange(len(split))
    rows = tf.data.Dataset.from_tensor_slices(numbers).batch(1 if uneven else at_once)
    read = rows.map(lambda some: (some, pictures.read(some)), tf.data.AUTOTUNE, deterministic=True)
    for some, values in read.prefetch(1):
        yield Batch(some.numpy(), values, labels[some.numpy()])


def _by_size(split: Split) -> Whole:
    """The numbers of pictures of different sizes, those of one size behind each other: each needs a model."""
    pictures = split.pictures
    assert not isinstance(pictures, Stream)
    rows = tf.data.Dataset.range(len(split))
    sizes = rows.map(lambda row: tf.shape(pictures.read(row[tf.newaxis]))[1:3], tf.data.AUTOTUNE, deterministic=True)
    found = np.array([size.numpy() for size in sizes.prefetch(tf.data.AUTOTUNE)])
    return np.lexsort((found[:, 1], found[:, 0])).astype(np.int64)
