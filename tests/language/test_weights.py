"""Weights find their layers by name: what is renamed, what does not fit, and that no edit ever shifts one."""

import functools
import re
from itertools import product

import pytest

import archspec
from archspec import ir
from archspec.rename import captured, pairs, renamed
from archspec.weights import Side, Value, plan

HEAD = "archspec: 1\nname: net\ninput: [8, 8, 4]\ndefaults: {conv: {kernel_size: 3, padding: same, filters: 4}}\n"
BLOCK = "blocks:\n  Pair: {layers: [conv, conv: {activation: relu}]}\n"


def side(rows, *, noted=True):
    """The values of a network of these rows, and the row (by its id), unit and inner name of each of its layers."""
    return _side(tuple(rows), noted)


@functools.lru_cache(maxsize=100)  # two tests, one behind the other, ask for the same
def _side(rows, noted):
    text = HEAD + BLOCK + "layers:\n" + "".join(f"  - {row}\n" for row, _ in rows)
    first = text.count("\n") - len(rows) + 1
    network = archspec.load(text)
    graph = network.graph
    convs = [node.name for node in graph.nodes if isinstance(node.op, ir.Conv)]
    owners = {}
    for name in convs:
        row, _, inner = name.partition(".")
        line, identity = rows[graph.steps[row].span.line - first]
        unit = re.search(r"_(\d+)$", row) if "times" in line else None
        owners[name] = identity, unit and unit[1], inner
    return Side({f"{name}/kernel": Value((3, 3, 4, 4)) for name in convs}, network.counts if noted else None), owners


KINDS = [
    "conv",
    "conv: {}",
    "Pair",
    "conv: {times: 2}",
    "conv: {name: %s}",
    "Pair: {name: %s}",
    "conv: {name: %s, times: 3}",
]
NETWORKS = [
    [(row % f"row{i}" if "%" in row else row, i) for i, row in enumerate(rows)]
    for rows in product(KINDS[::2], KINDS[1::3], KINDS[:4:2], KINDS[4:])
]
INSERTED = [(row % "new" if "%" in row else row, "new") for row in KINDS]


def moved(ours, theirs):
    """Transfers between layers of different rows, and all transfers."""
    (here, owners), (there, their_owners) = ours, theirs
    report = plan(here, there)
    layers = [(a.partition("/")[0], b.partition("/")[0]) for a, b in report.transferred.items()]
    return [(a, b) for a, b in layers if owners[a] != their_owners[b]], layers


@pytest.mark.parametrize("noted", [True, False], ids=["counts noted", "counts from the names"])
@pytest.mark.parametrize("network", NETWORKS, ids=lambda rows: " ".join(row for row, _ in rows))
def test_a_row_put_in_or_taken_out_shifts_no_weight(network, noted):
    before = side(network)
    for position, row in product(range(len(network) + 1), INSERTED):
        after = side([*network[:position], row, *network[position:]])
        known = (before[0] if noted else Side(before[0].values), before[1])
        for ours, theirs in ((after, known), (known, after)):
            wrong, layers = moved(ours, theirs)
            assert not wrong, (row, position)
            named = {name for name, (identity, *_) in before[1].items() if str(network[identity][0]).find("name:") > 0}
            assert {name for name in named if "." not in name} <= {a for a, _ in layers}, "named layers are transferred"


def test_the_check_above_would_see_a_shift():
    network = [("conv", 0), ("conv", 1)]
    before, after = side(network), side([("conv", "new"), *network])
    blind = [(Side(s.values), owners) for s, owners in (before, after)]
    assert moved(blind[1], blind[0])[0]


@pytest.mark.parametrize("row", ["conv: {times: %d}", "conv: {name: c, times: %d}", "Pair: {times: %d}"])
@pytest.mark.parametrize("counts", [(2, 3), (3, 2)])
def test_another_number_of_units_moves_no_other_row(row, counts):
    networks = [side([("conv: {name: a}", 0), (row % n, 1), ("conv: {name: b}", 2)]) for n in counts]
    wrong, layers = moved(*networks)
    assert not wrong
    units = {name for name, (identity, *_) in networks[0][1].items() if identity == 1}
    kept = len(units) * min(counts) // counts[0]
    assert len(layers) == 2 + kept


