"""Diagrams: which boxes and arrows a network is drawn as, held against its graph and its paper."""

import pytest
from hypothesis import given, strategies as st
from zoo_cases import shipped

import archspec
from archspec.passes.boxes import STAGE, Arrow
from archspec.passes.costs import added, total
from archspec.passes.diagram import diagram
from archspec.passes.levels import staged, with_skips

NETWORKS = ["lenet5", "googlenet", "resnet152", "senet154", "densenet121", "two_towers", "alphago_zero_20", "alexnet_7"]


def level_of(name):
    return diagram(shipped(name).graph)


def walk(level):
    for box in level.boxes:
        yield box
        yield from walk(box.inside) if box.inside else ()


def box_of(name, network):
    return next(box for box in walk(level_of(network)) if box.name == name)


def arrows_of(box):
    names = [inner.name.rpartition(".")[2] for inner in box.inside.boxes]
    called = [*names, *("out" for _ in range(4))]
    return {
        (called[a.source] if a.source >= 0 else "in", called[a.target] if a.target >= 0 else "out"): a.skip
        for a in box.inside.arrows
    }


def layers(level, times=1):
    """Every layer with how often it stands there."""
    for box in level.boxes:
        yield from layers(box.inside, times * box.times) if box.inside else [(box, times * box.times)]


@pytest.mark.parametrize("name", NETWORKS)
def test_every_primitive_and_its_cost_is_in_one_box(name):
    graph = shipped(name).graph
    found = list(layers(diagram(graph)))
    assert sum(len(box.ops) * times for box, times in found) == len(graph.nodes)
    assert added(box.cost * times for box, times in found) == total(graph)


@pytest.mark.parametrize("name", NETWORKS)
def test_a_block_costs_what_is_in_it(name):
    for box in walk(level_of(name)):
        if box.inside:
            assert box.cost == added(inner.cost * inner.times for inner in box.inside.boxes)


def test_layers_with_what_belongs_to_them_are_one_box_each():
    boxes = level_of("lenet5").boxes
    assert [box.name for box in boxes] == ["input", "C1", "S2", "C3", "S4", "C5", "F6", "output"]
    assert [box.kind for box in boxes][1:] == ["convolution", "pooling"] * 2 + ["convolution"] + ["fully connected"] * 2
    assert [box.shape for box in boxes][1:5] == [(28, 28, 6), (14, 14, 6), (10, 10, 16), (5, 5, 16)]


def test_an_inception_module_as_in_figure_2b():
    assert arrows_of(box_of("3a", "googlenet")) == {
        **{("in", path): False for path in ("1x1", "3x3_reduce", "5x5_reduce", "pool")},
        **{("3x3_reduce", "3x3"): False, ("5x5_reduce", "5x5"): False, ("pool", "pool_proj"): False},
        **{(path, "concat"): False for path in ("1x1", "3x3", "5x5", "pool_proj")},
        ("concat", "out"): False,
    }


def test_heads_are_known():
    assert [box.name for box in walk(level_of("googlenet")) if box.head] == ["aux1", "aux2"]


RESIDUAL = {("in", "conv1"): False, ("conv1", "conv2"): False, ("conv2", "conv3"): False, ("add", "out"): False}


@pytest.mark.parametrize(
    ("unit", "shortcut"),
    [
        ("conv4_1", {("conv3", "add"): False, ("in", "shortcut"): False, ("shortcut", "add"): False}),
        ("conv4_2", {("conv3", "add"): False, ("in", "add"): True}),
    ],
)
def test_an_identity_is_a_skip_and_a_projection_is_not(unit, shortcut):
    assert arrows_of(box_of(unit, "resnet152")) == RESIDUAL | shortcut


def test_units_that_are_alike_are_one_box():
    stages = [box for box in level_of("resnet152").boxes if box.inside]
    assert [(box.name, box.units) for box in stages] == [("conv2", 3), ("conv3", 8), ("conv4", 36), ("conv5", 3)]
    assert [(box.name, box.times, box.last) for box in stages[2].inside.boxes] == [
        ("conv4_1", 1, ""),
        ("conv4_2", 35, "conv4_36"),
    ]


def test_units_that_grow_are_not_alike():
    dense = box_of("dense1", "densenet121")
    assert [box.times for box in dense.inside.boxes] == [1] * 6


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("googlenet", "input, stage 1, stage 2, stage 3, stage 4, stage 5, stage 6, aux1, aux2"),
        ("resnet152", "input, stage 1, conv2, conv3, conv4, conv5, stage 6"),
        ("senet154", "input, stage 1, conv2, conv3, conv4, conv5, stage 6"),
        ("lenet5", "input, stage 1, stage 2, C5, stage 4"),
    ],
)
def test_stages_are_those_of_analyze(name, names):
    level = level_of(name)
    found = staged(level, shipped(name).graph)
    assert [box.name for box in found.boxes] == names.split(", ")
    trunk = [place for place, box in enumerate(found.boxes) if not box.head]
    assert {(a.source, a.target) for a in found.arrows} >= {(i, i + 1) for i in trunk[:-1]}
    assert all(a.source == trunk[3 + 1] for a in found.arrows if a.target > trunk[-1])  # both heads read stage 4
    inside = [inner for box in found.boxes for inner in (box.inside.boxes if box.block == STAGE else [box])]
    assert inside == sorted(level.boxes, key=lambda box: box.head)


def test_a_stage_costs_what_analyze_says():
    stages = {f"stage {stage.name}": stage for stage in archspec.analyze("googlenet").stages}
    boxes = [box for box in staged(level_of("googlenet"), shipped("googlenet").graph).boxes if box.block == STAGE]
    assert len(boxes) == 6
    for box in boxes:
        assert (box.cost.params, box.cost.macs) == (stages[box.name].params, stages[box.name].macs), box.name


@given(st.sets(st.tuples(st.integers(0, 8), st.integers(0, 8)).filter(lambda ends: ends[0] < ends[1])))
def test_a_skip_is_an_arrow_beside_which_another_way_leads(ends):
    def leads(source, target):
        return source == target or any(leads(b, target) for a, b in ends if a == source)

    for arrow in with_skips([Arrow(a, b, (1,)) for a, b in ends]):
        others = [b for a, b in ends if a == arrow.source and b != arrow.target]
        assert arrow.skip == any(leads(b, arrow.target) for b in others)
