"""Dataset -> batches. What a training batch holds follows from the seed and its number alone."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

import tensorflow as tf

from training.augment import Draws, Examples, alone
from training.augment.draws import shuffled
from training.datasets import Split, Stream
from training.datasets.base import Pictures
from training.length import Length
from training.preparation import Preparation

BUFFER = 16_384  # pictures of a stream that are shuffled among each other
CORES = os.cpu_count() or 1  # autotuning begins with one, and was seen to stay there for ten seconds and more
ORDER = 0  # the number that keeps the order's seed apart from those of the steps
Change = Callable[[tf.Tensor], tf.Tensor]


@dataclass(frozen=True)
class Plan:
    """Which pictures stand in which batch: seed, pictures a batch, length, and the step to begin at."""

    seed: int
    batch_size: int
    length: Length
    first: int = 0

    def order(self, places: tf.Tensor, epoch: tf.Tensor, count: int) -> tf.Tensor:
        """The numbers of the pictures at some places of an epoch, in which each appears once."""
        seed = tf.stack([tf.constant(self.seed, tf.int64), tf.cast(epoch, tf.int64), tf.constant(ORDER, tf.int64)])
        return shuffled(places, seed, count - 1)


def training_batches(split: Split, prepared: Preparation, plan: Plan) -> tf.data.Dataset:
    """Every batch of a whole training, (inputs float32 (batch, *shape), labels) each.

    Each epoch takes every picture once, in its own order, each changed anew as the recipe says; its last batch
    may be smaller. A batch is computed from its number, so equal seeds give equal runs and a run can be taken
    up at any step. A stream is read from the start instead, and shuffled among 16,384 pictures.
    """
    even = None not in split.pictures.shape
    steps = alone(prepared.steps, even=even)
    if isinstance(split.pictures, Stream):
        batches = _streamed(split.pictures, prepared, plan, len(prepared.steps) if steps is None else steps)
    elif steps is not None:
        batches = _one_by_one(split.pictures, _labels(split), prepared, plan, steps)
    else:
        batches = _together(split.pictures, _labels(split), prepared, plan)
    return batches.prefetch(tf.data.AUTOTUNE).with_options(_threads())


def _threads() -> tf.data.Options:
    """Every picture in one thread: there are more pictures than cores, and dividing the work costs more."""
    options = tf.data.Options()
    options.threading.max_intra_op_parallelism = 1
    return options


def _together(pictures: Pictures, labels: tf.Tensor, prepared: Preparation, plan: Plan) -> tf.data.Dataset:
    """Pictures of one size, all of whose steps work on whole batches."""
    count, size, per_epoch = len(pictures), plan.batch_size, plan.length.steps_per_epoch

    def batch(step: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        first, epoch = step % per_epoch * size, step // per_epoch
        rows = plan.order(tf.range(first, tf.minimum(first + size, count)), epoch, count)
        draws = Draws(plan.seed, epoch, rows)
        examples = Examples(pictures.read(rows), tf.gather(labels, rows))
        found = prepared.change(examples, draws, 0, len(prepared.steps))
        return found.images, found.labels

    return tf.data.Dataset.range(plan.first, plan.length.steps).map(batch, CORES, deterministic=True)


def _one_by_one(
    pictures: Pictures, labels: tf.Tensor, prepared: Preparation, plan: Plan, steps: int
) -> tf.data.Dataset:
    """Pictures that are read, scaled and cut one at a time; an epoch's last batch is filled up and cut again."""
    count, size, per_epoch = len(pictures), plan.batch_size, plan.length.steps_per_epoch

    def one(place: tf.Tensor) -> tuple[tf.Tensor, ...]:
        step = place // size
        slot = step % per_epoch * size + place % size
        epoch = step // per_epoch
        row = plan.order(tf.minimum(slot, count - 1)[tf.newaxis], epoch, count)

        def read() -> tuple[tf.Tensor, tf.Tensor]:
            draws = Draws(plan.seed, epoch, row)
            return _first(prepared, Examples(pictures.read(row), tf.gather(labels, row)), draws, steps)

        def nothing() -> tuple[tf.Tensor, tf.Tensor]:
            return tf.zeros(prepared.around.shape), tf.constant(0, tf.int64)

        image, label = tf.cond(slot < count, read, nothing)
        return tf.ensure_shape(image, prepared.around.shape), label, row[0], slot < count, epoch

    def finish(images: tf.Tensor, *found: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        labels, rows, real, epochs = found
        kept = tf.reduce_sum(tf.cast(real, tf.int32))
        draws = Draws(plan.seed, epochs[0], rows[:kept])
        whole = _rest(prepared, Examples(images[:kept], labels[:kept]), draws, steps)
        return whole.images, whole.labels

    places = tf.data.Dataset.range(plan.first * size, plan.length.steps * size)
    each = places.map(one, CORES, deterministic=True)
    return each.batch(size).map(finish, tf.data.AUTOTUNE, deterministic=True)


def _streamed(stream: Stream, prepared: Preparation, plan: Plan, steps: int) -> tf.data.Dataset:
    """Pictures that come one after the other."""

    def epoch(number: tf.Tensor) -> tf.data.Dataset:
        def one(row: tf.Tensor, example: tuple[tf.Tensor, tf.Tensor]) -> tuple[tf.Tensor, ...]:
            image, label = example
            draws = Draws(plan.seed, number, row[tf.newaxis])
            given = Examples(image[tf.newaxis], tf.cast(label, tf.int64)[tf.newaxis])
            return *_first(prepared, given, draws, steps), row

        def finish(images: tf.Tensor, labels: tf.Tensor, rows: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            whole = _rest(prepared, Examples(images, labels), Draws(plan.seed, number, rows), steps)
            return whole.images, whole.labels

        numbered = stream.dataset().enumerate()
        tf.compat.v1.get_default_graph().seed = 1  # of this epoch's graph: the order follows from our seed alone
        mixed = numbered.shuffle(min(BUFFER, stream.count), seed=plan.seed * 2**31 + number)
        each = mixed.map(one, CORES, deterministic=True)
        return each.batch(plan.batch_size).map(finish, tf.data.AUTOTUNE, deterministic=True)

    length = plan.length
    return tf.data.Dataset.range(length.epochs).flat_map(epoch).skip(plan.first).take(length.steps - plan.first)


def _first(prepared: Preparation, given: Examples, draws: Draws, steps: int) -> tuple[tf.Tensor, tf.Tensor]:
    """One picture behind its first steps."""
    found = prepared.change(given, draws, 0, steps)
    return found.images[0], found.labels[0]


def _rest(prepared: Preparation, batch: Examples, draws: Draws, steps: int) -> Examples:
    """Pictures behind the steps that need a whole batch, where there are any."""
    return prepared.change(batch, draws, steps, len(prepared.steps)) if steps < len(prepared.steps) else batch


def evaluation_batches(split: Split, prepared: Preparation, batch_size: int) -> tf.data.Dataset:
    """Pictures in their own order, unchanged but for their size, mean and scale: (inputs, labels) each."""
    return plain(split, prepared.test, batch_size)


def plain(split: Split, change: Change, batch_size: int, every: int = 1) -> tf.data.Dataset:
    """Pictures in their own order behind a function from (n, height, width, channels) to one size.

    Args:
        split: pictures and labels.
        change: for batches where all pictures have one size, else for one at a time (n = 1).
        batch_size: pictures a batch.
        every: take each so manieth picture only.
    """
    pictures = split.pictures
    if isinstance(pictures, Stream):
        found = pictures.dataset().shard(every, 0)
        each = found.map(lambda x, y: (change(x[tf.newaxis])[0], tf.cast(y, tf.int64)), tf.data.AUTOTUNE)
        return each.batch(batch_size).prefetch(tf.data.AUTOTUNE)
    labels = _labels(split)
    rows = tf.data.Dataset.range(0, len(split), every)
    if None in pictures.shape:
        each = rows.map(
            lambda row: (change(pictures.read(row[tf.newaxis]))[0], tf.gather(labels, row)), tf.data.AUTOTUNE
        )
        return each.batch(batch_size).prefetch(tf.data.AUTOTUNE)
    batches = rows.batch(batch_size)
    read = batches.map(lambda some: (change(pictures.read(some)), tf.gather(labels, some)), tf.data.AUTOTUNE)
    return read.prefetch(tf.data.AUTOTUNE)


def _labels(split: Split) -> tf.Tensor:
    """In the host's memory, as the pictures are."""
    with tf.init_scope(), tf.device("CPU:0"):
        return tf.constant(split.labels, tf.int64)
