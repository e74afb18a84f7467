"""The fully-convolutional form of a graph: operators, shapes, what has none. Without a framework."""

from __future__ import annotations

import pytest

from archspec import SpecError, api, ir
from archspec.passes.convolutional import convolutional
from archspec.passes.shapes import shapes
from archspec.passes.summary import summarize

OWN = """
archspec: 1
name: own
input: [9, 9, 2]
layers:
  - conv: {name: c1, filters: 4, kernel_size: 3, activation: relu}
%s
"""


def small(rows: str) -> ir.Graph:
    return api.load(OWN % rows).graph


def op(graph: ir.Graph, name: str) -> ir.Op:
    return graph.by_name()[name].op


def test_fully_connected_layers_become_convolutions_with_their_names() -> None:
    graph = api.load("vgg16").graph
    found = convolutional(graph)
    assert op(found, "fc6") == ir.Conv(4096, (7, 7))
    assert op(found, "fc7") == ir.Conv(4096, (1, 1))
    assert op(found, "fc8") == ir.Conv(1000, (1, 1))
    assert {n.name for n in graph.nodes} - {n.name for n in found.nodes} == {"fc6.flatten"}
    assert summarize(found).params == summarize(graph).params == 138357544
    assert graph.by_name()["fc6"].op == ir.FullyConnected(4096)  # the graph itself is as it was


# VGG at its scales, ResNet's released 7x7 average pool of stride 1 on a larger map
MAPS = {
    "vgg16": {(224, 224): (1, 1), (256, 256): (2, 2), (384, 384): (6, 6), (512, 682): (10, 15), (384, 512): (6, 10)},
    "resnet50": {(224, 224): (1, 1), (256, 256): (2, 2), (480, 480): (9, 9), (640, 853): (14, 21)},
    "googlenet": {(224, 224): (1, 1), (256, 320): (2, 4)},
    "se_resnet50": {(224, 224): (1, 1), (256, 320): (2, 4)},
    "alexnet": {(227, 227): (1, 1), (259, 291): (2, 3)},
}


@pytest.mark.parametrize(("name", "maps"), MAPS.items())
def test_a_larger_picture_has_a_map_of_answers(name: str, maps: dict[tuple[int, int], tuple[int, int]]) -> None:
    graph = api.load(name).graph
    [end] = graph.outputs.values()
    for size, places in maps.items():
        assert shapes(convolutional(graph, size))[end] == (*places, 1000)


def test_global_pools_become_windows_of_the_training_size() -> None:
    found = convolutional(api.load("resnet50").graph, (320, 320))
    assert op(found, "pool5") == ir.AveragePool((7, 7), (1, 1))
    assert op(convolutional(small("  - global_max_pool: {name: p}\n  - fc: 3")), "p") == ir.MaxPool((7, 7), (1, 1))


def test_squeezes_still_see_the_whole_picture() -> None:
    graph = api.load("se_resnet50").graph
    found = convolutional(graph, (320, 320))
    pools = [n.name for n in graph.nodes if isinstance(n.op, ir.GlobalPool)]
    assert len(pools) == 17
    assert [n.name for n in found.nodes if isinstance(n.op, ir.GlobalPool)] == pools[:-1]


KINDS = (
    "lenet5",
    "alexnet",
    "nin_imagenet",
    "zfnet",
    "vgg11_lrn",
    "googlenet_7",
    "bn_inception",
    "resnet50_v2",
    "resnet20_cifar",
    "densenet121",
    "squeezenet1_0",
    "se_resnet50",
    "resnext50_32x4d",
    "alphago_zero_20",
)
WITHOUT_A_FORM = ("lenet5_1998", "alphago_policy_128")


@pytest.mark.parametrize("name", KINDS)
def test_networks_keep_their_parameters_and_outputs(name: str) -> None:
    graph = api.load(name).graph
    found = convolutional(graph)
    assert summarize(found).params == summarize(graph).params
    before, after = shapes(graph), shapes(found)
    assert {end: after[node] for end, node in found.outputs.items()} == {
        end: (1, 1, *before[node]) for end, node in graph.outputs.items()
    }


@pytest.mark.parametrize("name", WITHOUT_A_FORM)
def test_networks_without_such_a_form(name: str) -> None:
    with pytest.raises(SpecError, match="no-dense-form"):
        convolutional(api.load(name).graph)


WITHOUT = {
    "a softmax over places": "  - flatten\n  - softmax: {name: end}",
    "biases of places": "  - flatten\n  - position_bias: {name: end}\n  - fc: {name: last, units: 3}",
    "norms of places": "  - flatten\n  - batch_norm: {name: end}\n  - fc: {name: last, units: 3}",
    "no classifier": "  - conv: {name: end, filters: 3, kernel_size: 1}",
    "values of places": "  - flatten: {name: end}",
    "parts of several sizes": "  - branches:\n      name: end\n      merge: concat\n      paths:\n"
    "        a: [global_avg_pool]\n        b: [max_pool: 7, flatten]\n        c: [max_pool: 3, flatten]\n  - fc: 3",
}


@pytest.mark.parametrize("rows", WITHOUT.values(), ids=WITHOUT)
def test_what_has_no_such_form_is_said(rows: str) -> None:
    with pytest.raises(SpecError) as caught:
        convolutional(small(rows))
    [found] = caught.value.diagnostics
    assert found.code == "no-dense-form" and found.message.startswith("'end")


def test_flat_steps_between_keep_their_places() -> None:
    rows = (
        "  - flatten: {name: f}\n  - dropout: 0.5\n  - fc: {name: a, units: 6, norm: batch_norm, activation: tanh}\n"
        "  - fc: {name: b, units: 5, activation: softmax}"
    )
    found = convolutional(small(rows), (11, 12))
    assert (op(found, "a"), shapes(found)["b"]) == (ir.Conv(6, (7, 7)), (3, 4, 5))
    assert found.steps["f"].output in found.by_name()


def test_too_small_a_picture_is_said_at_the_layer_that_has_no_room() -> None:
    with pytest.raises(SpecError, match="a window of 7 is larger than its input of 6 pixels"):
        shapes(convolutional(api.load("vgg16").graph, (200, 224)))
