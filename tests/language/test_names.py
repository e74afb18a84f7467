"""Names: counted among the unnamed of a kind, scope by scope, looked up outwards and above."""

import pytest
from hypothesis import given, strategies as st

import archspec

HEAD = "archspec: 1\nname: tiny\ninput: [32, 32, 3]\ndefaults: {conv: {filters: 4, kernel_size: 1, activation: relu}}\n"


def graph(rows, more=""):
    return archspec.load(HEAD + "layers:\n" + "".join(f"  - {row}\n" for row in rows) + more).graph


def names(rows, more=""):
    return [node.name for node in graph(rows, more).nodes[1:]]


def test_unnamed_rows_are_counted_by_kind():
    found = names(["conv: {}", "relu", "conv: {}", "max_pool: 2", "relu"])
    assert found == ["conv", "conv.relu", "relu", "conv2", "conv2.relu", "max_pool", "relu2"]


def test_named_rows_are_not_counted():
    assert names(["relu", "relu: {name: x}", "relu"]) == ["relu", "x", "relu2"]


KINDS = st.sampled_from(["relu", "tanh", "conv: {}", "batch_norm", "inception: {1x1: 2}"])


@given(st.lists(KINDS, min_size=1, max_size=6), st.integers(0, 6), KINDS)
def test_a_named_insertion_renames_nothing(rows, place, kind):
    new = kind.replace("{", "{name: inserted, ") if "{" in kind else f"{kind}: {{name: inserted}}"
    longer = [*rows[:place], new, *rows[place:]]
    kept = [name for name in names(longer) if name.partition(".")[0] != "inserted"]
    assert kept == names(rows)


def test_parts_of_steps_inception_and_units():
    assert names(["conv: {name: a, padding: [1, 2], norm: batch_norm, dropout: 0.5}"]) == [
        "a.pad", "a", "a.batch_norm", "a.relu", "a.dropout",
    ]  # fmt: skip
    assert names(["fc: {name: f, units: 2, activation: softmax}"]) == ["f.flatten", "f", "f.softmax"]
    assert names(["conv: {name: c, activation: ~, times: 2}", "relu: {times: 2}"]) == ["c_1", "c_2", "relu_1", "relu_2"]
    found = graph(["inception: {name: 3a, 1x1: 1, 3x3: [2, 3], 5x5: 4, double_3x3: [2, 3], pool: [avg, 2]}"])
    assert [name for name in found.steps if name.startswith("3a")] == [
        "3a.1x1", "3a.3x3_reduce", "3a.3x3", "3a.5x5", "3a.double_3x3_reduce", "3a.double_3x3_1", "3a.double_3x3_2",
        "3a.pool", "3a.pool_proj", "3a",
    ]  # fmt: skip
    assert found.steps["3a"].output == "3a.concat"


BLOCKS = """blocks:
  Pair: {layers: [conv: {}, conv: {}, Inner]}
  Inner: {params: {n: 1}, layers: [conv: {name: last, times: $n}, {add: {name: sum, of: [last, outside]}}]}
"""


def test_scopes_of_own_blocks():
    found = graph(["conv: {name: outside}", "Pair", "Pair: {name: named}", "Inner: {name: in, n: 2}"], BLOCKS)
    assert list(found.steps) == [
        "outside",
        "Pair.conv", "Pair.conv2", "Pair.Inner.last_1", "Pair.Inner.last", "Pair.Inner.sum", "Pair.Inner", "Pair",
        "named.conv", "named.conv2", "named.Inner.last_1", "named.Inner.last", "named.Inner.sum",
        "named.Inner", "named",
        "in.last_1", "in.last_2", "in.last", "in.sum", "in",
    ]  # fmt: skip
    assert found.by_name()["in.sum"].inputs == ("in.last_2.relu", "outside.relu")


def test_the_name_of_a_times_row_means_its_last_unit():
    found = graph(["conv: {name: c, times: 3}", "flatten", "relu: {from: c}", "tanh: {from: c_2}"])
    assert found.steps["c"].output == "c_3.relu"
    assert found.steps["c"].inputs == ("input",)
    by_name = found.by_name()
    assert (by_name["relu"].inputs, by_name["tanh"].inputs) == (("c_3.relu",), ("c_2.relu",))


def test_one_unit_is_numbered_too_so_that_n_may_change():
    assert names(["relu: {name: r, times: 1}"]) == ["r_1"]
    assert names(["relu: {name: r}"]) == ["r"]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["relu: {name: a, from: b}", "relu: {name: b}"], "no row above is called 'b'"),
        (["Inner: {name: x}"], "no row above is called 'outside'"),
        (["conv: {name: outside}", "Pair: {name: x}", "relu: {from: last}"], "no row above is called 'last'"),
        (["relu: {name: c_2}", "relu: {name: c, times: 2}"], "a second row is called 'c_2'"),
        (["relu: {name: relu2}", "relu", "relu"], "a second row is called 'relu2'"),
    ],
)
def test_names_that_mean_nothing_or_two_things(rows, said):
    with pytest.raises(archspec.SpecError, match=said):
        graph(rows, BLOCKS)
