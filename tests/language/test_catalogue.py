"""What is known of the shipped networks: their figures, published errors, and `archspec list`."""

import json

import pytest
from zoo_cases import shipped

from archspec import api, catalogue, expect, zoo
from archspec.document import plain

WITHOUT_ERRORS = {
    # name: why no error was published of just this network
    "lenet5": "the simplified net: the paper measured lenet5_1998",
    "alexnet_one_tower": "a rearrangement that the paper did not train",
    "plain20_cifar": "drawn in Figure 6, printed nowhere",
    "plain56_cifar": "drawn in Figure 6, printed nowhere",
    "squeezenet1_1": "released with the accuracy of 1.0, without figures of its own",
    "alphago_policy_384": "named, no figures printed",
    "alphago_value": "measured by its squared error, not by a share of wrong answers",
    "two_towers": "an example of ours",
    "vgg16_transfer": "an example of ours",
}


@pytest.fixture(scope="module")
def entries():
    return {entry.name: entry for entry in catalogue.entries()}


@pytest.mark.parametrize("name", zoo.names())
def test_every_spec_says_what_its_figures_should_be(name):
    own = [plain(case) for case in expect.speaking(shipped(name).spec)]
    assert any({"params", "macs", "depth"} <= case.keys() for case in own)


@pytest.mark.parametrize("name", zoo.names())
def test_every_spec_has_a_published_error_or_a_reason_for_none(name, entries):
    published = entries[name].published
    assert bool(published) != (name in WITHOUT_ERRORS)
    for result in published:
        assert {"top1", "top5"} & result.keys()
        assert result["evaluation"]
        assert result["where"]
        assert result.get("top5", 0) <= result.get("top1", 100)


def test_entries_are_the_specs_and_what_was_never_published(entries):
    unpublished = {name for name, entry in entries.items() if entry.params is None}
    assert entries.keys() - unpublished == set(zoo.names())
    cuimage = entries["cuimage"]
    assert (cuimage.year, cuimage.published[0]["top5"]) == (2016, 2.99)
    assert "not published" in cuimage.form
    assert "Trimps-Soushen" in cuimage.published[0]["where"]


def test_every_network_has_an_oracle_but_our_own_examples(entries):
    shipped = {name: entry for name, entry in entries.items() if name in zoo.names()}
    assert {name for name, entry in shipped.items() if not entry.oracle} == {"two_towers", "vgg16_transfer"}
    assert {entry.oracle for entry in entries.values()} - {""} == {
        "keras.applications", "onnx", "pytorchcv", "the paper", "its members",
    }  # fmt: skip


def test_the_list_is_a_table_that_fits(archspec, monkeypatch, entries):
    monkeypatch.setenv("COLUMNS", "60")
    found = archspec("list")
    lines = found.out.splitlines()
    assert (found.code, found.err) == (0, "")
    assert max(map(len, lines)) <= 120
    assert [line.split()[0] for line in lines[1:]] == list(entries)
    [alexnet] = [line for line in lines if line.startswith("alexnet ")]
    assert " 2012   60,965,224     724,406,816      8    40.7 / 18.2  onnx                [(CONV-RELU)*N" in alexnet
    assert alexnet.endswith("…")
    [seven] = [line for line in lines if line.startswith("alexnet_7 ")]
    assert seven.endswith("5,070,847,712      8    36.7 / 15.4  its members         mean of 7 alexnet")
    monkeypatch.setenv("COLUMNS", "200")
    assert "…" not in archspec("list").out


def test_the_list_as_markdown_and_json_is_whole(archspec, entries):
    lines = archspec("list", "--format", "md").out.splitlines()
    assert len(lines) == len(entries) + 2
    assert {line.count("|") for line in lines} == {9}
    assert any(line.startswith("| `zfnet_512` | 2013 |") and "| 37.5 / 16.0 |" in line for line in lines)
    assert (
        "| `googlenet` | 2014 | 6,998,552 | 1,582,671,872 | 22 | - / 10.07 | onnx "
        "| `[(CONV-RELU)*N-POOL]*2-[INCEPTION*L-POOL]*3-FC-SOFTMAX, N = [1, 2], L = [2, 5, 2]` |" in lines
    )
    objects = {entry["name"]: entry for entry in json.loads(archspec("list", "--format", "json").out)}
    assert objects["vgg16"]["published"] == [
        {"top1": 24.8, "top5": 7.5, "data": "ImageNet", "evaluation": "dense, 3 scales", "where": "Table 4"}
    ]
    assert objects["cuimage"]["macs"] is None
    assert objects["vgg19"]["oracle"] == "keras.applications"
    assert objects["senet_2017"]["form"] == "mean of senet154, se_resnext101_32x4d, se_resnet152"


def test_published_errors_are_not_inherited():
    text = "archspec: 1\nname: own\nextends: vgg16\n"
    assert api.load("vgg16").spec.published
    assert api.load(text).spec.published == ()


def test_a_wrong_result_is_shown(archspec, tmp_path):
    spec = tmp_path / "own.yaml"
    spec.write_text("archspec: 1\nname: own\nextends: vgg16\npublished: {top1: 124.8, data: ImageNet}\n")
    found = archspec("validate", spec)
    assert found.code == 2
    assert "own.yaml:4:19: error[out-of-range]" in found.err
