"""`archspec compare` and `archspec sweep`: figures of several networks, and of one under several settings."""

import csv
import json

import pytest

import archspec as package
from archspec.passes.shapes import text

MEMORY = ["inference_bytes", "training_bytes"]
FIGURES = ["params", "weight_bytes", "macs", "flops", "depth", "activations", *MEMORY, "receptive_field"]


@pytest.mark.parametrize("name", ["lenet5", "googlenet", "resnet50", "senet154", "alexnet_7"])
def test_figures_are_those_of_analyze(name):
    [found] = package.compare(name).networks
    analysis = package.analyze(name)
    for figure in ("params", "weight_bytes", "macs", "flops", "depth"):
        assert getattr(found.profile, figure) == getattr(analysis, figure)
    assert [getattr(found.profile, name) for name in MEMORY] == [getattr(analysis.memory, name) for name in MEMORY]
    assert found.published == package.load(name).spec.published


def test_receptive_fields_of_maps():
    """AlexNet's pool5 sees 195 pixels, VGG-16's 212 (as derived by hand in the literature); LeNet's C5 all 32."""
    fields = [network.profile.receptive_field for network in package.compare("alexnet", "vgg16", "lenet5").networks]
    assert fields == [(195, 195), (212, 212), (32, 32)]


def test_table(archspec):
    found = archspec("compare", "alexnet", "lenet5_1998")
    header, alexnet, lenet = found.out.splitlines()
    assert (found.code, found.err) == (0, "")
    assert header.split()[:3] == ["name", "year", "parameters"]
    assert alexnet.split()[:5] == ["alexnet", "2012", "60,965,224", "244", "MB"]
    assert alexnet.endswith("195x195           40.7           18.2  ImageNet, 10 crops")
    assert lenet.endswith("0.95                 MNIST test, plain pictures")


def test_formats(archspec):
    [alexnet, lenet] = csv.DictReader(archspec("compare", "alexnet", "lenet5", "--format", "csv").out.splitlines())
    assert list(alexnet) == ["name", "year", *FIGURES, "top1", "top5", "evaluation"]
    assert (alexnet["macs"], alexnet["top5"], lenet["top5"], lenet["year"]) == ("724406816", "18.2", "", "1998")
    found = json.loads(archspec("compare", "alexnet", "lenet5", "--format", "json").out)
    assert [list(each) for each in found] == [["name", "title", "year", *FIGURES, "published"]] * 2
    assert found[0]["receptive_field"] == [195, 195]
    assert found[0]["published"] == [dict(result) for result in package.load("alexnet").spec.published]
    lines = archspec("compare", "alexnet", "--format", "md").out.splitlines()
    assert lines[2].startswith("| alexnet | 2012 | 60,965,224 | 244 MB |")
    assert len({line.count("|") for line in lines}) == 1


def test_published_errors_speak_of_the_spec_as_it_is(archspec):
    found = json.loads(archspec("compare", "alphago_policy", "--set", "vars.k=128", "--format", "json").out)
    assert (found[0]["params"], found[0]["published"]) == (1777641, [])


