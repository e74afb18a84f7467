"""`archspec new`: what it writes is valid, is the form that was asked for, and nothing is overwritten."""

import pytest

import archspec as package
from archspec.form.parse import parse_text

MISSION = "[(CONV-RELU)*N-POOL?]*M-(FC-RELU)*K-SOFTMAX"
ASKED = [
    # arguments, some rows, the outputs
    ([], "conv1_1 conv1_2 pool1 conv3_2 fc4 fc5", {"fc5": (10,)}),
    (["--form", MISSION, "--input", "224x224x3", "--classes", "1000"], "conv5_2 pool5 fc6 fc7", {"fc7": (1000,)}),
    (["--form", f"{MISSION}, N = [1, 2], 2 <= K <= 3"], "conv1_1 conv2_2 pool2 fc4 fc5", {"fc5": (10,)}),
    (["--form", "CONV-BN-RELU-[RESIDUAL*N]*3-GAP-FC-SOFTMAX"], "residual2_1 residual4_2 gap4 fc5", {"fc5": (10,)}),
    (["--form", "[CONV-RELU-LRN?-POOL]*M-SOFTMAX", "--input", "28x28x1"], "lrn1 pool3 fc4", {"fc4": (10,)}),
    (["--form", "[INCEPTION*2-POOL]*M-DROPOUT-FC-SOFTMAX"], "inception1_1 inception3_2 fc4", {"fc4": (10,)}),
    (["--form", "CONV-SE-GAP-FC", "--input", "8x8x8", "--classes", "3"], "conv1 se1 fc2", {"fc2": (3,)}),
    (["--form", "RELU", "--input", "1x1x1"], "relu0", {"relu0": (1, 1, 1)}),
]


@pytest.mark.parametrize(("arguments", "rows", "outputs"), ASKED, ids=lambda value: " ".join(map(str, value))[:60])
def test_it_is_valid_and_the_form_that_was_asked_for(arguments, rows, outputs, archspec):
    said = archspec("new", *arguments)
    assert (said.code, said.err) == (0, "")
    network = package.validate(said.out)
    assert set(rows.split()) <= set(network.graph.steps)
    assert package.analyze(network).outputs == outputs
    if "--form" in arguments:
        assert parse_text(network.spec.document.root.text("form")) == parse_text(arguments[1])
    assert max(map(len, said.out.splitlines()[1:])) <= 110


def test_it_writes_a_file_once(archspec, tmp_path):
    path = tmp_path / "mine.yaml"
    said = archspec("new", "-o", path, "--classes", "7")
    assert (said.code, said.out.startswith(f"{path}: written")) == (0, True)
    assert archspec("validate", path).code == 0
    assert package.load(path).name == "mine"
    text = path.read_text(encoding="utf-8")
    again = archspec("new", "-o", path)
    assert (again.code, "error[bad-output]" in again.err) == (2, True)
    assert path.read_text(encoding="utf-8") == text
    assert [found.name for found in tmp_path.iterdir()] == ["mine.yaml"]


WRONG = [
    (["--form", "CONV-RELO"], "--form:1:6: error[unknown-term]"),
    (["--form", "CONV-(RELU"], "--form:1:11: error[bad-form]"),
    (["--form", "CONV-CONCAT"], "--form:1:6: error[unknown-term]"),
    (["--form", "POOL*40"], "error[shape]"),
    (["--form", "CONV*1000000"], "error[form-too-long]"),
    (["--input", "32x32"], "error[bad-setting]"),
    (["--input", "0x32x3"], "error[bad-setting]"),
    (["--classes", "0"], "error[bad-setting]"),
    (["--name", "4"], "error[bad-name]"),
    (["-o", "nowhere/mine.yaml"], "error[bad-output]"),
]


@pytest.mark.parametrize(("arguments", "message"), WRONG)
def test_what_cannot_be_is_said(arguments, message, archspec):
    said = archspec("new", *arguments)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(message) or f": {message}" in said.err