def test_the_same_network_takes_everything_named_or_not():
    for network in NETWORKS:
        ours = side(network)
        report = plan(ours[0], ours[0])
        assert (len(report.transferred), report.skipped, report.new) == (len(ours[0].values), {}, {})


FORM = "archspec: 1\nname: net\ninput: [16, 16, 4]\nform: '[(CONV-RELU)*N-POOL]*M-FC-SOFTMAX'\nsizes:\n"
SIZES = "  N: {}\n  M: {}\n  conv: {{filters: 4, kernel_size: 3, padding: same}}\n  max_pool: 2\n  fc: 4\n"


def of_form(*turns, noted=True):
    network = archspec.load(FORM + SIZES.format(list(turns), len(turns)))
    convs = [node.name for node in network.graph.nodes if isinstance(node.op, ir.Conv)]
    return Side({f"{name}/kernel": Value((3, 3, 4, 4)) for name in convs}, network.counts if noted else None)


@pytest.mark.parametrize("noted", [True, False])
def test_another_stage_of_a_form_shifts_no_weight(noted):
    two, three = of_form(2, 1, noted=noted), of_form(2, 2, 1)
    for ours, theirs in ((three, two), (Side(three.values), of_form(2, 1)), (of_form(2, 1), Side(three.values))):
        report = plan(ours, theirs)
        assert not report.transferred
        assert "'conv' counts to" in report.new["conv1_1/kernel"]
    asserted = plan(three, two, {"conv1_*": "conv1_*", "conv2_1": "conv3_1"})
    assert set(asserted.transferred) == {"conv1_1/kernel", "conv1_2/kernel", "conv3_1/kernel"}


def test_a_form_and_the_same_rows_under_names_of_their_own_share_weights():
    form = of_form(2, 1)
    rows = Side(form.values, {})
    assert len(plan(form, rows).transferred) == len(plan(rows, form).transferred) == 3
    assert not plan(of_form(2, 1, 1), rows).transferred


@pytest.mark.parametrize("noted", [True, False])
def test_another_length_of_a_stage_keeps_the_others(noted):
    report = plan(of_form(2, 2), of_form(1, 2, noted=noted))
    assert set(report.transferred) == {"conv1_1/kernel", "conv2_1/kernel", "conv2_2/kernel"}


def values(**shapes):
    return {name.replace("__", "/"): Value(shape) for name, shape in shapes.items()}


OURS = values(a__kernel=(3, 3, 4, 8), a__bias=(8,), b__kernel=(8, 10))
PLANS = [
    # theirs, rename, transferred, skipped, new
    (OURS, None, {"a/kernel": "a/kernel", "a/bias": "a/bias", "b/kernel": "b/kernel"}, {}, {}),
    (
        values(a__kernel=(3, 3, 4, 8), a__bias=(8,), b__kernel=(8, 100)),
        None,
        {"a/kernel": "a/kernel", "a/bias": "a/bias"},
        {"b/kernel": "'b/kernel' is (8, 100) in the file, (8, 10) here"},
        {"b/kernel": "'b/kernel' is (8, 100) in the file, (8, 10) here"},
    ),
    (
        values(a__kernel=(1, 1, 4, 8), a__bias=(8,), c__kernel=(8, 10)),
        None,
        {},
        {
            **dict.fromkeys(["a/kernel", "a/bias"], "'a/kernel' is (1, 1, 4, 8) in the file, (3, 3, 4, 8) here"),
            "c/kernel": "no layer 'c' here",
        },
        {
            **dict.fromkeys(["a/kernel", "a/bias"], "'a/kernel' is (1, 1, 4, 8) in the file, (3, 3, 4, 8) here"),
            "b/kernel": "no layer 'b' in the file",
        },
    ),
    (
        values(a__kernel=(3, 3, 4, 8), b__kernel=(8, 10), b__bias=(10,)),
        None,
        {"a/kernel": "a/kernel", "b/kernel": "b/kernel"},
        {"b/bias": "'b' has no bias here"},
        {"a/bias": "'a/bias' is not in the file"},
    ),
    (
        values(x1__weight=(3, 3, 4, 8), x1__bias=(8,), x2__kernel=(8, 10), y__kernel=(1,)),
        [("x1/weight", "a/kernel"), ("x1", "a"), ("x*", None), ("y", None)],
        {"a/kernel": "x1/weight", "a/bias": "x1/bias"},
        {"x2/kernel": "left out by rename", "y/kernel": "left out by rename"},
        {"b/kernel": "no layer 'b' in the file"},
    ),
    (
        {**OURS, "a/bias": Value((8,), "I64"), "b/kernel": Value((8, 10), "F16")},
        None,
        {"b/kernel": "b/kernel"},
        dict.fromkeys(["a/kernel", "a/bias"], "'a/bias' is (8,) of I64 in the file, (8,) here"),
        dict.fromkeys(["a/kernel", "a/bias"], "'a/bias' is (8,) of I64 in the file, (8,) here"),
    ),
]


