"""Several devices of one machine: which strategy, and how a batch is shared so that nothing changes but the speed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import keras
import tensorflow as tf

from archspec.api import fail
from training import strategies
from training.datasets import Dataset
from training.recipe import Recipe

PER_REPLICA = ("clipnorm", "global_clipnorm", "gradient_accumulation_steps")
"""Keys of an optimizer that each device would follow for itself, on its share of the gradient."""


def strategy(word: str = "auto") -> tf.distribute.Strategy:
    """How training is spread over the devices of this machine.

    Build the model within its scope. What `training.setup` gives there shares each batch among the devices so
    that the result is that of one device.

    Args:
        word: `mirrored` for all GPUs (without one, all CPU devices of TensorFlow), `none` for one device, `auto` for
            all GPUs where there are several, else one device.

    Raises:
        SpecError: for another word, or for `mirrored` where Keras does not run on TensorFlow.
    """
    strategies.check(word)
    gpus = [device.name for device in tf.config.list_logical_devices("GPU")]
    if word == "none" or (word == "auto" and (len(gpus) < 2 or keras.backend.backend() != "tensorflow")):
        return tf.distribute.get_strategy()
    if keras.backend.backend() != "tensorflow":
        expected = "KERAS_BACKEND=tensorflow, or --strategy none"
        raise fail("wrong-backend", f"Keras runs on {keras.backend.backend()}", expected=expected)
    return _mirrored(tuple(gpus or (device.name for device in tf.config.list_logical_devices("CPU"))))


@cache
def _mirrored(devices: tuple[str, ...]) -> tf.distribute.Strategy:
    """One strategy for a process: the exchanges of a second one are taken for those of the first."""
    return tf.distribute.MirroredStrategy(devices)


def count() -> int:
    """On how many devices the current strategy trains."""
    return int(tf.distribute.get_strategy().num_replicas_in_sync)


def told(batch_size: int) -> Iterator[str]:
    """What the current strategy does, in lines; nothing on one device."""
    if count() > 1:
        yield (
            f"on {count()} devices, each with its share of every batch of {batch_size}; "
            "batch norm counts the whole batch (synchronized)"
        )


def check_shares(recipe: Recipe, data: Dataset) -> None:
    """Refuse what several devices would compute otherwise than one.

    Raises:
        SpecError: for batches that the devices cannot share (Keras reads the first one as equal shares; a last
            one may be uneven, but has a picture for each), and for an optimizer that clips or collects gradients
            on each device.
    """
    if count() == 1:
        return
    for split, what in ((data.train, "training"), (data.test, "test")):
        best = even(len(split), recipe.batch_size) if split else recipe.batch_size
        if not best or (split is data.train and best != recipe.batch_size):
            message = (
                f"{count()} devices cannot share {len(split or ()):,} {what} images in batches of {recipe.batch_size}"
            )
            expected = f"a multiple of {count()} that leaves no fewer for the last batch"
            raise fail("uneven-batches", message, expected=f"{expected}: --batch-size {best}" if best else expected)
    for key in PER_REPLICA:
        if recipe.optimizer.keys.get(key):
            message = f"`{key}` would be followed by each of {count()} devices for itself, which changes the result"
            raise fail("uneven-batches", message, expected="a recipe without it, or --strategy none")


def even(pictures: int, wanted: int) -> int | None:
    """The largest size of batches up to the wanted one that the devices can share; None where there is none."""
    sizes = range(min(wanted, pictures) // count() * count(), 0, -count())
    found = (size for size in sizes if pictures % size == 0 or pictures % size >= count())
    return wanted if wanted > pictures and pictures % count() == 0 else next(found, None)


def shared(batches: tf.data.Dataset, pictures: int, batch_size: int) -> Any:
    """Training batches under the current strategy; on one device as they are.

    A batch of n pictures is cut into shares of n / devices each, or one more. Each device divides its loss by
    its own pictures, and the gradients are added up as if all had the same number; where they have not, each
    picture weighs devices * own / n, so that the sum is the gradient of the whole batch.

    Args:
        batches: (inputs, labels), labels as a dict where there are several heads.
        pictures: in an epoch.
        batch_size: of all devices together.
    """
    if count() == 1:
        return batches
    return _distributed(batches, weighted=bool(pictures % batch_size % count()))


def repeated(batches: tf.data.Dataset) -> Any:
    """Test batches under the current strategy, again and again: Keras cannot know where they end."""
    return _distributed(batches.repeat(), weighted=False)


def _distributed(batches: tf.data.Dataset, *, weighted: bool) -> Any:
    """Batches cut into a share for each device, with the weights of their pictures where they need some."""

    def shares(x: Any, y: Any) -> tf.data.Dataset:
        size = tf.shape(x)[0]

        def share(number: tf.Tensor) -> tuple[Any, ...]:
            first, end = (tf.cast(i, tf.int32) * size // count() for i in (number, number + 1))
            own = tf.nest.map_structure(lambda values: values[first:end], (x, y))
            return (*own, _weights(y, end - first, size)) if weighted else own

        return tf.data.Dataset.range(count()).map(share)

    def of_worker(context: Any) -> tf.data.Dataset:
        return batches.flat_map(shares).prefetch(tf.data.AUTOTUNE)

    return tf.distribute.get_strategy().distribute_datasets_from_function(of_worker)


def _weights(labels: Any, own: tf.Tensor, size: tf.Tensor) -> Any:
    """The weight of each picture of a share, for every head."""
    weight = tf.fill([own], tf.cast(count() * own, tf.float32) / tf.cast(size, tf.float32))
    return dict.fromkeys(labels, weight) if isinstance(labels, dict) else weight
