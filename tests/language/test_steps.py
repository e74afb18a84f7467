"""Every step -> the exact primitives that it is lowered to."""

import pytest

import archspec
from archspec import ir
from archspec.blocks import registry

CASES = [
    # rows below 12x12x4, the primitives behind the input
    ("conv: {filters: 8, kernel_size: 3}", [ir.Conv(8, (3, 3))]),
    ("conv: {filters: 8, kernel_size: [3, 5], strides: [1, 2]}", [ir.Conv(8, (3, 5), (1, 2))]),
    ("conv: {filters: 8, kernel_size: 3, padding: same, groups: 2}", [ir.Conv(8, (3, 3), padding="same", groups=2)]),
    ("conv: {filters: 8, kernel_size: 3, padding: half}", [ir.Conv(8, (3, 3), padding="same")]),
    ("conv: {filters: 8, kernel_size: 3, padding: 1}", [ir.Conv(8, (3, 3), padding="same")]),
    ("conv: {filters: 8, kernel_size: 3, padding: 0}", [ir.Conv(8, (3, 3))]),
    ("conv: {filters: 8, kernel_size: 1, padding: half, strides: 2}", [ir.Conv(8, (1, 1), (2, 2))]),
    (
        "conv: {filters: 8, kernel_size: 3, padding: half, strides: 2}",
        [ir.Pad(((1, 1), (1, 1))), ir.Conv(8, (3, 3), (2, 2))],
    ),
    ("conv: {filters: 8, kernel_size: 2, padding: half}", [ir.Pad(((1, 1), (1, 1))), ir.Conv(8, (2, 2))]),
    ("conv: {filters: 8, kernel_size: 4, padding: [[1, 2], [1, 2]]}", [ir.Conv(8, (4, 4), padding="same")]),
    (
        "conv: {filters: 8, kernel_size: 4, padding: [[2, 1], [1, 2]]}",
        [ir.Pad(((2, 1), (1, 2))), ir.Conv(8, (4, 4))],
    ),
    ("conv: {filters: 8, kernel_size: [3, 2], padding: [1, 0]}", [ir.Pad(((1, 1), (0, 0))), ir.Conv(8, (3, 2))]),
    (
        "conv: {filters: 8, kernel_size: 3, dilation_rate: [2, 1], padding: half}",
        [ir.Conv(8, (3, 3), padding="same", dilation_rate=(2, 1))],
    ),
    (
        "conv: {filters: 8, kernel_size: 1, use_bias: false, norm: batch_norm, activation: relu, dropout: 0.25}",
        [ir.Conv(8, (1, 1), use_bias=False), ir.BatchNorm(), ir.Activation("relu"), ir.Dropout(0.25)],
    ),
    (
        "conv: {filters: 8, kernel_size: 1, norm: {batch_norm: {epsilon: 1e-5, scale: false}}}",
        [ir.Conv(8, (1, 1)), ir.BatchNorm(epsilon=1e-5, scale=False)],
    ),
    ("conv: {filters: 8, kernel_size: 1, norm: affine}", [ir.Conv(8, (1, 1)), ir.Affine()]),
    ("fc: 10", [ir.Flatten(), ir.FullyConnected(10)]),
    (
        "fc: {units: 10, use_bias: false, norm: batch_norm, activation: tanh, dropout: 0}",
        [ir.Flatten(), ir.FullyConnected(10, False), ir.BatchNorm(), ir.Activation("tanh"), ir.Dropout(0)],
    ),
    ("max_pool: 2", [ir.MaxPool((2, 2), (2, 2))]),
    ("max_pool: [3, 2]", [ir.MaxPool((3, 2), (3, 2))]),
    ("max_pool: {pool_size: 3, strides: 2, ceil_mode: true}", [ir.MaxPool((3, 3), (2, 2), ceil_mode=True)]),
    ("max_pool: {pool_size: 3, strides: 2, padding: half}", [ir.MaxPool((3, 3), (2, 2), ((1, 1), (1, 1)))]),
    ("max_pool: {pool_size: 3, strides: ~, padding: same}", [ir.MaxPool((3, 3), (3, 3), "same")]),
    ("avg_pool: {pool_size: 3, strides: 1, padding: [1, 0]}", [ir.AveragePool((3, 3), (1, 1), ((1, 1), (0, 0)))]),
    ("avg_pool: {pool_size: 2, count_include_pad: true}", [ir.AveragePool((2, 2), (2, 2), count_include_pad=True)]),
    ("global_avg_pool", [ir.GlobalPool("average")]),
    ("global_max_pool", [ir.GlobalPool("max")]),
    ("flatten", [ir.Flatten()]),
    ("batch_norm", [ir.BatchNorm(1e-3, 0.99, True, True)]),
    ("batch_norm: {momentum: 0.9, center: false}", [ir.BatchNorm(momentum=0.9, center=False)]),
    ("affine", [ir.Affine()]),
    ("lrn", [ir.LocalResponseNorm(5, 1.0, 1.0, 0.5)]),
    ("lrn: {depth_radius: 2, bias: 2, alpha: 5e-4, beta: 0.75}", [ir.LocalResponseNorm(2, 2.0, 5e-4, 0.75)]),
    ("lrn: {depth_radius: 2, alpha: 5, divide_alpha: true}", [ir.LocalResponseNorm(2, 1.0, 1.0, 0.5)]),
    (
        "lrn: {depth_radius: 1, alpha: 9, divide_alpha: true, region: within}",
        [ir.LocalResponseNorm(1, 1.0, 1.0, 0.5, "within")],
    ),
    ("dropout: 0.4", [ir.Dropout(0.4)]),
    ("pad: {padding: [1, 2]}", [ir.Pad(((1, 1), (2, 2)))]),
    ("pad: {padding: [[0, 1], [2, 3]], channels: 4}", [ir.Pad(((0, 1), (2, 3)), (0, 4))]),
    ("pad: {channels: [1, 2]}", [ir.Pad(channels=(1, 2))]),
    ("position_bias", [ir.PositionBias()]),
    ("subsample: 2", [ir.Subsample((2, 2))]),
    ("subsample: {pool_size: [2, 3], activation: scaled_tanh}", [ir.Subsample((2, 3)), ir.Activation("scaled_tanh")]),
    *((word, [ir.Activation(word)]) for word in ("relu", "tanh", "sigmoid", "softmax", "scaled_tanh")),
    ("concat: [input, input]", [ir.Concat()]),
    ("add: [input, input]", [ir.Merge("add")]),
    ("multiply: {of: [input, input]}", [ir.Merge("multiply")]),
    ("average: [input, input]", [ir.Merge("average")]),
    ("aux: {name: side, weight: 0.3, layers: [relu]}", [ir.Activation("relu")]),
    (
        "se: 2",
        [
            *(ir.GlobalPool("average"), ir.FullyConnected(2), ir.Activation("relu")),
            *(ir.FullyConnected(4), ir.Activation("sigmoid"), ir.Merge("multiply")),
        ],
    ),
    (
        "branches: {merge: average, paths: {same: [], other: [relu]}, activation: tanh}",
        [ir.Activation("relu"), ir.Merge("average"), ir.Activation("tanh")],
    ),
    ("repeat: {times: 2, layers: [relu, tanh]}", [ir.Activation("relu"), ir.Activation("tanh")] * 2),
    (
        "residual: {filters: [2, 4], activation: relu}",
        [
            *(ir.Conv(2, (3, 3), padding="same"), ir.Activation("relu"), ir.Conv(4, (3, 3), padding="same")),
            *(ir.Merge("add"), ir.Activation("relu")),
        ],
    ),
    (
        "inception: {1x1: 1, 3x3: [2, 3], 5x5: 4, double_3x3: [5, 6], pool: 7}",
        [
            *(
                ir.Conv(1, (1, 1), padding="same"),
                ir.Conv(2, (1, 1), padding="same"),
                ir.Conv(3, (3, 3), padding="same"),
            ),
            *(ir.Conv(4, (5, 5), padding="same"), ir.Conv(5, (1, 1), padding="same")),
            *(ir.Conv(6, (3, 3), padding="same"), ir.Conv(6, (3, 3), padding="same")),
            *(ir.MaxPool((3, 3), (1, 1), ((1, 1), (1, 1))), ir.Conv(7, (1, 1), padding="same"), ir.Concat()),
        ],
    ),
]


