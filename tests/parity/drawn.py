"""Random weights under which a comparison says something."""

import numpy as np


def random_value(rng, name, shape):
    """A value under which maps neither vanish nor grow, and under which every value counts."""
    word = name.rpartition("/")[2]
    if word == "kernel":
        return rng.normal(0, np.sqrt(2 / np.prod(shape[:-1])), shape).astype("float32")
    low, high = {"gamma": (0.2, 0.6), "beta": (-0.1, 0.2), "moving_mean": (-0.1, 0.1)}.get(word, (0.1, 0.5))
    return rng.uniform(low, high, shape).astype("float32")


def shaken(rng, settled):
    """Batch-norm statistics moved by chance, so that no mean and no variance may be left out.

    Means become smaller and variances larger by what is left of them: networks that are wholly centred, with
    random weights, blow rounding errors up from layer to layer.
    """
    values = dict(settled)
    for name in settled:
        layer, _, word = name.rpartition("/")
        if word == "moving_mean":
            mean, variance = settled[name], settled[f"{layer}/moving_variance"]
            values[name] = (mean * rng.uniform(0, 0.5, mean.shape)).astype("float32")
            power = variance + (mean - values[name]) ** 2
            values[f"{layer}/moving_variance"] = (power * rng.uniform(0.8, 1.4, mean.shape)).astype("float32")
    return values