def test_charts_of_the_command(archspec, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = archspec("compare", "vgg16", "googlenet", "lenet5", "--plot", "errors.svg")
    assert (said.code, said.out) == (0, "errors.svg: 2 of 3 networks drawn, those with such an error\n")
    drawn = (tmp_path / "errors.svg").read_bytes()
    assert archspec("compare", "vgg16", "alexnet", "--plot", "errors.svg").code == 2
    assert (tmp_path / "errors.svg").read_bytes() == drawn
    assert archspec("compare", "vgg16", "alexnet", "--plot", "errors.svg", "--force").code == 0
    assert (tmp_path / "errors.svg").read_bytes() != drawn
    said = archspec("compare", "alexnet_7", "senet_2017", "--plot", "years.png", "--chart", "years")
    assert (said.code, (tmp_path / "years.png").read_bytes()[:4]) == (0, b"\x89PNG")
    assert archspec("compare", "alexnet", "--plot", "years.svg", "--chart", "years").code == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["errors.svg", "years.png"]


def test_a_notebook_shows_a_table():
    shown = package.compare("alexnet")._repr_html_()
    assert "<td>alexnet</td>" in shown
    assert "<td>60,965,224</td>" in shown


def test_sweep_has_a_line_for_each_combination(archspec):
    words = ("--set", "input=96x96x3,224x224x3", "--set", "vars.classes=10,1000")
    found = json.loads(archspec("sweep", "googlenet", *words, "--format", "json").out)
    assert found["name"] == "googlenet"
    settings = [(each["settings"]["input"][0], each["settings"]["vars.classes"]) for each in found["combinations"]]
    assert settings == [(96, 10), (96, 1000), (224, 10), (224, 1000)]
    for each in found["combinations"]:
        size, classes = each["settings"].values()
        analysis = package.analyze("googlenet", vars={"classes": classes}, input_shape=size)
        assert (each["params"], each["macs"], each["reason"]) == (analysis.params, analysis.macs, None)
    rows = [*csv.DictReader(archspec("sweep", "googlenet", *words, "--format", "csv").out.splitlines())]
    assert [(row["input"], row["vars.classes"], int(row["macs"])) for row in rows] == [
        (text(each["settings"]["input"]), str(each["settings"]["vars.classes"]), each["macs"])
        for each in found["combinations"]
    ]


def test_what_does_not_fit_has_its_reason(archspec):
    found = archspec("sweep", "googlenet", "--set", "input=8x8x3,224x224x3")
    header, small, large = found.out.splitlines()
    assert found.code == 0
    assert header.endswith("does not fit")
    assert small.split(maxsplit=1) == ["8x8x3", "pool2: a window of 3 is larger than its input of 2 pixels"]
    assert large.split()[:2] == ["224x224x3", "6,998,552"]


def test_sweep_in_python():
    found = package.sweep("alphago_policy", vars={"k": [128, 192, 256]})
    assert found.values() == ["128", "192", "256"]
    assert [line.values for line in found.lines("params")] == [[1.777641, 3.882793, 6.798953]]
    found = package.sweep("googlenet", vars={"classes": [10]}, input_shapes=[(8, 8, 3), (96, 96, 3)])
    assert [(each.profile is None, bool(each.reason)) for each in found.combinations] == [(True, True), (False, False)]
    assert "<td>8x8x3</td>" in found._repr_html_()
    with pytest.raises(package.SpecError, match="1,001 combinations"):
        package.sweep("lenet5", vars={"k": range(1001)})
    with pytest.raises(package.SpecError, match="0 combinations"):
        package.sweep("lenet5", vars={"k": []})


def test_chart_of_a_sweep(archspec, tmp_path):
    path = tmp_path / "sweep.svg"
    said = archspec("sweep", "googlenet", "--set", "input=8x8x3,96x96x3", "--plot", path)
    assert said.code == 0
    assert said.out == f"{path}: drawn; 1 of 2 combinations do not fit: without --plot stands why\n"
    assert path.read_text(encoding="utf-8").count("<svg") == 1


def numbers(count):
    return ",".join(map(str, range(1, count + 1)))


def test_too_much_for_one_sweep_or_chart(archspec, tmp_path):
    said = archspec("sweep", "googlenet", "--set", f"vars.classes={numbers(1001)}")
    assert (said.code, "these settings make 1,001 combinations" in said.err) == (2, True)
    path = tmp_path / "sweep.svg"
    words = ("--set", "input=96x96x3", "--set", f"vars.classes={numbers(25)}")
    said = archspec("sweep", "googlenet", *words, "--plot", path)
    assert (said.code, "25 lines in one chart" in said.err, path.exists()) == (2, True, False)


@pytest.mark.parametrize("form", ["table", "md"])
def test_what_was_published_steers_no_terminal(form, archspec, tmp_path):
    spec = tmp_path / "net.yaml"
    published = 'published: [{top5: 7, data: ImageNet, evaluation: "a\\e[2J"}]'
    spec.write_text(f"archspec: 1\nname: net\ninput: [8, 8, 3]\n{published}\nlayers: [fc: 10]\n")
    result = archspec("compare", spec, "--format", form)
    assert "ImageNet, a\\x1b[2J" in result.out
    assert "\x1b" not in result.out
