"""Every file of `cases/invalid` gives exactly the message beside it; a new case is two new files.

In that folder: `archspec validate NAME.yaml 2>NAME.txt`, then read what it says as a user would.
"""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import archspec as package

CASES = Path(__file__).resolve().parent.parent / "cases" / "invalid"
SPECS = sorted(path.name for path in CASES.glob("*.yaml"))
SEVERAL = {"three_errors": 3, "three_errors_in_lowering": 5, "five_errors": 6, "block_mapping_errors": 3}

NOT_OF_A_SPEC = {
    "bad-output": "test_command_errors: -o",
    "bad-rename": "test_weights",
    "bad-weights": "test_weight_file",
    "bad-setting": "test_command_errors: --set",
    **dict.fromkeys(("bad-memory-size", "bad-option", "unknown-column"), "test_errors_page: options of analyze"),
    **dict.fromkeys(("nothing-to-compare", "nothing-to-vary"), "test_errors_page: compare, gradients"),
    "missing-package": "test_plot: a PNG without its package",
    **dict.fromkeys(("idle-bias", "linear-layers", "softmax-of-one"), "test_hints: no errors"),
    **dict.fromkeys(("unnamed-weights", "unread-row", "unread-variable"), "test_hints: no errors"),
    "broken-block": "test_user_blocks",
    "broken-plugin": "test_user_blocks",
    "no-dense-form": "the training tests: test_evaluate_command",
    "no-heads": "test_command_errors: --auxiliary",
    "no-folder": "test_extends: a spec given as text",
    "no-such-weights": "test_command_errors: --weights",
    "no-such-network": "test_command_errors",
    "no-such-recipe": "test_recipes",
    "unknown-document": "test_recipes",
    "unknown-code": "test_errors_page: explain",
    "unknown-step": "test_command_errors: reference",
    "unreadable": "test_command_errors",
    "too-large": "test_source",
    "too-many-layers": "test_lower",
    "unwritable": "test_weight_file: a full disk",
    "weights-misfit": "the Keras tests: test_weights_in_models",
    "weights-unreachable": "the Keras tests: test_published_weights",
}
"""Code -> who produces it, where it comes from the command line or takes too long for a file."""

MAKERS = ("fail", "Diagnostic", "error")
ONE_WORD = ("anchor", "empty", "expect", "shape", "tag", "unreadable", "unwritable", "version")


@pytest.mark.parametrize("name", SPECS)
def test_message(name, archspec, monkeypatch):
    monkeypatch.chdir(CASES)
    result = archspec("validate", name)
    assert result.err == (CASES / name).with_suffix(".txt").read_text(encoding="utf-8")
    assert (result.code, result.out) == (2, "")


@pytest.mark.parametrize("name", ["misspelt_key.yaml", "not_utf8.yaml", "tab.yaml", "five_errors.yaml"])
def test_message_of_a_process(name):
    command = [sys.executable, "-m", "archspec", "validate", name]
    done = subprocess.run(command, check=False, cwd=CASES, capture_output=True, encoding="utf-8")
    assert done.stderr == (CASES / name).with_suffix(".txt").read_text(encoding="utf-8")
    assert (done.returncode, done.stdout) == (2, "")


def test_every_case_has_its_message_and_every_message_its_case():
    assert {path.stem for path in CASES.glob("*.txt")} == {Path(name).stem for name in SPECS}


@pytest.mark.parametrize(("name", "count"), SEVERAL.items())
def test_all_errors_at_once(name, count):
    assert (CASES / f"{name}.txt").read_text().count(": error[") == count


def test_files_are_all_looked_at_however_many_are_wrong(archspec, monkeypatch):
    monkeypatch.chdir(CASES)
    result = archspec("validate", "anchor.yaml", "../valid", "tag.yaml")
    assert result.code == 2
    assert all(name in result.err for name in ("anchor.yaml:5:11", "tag.yaml:5:21"))
    assert result.out.count(": valid: ") == len(list((CASES.parent / "valid").glob("*.yaml")))


def codes_in_the_source():
    """Codes of the package's diagnostics: first arguments of `fail(`, `Diagnostic(`, `.error(`, and `code = ...`."""
    for path in Path(package.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            found = []
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in MAKERS:
                found = node.args[:1]
            elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "code":
                found = list(ast.walk(node.value))
            texts = [x.value for x in found if isinstance(x, ast.Constant) and isinstance(x.value, str)]
            yield from (text for text in texts if "-" in text or text in ONE_WORD)


def test_every_code_has_a_case():
    shown = "".join(path.read_text(encoding="utf-8") for path in CASES.glob("*.txt"))
    codes = set(codes_in_the_source())
    assert codes >= {*ONE_WORD, "unknown-key", "bad-combination", "out-of-range"}
    without = {code for code in codes if f"error[{code}]" not in shown}
    assert without == set(NOT_OF_A_SPEC), "write a case, or say who else tests the code"
