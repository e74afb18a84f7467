"""Our passes against a built Keras model, layer by layer."""

import math

from archspec import ir
from archspec.passes.costs import costs
from archspec.passes.shapes import shapes


def values(weights):
    return sum(math.prod(w.shape) for w in weights)


def bearers(graph, model):
    """Node -> the layer of a model of (at least) the graph that gives its map: its own, or that of the sum below."""
    layers = {layer.name: layer for layer in model.layers}
    fused = [n for n in graph.nodes if n.name not in layers]
    assert {type(n.op) for n in fused} <= {ir.Activation}
    found = {n.name: layers[n.inputs[0] if n in fused else n.name] for n in graph.nodes}
    assert all(found[n.name].activation.__name__ == n.op.function for n in fused)
    return found


def assert_same(graph, model):
    """Shape and number of values of every node, and no layer too many."""
    found, cost, layers = shapes(graph), costs(graph), bearers(graph, model)
    assert {name: layer.output.shape[1:] for name, layer in layers.items()} == dict(found)

    trainable = {layer.name: values(layer.trainable_weights) for layer in model.layers if layer.weights}
    assert trainable == {n.name: cost[n.name].params for n in graph.nodes if cost[n.name].params}
    assert {layer.name for layer in model.layers if layer.non_trainable_weights} == {
        n.name for n in graph.nodes if isinstance(n.op, ir.BatchNorm)
    }
    extra = {layer.name for layer in model.layers} - {n.name for n in graph.nodes}
    assert extra - {f"{n.name}.pad" for n in graph.nodes} == graph.heads.keys()