def lowered(rows, head=""):
    text = f"archspec: 1\nname: tiny\ninput: [12, 12, 4]\n{head}layers:\n  - {rows}\n"
    return archspec.load(text + "  - flatten: {name: end, from: input}\n").graph.nodes


@pytest.mark.parametrize(("row", "primitives"), CASES, ids=[row for row, _ in CASES])
def test_step(row, primitives):
    assert [node.op for node in lowered(row)[1:-1]] == primitives


def test_every_step_has_a_case():
    assert {row.partition(":")[0] for row, _ in CASES} == set(registry()) - {"rbf"}


def test_rbf_reads_its_prototypes_row_by_row():
    *_, op = [node.op for node in lowered("fc: 84\n  - rbf: {units: 10, prototypes: digits_7x12}")[:-1]]
    assert isinstance(op, ir.RadialBasis)
    assert {len(one) for one in op.prototypes} == {84}
    assert {value for one in op.prototypes for value in one} == {1, -1}
    assert len(set(op.prototypes)) == len(op.prototypes) == 10
    zero, one = op.prototypes[:2]
    assert zero[:14] == (-1, 1, 1, 1, 1, 1, -1, 1, 1, -1, -1, -1, 1, 1)
    assert one[-7:] == (1,) * 7


def test_connections_are_read_row_by_row():
    picture = "".join(f"\n        {line}" for line in ("X..", "XX.", ".X.", "..X"))
    op = lowered(f"conv:\n      filters: 3\n      kernel_size: 5\n      connections: |{picture}")[1].op
    assert op.connections.rows == (
        (True, False, False),
        (True, True, False),
        (False, True, False),
        (False, False, True),
    )


