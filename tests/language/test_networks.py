"""The shipped networks against their papers: GoogLeNet's Table 1 row by row, LeNet-5 layer by layer."""

import re
import warnings

import pytest

import archspec
from archspec import zoo
from archspec.passes.shapes import shapes

TABLE_1 = {
    "conv1": (112, 112, 64), "pool1": (56, 56, 64), "conv2_reduce": (56, 56, 64), "conv2": (56, 56, 192),
    "pool2": (28, 28, 192), "3a": (28, 28, 256), "3b": (28, 28, 480), "pool3": (14, 14, 480),
    "4a": (14, 14, 512), "4b": (14, 14, 512), "4c": (14, 14, 512), "4d": (14, 14, 528), "4e": (14, 14, 832),
    "pool4": (7, 7, 832), "5a": (7, 7, 832), "5b": (7, 7, 1024), "pool5": (1024,), "classifier": (1000,),
}  # fmt: skip

WEIGHTS_K = {"3a": 159, "3b": 379, "4a": 366.75, "4b": 438, "4c": 497.5, "4d": 590.5, "4e": 847, "5a": 1018, "5b": 1409}
"""Weights in K = 1024, biases not counted, by the table's layer sizes (its own sums: 380 for 3b, 437 for 4b, ...)."""

TOTALS = {
    "alexnet": ("params", 60_965_224, "macs", 724_406_816, "depth", 8),
    "alphago_policy": ("params", 3_882_793, "macs", 1_400_726_208, "depth", 13),
    "lenet5": ("params", 61_706, "macs", 416_520, "params_with_aux", 61_706, "macs_with_aux", 416_520, "depth", 5),
    "googlenet": (
        *("params", 6_998_552, "macs", 1_582_671_872),
        *("params_with_aux", 13_378_280, "macs_with_aux", 1_591_044_096, "depth", 22),
    ),
}


@pytest.fixture(scope="module")
def googlenet():
    return archspec.load("googlenet").graph


@pytest.mark.parametrize(("row", "shape"), TABLE_1.items())
def test_output_sizes_of_googlenets_table(row, shape, googlenet):
    assert shapes(googlenet)[googlenet.steps[row].output] == shape


@pytest.mark.parametrize(("row", "thousands"), WEIGHTS_K.items())
def test_weights_of_googlenets_modules(row, thousands):
    layers = [x for x in archspec.analyze("googlenet").layers if x.name.startswith(f"{row}.") and x.op == "Conv"]
    biases = sum(layer.output_shape[-1] for layer in layers)
    assert (sum(layer.params for layer in layers) - biases) / 1024 == pytest.approx(thousands, abs=0.5)


def test_googlenet_is_27_layers_deep_with_its_pools(googlenet):
    pools = [node for node in googlenet.nodes if re.fullmatch(r"pool\d", node.name)]
    assert archspec.analyze("googlenet").depth + len(pools) == 27
    assert sum(step.kind == "inception" for step in googlenet.steps.values()) == 9


def test_googlenets_side_heads(googlenet):
    found = shapes(googlenet)
    assert {name: head.weight for name, head in googlenet.heads.items()} == {"aux1": 0.3, "aux2": 0.3}
    assert found["aux1.SideClassifier.avg_pool"] == (4, 4, 512)
    assert found["aux2.SideClassifier.avg_pool"] == (4, 4, 528)
    assert found["aux1.SideClassifier.conv"] == (4, 4, 128)


@pytest.mark.parametrize("name", TOTALS)
def test_totals(name):
    found = archspec.analyze(name)
    assert sum(((key, getattr(found, key)) for key in TOTALS[name][::2]), ()) == TOTALS[name]


LENET = {
    "C1": ((28, 28, 6), 156, 117_600), "S2": ((14, 14, 6), 0, 0), "C3": ((10, 10, 16), 2_416, 240_000),
    "S4": ((5, 5, 16), 0, 0), "C5": ((1, 1, 120), 48_120, 48_000), "F6": ((84,), 10_164, 10_080),
    "output": ((10,), 850, 840),
}  # fmt: skip


def test_lenet_layer_by_layer():
    found = {layer.name: (layer.output_shape, layer.params, layer.macs) for layer in archspec.analyze("lenet5").layers}
    assert {name: found[name] for name in LENET} == LENET


CHANGES = [
    # a changed row, its new text, the row that changes, its new shape, what validate says
    ("3b, 1x1: 128", "3b, 1x1: 129", "3b", (28, 28, 481), "28x28x480, the rows give 28x28x481"),
    ("5x5: [16,  32], pool:  32", "5x5: [16,  32], pool:  33", "3a", (28, 28, 257), "6,998,552, the rows give"),
    ("name: conv1, filters: 64", "name: conv1, filters: 65", "conv1", (112, 112, 65), "1,582,671,872, the rows"),
    ("name: classifier, units: $classes", "name: classifier, units: 999", "classifier", (999,), "6,998,552, the rows"),
    ("strides: 2, ceil_mode: true", "strides: 2", "pool1", (55, 55, 64), "28x28x192, the rows give 27x27x192"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "row", "shape", "said"), CHANGES)
def test_one_changed_number_changes_shapes_and_costs_and_is_found(old, new, row, shape, said, tmp_path):
    text = zoo.path_of("googlenet").read_text(encoding="utf-8")
    assert text.count(old) == 1
    changed = tmp_path / "googlenet.yaml"
    changed.write_text(text.replace(old, new))
    with pytest.raises(archspec.SpecError) as caught:
        archspec.validate(changed)
    assert said in str(caught.value)
    assert {diagnostic.code for diagnostic in caught.value.diagnostics} == {"expect"}
    network = archspec.load(changed)
    assert shapes(network.graph)[network.graph.steps[row].output] == shape
    with pytest.warns(archspec.ExpectationWarning, match="the rows give"):
        found = archspec.analyze(changed)
    assert found.macs != 1_582_671_872


def test_figures_speak_of_the_specs_own_settings_only():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert archspec.analyze("googlenet", vars={"classes": 10}).params == 6_998_552 - 990 * 1025
        assert archspec.analyze("googlenet", input_shape=(96, 96, 3)).outputs == {"classifier": (1000,)}
