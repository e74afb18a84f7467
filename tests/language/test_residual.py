"""residual: names and primitives of each cell, each shortcut, pre-activation, and its errors."""

import pytest

import archspec
from archspec import ir
from archspec.passes.shapes import shapes

HEAD = """archspec: 1
name: tiny
input: [9, 8, 4]
defaults: {conv: {norm: batch_norm, use_bias: false, activation: relu, padding: half}}
"""


def graph(row, head=HEAD):
    return archspec.load(f"{head}layers:\n  - residual: {{name: x, {row}}}\n").graph


def conv(filters, size, strides=1, groups=1):
    padding = "same" if strides == 1 else "valid"
    return ir.Conv(filters, (size, size), (strides, strides), padding, groups=groups, use_bias=False)


def parts(found):
    """Name below `x` -> primitive, but norms and activations by their names alone."""
    silent = (ir.BatchNorm, ir.Activation)
    return [(n.name[2:], None if isinstance(n.op, silent) else n.op) for n in found.nodes[1:]]


def padded(name, op):
    around = [(f"{name}.pad", ir.Pad(((1, 1), (1, 1))))]
    return around if op.padding == "valid" and op.kernel_size == (3, 3) else []


def cell(*convs):
    """Convolutions with norm and activation, the last one linear."""
    for i, op in enumerate(convs, 1):
        yield from padded(f"conv{i}", op)
        yield (f"conv{i}", op)
        yield (f"conv{i}.batch_norm", None)
        yield from ([(f"conv{i}.relu", None)] if i < len(convs) else [])


def projected(op):
    return [*padded("shortcut", op), ("shortcut", op), ("shortcut.batch_norm", None)]


def zeros(window):
    pool = ir.AveragePool((window, window), (2, 2), ceil_mode=True)
    return [("shortcut.avg_pool", pool), ("shortcut", ir.Pad(channels=(0, 2)))]


ADD = [("add", ir.Merge("add"))]
END = [*ADD, ("relu", None)]
BASIC = conv(4, 3), conv(4, 3)
WIDER = conv(6, 3, 2), conv(6, 3)
ROWS = [("shortcut.conv", conv(4, 1)), ("shortcut.conv.batch_norm", None), ("shortcut.conv.relu", None)]

CELLS = [
    # a row below 9x8x4, its parts
    ("unit: basic, filters: 4", [*cell(*BASIC), *END]),
    ("unit: bottleneck, filters: 1", [*cell(conv(1, 1), conv(1, 3), conv(4, 1)), *END]),
    ("filters: [3, 4]", [*cell(conv(3, 3), conv(4, 3)), *END]),
    ("filters: [6, 6, 4], groups: 2", [*cell(conv(6, 1), conv(6, 3, groups=2), conv(4, 1)), *END]),
    (
        "filters: [6, 6, 8], groups: 2, strides: 2",
        [*cell(conv(6, 1, 2), conv(6, 3, groups=2), conv(8, 1)), *projected(conv(8, 1, 2)), *END],
    ),
    (
        "filters: [6, 6, 4], strides: 2, stride_on: 3x3",
        [*cell(conv(6, 1), conv(6, 3, 2), conv(4, 1)), *projected(conv(4, 1, 2)), *END],
    ),
    ("unit: basic, filters: 6, strides: 2", [*cell(*WIDER), *projected(conv(6, 1, 2)), *END]),
    ("unit: basic, filters: 6, strides: 2, stride_on: 3x3", [*cell(*WIDER), *projected(conv(6, 1, 2)), *END]),
]