BEGINNINGS = [
    ("he_normal", ir.Initializer("he_normal")),
    ("{constant: {value: 1}}", ir.Initializer("constant", (("value", 1),))),
    ("{random_normal: {stddev: $s / 10, mean: 1}}", ir.Initializer("random_normal", (("mean", 1), ("stddev", 0.01)))),
    ("$w", ir.Initializer("ones")),
]


@pytest.mark.parametrize(("word", "expected"), BEGINNINGS)
@pytest.mark.parametrize("kind", ["conv: {filters: 2, kernel_size: 3}", "fc: {units: 3}"])
def test_initializers_on_a_row_and_by_defaults(kind, word, expected):
    head = "vars: {s: 0.1, w: ones}\n"
    for key in ("kernel_initializer", "bias_initializer"):
        step = kind.partition(":")[0]
        for row, top in [
            (kind.replace("}", f", {key}: {word}}}"), head),
            (kind, f"{head}defaults: {{{step}: {{{key}: {word}}}}}\n"),
        ]:
            ops = [node.op for node in lowered(row, top) if hasattr(node.op, key)]
            assert [getattr(op, key) for op in ops] == [expected]


def test_initializers_reach_convolutions_inside_blocks():
    nodes = lowered("inception: {1x1: 2, 3x3: [2, 3]}", "defaults: {conv: {kernel_initializer: he_normal}}\n")
    begun = [node.op.kernel_initializer.name for node in nodes if isinstance(node.op, ir.Conv)]
    assert begun == ["he_normal"] * 3


PRECEDENCE = [
    # defaults, row, padding and bias of the 1x1 convolution
    ("", "inception: {1x1: 1}", "same", True),
    ("defaults: {conv: {padding: valid}}\n", "inception: {1x1: 1}", "valid", True),
    ("defaults: {conv: {padding: valid, use_bias: false}}\n", "inception: {1x1: 1, padding: same}", "same", False),
    ("defaults: {inception: {use_bias: false}}\n", "inception: {1x1: 1}", "same", False),
    ("defaults: {inception: {use_bias: false}, conv: {use_bias: true}}\n", "inception: {1x1: 1}", "same", False),
    ("defaults: {inception: {use_bias: false}}\n", "inception: {1x1: 1, use_bias: true}", "same", True),
    ("defaults: {conv: {kernel_size: 5, strides: 3}}\n", "inception: {1x1: 1}", "same", True),
]


@pytest.mark.parametrize(("head", "row", "padding", "bias"), PRECEDENCE)
def test_defaults_weakest_first(head, row, padding, bias):
    assert lowered(row, head)[1].op == ir.Conv(1, (1, 1), padding=padding, use_bias=bias)


def test_norm_takes_the_files_defaults_and_the_rows_keys():
    head = "defaults: {batch_norm: {epsilon: 1e-5, center: false}}\n"
    row = "conv: {filters: 8, kernel_size: 1, norm: {batch_norm: {center: true}}}"
    assert lowered(row, head)[2].op == ir.BatchNorm(epsilon=1e-5, center=True)


def test_aux_leaves_the_trunk_where_it_was():
    nodes = lowered("aux: {name: side, weight: 0.3, layers: [relu, tanh]}\n  - sigmoid")
    assert [(node.name, node.inputs) for node in nodes[1:-1]] == [
        ("side.relu", ("input",)), ("side.tanh", ("side.relu",)), ("sigmoid", ("input",)),
    ]  # fmt: skip
