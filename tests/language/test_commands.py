"""What the commands print, above all the written contract of `analyze --format json` (docs/analyze.md)."""

import json

import pytest

FIGURES = {
    *("params", "params_non_trainable", "weight_bytes", "macs", "flops", "connections", "neurons", "batch"),
    *("activations", "activation_bytes", "kept_bytes", "moved_bytes", "arithmetic_intensity"),
}
KEYS = FIGURES | {
    *("name", "inputs", "outputs", "params_with_aux", "macs_with_aux", "depth", "dtype", "optimizer", "memory"),
    *("layers", "blocks", "stages", "unfit_heads"),
}
GROUP_KEYS = FIGURES | {"name", "layers", "output_shape", "receptive_field"}
LAYER_KEYS = FIGURES | {"name", "op", "inputs", "output_shape", "row", "block", "stage", "receptive_field", "paths"}


def analyzed(archspec, *words):
    result = archspec("analyze", *words, "--format", "json")
    assert result.code == 0
    return json.loads(result.out)


@pytest.mark.parametrize("name", ["lenet5", "googlenet"])
def test_json_of_one_spec(name, archspec):
    found = analyzed(archspec, name)
    assert found.keys() == KEYS
    assert found["name"] == name
    assert all(layer.keys() == LAYER_KEYS for layer in found["layers"])
    assert all(group.keys() == GROUP_KEYS for kind in ("blocks", "stages") for group in found[kind])
    assert sum(layer["params"] for layer in found["layers"]) == found["params_with_aux"]
    assert sum(layer["macs"] for layer in found["layers"]) == found["macs_with_aux"]
    assert len({layer["name"] for layer in found["layers"]}) == len(found["layers"])


def test_json_of_several_specs_is_a_list_in_the_order_asked_for(archspec):
    assert [found["name"] for found in analyzed(archspec, "lenet5", "googlenet")] == ["lenet5", "googlenet"]


def test_json_values(archspec):
    found = analyzed(archspec, "googlenet")
    assert found["inputs"] == {"input": [224, 224, 3]}
    assert found["outputs"] == {"classifier": [1000]}
    totals = {
        **{"params": 6998552, "params_non_trainable": 0, "params_with_aux": 13378280, "weight_bytes": 4 * 6998552},
        **{"macs": 1582671872, "macs_with_aux": 1591044096, "flops": 2 * 1582671872, "depth": 22},
    }
    assert {key: found[key] for key in totals} == totals
    layers = {layer["name"]: layer for layer in found["layers"]}
    pixel = {"size": [1, 1], "stride": [1, 1], "centre": [0, 0]}
    assert layers["input"] == {
        **{"name": "input", "op": "Input", "output_shape": [224, 224, 3], "receptive_field": pixel, "paths": {}},
        **{
            "inputs": [],
            "row": "input",
            "block": "input",
            "stage": "1",
            "batch": 1,
            "params": 0,
            "params_non_trainable": 0,
        },
        **{"weight_bytes": 0, "macs": 0, "flops": 0, "connections": 0, "neurons": 0, "activations": 150528},
        **{"activation_bytes": 602112, "kept_bytes": 602112, "moved_bytes": 0, "arithmetic_intensity": 0},
    }
    values = 112 * 112 * 64
    assert layers["conv1"] == {
        **{"name": "conv1", "op": "Conv", "output_shape": [112, 112, 64], "paths": {}},
        **{"inputs": ["conv1.pad"], "row": "conv1", "block": "conv1", "stage": "1", "batch": 1, "params": 9472},
        **{"params_non_trainable": 0, "weight_bytes": 4 * 9472, "macs": 118013952, "flops": 2 * 118013952},
        **{"connections": 9472 * 112**2, "receptive_field": {"size": [7, 7], "stride": [2, 2], "centre": [0, 0]}},
        **{"neurons": values, "activations": values, "activation_bytes": 4 * values, "kept_bytes": 0},
        **{"moved_bytes": 4 * (224 * 224 * 3 + 9472 + values), "arithmetic_intensity": 61.286},
    }


def test_json_counts_moving_statistics_apart(archspec, tmp_path):
    spec = tmp_path / "tiny.yaml"
    spec.write_text("archspec: 1\nname: tiny\ninput: [4, 4, 3]\nlayers: [batch_norm]\n")
    found = analyzed(archspec, spec)
    assert (found["params"], found["params_non_trainable"]) == (6, 6)