SHORTCUTS = [
    # shortcut; what stands behind the convolutions in a unit of 4 filters, and in one of 6 with stride 2
    ("projection", ADD, [*projected(conv(6, 1, 2)), *ADD]),
    ("{projection: {}}", ADD, [*projected(conv(6, 1, 2)), *ADD]),
    ("{projection: {kernel_size: 3}}", ADD, [*projected(conv(6, 3, 2)), *ADD]),
    ("always_project", [*projected(conv(4, 1)), *ADD], [*projected(conv(6, 1, 2)), *ADD]),
    ("{always_project: {kernel_size: 3}}", [*projected(conv(4, 3)), *ADD], [*projected(conv(6, 3, 2)), *ADD]),
    ("zero_pad", ADD, [*zeros(1), *ADD]),
    ("{zero_pad: {subsample: stride}}", ADD, [*zeros(1), *ADD]),
    ("{zero_pad: {subsample: avg_pool}}", ADD, [*zeros(2), *ADD]),
    ("identity", ADD, None),
    ("none", [], []),
    ("[conv: {filters: 4, kernel_size: 1}]", [*ROWS, *ADD], None),
]


@pytest.mark.parametrize(("row", "expected"), CELLS, ids=[row for row, _ in CELLS])
def test_cell(row, expected):
    assert parts(graph(row)) == expected


@pytest.mark.parametrize(("shortcut", "alike", "strided"), SHORTCUTS, ids=[s for s, *_ in SHORTCUTS])
def test_shortcut(shortcut, alike, strided):
    assert parts(graph(f"unit: basic, filters: 4, shortcut: {shortcut}")) == [*cell(*BASIC), *alike, END[-1]]
    if strided is not None:
        found = parts(graph(f"unit: basic, filters: 6, strides: 2, shortcut: {shortcut}"))
        assert found == [*cell(*WIDER), *strided, END[-1]]


def test_the_addition_joins_the_branch_and_its_shortcut():
    def inputs(row):
        return graph(row).by_name()["x.add"].inputs

    assert inputs("unit: basic, filters: 4") == ("x.conv2.batch_norm", "input")
    assert inputs("unit: basic, filters: 4, se: 2") == ("x.se.multiply", "input")
    assert inputs("unit: basic, filters: 6") == ("x.conv2.batch_norm", "x.shortcut.batch_norm")
    assert inputs("filters: [6, 6], shortcut: zero_pad") == ("x.conv2.batch_norm", "x.shortcut")
    assert inputs("filters: [6, 4], strides: 2, shortcut: zero_pad") == ("x.conv2.batch_norm", "x.shortcut")
    assert inputs("filters: [6, 4], shortcut: [tanh, conv: {filters: 4, kernel_size: 1}]")[1] == "x.shortcut.conv.relu"


def test_pre_activation_stands_in_front_and_a_projection_shares_the_first():
    names = ["batch_norm", "relu", ""]
    expected = [f"x.conv{i}.{name}".rstrip(".") for i in (1, 2) for name in names]
    found = graph("unit: basic, filters: 4, pre_activation: true")
    assert [node.name for node in found.nodes[1:]] == [*expected, "x.add"]
    assert found.by_name()["x.add"].inputs == ("x.conv2", "input")
    found = graph("unit: basic, filters: 6, strides: 2, pre_activation: true")
    assert [node.name for node in found.nodes[1:] if ".pad" not in node.name] == [*expected, "x.shortcut", "x.add"]
    assert found.by_name()["x.shortcut"].inputs == ("x.conv1.relu",)
    found = graph("unit: basic, filters: 6, strides: 2, pre_activation: true, shortcut: zero_pad")
    assert found.by_name()["x.shortcut.avg_pool"].inputs == ("input",)
    assert found.steps["x"].output == "x.add"


@pytest.mark.parametrize(("keys", "biased"), [("", []), (", last_bias: true", ["conv2", "shortcut"])])
def test_biases_of_what_is_added(keys, biased):
    found = parts(graph(f"unit: basic, filters: 8, strides: 2, pre_activation: true{keys}"))
    assert [name for name, op in found if isinstance(op, ir.Conv) and op.use_bias] == biased


