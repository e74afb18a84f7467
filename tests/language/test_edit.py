"""`edit`: what a spec's rows are afterwards, whose names they keep, and who reads whom."""

from itertools import islice

import pytest
from zoo_cases import NETWORKS, shipped

from archspec import SpecError, api, ir
from archspec.blocks import registry
from archspec.edit.locate import addresses
from archspec.passes.costs import costs

BASE = """\
archspec: 1
name: base
vars: {n: 3}
input: [8, 8, 4]
defaults: {conv: {kernel_size: 1, filters: 4}}
layers:
  - conv: {name: a}
  - conv: {name: b, times: $n}
  - relu
  - aux: {name: side, weight: 0.3, layers: [conv: {name: own}, relu]}
  - conv: {name: c, from: a}
  - repeat: {name: stage, times: 2, layers: [conv, relu]}
  - branches: {merge: concat, paths: {left: [conv, relu], right: []}}
  - add: {name: sum, of: [b, c, stage]}
  - relu
  - global_avg_pool
top: global_avg_pool
outputs:
  one: [fc: 3]
  two: [fc: {name: x, units: 2}, relu]
"""
TRUNK = (
    "a<input b_1<a b_2<b_1 b_3<b_2 relu<b_3 side.own<relu side.relu<side.own c<a stage_1.conv<c "
    "stage_1.relu<stage_1.conv stage_2.conv<stage_1.relu stage_2.relu<stage_2.conv left.conv<stage_2.relu "
    "left.relu<left.conv concat<left.relu,stage_2.relu sum<b_3,c,stage_2.relu relu2<sum global_avg_pool<relu2 "
    "one.fc<global_avg_pool two.x<global_avg_pool two.relu<two.x"
)
"""Every node of the base's graph, with those that it reads."""
CASES = [
    # edits, what takes the place of what in TRUNK, in this order
    ("set: {a: {filters: 8}}",),
    ("set: {b_2: {filters: 8}}",),
    ("insert_after: a, with: [conv: {name: new}]", ("a<input", "a<input new<a"), ("b_1<a", "b_1<new")),
    ("insert_after: b, with: [conv: {name: new}]", ("relu<b_3", "new<b_3 relu<new")),
    ("insert_after: b_3, with: [conv: {name: new}]", ("relu<b_3", "new<b_3 relu<new")),
    ("insert_after: b_1, with: [conv: {name: new}]", ("b_2<b_1", "new<b_1 b_2<new")),
    ("insert_after: a, with: [relu]", ("b_1<a", "relu3<a b_1<relu3")),
    ("insert_after: a, with: [relu, tanh]", ("b_1<a", "relu3<a tanh<relu3 b_1<tanh")),
    ("insert_before: a, with: [conv: {name: new}]", ("a<input", "new<input a<new")),
    ("insert_before: c, with: [conv: {name: new}]", ("c<a", "new<a c<new")),
    ("insert_before: sum, with: [conv: {name: new, from: c}]", ("sum<", "new<c sum<")),
    ("insert_before: b_2, with: [conv: {name: new}]", ("b_2<b_1", "new<b_1 b_2<new")),
    ("remove: relu", ("relu<b_3 ", ""), ("side.own<relu", "side.own<b_3")),
    ("remove: relu2", ("relu2<sum ", ""), ("<relu2", "<sum")),
    ("remove: b_2", ("b_2<b_1 ", ""), ("b_3<b_2", "b_3<b_1")),
    ("remove: side", ("side.own<relu side.relu<side.own ", "")),
    ("remove: [relu, relu2]", ("relu<b_3 ", ""), ("own<relu", "own<b_3"), ("relu2<sum ", ""), ("<relu2", "<sum")),
    ("replace: a, with: [conv: {name: new}]", ("a<input", "new<input"), ("b_1<a", "b_1<new"), (" c<a", " c<new")),
    ("replace: a, with: [conv: {name: p}, relu]", ("a<input", "p<input relu3<p"), ("1<a", "1<relu3"),
     ("c<a", "c<relu3")),
    ("replace: c, with: [conv: {name: new}]", (" c<a", " new<a"), ("conv<c", "conv<new"), ("b_3,c", "b_3,new")),
    ("replace: b, with: [conv: {name: b}]", ("b_1<a b_2<b_1 b_3<b_2", "b<a"), ("<b_3", "<b")),
    ("replace: b_3, with: [conv: {name: new}]", ("b_3<b_2", "new<b_2"), ("<b_3", "<new")),
    ("replace: b_1, with: [conv: {name: new}]", ("b_1<a", "new<a"), ("<b_1", "<new")),
    ("replace: global_avg_pool, with: [global_max_pool: {name: gmp}]", ("global_avg_pool", "gmp")),
    ("replace: side, with: [tanh]", ("side.own<relu side.relu<side.own", "tanh<relu")),
    ("set: {stage.conv: {filters: 4}}",),
    ("set: {stage_1.conv: {use_bias: false}}",),
    ("remove: stage_1.relu", ("stage_1.relu<stage_1.conv ", ""), ("conv<stage_1.relu", "conv<stage_1.conv")),
    ("remove: stage.relu", ("stage_1.relu<stage_1.conv ", ""), ("stage_2.relu<stage_2.conv ", ""),
     ("<stage_1.relu", "<stage_1.conv"), ("stage_2.relu", "stage_2.conv")),
    ("insert_after: left.relu, with: [tanh]", ("concat<left.relu", "left.tanh<left.relu concat<left.tanh")),
    ("insert_after: side.own, with: [tanh]", ("side.relu<side.own", "side.tanh<side.own side.relu<side.tanh")),
    ("replace: one.fc, with: [fc: {name: new, units: 5}]", ("one.fc", "one.new")),
    ("remove: two.relu", (" two.relu<two.x", "")),
    ("set: {c: {from: b_1}}", (" c<a", " c<b_1")),
    ("set: {sum: {of: [c, stage]}}", ("sum<b_3,c", "sum<c")),
    ("set: {b: {times: 1}}", ("b_2<b_1 b_3<b_2 ", ""), ("b_3", "b_1")),
]  # fmt: skip


