"""Values of one model's layers taken over by another's, matched by the layers' names."""

from __future__ import annotations

import os
from pathlib import Path

import keras

from archspec.backends.keras import layers  # noqa: F401  (registers the custom layers for loading)


def load(model: keras.Model, path: str | os.PathLike[str]) -> None:
    """Take over every value of `model` from a `.keras` file of the same network.

    Every layer with weights must be in the file, with the same shapes; the file may hold more
    (its classifier, say). Order plays no part.

    Raises:
        ValueError: where the file is missing, is no Keras model, or a layer does not fit.
    """
    if not Path(path).is_file():
        raise ValueError(f"weights: there is no file '{os.fspath(path)}'")
    try:
        saved = keras.saving.load_model(path, compile=False)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ValueError(f"weights: '{os.fspath(path)}' is no model that Keras can load: {error}") from None
    transfer(saved, model)


def transfer(source: keras.Model, target: keras.Model) -> None:
    """Copy the values of equally named layers; ValueError where one is missing or differs in shape."""
    available = {layer.name: layer for layer in source.layers}
    wrong = [problem for layer in target.layers if layer.weights and (problem := _misfit(layer, available))]
    if wrong:
        raise ValueError(
            f"weights do not fit {target.name}: "
            + "; ".join(wrong[:8])
            + (f"; and {len(wrong) - 8} more" if len(wrong) > 8 else "")
        )
    for layer in target.layers:
        if layer.weights:
            layer.set_weights(available[layer.name].get_weights())


def _misfit(layer: keras.layers.Layer, available: dict[str, keras.layers.Layer]) -> str:
    if layer.name not in available:
        return f"no layer '{layer.name}' in the file"
    ours, theirs = ([tuple(w.shape) for w in one.weights] for one in (layer, available[layer.name]))
    return "" if ours == theirs else f"'{layer.name}' has shapes {theirs} in the file, {ours} here"