def test_gate_takes_a_number_or_keys():
    plain = "archspec: 1\nname: tiny\ninput: [9, 8, 4]\ndefaults: {se: {use_bias: false, reduction: 4}}\n"
    found = graph("filters: [4, 4], se: {gate: tanh}", plain).by_name()
    assert found["x.se.fc1"].op == ir.FullyConnected(1, use_bias=False)
    assert found["x.se.fc2.tanh"].inputs == ("x.se.fc2",)
    assert graph("filters: [4, 4], se: 2", plain).by_name()["x.se.fc1"].op.units == 2
    assert "x.se.fc1" not in graph("filters: [4, 4], se: ~", f"{plain[:-2]}, residual: {{se: 2}}}}\n").by_name()


def test_units_of_a_row_stride_once_and_project_once():
    found = graph("unit: bottleneck, filters: 2, times: 3, strides: 2")
    assert [name for name in found.by_name() if name.endswith(".shortcut")] == ["x_1.shortcut"]
    assert {name: shapes(found)[found.steps[name].output] for name in ("x_1", "x_3", "x")} == dict.fromkeys(
        ("x_1", "x_3", "x"), (5, 4, 8)
    )


def test_row_hands_its_keys_to_every_convolution():
    found = graph(
        "unit: basic, filters: 6, norm: affine, use_bias: true, activation: tanh, padding: valid, shortcut: none"
    )
    assert [n.name for n in found.nodes[1:]] == [
        "x.conv1", "x.conv1.affine", "x.conv1.tanh", "x.conv2", "x.conv2.affine", "x.tanh",
    ]  # fmt: skip
    assert found.by_name()["x.conv2"].op == ir.Conv(6, (3, 3))


ERRORS = [
    ("filters: 4", "missing-key", "one number of filters needs `unit`"),
    ("filters: [4, 4], unit: basic", "bad-combination", "`unit` says nothing beside a list"),
    ("filters: [4]", "wrong-type", "filters is a list of 1"),
    ("filters: [6, 6], shortcut: identity", "shape", "an identity shortcut around 9x8x4 and 9x8x6"),
    ("filters: [6, 4], strides: 2, shortcut: identity", "shape", "around 9x8x4 and 5x4x4"),
    ("filters: [2, 2], shortcut: zero_pad", "shape", "zeros cannot make 2 channels of 4"),
    ("filters: [6, 6, 4], groups: 4", "shape", "x.conv2: 4 groups do not divide 6 channels"),
    ("filters: [4, 4], se: 5", "shape", "x.se: a reduction of 5 leaves nothing of 4 channels"),
    ("filters: [4, 4], shortcut: [max_pool: 2]", "shape", "x.add: cannot add 9x8x4 and 4x4x4"),
    ("filters: [4, 4], shortcut: project", "unknown-word", "did you mean 'projection'?"),
    ("filters: [4, 4], shortcut: {projecton: {}}", "unknown-key", "did you mean 'projection'?"),
    ("filters: [4, 4], shortcut: {projection: {kernel: 3}}", "unknown-key", "unknown key 'kernel' in projection"),
    ("filters: [4, 4], shortcut: {zero_pad: {subsample: max}}", "unknown-word", "expected stride, avg_pool"),
    ("filters: [4, 4], shortcut: [convv: {}]", "unknown-key", "did you mean 'conv'?"),
    ("filters: [4, 4], se: {reducton: 4}", "unknown-key", "did you mean 'reduction'?"),
    ("filters: [4, 4], stride_on: last", "unknown-word", "expected first, 3x3"),
]  # fmt: skip


@pytest.mark.parametrize(("row", "code", "said"), ERRORS, ids=[row for row, *_ in ERRORS])
def test_error(row, code, said):
    with pytest.raises(archspec.SpecError) as caught:
        graph(row)
    assert said in str(caught.value)
    assert [diagnostic.code for diagnostic in caught.value.diagnostics] == [code]


def test_an_error_inside_a_value_stands_at_its_place():
    for value in ("{projection: {kernel_size: 0}}", "{projection: {kernel_size: 0 * $one}}"):
        with pytest.raises(archspec.SpecError) as caught:
            graph(f"filters: [4, 4], shortcut: {value}", f"{HEAD}vars: {{one: 1}}\n")
        [diagnostic] = caught.value.diagnostics
        assert diagnostic.span.text().startswith("0")
