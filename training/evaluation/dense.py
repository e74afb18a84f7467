"""A trained network at every place of larger pictures: its fully-convolutional form, one model for each size.

The dense map is not what a sliding window of crops would give where layers pad: a crop sees zeros beyond its border,
the whole picture sees the neighbours there (docs/evaluation.md has figures). At the size of the training both agree.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from archspec.experiments import Graph, build_graph, convolutional

if TYPE_CHECKING:
    import keras

Pair = tuple[int, int]
"""(height, width)"""
Function = Callable[[Any], Any]


def dense_model(graph: Graph, trained: keras.Model, size: Pair) -> keras.Model:
    """The fully-convolutional form of a network with the weights of a trained model of it.

    Args:
        graph: of the network, see `archspec.passes.convolutional`.
        trained: a model of the graph; layers are found by their names.
        size: (height, width) of the pictures.

    Returns:
        a model of float32 (n, height, width, channels) -> (n, places down, places across, classes).

    Raises:
        SpecError: where the network has no such form, or the pictures are smaller than it can take.
    """
    model = build_graph(convolutional(graph, size), [])
    for layer in model.layers:
        if layer.weights:
            found = trained.get_layer(layer.name).get_weights()
            layer.set_weights([a.reshape(w.shape) for a, w in zip(found, layer.weights, strict=True)])
    return model


def inference(model: keras.Model) -> Function:
    """A model as one function of inputs (n, height, width, channels), traced once for every n."""
    import tensorflow as tf

    signature = tf.TensorSpec((None, *model.input_shape[1:]), tf.float32)
    found: Function = tf.function(lambda x: model(x, training=False), input_signature=[signature])
    return found


@dataclass
class DenseModels:
    """The dense models of a network by size, as functions; the last few are kept.

    Args:
        graph, trained: as for `dense_model`.
        kept: how many are kept: each holds all weights once more.
    """

    graph: Graph
    trained: keras.Model
    kept: int = 1
    made: OrderedDict[Pair, Function] = field(default_factory=OrderedDict)

    def of(self, size: Pair) -> Function:
        """The model of a size, made anew where it is not kept."""
        if size not in self.made:
            while len(self.made) >= self.kept:
                self.made.popitem(last=False)
            self.made[size] = inference(dense_model(self.graph, self.trained, size))
        self.made.move_to_end(size)
        return self.made[size]