@pytest.fixture
def extended(tmp_path, monkeypatch):
    """The network of a spec that extends the base and edits it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "base.yaml").write_text(BASE)

    def load(*operations, more=""):
        edits = "".join(f"  - {{{operation}}}\n" for operation in operations)
        (tmp_path / "own.yaml").write_text(f"archspec: 1\nname: own\nextends: base.yaml\n{more}\nedit:\n{edits}")
        return api.load("own.yaml")

    return load


def wiring(graph):
    return " ".join(f"{n.name}<{','.join(n.inputs)}" for n in graph.nodes if not isinstance(n.op, ir.Input))


def test_wiring_of_the_base():
    assert wiring(api.load(BASE).graph) == TRUNK


@pytest.mark.parametrize(("operation", "changes"), [(o, c) for o, *c in CASES], ids=[o for o, *_ in CASES])
def test_rows_after_an_edit(operation, changes, extended):
    expected = TRUNK
    for old, new in changes:
        assert old in expected
        expected = expected.replace(old, new)
    assert wiring(extended(operation).graph) == expected


ERRORS = [
    # edits, the code, and what the message must say
    ("set: {d: {filters: 8}}", "edit-unknown", "no row is called 'd'"),
    ("set: {b_4: {filters: 8}}", "edit-unknown", "did you mean 'b_"),
    ("set: {side.onw: {filters: 8}}", "edit-unknown", "no row that 'side' holds is called 'onw'"),
    ("remove: one", "edit-unknown", "no row is called 'one'"),
    ("remove: left", "edit-unknown", "no row is called 'left'"),
    ("remove: a.batch_norm", "edit-unknown", "steps inside a block are no rows"),
    ("remove: input", "edit-unknown", "no row is called 'input'"),
    ("remove: ''", "edit-unknown", "no row is called ''"),
    ("remove: a..b", "edit-unknown", "no row that 'a' holds"),
    ("set: {a: {name: new}}", "edit-name", "cannot rename 'a'"),
    ("set: {a: {filtres: 8}}", "unknown-key", "did you mean 'filters'?"),
    ("set: {a: {filters: many}}", "wrong-type", "filters is 'many'"),
    ("set: {a: {times: 0}}", "out-of-range", "times is 0"),
    ("insert_after: a, with: [conv: {filters: 3}]", "edit-unnamed", "a new conv without a name"),
    ("insert_after: a, with: [conv: {name: c}]", "duplicate-name", "a row is called 'c' already"),
    ("insert_after: a, with: [conv: {name: b_2}]", "duplicate-name", "a row is called 'b_2' already"),
    ("insert_after: a, with: [conv: {name: b, times: 2}]", "duplicate-name", "a row is called 'b"),
    ("insert_after: a, with: [relu: {name: relu2}]", "duplicate-name", "a row is called 'relu2' already"),
    (
        "insert_after: a, with: [relu: {name: new}, relu: {name: new}]",
        "duplicate-name",
        "a row is called 'new' already",
    ),
    ("remove: c", "edit-removed", "'c' is gone, but 'sum' needs it"),
    ("remove: b", "edit-removed", "'b' is gone, but 'sum' needs it"),
    ("remove: a", "edit-removed", "'a' is gone, but 'c' needs it"),
    ("remove: global_avg_pool", "edit-removed", "'global_avg_pool' is gone, but 'top' needs it"),
    ("replace: c, with: [conv: {name: new, from: c}]", "unknown-name", "no row above is called 'c'"),
    ("remove: one.fc", "edit-empty", "'one.fc' is the only row there"),
    ("replace: a", "bad-edit", "`replace` without its new rows"),
    ("remove: a, with: [relu]", "bad-edit", "`remove` with new rows"),
    ("remove: a, set: {a: {filters: 3}}", "bad-edit", "an edit of 2 operations"),
    ("with: [relu]", "bad-edit", "an edit of 0 operations"),
    ("insert_after: a, with: [convv: {name: new}]", "unknown-key", "unknown step 'convv'"),
    ("insert_after: a, with: []", "wrong-type", "with is a list of 0"),
    ("remove: 5", "wrong-type", "remove is 5"),
]


@pytest.mark.parametrize(("operation", "code", "said"), ERRORS, ids=[o for o, *_ in ERRORS])
def test_wrong_edit(operation, code, said, extended):
    with pytest.raises(SpecError) as caught:
        extended(operation)
    [diagnostic] = caught.value.diagnostics
    assert diagnostic.code == code
    assert said in str(diagnostic)
    assert diagnostic.span.source.name == "own.yaml"


def test_edits_follow_one_another(extended):
    graph = extended(
        "insert_after: a, with: [conv: {name: new}]",
        "set: {new: {filters: 4}}",
        "remove: c",
        "set: {sum: {of: [b, stage]}}",
        "replace: new, with: [conv: {name: newer}]",
        "insert_before: newer, with: [conv: {name: c}]",
    ).graph
    assert "a<input c<a newer<c b_1<newer" in wiring(graph)


def test_all_wrong_edits_are_reported(extended):
    with pytest.raises(SpecError) as caught:
        extended("set: {d: {filters: 8}, e: {filters: 9}}", "remove: [f, g]", "replace: h, with: [relu]")
    assert [d.message[-2] for d in caught.value.diagnostics] == ["d", "e", "f", "g", "h"]


def test_edits_of_the_base_come_first(extended, tmp_path):
    (tmp_path / "middle.yaml").write_text(
        "archspec: 1\nname: middle\nextends: base.yaml\nedit: [{insert_after: a, with: [conv: {name: new}]}]\n"
    )
    (tmp_path / "last.yaml").write_text(
        "archspec: 1\nname: last\nextends: middle.yaml\nedit: [{insert_before: new, with: [tanh]}]\n"
    )
    assert "a<input tanh<a new<tanh b_1<new" in wiring(api.load("last.yaml").graph)


def test_outputs_and_top_follow(extended):
    more = "outputs: [a, b, stage_2.conv, sum]\ntop: a"
    network = extended("replace: b_3, with: [conv: {name: p}, conv: {name: q}]", more=more)
    assert list(network.graph.outputs) == ["a", "q", "stage_2.conv", "sum"]
    network = extended("replace: a, with: [conv: {name: p}, conv: {name: q}]", more=more)
    assert (next(iter(network.graph.outputs)), network.spec.top.value) == ("q", "p")
    network = extended("replace: stage_2.conv, with: [conv: {name: p}]", more=more)
    assert list(network.graph.outputs) == ["a", "b", "stage_2.p", "sum"]


def test_times_by_a_variable_is_split_where_it_is_set(extended):
    assert "b_4<b_3 new<b_4 b_5<new" in wiring(
        extended("insert_after: b_4, with: [conv: {name: new}]", more="vars: {n: 5}").graph
    )


MOST = 60
"""Rows of one network that are edited: more of 600 pass the limit on edits."""


@pytest.mark.parametrize("name", NETWORKS)
def test_an_edit_of_nothing_changes_no_layer(name):
    spec = shipped(name).spec
    every = {address: {} for address in islice(addresses(spec.root, spec.vars), MOST)}
    text = f"archspec: 1\nname: own\nextends: {name}\nedit: [{{set: {every}}}]\n"
    assert api.load(text).graph.nodes == shipped(name).graph.nodes


@pytest.mark.parametrize("kind", registry())
def test_weightless_steps_have_no_weights(kind):
    example = "".join(f"  {line}\n" for line in registry()[kind].example.strip().splitlines())
    graph = api.load(f"archspec: 1\nname: x\ninput: [28, 28, 64]\nlayers:\n  - tanh\n{example}").graph
    mine = {name for name, step in graph.steps.items() if step.kind == kind}
    trained = {n.name for n in graph.nodes if n.step in mine and costs(graph)[n.name].params}
    assert not (registry()[kind].weightless and trained)


STRIDED = ["conv: {name: x, filters: 2, kernel_size: 3, times: 2}", "max_pool: {name: x, pool_size: 3, times: 3}"]


@pytest.mark.parametrize("row", STRIDED)
def test_strides_hold_for_the_first_of_the_units_that_an_edit_takes_apart(row, extended, tmp_path):
    base = f"archspec: 1\nname: base\ninput: [32, 32, 2]\ndefaults: {{conv: {{strides: 2}}}}\nlayers:\n  - {row}\n"
    (tmp_path / "base.yaml").write_text(base)
    assert extended("set: {x_2: {}}").graph.nodes == api.load(base).graph.nodes
