"""branches, repeat, se and inception's cells: names, shapes, and what their names mean."""

import pytest

import archspec
from archspec import ir
from archspec.passes.depth import depth
from archspec.passes.shapes import shapes

HEAD = """archspec: 1
name: tiny
input: [12, 12, 8]
defaults: {conv: {filters: 8, kernel_size: 3, padding: same}}
"""


def graph(rows, more=""):
    return archspec.load(HEAD + "layers:\n" + "".join(f"  - {row}\n" for row in rows) + more).graph


def names(rows, more=""):
    return [node.name for node in graph(rows, more).nodes[1:]]


FORK = "merge: concat, activation: relu, paths: {keep: [], one: [conv: {}], two: [conv: {}, conv: {}]}"
GATE = ("global_avg_pool", "fc1", "fc1.relu", "fc2", "fc2.sigmoid", "multiply")
NAMES = [
    # rows, names of the layers
    (
        [f"branches: {{name: fork, {FORK}}}"],
        ["fork.one.conv", "fork.two.conv", "fork.two.conv2", "fork.concat", "fork.relu"],
    ),
    ([f"branches: {{{FORK}}}"], ["one.conv", "two.conv", "two.conv2", "concat", "relu"]),
    (
        [f"branches: {{{FORK}, times: 2}}"],
        [
            f"branches_{i}.{name}" for i in (1, 2) for name in ("one.conv", "two.conv", "two.conv2", "concat", "relu")
        ],
    ),
    (["Fire: {name: fire2}"], ["fire2.squeeze", "fire2.1x1.conv", "fire2.3x3.conv", "fire2.concat"]),
    (
        ["repeat: {times: 2, layers: [relu, tanh, relu]}"],
        [f"repeat_{i}.{name}" for i in (1, 2) for name in ("relu", "tanh", "relu2")],
    ),
    (
        ["repeat: {name: r, times: 1, layers: [relu: {name: a}]}", "repeat: {times: 1, layers: [relu]}"],
        ["r_1.a", "repeat_1.relu"],
    ),
    (
        ["repeat: {name: r, times: 2, layers: [repeat: {name: s, times: 2, layers: [relu]}]}"],
        ["r_1.s_1.relu", "r_1.s_2.relu", "r_2.s_1.relu", "r_2.s_2.relu"],
    ),
    (
        ["se: {name: gate, reduction: 4}"],
        [f"gate.{part}" for part in GATE],
    ),
    (
        ["inception: {name: i, 1x1: 4, se: 2}"],
        ["i.1x1", "i.concat", *(f"i.se.{part}" for part in GATE)],
    ),
]  # fmt: skip

FIRE = """blocks:
  Fire:
    layers:
      - conv: {name: squeeze, filters: 2, kernel_size: 1}
      - branches: {merge: concat, paths: {1x1: [conv: {kernel_size: 1}], 3x3: [conv: {}]}}
"""


@pytest.mark.parametrize(("rows", "expected"), NAMES, ids=[rows[0] for rows, _ in NAMES])
def test_names(rows, expected):
    assert names(rows, FIRE) == expected


def test_paths_are_stacked_in_their_order():
    found = graph(["branches: {merge: concat, paths: {b: [conv: {filters: 3}], same: [], a: [conv: {filters: 5}]}}"])
    assert found.by_name()["concat"].inputs == ("b.conv", "input", "a.conv")
    assert shapes(found)["concat"] == (12, 12, 16)


def test_rows_of_a_path_see_what_stands_above_and_nothing_beside():
    found = graph(["relu: {name: above}", "tanh", "branches: {merge: add, paths: {a: [relu: {from: above}], b: []}}"])
    assert found.by_name()["a.relu"].inputs == ("above",)
    assert found.by_name()["add"].inputs == ("a.relu", "tanh")
    with pytest.raises(archspec.SpecError, match="no row above is called 'inner'"):
        graph(["branches: {merge: add, paths: {a: [relu: {name: inner}], b: [relu: {from: inner}]}}"])


def test_what_the_names_mean():
    fork = "branches: {name: fork, merge: add, paths: {same: [], other: [relu]}}"
    twice = "repeat: {name: r, times: 2, layers: [tanh]}"
    meaning = graph([fork, twice, "relu: {name: end, from: fork}"]).meanings()
    wanted = {
        "fork": "fork.add", "fork.other": "fork.other.relu", "fork.same": "input",
        "r": "r_2.tanh", "r_1": "r_1.tanh", "r_2.tanh": "r_2.tanh", "end": "end",
    }  # fmt: skip
    assert {name: meaning[name] for name in wanted} == wanted


