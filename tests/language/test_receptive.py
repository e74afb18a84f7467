"""Receptive fields: published figures, and the geometry of every kind of window, worked out by hand."""

import pytest

import archspec
from archspec import zoo
from archspec.passes.receptive import receptive_fields

HEAD = "archspec: 1\nname: tiny\ninput: [%s, 3]\nlayers:\n  - %s\n"


def field(*rows, size="64, 64"):
    graph = archspec.load(HEAD % (size, "\n  - ".join(rows))).graph
    return receptive_fields(graph)[next(iter(graph.outputs.values()))]


PUBLISHED = [
    ("vgg16", {"conv5_3": 196, "pool5": 212}),
    ("resnet50", {"conv5": 483}),
    ("alexnet", {"conv1": 11, "conv5": 163, "pool5": 195}),
    ("lenet5_1998", {"C1": 5, "S2": 6, "C3": 14, "S4": 16, "C5": 32}),
]


@pytest.mark.parametrize(("network", "figures"), PUBLISHED)
def test_published_figures(network, figures):
    graph = archspec.load(network).graph
    found = receptive_fields(graph)
    assert {row: found[graph.steps[row].output].size for row in figures} == {row: (n, n) for row, n in figures.items()}


DEEPER = [
    # changes of ResNet-50's rows, receptive field of its last residual cell
    ({"unit: bottleneck": "unit: bottleneck, stride_on: 3x3"}, 427),
    ({"filters: 256, times: 6": "filters: 256, times: 23"}, 1027),
    ({"filters: 128, times: 4": "filters: 128, times: 8", "filters: 256, times: 6": "filters: 256, times: 36"}, 1507),
]


@pytest.mark.parametrize(("changes", "size"), DEEPER)
def test_other_residual_networks(changes, size):
    text = zoo.path_of("resnet50").read_text(encoding="utf-8")
    for old, new in changes.items():
        assert text.count(old) == 1
        text = text.replace(old, new)
    graph = archspec.load(text).graph
    assert receptive_fields(graph)[graph.steps["conv5"].output].size == (size, size)


def conv(size, *more):
    return "conv: {" + ", ".join(["filters: 3", f"kernel_size: {size}", *more]) + "}"


CASES = [
    # rows, size, stride, centre of the first position
    ([conv(3)], (3, 3), (1, 1), (1, 1)),
    ([conv(3, "padding: same")], (3, 3), (1, 1), (0, 0)),
    ([conv(3, "dilation_rate: [2, 1]")], (5, 3), (1, 1), (2, 1)),
    ([conv("[1, 4]", "strides: [1, 2]")], (1, 4), (1, 2), (0, 1.5)),
    ([conv(3, "strides: 2", "padding: same")], (3, 3), (2, 2), (1, 1)),
    ([conv(3, "strides: 2", "padding: half")], (3, 3), (2, 2), (0, 0)),
    ([conv(7, "strides: 2", "padding: same"), "max_pool: {pool_size: 3, strides: 2}"], (11, 11), (4, 4), (3, 3)),
    (["max_pool: {pool_size: 3, strides: 2, padding: half}", conv(3)], (7, 7), (2, 2), (2, 2)),
    (["subsample: 2", conv(5)], (10, 10), (2, 2), (4.5, 4.5)),
    (["lrn: {depth_radius: 2}"], (1, 1), (1, 1), (0, 0)),
    (["lrn: {depth_radius: 2, region: within}"], (5, 5), (1, 1), (0, 0)),
    (["pad: {padding: [[1, 0], [0, 2]]}", "relu"], (1, 1), (1, 1), (-1, 0)),
    (["max_pool: 4", "global_avg_pool"], (64, 64), (4, 4), (31.5, 31.5)),
    (["max_pool: 4", "flatten", "fc: 5", "softmax"], (64, 64), (4, 4), (31.5, 31.5)),
    (["relu: {name: a}", conv(3, "name: b", "padding: same"), "add: [a, b]"], (3, 3), (1, 1), (0, 0)),
    ([conv(3, "name: a"), conv(3, "from: input"), "pad: {name: c}", "concat: [a, c]"], (3, 3), (1, 1), (1, 1)),
    (["relu: {name: a}", "global_avg_pool: {name: b}", "multiply: [a, b]"], (64, 64), (1, 1), (31.5, 31.5)),
]


@pytest.mark.parametrize(("rows", "size", "stride", "centre"), CASES)
def test_geometry(rows, size, stride, centre):
    found = field(*rows)
    assert (found.size, found.stride, found.centre) == (size, stride, centre)


PATHS = [
    # network, where paths meet, size through each of them: 1x1, 3x3, 5x5 and pool of a module, and a unit's shortcut
    ("googlenet", "3a.concat", [27, 43, 59, 43]),
    ("googlenet", "5b.concat", [587, 651, 715, 651]),
    ("resnet50", "conv2_1.add", [19, 11]),
    ("densenet121", "dense1_2.concat", [19, 27]),
]


@pytest.mark.parametrize(("network", "name", "sizes"), PATHS)
def test_each_path_of_a_merge_and_the_largest(network, name, sizes):
    layer = next(layer for layer in archspec.analyze(network).layers if layer.name == name)
    assert list(layer.paths) == list(layer.inputs)
    assert [path.size for path in layer.paths.values()] == [(n, n) for n in sizes]
    assert layer.receptive_field.size == (max(sizes), max(sizes))
