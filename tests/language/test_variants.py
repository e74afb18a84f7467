"""Variants of graphs: what is changed, what stays, and what cannot be changed."""

from collections import Counter

import pytest

from archspec import SpecError, api, ir
from archspec.passes.costs import costs
from archspec.passes.depth import depth, depths
from archspec.passes.shapes import shapes
from archspec.passes.variants import Variant, vary, with_activation, with_initializer, without_batch_norm


def graph(name, **arguments):
    return api.load(name, **arguments).graph


def functions(graph):
    return Counter(node.op.function for node in graph.nodes if isinstance(node.op, ir.Activation))


ACTIVATIONS = {
    "every relu of a plain net": ("vgg16", "sigmoid", {"sigmoid": 15, "softmax": 1}),
    "tanh as well": ("lenet5", "relu", {"relu": 4, "softmax": 1}),
    "heads' relus, not their softmaxes": ("googlenet", "tanh", {"tanh": 61, "softmax": 3}),
    "not the gates of squeeze-and-excitation": ("se_resnet50", "tanh", {"tanh": 65, "sigmoid": 16, "softmax": 1}),
    "not an output": ("alphago_value", "sigmoid", {"sigmoid": 14, "tanh": 1}),
}


@pytest.mark.parametrize(("name", "function", "expected"), ACTIVATIONS.values(), ids=ACTIVATIONS)
def test_activations_between_layers_are_exchanged(name, function, expected):
    before = graph(name)
    after = with_activation(before, function)
    assert functions(after) == expected
    assert [(n.name, n.inputs) for n in after.nodes] == [(n.name, n.inputs) for n in before.nodes]


def test_every_kernel_begins_with_the_initializer_and_nothing_else_changes():
    before = graph("resnet50")
    after = with_initializer(before, ir.Initializer("he_normal"))
    weighted = [node.op for node in after.nodes if isinstance(node.op, ir.Conv | ir.FullyConnected)]
    assert {op.kernel_initializer.name for op in weighted} == {"he_normal"}
    assert {op.bias_initializer.name for op in weighted} == {"zeros"}
    assert api.load("resnet50").digest == api.digest("resnet50")
    assert costs(after) == costs(before)


@pytest.mark.parametrize("name", ["plain34", "resnet34", "resnet50_v2", "densenet121", "se_bn_inception", "senet154"])
def test_without_batch_norms_shapes_and_depth_are_the_same(name):
    before = graph(name)
    after = without_batch_norm(before)
    removed = {node.name for node in before.nodes if isinstance(node.op, ir.BatchNorm)}
    assert [n.name for n in after.nodes] == [n.name for n in before.nodes if n.name not in removed]
    assert {n.name: shapes(before)[n.name] for n in after.nodes} == shapes(after)
    assert (depth(after), set(after.steps)) == (depth(before), set(before.steps))
    assert {step.output for step in after.steps.values()} <= set(after.by_name())


def test_a_layer_in_front_of_a_removed_batch_norm_has_a_bias():
    after = without_batch_norm(graph("plain34"))
    assert all(node.op.use_bias for node in after.nodes if isinstance(node.op, ir.Conv))
    before, now = (sum(cost.params for cost in costs(g).values()) for g in (graph("plain34"), after))
    assert before - now == sum(node.op.filters for node in after.nodes if isinstance(node.op, ir.Conv))


def test_an_output_that_was_a_batch_norm_is_what_that_read():
    text = "archspec: 1\nname: n\ninput: [4, 4, 1]\nlayers:\n  - conv: {name: c, filters: 2, kernel_size: 3}\n"
    after = without_batch_norm(graph(f"{text}  - batch_norm: {{name: one}}\n  - batch_norm: {{name: two}}\n"))
    assert dict(after.outputs) == {"two": "c"}


VARIANTS = {
    "as written": (Variant(), ()),
    "all": (Variant("tanh", "he_normal", False, False), ("tanh", "he_normal", "no batch norm", "no auxiliary heads")),
}


@pytest.mark.parametrize(("variant", "words"), VARIANTS.values(), ids=VARIANTS)
def test_a_variant_in_words(variant, words):
    assert variant.words == words


def test_a_variant_that_changes_nothing_gives_the_same_graph():
    before = graph("googlenet")
    assert vary(before, Variant()) is before
    assert not vary(before, Variant(heads=False)).heads


REFUSED = {
    "batch norms": ("vgg16", Variant(batch_norm=False), "vgg16 has no batch norms"),
    "heads": ("vgg16", Variant(heads=False), "vgg16 has no auxiliary heads"),
    "activations": (
        "archspec: 1\nname: flat\ninput: [4, 4, 1]\nlayers: [flatten, {fc: 2}]\n",
        Variant("relu"),
        "flat has no activat",
    ),
}


@pytest.mark.parametrize(("name", "variant", "sentence"), REFUSED.values(), ids=REFUSED)
def test_what_is_not_there_cannot_be_changed(name, variant, sentence):
    with pytest.raises(SpecError, match=sentence):
        vary(graph(name), variant)


@pytest.mark.parametrize(("name", "node", "expected"), [("googlenet", "3a.5x5", 5), ("googlenet", "classifier", 22)])
def test_depth_of_a_node(name, node, expected):
    assert depths(graph(name))[node] == expected
