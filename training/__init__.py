"""All that learns: data, training, evaluation."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import tensorflow as tf

    from archspec.api import SpecLike
    from training.datasets import Dataset
    from training.evaluation.results import Evaluation
    from training.setups import Setup

__all__ = ["data", "dataset", "evaluate", "setup", "strategy"]


def _silent(line: str) -> None:
    """Say nothing."""


def setup(
    spec: SpecLike,
    data: str | Dataset,
    recipe: str | os.PathLike[str] | None = None,
    *,
    changes: Mapping[str, Any] | None = None,
    strict: bool = False,
    test_share: float = 0.2,
    say: Callable[[str], None] = _silent,
) -> Setup:
    """Model, batches and arguments with which Keras's `compile` and `fit` do what `archspec train` does.

    Args:
        spec: as for `archspec.build`.
        data: what `--data` takes, such as `digits` or `idx:mnist`, or what `training.data` gives.
        recipe: a path, the name of a shipped recipe, or a recipe's text (default: the one that the spec names, or
            `small`).
        changes: keys of the recipe -> values, such as `{"epochs": 3, "optimizer.learning_rate": 0.05}`.
        strict: as for `training.data`, where `data` is a text.
        test_share: likewise.
        say: takes a line for all that a user should know.

    Raises:
        SpecError: where anything in it is wrong, or one does not fit the other.
    """
    from archspec import api
    from training import datasets, request

    settings = api.settings([f"recipe.{key}={json.dumps(value)}" for key, value in (changes or {}).items()])
    options = datasets.Options(strict, test_share, say)
    asked = request.make(spec, data, recipe, settings, say=say, options=options)
    api.start_keras()
    from training import setups

    return setups.make(asked, say)


def data(words: str, *, strict: bool = False, test_share: float = 0.2) -> Dataset:
    """The pictures that `--data` names.

    Args:
        words: such as `digits`, `idx:mnist` or `folder:flowers`.
        strict: whether a picture that cannot be read is an error, instead of left out and told in `notes`.
        test_share: of the pictures that come without a test set, the share that becomes it.

    Raises:
        SpecError: for an unknown source, and for files that are missing or damaged.

    >>> data("digits").classes
    10
    """
    from training import datasets

    return datasets.read(words, datasets.Options(strict, test_share))


def evaluate(
    networks: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    data: str | Dataset | None = None,
    *,
    weights: str | None = None,
    protocol: str | None = None,
    scales: Sequence[int] = (),
    mirrored: bool = True,
    top: Sequence[int] = (),
    split: str = "test",
    batch_size: int = 64,
    strict: bool = False,
    test_share: float | None = None,
    say: Callable[[str], None] = _silent,
) -> Evaluation:
    """What `archspec evaluate` finds: how well trained networks do, alone and together.

    Args:
        networks: one or several folders of runs, or a spec with `weights`.
        data: as for `setup` (default: what the runs were trained on).
        weights: of the one spec among the networks: a file, a word that it has under `weights`, or `members`.
        protocol: `center`, `10crop`, `144crop`, `dense` or `multiscale` (default: the recipe's).
        scales: shorter sides that pictures are scaled to, in pixels (default: the paper's).
        mirrored: whether mirrors are seen too, where the protocol has them.
        top: k: a hit where the right class is among the first k (default: the recipe's).
        split: `test` or `train`.
        batch_size: views that go through a network at once.
        strict: as for `training.data`, where `data` is a text or left out.
        test_share: likewise (default: without `data` that of the first run, else 0.2).
        say: takes a line for all that a user should know, and for progress.

    Raises:
        SpecError: where anything in it is wrong, or one does not fit the other.
    """
    from training import datasets
    from training.evaluation import members, session

    words = [networks] if isinstance(networks, str | os.PathLike) else networks
    found = members.read([os.fspath(word) for word in words], weights)
    asked = members.Request(protocol, tuple(scales), mirrored)
    settings = session.Settings(asked, tuple(top), split, batch_size=batch_size)
    shares = (test_share, members.test_share(found) if data is None else None, datasets.AS_USUAL.test_share)
    options = datasets.Options(strict, next(share for share in shares if share is not None), say)
    return session.prepare(found, data, settings, options=options, say=say).run(say)[0]


def dataset(
    train: tf.data.Dataset,
    test: tf.data.Dataset | None = None,
    *,
    classes: int,
    class_names: Sequence[str] = (),
    name: str = "mine",
) -> Dataset:
    """A data set of what you read with `tf.data` yourself, for `setup`.

    Pictures of uint8 are of 0 to 255; those of floating-point numbers enter the network as they are, unless recipe
    or spec have a `preprocessing`. The recipe shuffles, changes and batches.

    Args:
        train: one epoch of (picture (height, width, channels), number of its class), in the same order each time. It
            says how many there are by its `cardinality`, after a generator or filter through
            `tf.data.experimental.assert_cardinality`.
        test: the same, of the test set.
        classes: how many classes there are; labels are from 0 to `classes` - 1, checked as they come.
        class_names: the names of the classes, if they have any.
        name: what it is called in what is said.

    Raises:
        SpecError: where types, shapes or cardinality are others.

    >>> import tensorflow as tf
    >>> pictures = tf.zeros((100, 32, 32, 3), tf.uint8)
    >>> len(dataset(tf.data.Dataset.from_tensor_slices((pictures, tf.zeros(100, tf.int64))), classes=10).train)
    100
    """
    from training.datasets import own

    return own.of(train, test, classes, name, class_names)


def strategy(word: str = "auto") -> tf.distribute.Strategy:
    """How training is spread over the devices of this machine: build and compile the model within its scope.

    What `setup` gives within the scope shares each batch among the devices so that the result is that of one device;
    batch norm counts the whole batch there. In batches of your own, give every device as many pictures.

    Args:
        word: `mirrored` for all GPUs (without one, all CPU devices of TensorFlow), `none` for one device, `auto` for
            all GPUs where there are several, else one device.

    Raises:
        SpecError: for another word, or for `mirrored` where Keras does not run on TensorFlow.
    """
    from archspec import api

    api.start_keras()
    from training import replicas

    return replicas.strategy(word)
