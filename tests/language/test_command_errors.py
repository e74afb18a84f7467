"""Wrong command lines: exit code 2, a sentence that says what to do, no traceback, nothing written."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

CASES = [
    # words, then all that the message must say
    (["valdate"], "there is no command 'valdate'", "did you mean 'validate'?"),
    (["analyze", "lenet5", "--fromat", "json"], "unrecognized arguments: --fromat", "did you mean '--format'?"),
    (["analyze", "lenet5", "--format", "xml"], "invalid choice: 'xml'", "'json'"),
    (["validate", "--al", "lenet5"], "unrecognized arguments: --al", "validate --help shows what it takes"),
    (["analyze"], "the following arguments are required: SPEC", "analyze --help shows what it takes"),
    (["show", "lenet5", "googlenet"], "unrecognized arguments: googlenet"),
    (["validate", "nothing.yaml"], "cannot read 'nothing.yaml': No such file"),
    (["analyze", "no/such/folder/x.yaml"], "cannot read 'no/such/folder/x.yaml'"),
    (["analyze", "googlenet.yaml"], "there is no file 'googlenet.yaml'", "'googlenet' for the shipped network"),
    (["build", "googlnet"], "no shipped network is called 'googlnet'", "did you mean 'googlenet'?"),
    (["validate", ""], "no shipped network is called ''"),
    (["analyze", "lenet5", "--set"], "--set: expected one argument"),
    (["analyze", "googlenet", "--set", "classes"], "'classes' sets nothing", "vars.classes=10"),
    (["analyze", "googlenet", "--set", "=10"], "'=10' sets nothing"),
    (["analyze", "googlenet", "--set", "vars.clases=10"], "at 'vars.clases'", "did you mean 'vars.classes'?"),
    (["analyze", "lenet5", "--set", "vars.classes=10"], "nothing to set at 'vars.classes'", "expected input"),
    (["analyze", "googlenet", "--set", "vars.classes=many"], "units is 'many'", "expected a whole number"),
    (["analyze", "googlenet", "--set", "vars.classes=0"], "units is 0", "expected at least 1"),
    (["analyze", "googlenet", "--set", "vars.classes=1e999"], "1e999 is out of range"),
    (["analyze", "googlenet", "--set", "input=96x96"], "an input of [96, 96]", "[height, width, channels]"),
    (["analyze", "googlenet", "--set", "input=8x8x3"], "pool2: a window of 3 is larger than its input"),
    (["list", "--recipes", "--format", "json"], "--recipes leaves no use for --format json", "expected --format table"),
    (["diff", "lenet5"], "the following arguments are required: B"),
    (["diff", "lenet5", "lenet6"], "no shipped network is called 'lenet6'", "did you mean 'lenet5'?"),
    (["diff", "lenet5", "lenet5", "--set-b", "vars.k=1"], "nothing to set at 'vars.k'", "expected input"),
    (["compare"], "no network is named", "expected SPEC", "--plot FILE"),
    (["compare", "lenet5", "vgg"], "no shipped network is called 'vgg'", "did you mean 'vgg"),
    (["compare", "vgg16", "--plot", "chart.pdf"], "cannot save to 'chart.pdf'", "ends in .svg or .png", "'chart.svg'"),
    (["compare", "vgg16", "--plot", "missing/chart.svg"], "there is no folder 'missing'"),
    (["compare", "vgg16", "--plot", "taken.svg"], "'taken.svg' exists", "--force"),
    (["compare", "vgg16", "--plot", ""], "cannot save to '.'"),
    (["compare", "lenet5", "--plot", "x.svg"], "none of these networks has a top-5 error published on 'ImageNet'"),
    (["compare", "vgg16", "--plot", "x.svg", "--data", "MNIST"], "published on 'MNIST'", "here on 'ImageNet'"),
    (["compare", "vgg16", "--plot", "x.svg", "--chart", "years"], "has a top-5 error entered in ILSVRC"),
    (["compare", "--plot", "x.svg", "--set", "vars.classes=10"], "--set without a network to set", "expected SPEC"),
    (["sweep", "lenet5"], "the following arguments are required: --set"),
    (["sweep", "lenet5", "--set", "vars.k=1,2"], "nothing to set at 'vars.k'", "expected input"),
    (["sweep", "lenet5", "--set", "input"], "'input' sets nothing"),
    (["sweep", "googlenet", "--set", "vars.classes=1,,2"], "'vars.classes=' sets nothing"),
    (["sweep", "googlenet", "--set", "vars.classes=1", "--set", "vars.classes=2"], "'vars.classes' is set twice"),
    (["sweep", "googlenet", "--set", "input=8x8x3,9x9x3"], "a window of 3 is larger than its input"),
    (["sweep", "googlenet", "--set", "vars.classes=1,2", "--plot", "x.gif"], "cannot save to 'x.gif'"),
    (["build", "lenet5", "-o", "lenet5.h5"], "cannot save to 'lenet5.h5'", "did you mean 'lenet5.keras'?"),
    (["build", "lenet5", "-o", "missing/lenet5.keras"], "there is no folder 'missing'"),
    (["build", "lenet5", "-o", "taken.keras"], "'taken.keras' exists", "--force"),
    (["build", "lenet5", "-o", "folder.keras", "--force"], "'folder.keras' is a folder"),
    (["build", "lenet5", "-o", "."], "cannot save to '.'"),
    (["plot", "lenet5"], "the following arguments are required: -o/--output"),
    (["plot", "lenet5", "-o", "net.pdf"], "'net.pdf'", ".svg or .html or .png", "did you mean 'net.svg'?"),
    (["plot", "lenet5", "-o", "missing/net.svg"], "there is no folder 'missing'"),
    (["plot", "lenet5", "-o", "/proc/net.svg"], "cannot save '/proc/net.svg'"),
    (["plot", "lenet5", "-o", "taken.svg"], "'taken.svg' exists", "--force"),
    (["plot", "lenet5", "-o", "net.svg", "--collapse", "all"], "invalid choice: 'all'", "'stage'"),
    (["plot", "lenet5", "-o", 300 * "n" + ".svg"], "n.svg': File name too long"),
    (["plot", "lenet", "-o", "net.svg"], "did you mean 'lenet5'?"),
    (
        ["build", "lenet5", "--weights", "imagenet", "-o", "x.keras"],
        "lenet5 names no weights 'imagenet'",
        "a file: this spec",
    ),
    (
        ["build", "vgg16", "--weights", "imagnet", "-o", "x.keras"],
        "expected a file, or imagenet",
        "did you mean 'imagenet'?",
    ),
    (["build", "lenet5", "--weights", "no.file", "-o", "x.keras"], "cannot read 'no.file': No such file"),
    (["build", "lenet5", "--weights", "pipe", "-o", "x.keras"], "'pipe' is not a regular file"),
    (["build", "lenet5", "--weights", "w.safetensors"], "--weights fills a model that is saved", "-o FILE.keras"),
    (["build", "lenet5", "--auxiliary"], "lenet5 has no auxiliary heads"),
    (["validate", "folder"], "the folder 'folder' holds no spec", "*.yaml"),
    (["analyze", "folder"], "'folder' is a folder, not a file"),
    (["show", "./"], "'./' is a folder, not a file"),
    (["validate", "/dev/zero"], "'/dev/zero' is not a regular file"),
    (["validate", "pipe"], "'pipe' is not a regular file"),
    (["show", "pipe.yaml"], "'pipe.yaml' is not a regular file"),
    (["reference", "cnv"], "there is no step 'cnv'", "did you mean 'conv'?"),
]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder.keras").mkdir()
    (tmp_path / "taken.keras").write_text("precious")
    (tmp_path / "taken.svg").write_text("precious")
    os.mkfifo(tmp_path / "pipe")
    os.mkfifo(tmp_path / "pipe.yaml")
    return tmp_path


@pytest.mark.parametrize(("words", "sentences"), [(words, said) for words, *said in CASES], ids=" ".join)
def test_message(words, sentences, archspec, folder):
    before = sorted(folder.rglob("*"))
    result = archspec(*words)
    assert (result.code, result.out) == (2, "")
    assert "Traceback" not in result.err
    for sentence in sentences:
        assert sentence in result.err
    assert sorted(folder.rglob("*")) == before
    assert (folder / "taken.keras").read_text() == (folder / "taken.svg").read_text() == "precious"


def test_a_folder_called_like_a_network_does_not_hide_it(archspec, folder):
    (folder / "lenet5").mkdir()
    assert archspec("show", "lenet5").code == 0


def test_no_command_is_answered_with_the_overview(archspec):
    result = archspec()
    assert result.code == 2
    assert result.out == archspec("--help").out
    for command in ("analyze", "build", "list", "reference", "schema", "show", "validate", "train"):
        assert f"\n  {command} " in result.out


def test_a_full_disk_behind_the_output_is_said():
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "archspec", "validate", "lenet5"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert "No space left on device" in done.stderr


def in_a_shell(setting, words):
    line = f"{setting}; exec {sys.executable} -m archspec {words}"
    return subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("words", "code"), [("validate lenet5", 0), ("analyze lenet6", 2)])
def test_an_output_that_is_closed(words, code):
    done = in_a_shell("exec >&-", words)
    assert (done.returncode, "Traceback" in done.stderr) == (code, False)


def test_an_output_that_knows_few_letters_shows_the_others_escaped(tmp_path):
    spec = tmp_path / "net.yaml"
    spec.write_text("archspec: 1\nname: net\ntitle: réseau\ninput: [8, 8, 4]\nlayers:\n  - relu\n", encoding="utf-8")
    done = in_a_shell("export PYTHONIOENCODING=ascii", f"show {spec}")
    assert (done.returncode, done.stderr) == (0, "")
    assert "title: r\\xe9seau" in done.stdout
