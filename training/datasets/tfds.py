"""`tfds:NAME`: a data set of TensorFlow Datasets that is prepared on this disk.

Nothing is downloaded here: preparing takes hours for large sets, and where there is no network TFDS tries again
for minutes. What is not on disk is said at once, with what prepares it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from archspec.api import SpecError, did_you_mean, fail, start_keras
from training.datasets.base import Dataset, Options, Split, source
from training.datasets.prepared_set import PreparedSet

TRAIN, TESTS = "train", ("test", "validation", "val")


@source("tfds", form="tfds:NAME[@DIR]", doc="a prepared set of TensorFlow Datasets, in its own folder or in DIR")
def read(argument: str, options: Options) -> Dataset:
    """The pictures of a set that TensorFlow Datasets has prepared.

    Raises:
        SpecError: where it is not on disk, cannot be read, or has no pictures with classes.
    """
    name, _, folder = argument.partition("@")
    if not name:
        raise fail("data-argument", "'tfds' does not say which set", expected="--data tfds:NAME")
    start_keras()  # quietly: TFDS imports TensorFlow
    place = str(Path(folder).expanduser().resolve()) if folder else ""
    try:
        return _dataset(_builder(name, place), place, options)
    except SpecError:
        raise
    except Exception as error:  # damaged files: JSON, protocol buffers, records, pictures, each with errors of its own
        reason = next(iter(str(error).splitlines()), type(error).__name__)
        expected = "a set as TFDS has prepared it"
        raise fail("bad-data", f"the TFDS set '{name}' cannot be read: {reason}", expected=expected) from None


def _builder(name: str, place: str) -> Any:
    """What TFDS reads a set with, from its files alone."""
    import tensorflow_datasets as tfds

    try:
        return tfds.core.read_only_builder.builder_from_files(name, data_dir=place or None)
    except tfds.core.DatasetNotFoundError:
        raise _missing(name, place or tfds.core.constants.DATA_DIR) from None


def _missing(name: str, place: str) -> SpecError:
    """Say what prepares a set that is not on disk; it runs without what the command `tfds build` needs beside TFDS."""
    import tensorflow_datasets as tfds

    known = tfds.list_builders(with_community_datasets=False)
    bare = name.partition(":")[0].partition("/")[0]
    if bare not in known:
        message = f"TFDS knows no set '{bare}', and none is prepared in '{place}'"
        suggestion = did_you_mean(bare, known)
        return fail(
            "unknown-data", message, expected="a set of TFDS or one in DIR: tfds:NAME@DIR", suggestion=suggestion
        )
    return fail(
        "no-such-file",
        f"the TFDS set '{name}' is not prepared in '{place}'",
        expected="it on disk, which takes once: python -c 'import tensorflow_datasets as tfds; "
        f'tfds.builder("{name}", data_dir="{place}").download_and_prepare()\' '
        f"(https://www.tensorflow.org/datasets/catalog/{bare} says what it needs)",
    )


def _dataset(builder: Any, place: str, options: Options) -> Dataset:
    found = PreparedSet.of(builder)
    if TRAIN not in found.counts:
        there = ", ".join(found.counts) or "none"
        raise fail("bad-data", f"the TFDS set '{found.name}' has no split '{TRAIN}'", expected=f"it (found: {there})")
    train, test, notes = _splits(found, options.test_share)
    words = f"tfds:{found.words}@{place}" if place else f"tfds:{found.words}"
    return Dataset(found.name, train, test, found.classes, found.class_names, notes, words)


def _splits(found: PreparedSet, share: float) -> tuple[Split, Split | None, tuple[str, ...]]:
    """Training set, test set, and what to say of them; ImageNet's `test` has no labels and is passed over."""
    train = found.split(TRAIN)
    for name in TESTS:
        if name in found.counts and found.is_labelled(name):
            return train, found.split(name), () if name == TESTS[0] else (f"the test set is TFDS's split '{name}'",)
    return found.apart(TRAIN, train, share) if share else (train, None, ())
