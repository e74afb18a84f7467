"""A user's own `tf.data.Dataset`: trained on as any other, refused where it is something else."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

import training
from archspec import SpecError

SPEC = """
archspec: 1
name: tiny
input: [6, 5, 3]
layers:
  - fc: {name: output, units: 3, activation: softmax}
"""
DRAWN = np.random.default_rng(0)
LABELS = np.arange(30) % 3
PICTURES = DRAWN.integers(0, 60, (30, 6, 5, 3), np.uint8)
PICTURES[np.arange(30), :, :, LABELS] += 180  # red, green, blue


def rows(pictures=PICTURES, labels=LABELS) -> tf.data.Dataset:
    return tf.data.Dataset.from_tensor_slices((pictures, labels))


def generated(count: int | None) -> tf.data.Dataset:
    spec = (tf.TensorSpec((None, None, 3), tf.uint8), tf.TensorSpec((), tf.int32))
    made = tf.data.Dataset.from_generator(lambda: zip(PICTURES, LABELS, strict=True), output_signature=spec)
    return made if count is None else made.apply(tf.data.experimental.assert_cardinality(count))


@pytest.mark.parametrize("train", [rows(), generated(30)], ids=["arrays", "a generator"])
def test_it_trains_and_is_tested(train: tf.data.Dataset) -> None:
    data = training.dataset(train, rows(), classes=3, class_names=["a", "b", "c"])
    setup = training.setup(SPEC, data, "small", changes={"epochs": 8, "min_steps": 0, "batch_size": 10})
    setup.model.compile(**setup.compile_arguments)
    history = setup.model.fit(setup.training_batches, **setup.fit_arguments, verbose=0).history
    assert setup.length.steps == 24 and history["val_accuracy"][-1] > 0.9


def test_batches_have_each_picture_once_an_epoch_as_the_same_arrays_have() -> None:
    changes = {"epochs": 2, "min_steps": 0, "batch_size": 30, "augmentation": None}
    found = training.setup(SPEC, training.dataset(rows(), classes=3), "small", changes=changes)
    for x, y in found.training_batches:
        pictures = {picture.tobytes(): label for picture, label in zip(np.float32(PICTURES) / 255, LABELS, strict=True)}
        assert {picture.numpy().tobytes(): int(label) for picture, label in zip(x, y, strict=True)} == pictures


def test_floating_point_pictures_enter_as_they_are() -> None:
    planes = np.float64(PICTURES) * 3 - 100
    changes = {"epochs": 1, "min_steps": 0, "batch_size": 30, "augmentation": None}
    found = training.setup(SPEC, training.dataset(rows(planes), classes=3), "small", changes=changes)
    [(x, _)] = found.training_batches
    assert x.dtype == tf.float32 and sorted(x.numpy().ravel()) == sorted(np.float32(planes).ravel())


@pytest.mark.parametrize("label", [-1, 3])
def test_labels_out_of_range_stop_the_training(label: int) -> None:
    data = training.dataset(rows(labels=np.where(LABELS == 1, label, LABELS)), classes=3)
    with pytest.raises(tf.errors.InvalidArgumentError, match="labels are from 0 to 2, found"):
        list(training.setup(SPEC, data, "small").training_batches.take(1))


REFUSED = {
    "batches": (lambda: rows().batch(4), r"comes in batches\n  expected single pictures: .unbatch()"),
    "pictures alone": (lambda: rows().map(lambda x, y: x), "gives TensorSpec"),
    "rows with names": (lambda: rows().map(lambda x, y: {"image": x, "label": y}), "gives {'image': TensorSpec"),
    "weights": (lambda: rows().map(lambda x, y: (x, y, 1.0)), "expected (picture, label) each"),
    "flat pictures": (lambda: rows(PICTURES.reshape(30, -1)), "has pictures of shape (90,)"),
    "no channels": (lambda: rows(PICTURES[..., 0]), "has pictures of shape (6, 5)"),
    "texts": (lambda: rows().map(lambda x, y: (tf.strings.as_string(x), y)), "has pictures of string"),
    "whole numbers": (lambda: rows(PICTURES.astype(np.int32)), "has pictures of int32"),
    "rows of classes": (lambda: rows(labels=np.eye(3)[LABELS]), "has labels of float64 and shape (3,)"),
    "an unknown count": (lambda: generated(None), "assert_cardinality(count)"),
    "no end": (lambda: rows().repeat(), "has no end"),
    "nothing": (lambda: rows().take(0), "is empty"),
}


@pytest.mark.parametrize(("make", "message"), REFUSED.values(), ids=REFUSED)
def test_other_datasets_are_refused(make, message: str) -> None:
    with pytest.raises(SpecError) as caught:
        training.dataset(make(), classes=3, name="pets")
    assert message.replace(r"\n", "\n") in str(caught.value) and "'pets train'" in str(caught.value)


def test_both_sets_are_of_one_kind_and_every_class_has_a_name() -> None:
    with pytest.raises(SpecError, match="differ in type or channels"):
        training.dataset(rows(), rows(PICTURES / 255), classes=3)
    with pytest.raises(SpecError, match="has 3 classes and 2 class names"):
        training.dataset(rows(), classes=3, class_names=["a", "b"])