@pytest.mark.parametrize(("theirs", "rename", "transferred", "skipped", "new"), PLANS)
def test_a_report_says_what_went_where_and_why_not(theirs, rename, transferred, skipped, new):
    report = plan(Side(OURS), Side(theirs), rename)
    assert (report.transferred, report.skipped, report.new) == (transferred, skipped, new)
    assert bool(report.misfits) == bool(new)


def test_whoever_renames_knows_which_unnamed_row_is_meant():
    before, after = side([("conv", 0), ("conv", 1)]), side([("conv", 0), ("conv", "new"), ("conv", 1)])
    report = plan(after[0], before[0], {"conv2": "conv3"})
    assert report.transferred == {"conv3/kernel": "conv2/kernel"}
    assert "'conv' counts to 2 in the file, to 3 here" in report.new["conv/kernel"]


CAPTURED = [
    # pattern, name, what its stars stand for
    ("conv1", "conv1", ()),
    ("conv1", "conv11", None),
    ("*", "", ("",)),
    ("*", "anything", ("anything",)),
    ("conv*_block*_*_conv", "conv2_block10_1_conv", ("2", "10", "1")),
    ("conv*_block*_0_conv", "conv2_block10_1_conv", None),
    ("a*a", "a", None),
    ("a*a", "aa", ("",)),
    ("*a*b", "xaab", ("x", "a")),
    ("a.c", "abc", None),
    ("(a+)+$", "aaaa", None),
    ("*a" * 40, "a" * 20_000 + "b", None),
]


@pytest.mark.parametrize(("pattern", "name", "stars"), CAPTURED, ids=lambda word: str(word)[:20])
def test_what_a_pattern_takes_for_its_stars(pattern, name, stars):
    assert captured(pattern, name) == stars


WRONG = [
    ({"a*": "b"}, "'a*' and 'b' differ in their number of stars"),
    ({"a": "b/kernel"}, "one of 'a' and 'b/kernel' names layers, the other values"),
    ({"conv9": "b"}, "nothing is called 'conv9'"),
    ({"conv_1": "b"}, "did you mean 'conv1'?"),
    ({"conv1": "conv2"}, "both 'conv1/kernel' and 'conv2/kernel' would be called 'conv2/kernel'"),
]


@pytest.mark.parametrize(("rename", "sentence"), WRONG)
def test_pairs_that_cannot_be_followed(rename, sentence):
    with pytest.raises(archspec.SpecError, match=re.escape(sentence)) as caught:
        renamed(["conv1/kernel", "conv2/kernel"], pairs(rename))
    assert caught.value.diagnostics[0].code == "bad-rename"


def test_names_change_places():
    assert renamed(["a/x", "b/x"], pairs({"a": "b", "b": "a"})) == {"a/x": "b/x", "b/x": "a/x"}
