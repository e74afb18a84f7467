"""What a training would be, without it: sizes, memory, steps, and the time of a few steps."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from itertools import pairwise
from statistics import median

import keras

from archspec import api
from archspec.experiments import size_text
from training import setups
from training.adapted import adapted
from training.callbacks import duration
from training.length import Length, length
from training.recipe import Recipe
from training.request import Request

STEPS = 4
"""That are tried; the first one, in which TensorFlow compiles, is not timed."""
REMEMBERED: Mapping[str, str] = {
    "sgd": "sgd",
    "rmsprop": "momentum",
    "adagrad": "momentum",
    "lion": "momentum",
}
"""Optimizer of a recipe -> the one of `archspec analyze` that remembers as much; adam's two values for others."""


def told(request: Request) -> Iterator[str]:
    """The figures of a training, a line each; trains a few steps of a network that is then forgotten."""
    recipe, images = request.recipe, len(request.data.train)
    planned, batch = length(recipe, images), min(recipe.batch_size, images)
    network = adapted(request.network, recipe)
    found = api.analyze(network, batch=batch, dtype=recipe.precision, optimizer=_kind(recipe))
    with_heads, without = (", with auxiliary heads", "; heads come on top") if network.graph.has_heads else ("", "")
    yield f"network: {found.params_with_aux:,} parameters, {found.macs_with_aux:,} multiply-adds an image{with_heads}"
    averages = 4 * found.params if recipe.ema else 0
    yield f"memory: about {_memory(found.memory.to_dict(), averages, batch, recipe.precision)}{without}"
    yield f"steps: {planned.steps_per_epoch:,} an epoch of {images:,} images, {planned.steps:,} in all"
    yield f"time: {_time(request, planned)}"


def _kind(recipe: Recipe) -> str:
    momentum = recipe.optimizer.keys.get("momentum", 0) > 0
    return "momentum" if recipe.optimizer.name == "sgd" and momentum else REMEMBERED.get(recipe.optimizer.name, "adam")


def _memory(found: Mapping[str, int], averages: int, batch: int, precision: str) -> str:
    parts = {
        "weights": found["weight_bytes"],
        "gradients": found["gradient_bytes"],
        "optimizer": found["optimizer_bytes"],
        "averages": averages,
        "activations": found["kept_bytes"] + found["working_bytes"],
    }
    listed = ", ".join(f"{name} {size_text(count)}" for name, count in parts.items() if count)
    images = f"{batch} image{'s' * (batch > 1)}"
    return f"{size_text(sum(parts.values()))} for a step of {images} in {precision}: {listed}"


def _time(request: Request, planned: Length) -> str:
    """Of steps as `archspec train` makes them, input and all; evaluation and saving come on top."""
    setup, times = setups.make(request, lambda line: None), [time.monotonic()]
    setup.model.compile(**setup.compile_arguments)
    clock = keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: times.append(time.monotonic()))
    steps = min(STEPS, planned.steps)
    setup.model.fit(setup.training_batches, steps_per_epoch=steps, callbacks=[clock], shuffle=False, verbose=0)
    each = [after - before for before, after in pairwise(times)]
    first, others = each[0], each[1:]
    if not others:
        return f"{duration(first)} for the only step"
    step = median(others)
    speed = f"{_seen(len(request.data.train), setup.recipe.batch_size, steps) / sum(others):,.0f} images/s"
    return (
        f"{duration(first)} until the first step is done, then about {_milliseconds(step)} a step ({speed}): "
        f"about {duration(first + step * planned.steps)} in all, without evaluation"
    )


def _seen(images: int, batch_size: int, steps: int) -> int:
    """Images of the steps behind the first; the last batch of an epoch may be smaller.

    >>> _seen(1437, 64, 4), _seen(49, 128, 4), _seen(150, 128, 4)
    (192, 147, 172)
    """
    starts = list(range(0, images, batch_size))
    return sum(min(batch_size, images - starts[step % len(starts)]) for step in range(1, steps))


def _milliseconds(seconds: float) -> str:
    """A step's time in words."""
    return f"{seconds:.1f} s" if seconds >= 1 else f"{1000 * seconds:.3g} ms"
