"""A user's own `tf.data.Dataset` as a data set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from archspec.api import SpecError, fail
from training.datasets.base import Dataset, Shape, Split, Stream

if TYPE_CHECKING:
    import tensorflow as tf

EXAMPLE = "(picture, label) each: a picture (height, width, channels) and the number of its class"
PICTURES = 3  # sizes of one of them


def of(
    train: tf.data.Dataset, test: tf.data.Dataset | None, classes: int, name: str, class_names: Sequence[str]
) -> Dataset:
    """Training and test set of what a user reads with `tf.data`; see `training.dataset`."""
    if classes < 1 or (class_names and len(class_names) != classes):
        message = f"'{name}' has {classes} classes and {len(class_names)} class names"
        raise fail("bad-data", message, expected="at least one class, and a name for each or none")
    sets = [("train", train)] if test is None else [("train", train), ("test", test)]
    splits = [_split(part, f"{name} {word}", classes) for word, part in sets]
    kinds = {(_planes(part), split.pictures.shape[2]) for (_, part), split in zip(sets, splits, strict=True)}
    if len(kinds) > 1:
        raise fail("bad-data", f"the pictures of both sets of '{name}' differ in type or channels", expected="the same")
    return Dataset(name, splits[0], splits[1] if test else None, classes, tuple(class_names), planes=_planes(train))


def _split(rows: tf.data.Dataset, name: str, classes: int) -> Split:
    """Rows whose types and shapes are right, and whose labels are checked as they come."""
    shape = _shape(rows, name)
    return Split(Stream(lambda: rows.map(lambda x, y: _checked(x, y, classes)), _count(rows, name), shape, name), None)


def _planes(rows: tf.data.Dataset) -> bool:
    return bool(rows.element_spec[0].dtype.is_floating)


def _shape(rows: tf.data.Dataset, name: str) -> Shape:
    spec = rows.element_spec
    if not (isinstance(spec, tuple) and len(spec) == 2 and all(hasattr(part, "shape") for part in spec)):
        raise _wrong(name, f"gives {spec}", EXAMPLE)
    picture, label = spec
    if picture.shape.rank == PICTURES + 1 and label.shape.rank == 1:
        raise _wrong(name, "comes in batches", "single pictures: .unbatch()")
    if picture.shape.rank != PICTURES or picture.shape[2] is None:
        raise _wrong(name, f"has pictures of shape {picture.shape}", f"{EXAMPLE}, which tf.ensure_shape can say")
    if picture.dtype.name not in ("uint8", "float16", "float32", "float64"):
        raise _wrong(name, f"has pictures of {picture.dtype.name}", "uint8 of 0 to 255, or float32")
    if label.shape.rank != 0 or not label.dtype.is_integer:
        raise _wrong(
            name, f"has labels of {label.dtype.name} and shape {label.shape}", "the number of a class: tf.argmax"
        )
    height, width, channels = picture.shape
    return height, width, channels


def _count(rows: tf.data.Dataset, name: str) -> int:
    import tensorflow as tf

    count = int(rows.cardinality())
    if count == tf.data.INFINITE_CARDINALITY:
        raise _wrong(name, "has no end", "one epoch: no .repeat(), or .take(count)")
    if count == tf.data.UNKNOWN_CARDINALITY:
        raise _wrong(
            name, "does not say how many pictures it has", ".apply(tf.data.experimental.assert_cardinality(count))"
        )
    if not count:
        raise _wrong(name, "is empty", "at least one picture")
    return count


def _checked(picture: tf.Tensor, label: tf.Tensor, classes: int) -> tuple[Any, Any]:
    import tensorflow as tf

    number = tf.cast(label, tf.int64)
    said = f"labels are from 0 to {classes - 1}, found"
    with tf.control_dependencies([tf.debugging.Assert((number >= 0) & (number < classes), [said, number])]):
        return (tf.cast(picture, tf.float32) if picture.dtype.is_floating else picture), tf.identity(number)


def _wrong(name: str, what: str, expected: str) -> SpecError:
    return fail("bad-data", f"the tf.data.Dataset '{name}' {what}", expected=expected)
