"""Graph and data -> norms of gradients, with TensorFlow."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf

from archspec import api
from archspec.experiments import Graph, Node, ancestors, build_graph, depths, weight_layers
from training import pipeline, recipe
from training.augment import Surroundings
from training.datasets import Dataset
from training.fitting import Shape
from training.gradients.cases import Case, Say
from training.gradients.results import Layer, Norms, Series, Settings, Spread
from training.length import Length, steps_per_epoch
from training.objective import crossentropy
from training.preparation import Preparation

Values = npt.NDArray[np.float64]
GRADIENT, KERNEL, DELTA = range(3)
"""Rows of what a step gives: a norm for every weight layer each."""


def measure(case: Case, data: Dataset, settings: Settings, say: Say) -> Series:
    """Norms in every weight layer of a graph before the first step, and behind each.

    Raises:
        SpecError: where the loss or a norm is no longer finite.
    """
    probe = Probe(case.graph, settings.learning_rate)
    runs = []
    for seed in settings.seeds:
        say(f"{case.name}: seed {seed}")
        runs.append(_run(probe, case, data, settings, seed))
    losses = tuple(Spread.of([loss for loss, _ in step]) for step in zip(*runs, strict=True))
    norms = np.array([[norms for _, norms in run] for run in runs])  # (seeds, steps + 1, 3, layers)
    served, depth = ancestors(case.graph, case.graph.outputs.values()), depths(case.graph)
    layers = (
        Layer(node.name, depth[node.name], kernel, node.name not in served, _norms(norms[..., number], kernel))
        for number, (node, kernel) in enumerate(zip(probe.nodes, probe.kernel_shapes, strict=True))
    )
    return Series(case.network, case.variant, _shape(case.graph), losses, tuple(layers))


def _shape(graph: Graph) -> Shape:
    return cast(Shape, next(iter(graph.inputs.values())))


def _run(probe: Probe, case: Case, data: Dataset, settings: Settings, seed: int) -> list[tuple[float, Values]]:
    """Loss and norms (3, layers) of one seed, before every step and behind the last."""
    probe.begin(seed)
    count, size = settings.steps + 1, settings.batch_size
    small = replace(recipe.load("small"), batch_size=size, seed=seed)
    planned = Length(count, steps_per_epoch(len(data.train), size))
    prepared = Preparation(Surroundings(_shape(case.graph), data.classes), small.augmentation or ())
    batches = pipeline.training_batches(data.train, prepared, pipeline.Plan(seed, size, planned))
    found = []
    for number, (x, y) in enumerate(batches.take(count)):
        loss, norms = probe.step(x, y)
        if not (np.isfinite(loss) and np.isfinite(norms).all()):
            when = f"behind step {number}" if number else "at initialization"
            message = f"loss or gradients of {case.name} are no finite numbers {when}, with seed {seed}"
            cure = f"a --learning-rate below {settings.learning_rate:g}, or no --steps" if number else "other weights"
            raise api.fail("diverged", message, expected=cure)
        found.append((float(loss), norms.numpy()))
    return found


def _norms(values: Values, kernel: tuple[int, ...]) -> tuple[Norms, ...]:
    """Values (seeds, steps + 1, 3) of one layer as results, one a step."""
    root = float(np.sqrt(np.prod(kernel)))
    return tuple(
        Norms(
            gradient=Spread.of(step[:, GRADIENT].tolist()),
            relative=Spread.of((step[:, GRADIENT] / step[:, KERNEL]).tolist()) if step[:, KERNEL].all() else None,
            rms=Spread.of((step[:, GRADIENT] / root).tolist()),
            delta=Spread.of(step[:, DELTA].tolist()),
        )
        for step in np.moveaxis(values, 1, 0)
    )


class Probe:
    """A model that gives the sums of every weight layer beside its heads; `step` is one of gradient descent.

    Traced once: each seed's weights are put into the same model.
    """

    def __init__(self, graph: Graph, learning_rate: float) -> None:
        self.nodes: tuple[Node, ...] = weight_layers(graph)
        self.graph = replace(graph, steps={})  # where no rows are, names mean nodes: sums, not what a row gives
        self.learning_rate, self.loss = learning_rate, crossentropy(graph)
        self.weights = dict.fromkeys(graph.outputs, 1.0) | {name: head.weight for name, head in graph.heads.items()}
        self.model = self._fresh()
        sums = [self.model.get_layer(node.name).output for node in self.nodes]
        self.probe = keras.Model(self.model.inputs, ({name: self.model.output[name] for name in self.weights}, sums))
        self.kernels = [self.model.get_layer(node.name).kernel for node in self.nodes]
        self.step = tf.function(self._step, reduce_retracing=True)

    @property
    def kernel_shapes(self) -> list[tuple[int, ...]]:
        """Shape of each weight layer's kernel."""
        return [tuple(kernel.shape) for kernel in self.kernels]

    def _fresh(self) -> keras.Model:
        return build_graph(self.graph, [node.name for node in self.nodes])

    def begin(self, seed: int) -> None:
        """Put in the weights that `archspec train` begins with, and what its dropouts draw from."""
        keras.utils.set_random_seed(seed)
        for mine, drawn in zip(self.model.variables, self._fresh().variables, strict=True):
            mine.assign(drawn)

    def _step(self, x: tf.Tensor, y: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Loss and norms (3, layers) of a batch; then the weights go one step down."""
        with tf.GradientTape() as tape:
            heads, sums = self.probe(x, training=True)
            loss = tf.add_n([weight * self.loss(y, heads[name]) for name, weight in self.weights.items()])
        variables = self.model.trainable_variables
        found = tape.gradient(loss, [*(variable.value for variable in variables), *sums])
        downhill = {variable.path: gradient for variable, gradient in zip(variables, found, strict=False)}
        images = tf.cast(tf.shape(x)[0], tf.float64)
        norms = [
            [_norm(downhill[kernel.path]) for kernel in self.kernels],
            [_norm(kernel.value) for kernel in self.kernels],
            [tf.sqrt(images) * _norm(delta) for delta in found[len(variables) :]],
        ]
        values = tf.stack([tf.stack(row) for row in norms])  # before the kernels change
        with tf.control_dependencies([values]):
            for variable in variables:
                variable.assign_sub(self.learning_rate * downhill[variable.path])
        return loss, values


def _norm(values: Any) -> tf.Tensor:
    """In float64: the squares of small float32 values would be 0."""
    return tf.sqrt(tf.reduce_sum(tf.square(tf.cast(values, tf.float64))))
