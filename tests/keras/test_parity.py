"""Our networks beside keras.applications' with the same weights, by name: the same logits and inner maps.

The weights are He-scaled and all batch-norm values random, since two networks with fresh weights hardly
differ in their outputs whatever is wrong in them. A table of mistakes shows that the comparison bites.
"""

import dataclasses
from functools import cache

import keras
import numpy as np
import pytest
from conftest import difference, he_scaled

import archspec
from archspec import ir
from archspec.backends.keras import build
from archspec.backends.keras.weights import transfer
from archspec.importers.counterparts import name_pairs
from archspec.importers.keras_applications import take_over
from archspec.passes.cut import with_classes

SIDE, CLASSES = 64, 10
PICTURES = np.random.default_rng(0).normal(0, 60, (2, SIDE, SIDE, 3)).astype("float32")

NETWORKS = {
    # spec: counterpart, our classifier, (our row, their layer) whose maps are compared
    "vgg16": ("VGG16", "fc8", [("pool1", "block1_pool"), ("conv3_3", "block3_conv3"), ("pool5", "block5_pool")]),
    "resnet50_keras": (
        "ResNet50",
        "fc",
        [("pool1", "pool1_pool"), ("conv3", "conv3_block4_out"), ("conv5", "conv5_block3_out")],
    ),
    "resnet50_v2_keras": (
        "ResNet50V2",
        "fc",
        [("pool1", "pool1_pool"), ("conv3_4", "conv3_block4_out"), ("relu5", "post_relu")],
    ),
}


def values(model, *outputs):
    """What these outputs of a model are for the pictures."""
    found = keras.Model(model.input, {str(number): output for number, output in enumerate(outputs)})(PICTURES)
    return [np.asarray(found[str(number)]) for number in range(len(outputs))]


@cache
def counterpart(network):
    """The counterpart with random weights, and its logits and inner maps."""
    name, _, rows = NETWORKS[network]
    make = getattr(keras.applications, name)
    model = make(weights=None, input_shape=(SIDE, SIDE, 3), classes=CLASSES, classifier_activation=None)
    he_scaled(model)
    return model, values(
        model, *(model.get_layer(layer).output for layer in ["predictions", *(theirs for _, theirs in rows)])
    )


def small(spec):
    """Our network, by its name or as a text, for small pictures and 10 classes."""
    return with_classes(archspec.load(spec, input_shape=(SIDE, SIDE, 3)).graph, CLASSES)


@pytest.mark.parametrize("network", NETWORKS)
def test_the_same_weights_give_the_same_logits_and_maps(network):
    their_model, wanted = counterpart(network)
    graph = small(network)
    classifier, rows = NETWORKS[network][1:]
    model = build.build(graph, name=network, taps=[row for row, _ in rows])
    report = take_over(model, their_model, f"keras.applications.{NETWORKS[network][0]}")
    assert (len(report.transferred), report.skipped, report.new) == (len(their_model.weights), {}, {})
    outputs = [model.get_layer(classifier).output, *(model.output[row] for row, _ in rows)]
    for ours, theirs in zip(values(model, *outputs), wanted, strict=True):
        assert np.ptp(theirs) > 1e-3
        assert difference(ours, theirs) < 1e-4


def variant(keys):
    """The shipped spec with other keys over its own."""
    return lambda network: small(f"archspec: 1\nname: mistaken\nextends: {network}\n{keys}\n")


def operators(change):
    """The shipped network with its operators changed one by one."""

    def edited(network):
        graph = small(network)
        nodes = tuple(dataclasses.replace(node, op=change(node)) for node in graph.nodes)
        assert nodes != graph.nodes
        return dataclasses.replace(graph, nodes=nodes)

    return edited


def shifted(node):
    """Explicit padding with a pixel more before and one less behind."""
    if not isinstance(node.op, ir.Pad):
        return node.op
    (top, bottom), (left, right) = node.op.padding
    return dataclasses.replace(node.op, padding=((top + 1, bottom - 1), (left + 1, right - 1)))


def norm_last(network):
    """The activation before each batch norm instead of behind it, both under their names."""
    graph = small(network)
    read = {node.name: node.inputs for node in graph.nodes}
    swapped = {
        name: inputs[0]
        for name, inputs in read.items()
        if name.endswith(".relu") and inputs and inputs[0].endswith(".batch_norm")
    }
    nodes, before = [], {norm: relu for relu, norm in swapped.items()}
    for node in graph.nodes:
        if node.name in before:
            continue
        if node.name in swapped:
            norm = graph.by_name()[swapped[node.name]]
            nodes.append(dataclasses.replace(node, inputs=norm.inputs))
            nodes.append(dataclasses.replace(norm, inputs=(node.name,)))
            continue
        inputs = tuple(swapped.get(name, name) for name in node.inputs)
        nodes.append(dataclasses.replace(node, inputs=inputs))
    assert swapped
    return dataclasses.replace(graph, nodes=tuple(nodes))


def padding_shifted(network):
    """Every `same` convolution shifted by a pixel: both rows and columns of zeros before it."""
    graph = small(network)
    nodes = []
    for node in graph.nodes:
        if isinstance(node.op, ir.Conv) and node.op.padding == "same":
            pad = dataclasses.replace(node, name=f"{node.name}.pad", op=ir.Pad(((2, 0), (2, 0))))
            op = dataclasses.replace(node.op, padding="valid")
            nodes += [pad, dataclasses.replace(node, op=op, inputs=(pad.name,))]
        else:
            nodes.append(node)
    return dataclasses.replace(graph, nodes=tuple(nodes))


def no_bias(node):
    return dataclasses.replace(node.op, use_bias=False) if isinstance(node.op, ir.Conv) else node.op


MISTAKES = {
    "resnet50_keras": {
        "padding at the end": variant("defaults: {conv: {padding: same}}"),
        "padding shifted": operators(shifted),
        "epsilon": variant("defaults: {batch_norm: {epsilon: 1e-3}}"),
        "ceil for floor": variant("edit: [set: {pool1: {ceil_mode: true}}]"),
        "stride place": variant("defaults: {residual: {stride_on: 3x3}}"),
        "bias dropped": operators(no_bias),
        "activation before norm": norm_last,
        "pre-activation": variant("defaults: {residual: {pre_activation: true}}"),
    },
    "resnet50_v2_keras": {
        "bias of the last convolutions": variant("defaults: {residual: {last_bias: false}}"),
    },
    "vgg16": {
        "padding shifted": padding_shifted,
        "bias dropped": operators(no_bias),
    },
}


@pytest.mark.parametrize(
    ("network", "mistake"), [(network, mistake) for network, table in MISTAKES.items() for mistake in table]
)
def test_a_mistake_shows(network, mistake):
    their_model, (logits, *_) = counterpart(network)
    graph = MISTAKES[network][mistake](network)
    model = build.build(graph, name=network)
    pairs = name_pairs(f"keras.applications.{NETWORKS[network][0]}")
    report = transfer(their_model, model, rename=pairs, all_used=False, strict=False)
    assert mistake == "pre-activation" or not report.new, "every weight of ours is theirs"
    [found] = values(model, model.get_layer(NETWORKS[network][1]).output)
    assert difference(found, logits) > 1e-3
    assert np.isfinite(found).all()
