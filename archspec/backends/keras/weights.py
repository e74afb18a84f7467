"""Values in and out of Keras models, by name: `layer/value`, as `conv1_1/kernel`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import ml_dtypes
import numpy as np

from archspec import weight_file
from archspec.backends.keras import layers  # noqa: F401  (registers the custom layers for loading)
from archspec.errors import fail
from archspec.rename import Renames
from archspec.weights import Origin, Report, Side, Value, misfit, plan, relevant

DTYPES: dict[str, Any] = {
    **{"BOOL": "bool", "U8": "uint8", "I8": "int8", "I16": "int16", "U16": "uint16", "I32": "int32", "U32": "uint32"},
    **{"I64": "int64", "U64": "uint64", "F16": "float16", "F32": "float32", "F64": "float64"},
    **{"BF16": ml_dtypes.bfloat16, "F8_E4M3": ml_dtypes.float8_e4m3fn, "F8_E5M2": ml_dtypes.float8_e5m2},
}
"""Types in safetensors' words -> numpy's."""
WORDS = {np.dtype(kind).name: word for word, kind in DTYPES.items()}


def remember(model: keras.Model, origin: Origin) -> None:
    """Note on a model which network it is; `save` writes it down."""
    model.archspec_origin = origin


def origin_of(model: keras.Model) -> Origin:
    """Which network a model is; for a model that `archspec.build` did not make, its name alone."""
    return getattr(model, "archspec_origin", None) or Origin(network=model.name)


def variables(model: keras.Model) -> dict[str, Any]:
    """Value name -> variable, of a model and the models in it; states of random generators are no weights.

    Raises:
        SpecError: where two values have one name.
    """
    found: dict[str, Any] = {}
    for layer in _leaves(model):
        for variable in layer.weights:
            name = f"{_node(layer.name)}/{variable.path.rpartition(f'{layer.name}/')[2]}"
            if found.setdefault(name, variable) is not variable:
                raise fail("bad-weights", f"{model.name} has two values called '{name}'", expected="names that differ")
    return found


def _leaves(model: keras.Model) -> Iterator[keras.layers.Layer]:
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            yield from _leaves(layer)
        else:
            yield layer


def _node(name: str) -> str:
    """A layer's name as its spec has it: torch admits no dot in it, see `table.layer_name`."""
    return name.replace("-", ".") if keras.backend.backend() == "torch" else name


def _side(model: keras.Model) -> Side:
    values = {
        name: Value(tuple(variable.shape), WORDS[np.dtype(keras.backend.standardize_dtype(variable.dtype)).name])
        for name, variable in variables(model).items()
    }
    return Side(values, origin_of(model).unnamed)


def save(model: keras.Model, path: str | os.PathLike[str], **changes: Any) -> None:
    """Write a model's values; `changes` are fields of its `Origin` to set.

    Raises:
        SpecError: for values that are not finite, names that are not unique, and files that cannot be written.
    """
    origin = replace(origin_of(model), **changes)
    values = {}
    for name, variable in variables(model).items():
        values[name] = np.asarray(keras.ops.convert_to_numpy(variable), order="C")
        _check_finite(model.name, name, values[name])
    layer_names = {name.partition("/")[0] for name in values}
    weight_file.write(path, values, replace(origin, unnamed=relevant(origin.unnamed, layer_names)))


def load(
    model: keras.Model, path: str | os.PathLike[str], *, rename: Renames | None = None, strict: bool = True
) -> Report:
    """Take over values from a safetensors file, or from a model that was saved as a `.keras` file.

    Raises:
        SpecError: where the file cannot be read, or does not fit; the model is as it was then.
    """
    if Path(path).suffix == ".keras":
        return transfer(_saved(path), model, rename=rename, strict=strict)
    with weight_file.opened(path) as file:
        theirs = Side(file.values, file.origin.unnamed)
        return _take(model, plan(_side(model), theirs, rename), file.read, os.fspath(path), strict)


def _saved(path: str | os.PathLike[str]) -> keras.Model:
    shown = os.fspath(path)
    weight_file.open_file(shown).close()  # a file that is there, and no pipe
    try:
        return keras.saving.load_model(path, compile=False)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise fail("bad-weights", f"'{shown}' is no model that Keras can load: {error}") from None


def copy_into(part: keras.Model, whole: keras.Model, prefix: str) -> None:
    """Give a model the weights of one that is a part of it, its layers' names behind a prefix."""
    for layer in part.layers:
        if layer.weights:
            whole.get_layer(prefix + layer.name).set_weights(layer.get_weights())


def transfer(
    source: keras.Model,
    target: keras.Model,
    *,
    rename: Renames | None = None,
    strict: bool = True,
    all_used: bool = True,
) -> Report:
    """Take over values of another model.

    Raises:
        SpecError: where it does not fit; `target` is as it was then.
    """
    theirs = variables(source)
    report = plan(_side(target), _side(source), rename, all_used=all_used)
    return _take(target, report, lambda name: keras.ops.convert_to_numpy(theirs[name]), source.name, strict)


def _take(model: keras.Model, report: Report, array: Callable[[str], np.ndarray], origin: str, strict: bool) -> Report:
    """Do what a report says, all of it or (where an array cannot be had) nothing."""
    if strict and report.misfits:
        raise misfit(report, model.name)
    ours = variables(model)
    arrays = {name: _cast(array(theirs), ours[name]) for name, theirs in report.transferred.items()}
    for name, values in arrays.items():
        _check_finite(origin, report.transferred[name], values)
    for name, values in arrays.items():
        ours[name].assign(values)
    return report


def _cast(values: np.ndarray, variable: Any) -> np.ndarray:
    with np.errstate(over="ignore"):  # what grows infinite by it is refused
        return values.astype(DTYPES[WORDS[np.dtype(keras.backend.standardize_dtype(variable.dtype)).name]], copy=False)


def _check_finite(origin: str, name: str, values: np.ndarray) -> None:
    if np.issubdtype(values.dtype, np.integer) or values.dtype == bool:
        return
    wrong = int(values.size - np.isfinite(values).sum())
    if wrong:
        message = f"'{name}' of '{origin}' has {wrong:,} values that are not finite"
        raise fail("bad-weights", message, expected="numbers: these weights may come from a training that diverged")