INSIDE = [
    # rows behind the first, the node that the last one reads
    (["relu: {from: i.3x3}"], "i.3x3"),
    (["relu: {from: i.3x3_reduce}"], "i.3x3_reduce"),
    (["Wrap: {name: w}"], "w.i.1x1"),
    (["Wrap: {name: w}", "relu: {from: w.i.pool}"], "w.i.pool"),
    (["add: [i.1x1, i.3x3]"], "i.1x1"),
    (["residual: {name: r, filters: [12, 12], times: 2}", "relu: {from: r.conv1}"], None),
    (["residual: {name: r, filters: [12, 12], times: 2}", "relu: {from: r_2.conv1}"], "r_2.conv1"),
    (["relu: {from: i.5x5}"], None),
    (["relu: {from: 3x3}"], None),
]
WRAP = "blocks: {Wrap: {layers: [inception: {name: i, 1x1: 4, pool: [max]}, relu: {from: i.1x1}]}}\n"


@pytest.mark.parametrize(("rows", "node"), INSIDE, ids=[rows[-1] for rows, _ in INSIDE])
def test_a_dot_enters_a_row_above(rows, node):
    first = "inception: {name: i, 1x1: 12, 3x3: [8, 12], pool: [max]}"
    if node is None:
        with pytest.raises(archspec.SpecError, match="no row above is called"):
            graph([first, *rows], WRAP)
    else:
        assert graph([first, *rows], WRAP).nodes[-1].inputs[0] == node


def test_a_step_inside_a_row_that_is_wrong_is_no_second_error():
    with pytest.raises(archspec.SpecError) as caught:
        graph(["inception: {name: i, 1x1: 12, 3x3: [8, 12], strides: 2}", "relu: {from: i.3x3}"])
    assert [diagnostic.code for diagnostic in caught.value.diagnostics] == ["bad-combination"]


def test_turns_of_repeat_follow_one_another():
    found = graph(["repeat: {times: 3, layers: [conv: {filters: 4, strides: 2}, relu]}"])
    assert [shapes(found)[f"repeat_{i}.conv"] for i in (1, 2, 3)] == [(6, 6, 4), (3, 3, 4), (2, 2, 4)]
    assert found.by_name()["repeat_2.conv"].inputs == ("repeat_1.relu",)


def test_all_errors_of_all_paths_are_said():
    with pytest.raises(archspec.SpecError) as caught:
        graph(["branches: {merge: add, paths: {a: [max_pool: 13], b: [relu: {from: nowhere}], c: [fc: 3, conv: {}]}}"])
    assert [diagnostic.code for diagnostic in caught.value.diagnostics] == ["shape", "unknown-name", "shape"]


DEPTHS = [
    # rows, layers on the longest path
    (["conv: {}", "se: 2", "conv: {}"], 2),
    (["branches: {merge: multiply, paths: {a: [conv: {}, conv: {}], b: [conv: {}]}}"], 2),
    (["branches: {merge: multiply, paths: {map: [], gate: [global_avg_pool, fc: 8, fc: 8]}}"], 0),
    (["branches: {merge: multiply, paths: {gate: [global_avg_pool, fc: 8, fc: 8], map: [conv: {}]}}", "fc: 2"], 2),
    (["global_avg_pool", "branches: {merge: multiply, paths: {a: [fc: 8, fc: 8], b: []}}"], 2),
]


@pytest.mark.parametrize(("rows", "layers"), DEPTHS)
def test_depth_counts_paths_and_no_gates(rows, layers):
    assert depth(graph(rows)) == layers


CELLS = [
    # keys of an inception below 12x12x8, its shape
    ("1x1: 4", (12, 12, 4)),
    ("3x3: 4, 5x5: 2", (12, 12, 6)),
    ("3x3: [2, 4], double_3x3: [2, 6], pool: [max]", (12, 12, 18)),
    ("1x1: 4, pool: [avg, 2]", (12, 12, 6)),
    ("strides: 2, 3x3: [2, 4], double_3x3: [2, 6], pool: [max]", (6, 6, 18)),
    ("strides: 2, 3x3: [2, 4], pool: [avg, 2]", (6, 6, 6)),
    ("strides: [1, 2], 5x5: [2, 4], pool: [max]", (12, 6, 12)),
]


@pytest.mark.parametrize(("keys", "shape"), CELLS)
@pytest.mark.parametrize("default", ["", "defaults: {max_pool: {ceil_mode: true}, conv: {padding: half}}\n"])
def test_cells_of_inception(keys, shape, default):
    text = f"archspec: 1\nname: tiny\ninput: [12, 12, 8]\n{default}layers: [inception: {{name: i, {keys}}}]\n"
    found = archspec.load(text).graph
    assert shapes(found)[found.steps["i"].output] == shape


@pytest.mark.parametrize("default", ["", "defaults: {max_pool: {ceil_mode: true}}\n"])
def test_a_strided_pool_has_the_size_of_the_other_paths(default):
    """`same` is, on an even map, what Caffe's rounding up is, and fits beside convolutions on an odd one too."""
    head = f"archspec: 1\nname: tiny\ninput: [13, 12, 8]\n{default}"
    found = archspec.load(f"{head}layers: [inception: {{name: i, strides: 2, 3x3: 4, pool: [max]}}]\n").graph
    assert found.by_name()["i.pool"].op == ir.MaxPool((3, 3), (2, 2), "same")
    assert shapes(found)["i.concat"] == (7, 6, 12)
