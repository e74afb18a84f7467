"""All that learns: data, training, evaluation."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from archspec.api import SpecLike
    from training.datasets import Dataset, Options
    from training.setups import Setup

__all__ = ["data", "setup"]


def _silent(line: str) -> None:
    """Say nothing."""


def setup(
    spec: SpecLike,
    data: str | Dataset,
    recipe: str | os.PathLike[str] | None = None,
    *,
    changes: Mapping[str, Any] | None = None,
    say: Callable[[str], None] = _silent,
) -> Setup:
    """Model, batches and arguments with which Keras's `compile` and `fit` do what `archspec train` does.

    Args:
        spec: as for `archspec.build`.
        data: what `--data` takes, such as `digits` or `idx:mnist`, or what `training.data` gives.
        recipe: a path, the name of a shipped recipe, or a recipe's text (default: the one that the spec names, or
            `small`).
        changes: keys of the recipe -> values, such as `{"epochs": 3, "optimizer.learning_rate": 0.05}`.
        say: takes a line for all that a user should know.

    Raises:
        SpecError: where anything in it is wrong, or one does not fit the other.
    """
    from archspec import api
    from training import request

    settings = api.settings([f"recipe.{key}={json.dumps(value)}" for key, value in (changes or {}).items()])
    asked = request.make(spec, data, recipe, settings, say=say)
    api.start_keras()
    from training import setups

    return setups.make(asked, say)


def data(words: str, options: Options | None = None) -> Dataset:
    """The pictures that `--data` names.

    Raises:
        SpecError: for an unknown source, and for files that are missing or damaged.

    >>> data("digits").classes
    10
    """
    from training import datasets

    return datasets.read(words, options or datasets.AS_USUAL)
