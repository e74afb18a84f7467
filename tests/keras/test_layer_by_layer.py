"""Our passes against the built Keras model, layer by layer."""

import math

import pytest

import archspec
from archspec import ir
from archspec.passes.costs import costs
from archspec.passes.shapes import shapes

CASES = [
    # network, input, auxiliary
    *[("lenet5", size, False) for size in [(32, 32, 1), (36, 47, 1), (48, 40, 3)]],
    *[("googlenet", size, False) for size in [(224, 224, 3), (83, 119, 1), (97, 80, 3)]],
    *[("alexnet", (67, 83, 3), False), ("alphago_policy", (9, 8, 48), False), ("lenet5_1998", (32, 32, 1), False)],
    *[("googlenet", size, True) for size in [(224, 224, 3), (193, 181, 3), (79, 100, 3)]],
    *[
        (name, (61, 70, 3), False)
        for name in ("plain34", "resnet34", "resnet50", "resnet50_keras", "se_resnet50", "densenet121")
    ],
    *[("senet154", (65, 64, 3), False), ("bn_inception", (64, 96, 3), False), ("alphago_zero_20", (9, 7, 17), False)],
    *[("vgg16", (33, 47, 3), False), ("vgg16_c", (32, 35, 3), False)],
    ("two_towers", {"image": (20, 33, 3), "depth": (19, 40, 1)}, False),
]


def values(weights):
    return sum(math.prod(w.shape) for w in weights)


@pytest.mark.parametrize(("network", "size", "auxiliary"), CASES)
def test_shapes_and_parameters_of_every_layer(network, size, auxiliary):
    graph = archspec.load(network, input_shape=size).graph
    model = archspec.build(network, input_shape=size, auxiliary=auxiliary)
    layers = {layer.name: layer for layer in model.layers}
    nodes = [n for n in graph.nodes if auxiliary or not n.name.startswith(tuple(graph.heads))]
    found, cost = shapes(graph), costs(graph)

    fused = [n for n in nodes if n.name not in layers]
    assert {type(n.op) for n in fused} <= {ir.Activation}
    bearers = {n.name: layers[n.inputs[0] if n in fused else n.name] for n in nodes}
    assert {name: layer.output.shape[1:] for name, layer in bearers.items()} == {n.name: found[n.name] for n in nodes}
    assert all(bearers[n.name].activation.__name__ == n.op.function for n in fused)

    trainable = {layer.name: values(layer.trainable_weights) for layer in model.layers if layer.weights}
    assert trainable == {n.name: cost[n.name].params for n in nodes if cost[n.name].params}
    assert {layer.name for layer in model.layers if layer.non_trainable_weights} == {
        n.name for n in nodes if isinstance(n.op, ir.BatchNorm)
    }
    extra = layers.keys() - {n.name for n in nodes}
    assert extra - {f"{n.name}.pad" for n in nodes} == (graph.heads.keys() if auxiliary else set())


TOTALS = [("lenet5", False, 61_706), ("googlenet", False, 6_998_552), ("googlenet", True, 13_378_280)]


@pytest.mark.parametrize(("network", "auxiliary", "published"), TOTALS)
def test_published_totals(network, auxiliary, published):
    analysis = archspec.analyze(network)
    assert (analysis.params_with_aux if auxiliary else analysis.params) == published
    assert archspec.build(network, auxiliary=auxiliary).count_params() == published
