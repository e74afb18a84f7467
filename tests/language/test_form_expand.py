"""A form and its sizes are the same network as rows: names, shapes, keys, places."""

import pytest

import archspec
from archspec.document import plain

MISSION = "[(CONV-RELU)*N-POOL?]*M-(FC-RELU)*K-SOFTMAX"
CONV = "conv: {filters: 8, kernel_size: 3, padding: same}"


def load(form, sizes, more=""):
    return archspec.load(f"archspec: 1\nname: net\ninput: [16, 16, 3]\nform: '{form}'\nsizes: {{{sizes}}}\n{more}")


def rows(form, sizes, more=""):
    """The expanded rows, as `kind name key=value ...` without keys that say nothing."""
    for row in plain(load(form, sizes, more).spec.layers):
        [(kind, keys)] = row.items()
        yield " ".join([kind, keys.pop("name"), *(f"{k}={v}" for k, v in keys.items() if v is not None)])


@pytest.mark.parametrize(
    ("k", "names"),
    [(0, "fc4"), (1, "fc4 fc5"), (2, "fc4 fc5 fc6")],
)
@pytest.mark.parametrize(("at", "pools"), [("[]", ""), ("[1, 3]", "pool1 pool3"), ("[1, 2, 3]", "pool1 pool2 pool3")])
def test_the_missions_own_form(k, names, at, pools):
    fc = ", fc: {units: 32, dropout: 0.5}" if k else ""
    sizes = f"N: 2, M: 3, K: {k}, {CONV}, max_pool: {{pool_size: 2, at: {at}}}{fc}"
    network = load(MISSION, sizes, "vars: {classes: 5}")
    steps = [name for name, step in network.graph.steps.items()]
    assert [name for name in steps if name.startswith("conv")] == [f"conv{s}_{i}" for s in (1, 2, 3) for i in (1, 2)]
    assert [name for name in steps if name.startswith("pool")] == pools.split()
    assert [name for name in steps if name.startswith("fc")] == names.split()
    found = archspec.analyze(network)
    assert found.outputs == {names.split()[-1]: (5,)}
    assert network.graph.outputs == {names.split()[-1]: f"{names.split()[-1]}.softmax"}
    assert sum(layer.op == "Dropout" for layer in found.layers) == k


def test_vgg16_by_its_form_is_vgg16_by_its_rows():
    network = archspec.load("vgg16")
    assert [name for name in network.graph.steps if "." not in name] == [
        *("conv1_1", "conv1_2", "pool1", "conv2_1", "conv2_2", "pool2", "conv3_1", "conv3_2", "conv3_3", "pool3"),
        *("conv4_1", "conv4_2", "conv4_3", "pool4", "conv5_1", "conv5_2", "conv5_3", "pool5", "fc6", "fc7", "fc8"),
    ]
    found = archspec.analyze("vgg16")
    assert (found.params, found.macs, found.depth) == (138_357_544, 15_470_264_320, 16)
    dropouts = [layer.name for layer in found.layers if layer.op == "Dropout"]
    assert dropouts == ["fc6.dropout", "fc7.dropout"]
    assert archspec.analyze("vgg16", input_shape=(64, 64, 3)).outputs == {"fc8": (1000,)}


