"""The index of errors: every code of the source is in it, every example is what a command says.

A new code needs its entry in `archspec/resources/errors.yaml`, in its place of the alphabet, and the
page made anew: `archspec explain --all > docs/errors.md`.
"""

import ast
import re
from pathlib import Path

import pytest
import yaml

import archspec as package
from archspec import explain, source

ROOT = Path(__file__).resolve().parent.parent
CASES = ROOT / "tests" / "cases" / "invalid"
WITHOUT_EXAMPLE = {
    *("broken-block", "broken-plugin", "too-many-layers", "unwritable"),
    *("bad-rename", "weights-misfit", "weights-unreachable", "bad-weights", "no-folder"),
    *("unknown-document", "missing-package"),
}
"""Codes whose example would be a full disk, a broken or missing package or a model, or say no more than the words."""

MAKERS = ("fail", "Diagnostic", "error")


def codes_of(path):
    """Codes of a file: first arguments of `fail(`, `Diagnostic(`, `.error(`, and texts assigned to `code`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        found = []
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in MAKERS:
            found = node.args[:1]
        elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "code":
            found = [getattr(node.value, "body", node.value), getattr(node.value, "orelse", node.value)]
        texts = [x.value for x in found if isinstance(x, ast.Constant) and isinstance(x.value, str)]
        yield from (text for text in texts if re.fullmatch(r"[a-z][a-z0-9-]+", text))


def codes_of_the_language():
    return {code for path in Path(package.__file__).parent.rglob("*.py") for code in codes_of(path)}


def test_every_code_is_explained_and_every_explained_code_exists():
    codes, explained = codes_of_the_language(), set(explain.entries())
    assert codes >= {"anchor", "unknown-key", "out-of-range", "bad-combination", "not-utf-8"}
    assert (codes - explained, explained - codes) == (set(), set())


def test_codes_stand_in_alphabetical_order():
    text = (Path(explain.__file__).parent / "resources" / "errors.yaml").read_text(encoding="utf-8")
    codes = list(source.parse(text).root.items)
    assert codes == sorted(codes)
    assert set(yaml.safe_load(text)) == set(codes)


def test_the_page_is_what_the_command_prints(archspec):
    page = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    assert archspec("explain", "--all").out == page, "archspec explain --all > docs/errors.md"


@pytest.mark.parametrize("code", sorted(explain.entries()))
def test_the_example_shows_the_code(code):
    entry = explain.entries()[code]
    assert entry.means
    assert entry.mend
    if entry.case:  # test_invalid_specs and test_hints hold the message to what validate says
        said = (CASES / f"{entry.case}.txt").read_text(encoding="utf-8")
        assert f": {'hint' if entry.case.startswith('hints/') else 'error'}[{code}]: " in said
    elif entry.command:
        assert f"error[{code}]: " in entry.says
    else:
        assert code in WITHOUT_EXAMPLE


@pytest.mark.parametrize("code", [code for code, entry in explain.entries().items() if entry.command])
def test_the_command_answers_what_the_index_says(code, archspec, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("large.yaml").write_text("#" * (source.MAX_BYTES + 1))
    entry = explain.entries()[code]
    result = archspec(*entry.command.removeprefix("archspec ").split())
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith(entry.says)


def test_one_code_is_explained(archspec):
    said = archspec("explain", "misspelt-key")
    assert (said.code, "error[unknown-code]" in said.err) == (2, True)
    said = archspec("explain", "tag")
    assert said.code == 0
    assert (CASES / "python_tag.txt").read_text(encoding="utf-8") in said.out
    assert archspec("explain").out.split() == list(explain.entries())
