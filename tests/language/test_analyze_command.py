"""`archspec analyze` as tables, CSV, Markdown and JSON; groups, sorting, the largest batch, and wrong requests."""

import csv
import io
import json

import pytest

import archspec as package
from archspec.analysis_tables import COLUMNS

WIDEST = 120


def rows_of(out):
    return [*csv.DictReader(io.StringIO(out))]


STAGES = {
    "lenet5": "input-S2 C3-S4 C5-C5 F6-output",
    "alexnet": "input-pool1 conv2-pool2 conv3-pool5 fc6-fc8",
    "vgg16": "input-pool1 conv2_1-pool2 conv3_1-pool3 conv4_1-pool4 conv5_1-pool5 fc6-fc8",
    "googlenet": "input-pool1 lrn-pool2 3a-pool3 4a-pool4 aux1-aux1 aux2-aux2 5a-5b pool5-classifier",
    "resnet50": "input-pool1 conv2_1-conv2_3 conv3_1-conv3_4 conv4_1-conv4_6 conv5_1-conv5_3 pool5-fc",
    "se_resnet50": "input-pool1 conv2_1-conv2_3 conv3_1-conv3_4 conv4_1-conv4_6 conv5_1-conv5_3 pool5-fc",
    "senet154": "input-pool1 conv2_1-conv2_3 conv3_1-conv3_8 conv4_1-conv4_36 conv5_1-conv5_3 pool5-fc",
    "densenet121": "input-pool1 dense1_1-trans1 dense2_1-trans2 dense3_1-trans3 dense4_1-relu5 pool5-fc",
    "alphago_policy": "input-bias flatten-probabilities",
}


@pytest.mark.parametrize("network", STAGES)
def test_stages(network):
    found = package.analyze(network)
    blocks = {layer.name: layer.block for layer in found.layers}
    ends = [f"{blocks[stage.layers[0]]}-{blocks[stage.layers[-1]]}" for stage in found.stages]
    assert " ".join(ends) == STAGES[network]


def test_stages_of_a_form_are_the_turns_of_its_group():
    assert [len({x.block for x in package.analyze("vgg16").layers if x.stage == str(n)}) for n in range(1, 7)] == [
        *(2 + 1 + 1, 2 + 1, 3 + 1, 3 + 1, 3 + 1, 3)
    ]


def test_towers_share_their_stages():
    stages = {layer.block: layer.stage for layer in package.analyze("two_towers").layers}
    assert stages["image_tower.conv2"] == stages["depth_tower.conv2"] == "2"


@pytest.mark.parametrize("kind", ["blocks", "stages"])
@pytest.mark.parametrize("network", ["googlenet", "senet154", "two_towers"])
def test_groups_hold_every_layer_once(network, kind):
    found = package.analyze(network)
    groups = getattr(found, kind)
    assert sorted(name for group in groups for name in group.layers) == sorted(x.name for x in found.layers)
    assert sum(group.params for group in groups) == found.params_with_aux
    assert sum(group.macs for group in groups) == found.macs_with_aux


@pytest.mark.parametrize("network", ["googlenet", "resnet152", "senet154", "two_towers"])
def test_a_table_fits_a_terminal(network, archspec):
    for by in ("layer", "block", "stage"):
        assert max(map(len, archspec("analyze", network, "--by", by).out.splitlines())) <= WIDEST


def test_sorted_and_cut(archspec):
    result = archspec("analyze", "vgg16", "--by", "block", "--sort", "params", "--top", "2")
    lines = [line.split() for line in result.out.splitlines()]
    assert [line[0] for line in lines[2:6]] == ["block", "fc6", "fc7", "total"]


def test_csv_has_every_column_as_plain_numbers(archspec):
    found = rows_of(archspec("analyze", "lenet5", "googlenet", "--by", "stage", "--format", "csv").out)
    assert [row["network"] for row in found] == ["lenet5"] * 4 + ["googlenet"] * 8
    assert found[0].keys() == {"network", "stage", *COLUMNS}
    assert found[1] | {"output_shape": "5x5x16", "macs": "240000", "flops": "480000", "stride": "4x4"} == found[1]


