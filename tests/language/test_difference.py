"""`archspec diff`: which rows differ between two networks, and what that does to shapes and costs."""

import json
from dataclasses import replace

import pytest

import archspec as package
from archspec.passes import alignment
from archspec.passes.difference import difference


def spec(rows, size=(16, 16, 3), name="tiny"):
    return f"archspec: 1\nname: {name}\ninput: {list(size)}\nlayers:\n" + "".join(f"  - {row}\n" for row in rows)


def told(found):
    """The changes in words: status, row before, row after, fields that differ."""
    return [
        (c.status, c.before and c.before.name, c.after and c.after.name, *(field.field for field in c.fields))
        for c in found.changes
    ]


def conv(filters, name="", **more):
    keys = {"filters": filters, "kernel_size": 3, "padding": "same"} | ({"name": name} if name else {}) | more
    return "conv: {" + ", ".join(f"{key}: {value}" for key, value in keys.items()) + "}"


A, B, C = conv(8, "a"), conv(16, "b"), conv(16, "c")
CASES = {
    # what: rows before, rows after, what is told
    "nothing": ([A, B], [A, B], []),
    "a row more": ([A, C], [A, B, C], [("added", None, "b"), ("follows", "c", "c")]),
    "a row more that changes no shape": ([A, B], [A, B, C], [("added", None, "c")]),
    "a row less": ([A, B, C], [A, C], [("removed", "b", None), ("follows", "c", "c")]),
    "another width, and what reads it": (
        [A, B, C],
        [A, conv(32, "b"), C],
        [("changed", "b", "b", "filters"), ("follows", "c", "c")],
    ),
    "another row between": ([A], [A, "lrn"], [("added", None, "lrn")]),
    "a function behind it": ([A], [conv(8, "a", activation="relu")], [("changed", "a", "a")]),
    "no bias": ([A], [conv(8, "a", use_bias="false")], [("changed", "a", "a", "use_bias")]),
    "another name": ([A, B], [A, conv(16, "z")], [("renamed", "b", "z")]),
    "another name and width in the same place": ([A, B], [A, conv(32, "z")], [("changed", "b", "z", "filters")]),
    "another kind in the same place": ([A, B], [A, "lrn"], [("removed", "b", None), ("added", None, "lrn")]),
    "unnamed rows move on by one": (
        [conv(8), conv(16), conv(32)],
        [conv(4), conv(8), conv(16), conv(32)],
        [("added", None, "conv"), ("follows", "conv", "conv2")],
    ),
    "unnamed rows in the same place": (
        [conv(8), conv(16)],
        [conv(8), conv(24)],
        [("changed", "conv2", "conv2", "filters")],
    ),
    "names of one's own are stronger than what rows are": (
        [conv(8, "a"), conv(16, "b")],
        [conv(16, "a"), conv(32, "b")],
        [("changed", "a", "a", "filters"), ("changed", "b", "b", "filters")],
    ),
    "reading another row": (
        [A, conv(8, "b"), C],
        [A, conv(8, "b"), conv(16, "c", **{"from": "a"})],
        [("changed", "c", "c", "reads")],
    ),
    "readers of what was renamed read the same": (
        [A, conv(8, "b"), "add: {name: sum, of: [a, b]}"],
        [conv(8, "z"), conv(8, "b"), "add: {name: sum, of: [z, b]}"],
        [("renamed", "a", "z")],
    ),
}


@pytest.mark.parametrize(("before", "after", "expected"), CASES.values(), ids=CASES)
def test_what_differs(before, after, expected):
    assert told(package.diff(spec(before), spec(after))) == expected


def test_a_block_behind_another_row_reads_what_is_above_it_all_the_same():
    rows = ["residual: {name: r, unit: basic, filters: 8, times: 1}"]
    found = package.diff(spec([A, *rows]), spec([A, conv(8, "b"), *rows]))
    assert told(found) == [("added", None, "b")]