def test_set_changes_input_and_variables_and_says_that_figures_speak_of_others(archspec):
    found = analyzed(archspec, "googlenet", "--set", "input=96x96x3", "--set", "vars.classes=10")
    assert found["inputs"] == {"input": [96, 96, 3]}
    assert found["outputs"] == {"classifier": [10]}
    assert found["params"] == 6998552 - 990 * 1025
    shapes = {layer["name"]: layer["output_shape"] for layer in found["layers"]}
    assert shapes["5b.concat"] == [3, 3, 1024]


def test_table_ends_in_the_totals(archspec):
    lines = archspec("analyze", "googlenet").out.rstrip().splitlines()
    assert lines[0] == "googlenet: GoogLeNet (Inception v1)"
    assert lines[2].split() == ["layer", "operation", "output", "parameters", "multiply-adds", "activations", "field"]
    assert lines[4].split() == [
        "conv1",
        "pad,",
        "conv",
        "7x7/2,",
        "relu",
        "112x112x64",
        "9,472",
        "118,013,952",
        "802,816",
        "7",
    ]
    assert lines[5].split() == ["pool1", "max", "pool", "3x3/2", "56x56x64", "200,704", "11"]
    assert lines[-7].split() == ["total", "depth", "22", "6,998,552", "1,582,671,872", "5,599,000"]
    assert lines[-6].split() == ["with", "auxiliary", "heads", "13,378,280", "1,591,044,096"]


def test_validate_prints_a_line_a_spec(archspec):
    result = archspec("validate", "lenet5", "googlenet")
    assert result.out.splitlines() == [
        "lenet5: valid: 61,706 parameters, 416,520 multiply-adds, depth 5",
        "googlenet: valid: 6,998,552 parameters, 1,582,671,872 multiply-adds, depth 22",
    ]
    assert (result.code, result.err) == (0, "")


def test_validate_at_another_size(archspec):
    result = archspec("validate", "googlenet", "lenet5", "--set", "input=227x240x3", "--set", "vars.classes=10")
    assert (result.code, "nothing to set at 'vars.classes'" in result.err) == (2, True)
    assert result.out == "googlenet: valid: 5,983,802 parameters, 1,695,073,792 multiply-adds, depth 22\n"
    small = archspec("validate", "googlenet", "--set", "input=64x64x3")
    assert (small.code, small.out, small.err.count("error[shape]: aux")) == (2, "", 2)


def test_list_holds_every_network_with_its_figures(archspec):
    lines = [line.split() for line in archspec("list").out.splitlines()]
    assert lines[0][:2] == ["name", "year"]
    assert ["lenet5", "1998", "61,706", "416,520", "5"] in [line[:5] for line in lines]
    assert ["googlenet", "2014", "6,998,552", "1,582,671,872", "22"] in [line[:5] for line in lines]


def test_show_gives_a_spec_that_works_from_anywhere(archspec, tmp_path):
    text = archspec("show", "googlenet").out
    assert text.startswith("# yaml-language-server: $schema=file:///")
    mine = tmp_path / "mine.yaml"
    mine.write_text(text)
    assert archspec("validate", mine).code == 0
    assert archspec("show", mine).out == text


def test_reference_of_one_step_is_a_part_of_the_page(archspec):
    section = archspec("reference", "conv").out
    assert section.startswith("## conv\n")
    assert section in archspec("reference").out


def test_build_without_a_target_writes_nothing_and_says_what_it_would(archspec, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = archspec("build", "lenet5")
    assert result.code == 0
    assert "-o lenet5.keras would save this as a Keras model of 61,706 values (0.2 MB as float32)." in result.out
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["analyze", "build", "list", "reference", "schema", "show", "validate"])
def test_every_command_has_its_help(command, archspec):
    result = archspec(command, "--help")
    assert result.code == 0
    assert result.out.startswith(f"usage: archspec {command}")


@pytest.mark.parametrize(
    ("words", "sets_recipes"),
    [
        (["train", "lenet5", "--data", "digits"], True),
        (["data", "digits", "--network", "lenet5"], True),
        (["evaluate", "lenet5", "--weights", "w.safetensors", "--data", "digits"], False),
        (["predict", "lenet5", __file__, "--weights", "w.safetensors"], False),
        (["validate", "lenet5"], False),
    ],
)
def test_set_names_keys_of_recipes_where_it_takes_them(words, sets_recipes, archspec):
    assert ("recipe.KEY=VALUE" in archspec(words[0], "--help").out) == sets_recipes
    said = archspec(*words, "--set", "recipe.epoch=1").err
    assert ("unknown key 'epoch'" if sets_recipes else "nothing to set at 'recipe.epoch'") in said