def test_markdown_is_a_table(archspec):
    lines = archspec("analyze", "lenet5", "--columns", "params,flops", "--format", "md").out.splitlines()
    assert lines[:4] == [
        "## lenet5: LeNet-5 (tanh, average pooling, softmax)",
        "",
        "| layer | operation | parameters | FLOPs |",
        "| --- | --- | ---: | ---: |",
    ]
    assert "| C1 | conv 5x5, tanh | 156 | 235,200 |" in lines


def test_flops_are_labelled_beside_macs(archspec):
    assert "833,040 FLOPs an image (two for each multiply-add)" in archspec("analyze", "lenet5").out


def test_heads_that_the_input_has_no_room_for_are_named(archspec):
    lines = archspec("analyze", "googlenet", "--set", "input=64x64x3").out.splitlines()
    assert "heads that do not fit  aux1, aux2" in lines


def test_columns_all(archspec):
    header = archspec("analyze", "lenet5", "--columns", "all").out.splitlines()[2]
    assert header.split("  ")[0] == "layer"
    assert all(column.title in header for column in COLUMNS.values())


def test_the_largest_batch(archspec):
    said = archspec("analyze", "vgg16", "--fit", "3GB", "--optimizer", "momentum").out.splitlines()
    assert "Largest batch in 3.00 GB: training 15, inference 93." in said
    found = json.loads(archspec("analyze", "vgg16", "--fit", "3GB", "--optimizer", "momentum", "--format", "json").out)
    assert found["fit"] == {"limit_bytes": 3 * 10**9, "training_batch": 15, "inference_batch": 93}
    assert "training none, inference none" in archspec("analyze", "vgg16", "--fit", "100MB").out


def test_batch_dtype_and_optimizer_reach_the_figures(archspec):
    words = ("--batch", "32", "--dtype", "mixed_float16", "--optimizer", "adam", "--format", "json")
    found = json.loads(archspec("analyze", "lenet5", *words).out)
    assert (
        found["memory"] == package.analyze("lenet5", batch=32, dtype="mixed_float16", optimizer="adam").memory.to_dict()
    )
    assert found["memory"]["optimizer_bytes"] == 8 * 61_706
    assert found["layers"][1]["activation_bytes"] == 2 * 32 * 4_704
    assert (found["macs"], found["batch"]) == (416_520, 32)


def test_notebooks_show_the_stages():
    shown = package.analyze("googlenet")._repr_html_()
    assert shown.count("<tr>") == 1 + 8 + 1
    assert "<td>1,582,671,872</td>" in shown


WRONG = [
    (["--fit", "3XB"], "--fit is '3XB', which is no size of memory", "3GiB (of 1024)"),
    (["--fit", ""], "--fit is ''", "expected a number and a unit"),
    (["--fit", "0GB"], "--fit is '0GB'", "a size above 0"),
    (["--fit", "9" * 400 + "GB"], "which is no size of memory", "expected a number"),
    (["--sort", "mac"], "no column is called 'mac'", "did you mean 'macs'?"),
    (["--columns", "params,fields"], "no column is called 'fields'", "receptive_field"),
    (["--columns", ""], "no column is called ''", "expected one of output_shape"),
    (["--batch", "0"], "'0' is no whole number of at least 1", "--help shows"),
    (["--batch", "1.5"], "'1.5' is no whole number", "--help shows"),
    (["--top", "many"], "'many' is no whole number", "--help shows"),
    (["--by", "rows"], "invalid choice: 'rows'", "stage"),
    (["--optimizer", "rmsprop"], "invalid choice: 'rmsprop'", "adam"),
    (["--dtype", "float8"], "invalid choice: 'float8'", "bfloat16"),
    (["--format", "json", "--sort", "macs"], "--format json leaves no use for --sort", "table, md or csv"),
    (["--format", "csv", "--fit", "3GB"], "--format csv leaves no use for --fit", "table, md or json"),
]


@pytest.mark.parametrize(
    ("words", "message", "help_"), WRONG, ids=lambda x: " ".join(x)[:40] if isinstance(x, list) else ""
)
def test_wrong_requests_get_a_sentence(words, message, help_, archspec):
    result = archspec("analyze", "lenet5", *words)
    assert (result.code, result.out) == (2, "")
    assert message in result.err
    assert help_ in result.err
    assert "Traceback" not in result.err