ONE = "filters=8 kernel_size=3 padding=same"
ROWS = [
    # form, sizes, rows; `C` stands for the convolution of these tests
    ("CONV-RELU-FC-SOFTMAX", f"{CONV}, fc: 5", f"conv conv1 {ONE} activation=relu / fc fc2 units=5 activation=softmax"),
    ("CONV-SOFTMAX", CONV, f"conv conv1 {ONE} activation=softmax"),
    ("CONV-GAP-SOFTMAX", CONV, f"conv conv1 {ONE} / global_avg_pool gap1 / softmax softmax1"),
    ("CONV-BN-RELU-LRN", f"{CONV}, lrn: {{beta: [0.5]}}",
     f"conv conv1 {ONE} norm=batch_norm activation=relu / lrn lrn1 beta=0.5"),
    (
        "CONV-BN-TANH-DROPOUT", f"{CONV}, batch_norm: {{epsilon: 1e-5}}, dropout: 0.2",
        f"conv conv1 {ONE} norm={{'batch_norm': {{'epsilon': 1e-05}}}} activation=tanh dropout=0.2",
    ),
    ("CONV-RELU-BN-RELU", CONV, f"conv conv1 {ONE} activation=relu / batch_norm bn1 / relu relu1"),
    ("CONV*2-POOL", f"{CONV}, avg_pool: 2", f"conv conv1 {ONE} / conv conv2 {ONE} / avg_pool pool2 pool_size=2"),
    ("[CONV*N]*M", "N: [2, 1], conv: {filters: [4, 8], kernel_size: [[3, 1], 5]}",
     "conv conv1_1 filters=4 kernel_size=3 / conv conv1_2 filters=4 kernel_size=1"
     " / conv conv2_1 filters=8 kernel_size=5"),
    ("[CONV*N]*M", "conv: {filters: [[4, 8], [6]], kernel_size: 1}",
     "conv conv1_1 filters=4 kernel_size=1 / conv conv1_2 filters=8 kernel_size=1"
     " / conv conv2_1 filters=6 kernel_size=1"),
    ("[CONV*N]*2, N = [1, 2]", "conv: {filters: 4, kernel_size: 1, strides: [1, 2]}",
     "conv conv1_1 filters=4 kernel_size=1 strides=1 / conv conv2_1 filters=4 kernel_size=1 strides=2"
     " / conv conv2_2 filters=4 kernel_size=1 strides=1"),
    ("[CONV-CONV-POOL]*2", f"{CONV}, max_pool: 2",
     f"conv conv1_1 {ONE} / conv conv1_2 {ONE} / max_pool pool1 pool_size=2"
     f" / conv conv2_1 {ONE} / conv conv2_2 {ONE} / max_pool pool2 pool_size=2"),
    ("[(CONV-POOL)*2]*1", f"{CONV}, max_pool: 2",
     f"conv conv1_1 {ONE} / max_pool pool1_1 pool_size=2 / conv conv1_2 {ONE} / max_pool pool1_2 pool_size=2"),
    ("CONV-[POOL]*2-CONV-POOL?", f"{CONV}, max_pool: {{pool_size: [2, 3], at: []}}",
     f"conv conv1 {ONE} / max_pool pool2 pool_size=2 / max_pool pool3 pool_size=3 / conv conv4 {ONE}"),
    ("[CONV-POOL]*2", f"{CONV}, max_pool: {{pool_size: 2, at: [2]}}, avg_pool: {{pool_size: 4, at: [1]}}",
     f"conv conv1 {ONE} / avg_pool pool1 pool_size=4 / conv conv2 {ONE} / max_pool pool2 pool_size=2"),
    ("(FC-RELU)*K-SOFTMAX", "fc: {units: [9, 7, 5], dropout: 0.5}",
     "fc fc1 units=9 dropout=0.5 activation=relu"
     " / fc fc2 units=7 dropout=0.5 activation=relu / fc fc3 units=5 activation=softmax"),
    ("INCEPTION*2", "inception: {1x1: [2, 3], 3x3: [[1, 4], ~]}",
     "inception inception1 1x1=2 3x3=[1, 4] / inception inception2 1x1=3"),
    ("PAIR*2", "Pair: {n: [2, 3]}", "Pair pair1 n=2 / Pair pair2 n=3"),
]  # fmt: skip

OWN = "blocks: {Pair: {params: {n: ~}, layers: [conv: {filters: $n, kernel_size: 1, times: 2}]}}"


@pytest.mark.parametrize(("form", "sizes", "expected"), ROWS, ids=[f"{form} {sizes}" for form, sizes, _ in ROWS])
def test_rows(form, sizes, expected):
    assert list(rows(form, sizes, OWN if "Pair" in sizes else "")) == expected.split(" / ")


def test_variables_stand_wherever_a_number_may():
    more = "vars: {widths: [4, 8], deep: 2, classes: 7}"
    network = load(
        "[(CONV-RELU)*N]*M-FC-SOFTMAX", "N: $deep, conv: {filters: $widths, kernel_size: 1}, fc: $classes", more
    )
    assert [x.output_shape[-1] for x in archspec.analyze(network).layers if x.op == "Conv"] == [4, 4, 8, 8]
    other = archspec.load(network, vars={"deep": 1, "classes": 3})
    assert [x.name for x in archspec.analyze(other).layers if x.params] == ["conv1_1", "conv2_1", "fc3"]
    assert archspec.analyze(other).outputs == {"fc3": (3,)}


def test_defaults_reach_the_rows_of_a_form_but_never_change_it():
    conv = "{filters: 4, kernel_size: 3, activation: relu, norm: batch_norm}"
    more = f"defaults: {{conv: {conv}, fc: {{dropout: 0.5, units: 3}}}}"
    found = archspec.analyze(load("CONV-TANH-CONV-FC-SOFTMAX", "", more))
    assert [x.op for x in found.layers if x.op in ("BatchNorm", "Activation", "Dropout")] == [
        *("BatchNorm", "Activation", "BatchNorm", "Activation")
    ]
    assert [x.name for x in found.layers if x.op == "Activation"] == ["conv1.tanh", "fc3.softmax"]


def test_later_errors_name_the_term_or_the_entry():
    with pytest.raises(archspec.SpecError) as caught:
        load("[CONV-POOL]*2", "conv: {filters: 8, kernel_size: 3, padding: [same, 2], groups: [1, 3]}, max_pool: 2")
    [diagnostic] = caught.value.diagnostics
    assert (diagnostic.code, diagnostic.span.line, diagnostic.span.text()) == ("shape", 4, "CONV")
    assert "conv2: 3 groups" in diagnostic.message
    with pytest.raises(archspec.SpecError) as caught:
        load("[CONV-POOL]*2", "conv: {filters: 8, kernel_size: [3, $k]}, max_pool: 2")
    [diagnostic] = caught.value.diagnostics
    assert (diagnostic.code, diagnostic.span.line, diagnostic.span.text()) == ("unknown-variable", 5, "$k")


def test_ten_thousand_rows():
    network = load("[(CONV-RELU)*N]*M", "N: 100, M: 100, conv: {filters: 1, kernel_size: 1}")
    assert len(network.graph.steps) == 10_000
    assert "conv100_100" in network.graph.steps