PAIRS = [
    *(("vgg16", "vgg19"), ("alexnet", "zfnet"), ("lenet5", "lenet5_1998"), ("googlenet", "bn_inception")),
    *(("resnet50", "resnet101"), ("resnet34", "plain34"), ("se_resnet50", "senet154"), ("alexnet_7", "alexnet")),
]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_rows_that_differ_make_the_whole_difference(one, other):
    """Every row is in one pair, in order, and what changed adds up to what the networks differ by."""
    before, after = (package.load(name).graph for name in (one, other))
    rows = alignment.rows(before), alignment.rows(after)
    pairs = alignment.align(*rows)
    assert [left for left, _ in pairs if left] == [*rows[0]]
    assert [right for _, right in pairs if right] == [*rows[1]]
    found = difference(before, after)
    analyses = package.analyze(one), package.analyze(other)
    for figure in ("params", "macs"):
        gone, come = (
            sum(getattr(row, figure) for c in found.changes if (row := getattr(c, side)))
            for side in ("before", "after")
        )
        left, right = (getattr(analysis, f"{figure}_with_aux") for analysis in analyses)
        assert come - gone == right - left
    assert {t.figure: (t.before, t.after) for t in found.totals}["params"] == tuple(a.params for a in analyses)
    statuses = {"added": "removed", "removed": "added"}
    back = difference(after, before)
    assert sorted(statuses.get(c.status, c.status) for c in back.changes) == sorted(c.status for c in found.changes)


def test_the_same_under_other_names():
    text = package.load("lenet5").spec.document.source.text
    found = package.diff("lenet5", text.replace("C1", "first").replace("F6", "hidden"))
    assert told(found) == [("renamed", "C1", "first"), ("renamed", "F6", "hidden")]
    assert found.same
    assert not package.diff("resnet50", "resnet50_v15").same


def test_totals_say_how_much():
    totals = {total.figure: total for total in package.diff("vgg16", "vgg19").totals}
    assert (totals["params"].change, totals["depth"].change) == (143667240 - 138357544, 3)
    assert totals["macs"].percent == pytest.approx(100 * (19632062464 / 15470264320 - 1))
    assert totals["weight_bytes"].after == 4 * 143667240


def test_ten_thousand_rows_with_nothing_in_common():
    """No pair of them is looked at twice: what is too much to compare is told as gone and come."""
    row = alignment.rows(package.load(spec([A])).graph)[1]
    before = [replace(row, name=f"a{i}") for i in range(10_000)]
    after = [replace(row, name=f"b{i}") for i in range(10_000)]
    assert alignment.align(before, after) == [*((x, None) for x in before), *((None, x) for x in after)]


def test_one_network_set_in_two_ways(archspec):
    found = archspec("diff", "googlenet", "googlenet", "--set-b", "vars.classes=10")
    assert found.code == 0
    lines = [line.split() for line in found.out.splitlines()]
    assert ["-", "classifier", "fc,", "softmax", "1000", "1,025,000", "1,024,000"] in lines
    assert ["+", "classifier", "fc,", "softmax", "10", "10,250", "10,240", "units", "1000", "->", "10"] in lines
    both = archspec("diff", "googlenet", "googlenet", "--set", "input=96x96x3", "--set", "vars.classes=10")
    assert "No row differs." in both.out


def test_json(archspec):
    found = json.loads(archspec("diff", "vgg16", "vgg19", "--format", "json").out)
    assert list(found) == ["before", "after", "same", "rows", "totals"]
    assert found["totals"]["params"] == {
        **{"before": 138357544, "after": 143667240, "change": 5309696},
        "percent": pytest.approx(3.8377, abs=1e-4),
    }
    assert [list(row) for row in found["rows"]] == [["status", "before", "after", "fields"]] * 3
    first = found["rows"][0]
    assert (first["status"], first["before"], first["fields"]) == ("added", None, [])
    assert (first["after"]["name"], first["after"]["output_shape"]) == ("conv3_4", [56, 56, 256])
    assert [op["op"] for op in first["after"]["ops"]] == ["Conv", "Activation"]
    assert first["after"]["ops"][0]["kernel_size"] == [3, 3]


def test_a_notebook_shows_the_rows_that_differ():
    shown = package.diff("vgg16", "vgg19")._repr_html_()
    assert shown.count("<tr>") == 1 + 3 + 1
    cells = "<td>added</td><td></td><td></td><td></td><td></td><td>conv3_4</td><td>56x56x256</td><td>590,080</td>"
    assert cells in shown
    assert "<td>143,667,240</td><td>19,632,062,464</td></tr></table>" in shown


def test_the_exit_code_tells_only_whom_asks(archspec):
    assert archspec("diff", "vgg16", "vgg19").code == 0
    assert archspec("diff", "vgg16", "vgg19", "--exit-code").code == 1
    assert archspec("diff", "vgg16", "vgg16", "--exit-code").code == 0
