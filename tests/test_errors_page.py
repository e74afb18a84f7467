"""The index of errors: every code of the source is in it, every example is what a command says.

A new code needs its entry in `archspec/resources/errors.yaml`, or training's, in its place of the alphabet, and
the page made anew: `archspec explain --all > docs/errors.md`.
"""

import ast
import re
from pathlib import Path

import pytest
import yaml

from archspec import explain, source

ROOT = Path(__file__).resolve().parent.parent
CASES = ROOT / "tests" / "cases"
PACKAGES = ("archspec", "training")
WITHOUT_EXAMPLE = {
    *("broken-block", "broken-plugin", "too-many-layers", "unwritable"),
    *("bad-rename", "weights-misfit", "weights-unreachable", "bad-weights", "no-folder"),
    *("unknown-document", "missing-package"),
    *("uneven-batches", "wrong-backend"),
}
"""Codes whose example would be a full disk, a broken or missing package, a model or a second device, or say no more
than the words."""

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


def codes_in(package):
    return {code for path in (ROOT / package).rglob("*.py") for code in codes_of(path)}


def index(package):
    """The text of a package's index."""
    return (ROOT / package / "resources" / "errors.yaml").read_text(encoding="utf-8")


def test_every_code_is_explained_and_every_explained_code_exists():
    language, training = ((codes_in(package), set(yaml.safe_load(index(package)))) for package in PACKAGES)
    assert language[0] >= {"anchor", "unknown-key", "out-of-range", "bad-combination", "not-utf-8"}
    assert training[0] >= {"bad-data", "diverged", "recipe-mismatch", "bad-option"}
    assert (language[0] - language[1], language[1] - language[0]) == (set(), set())
    assert training[0] - language[1] == training[1] - language[1]
    assert not training[1] & language[1], "explained twice"
    assert set(explain.entries()) == training[1] | language[1]


@pytest.mark.parametrize("package", PACKAGES)
def test_codes_stand_in_alphabetical_order(package):
    codes = list(source.parse(index(package)).root.items)
    assert codes == sorted(codes)
    assert set(yaml.safe_load(index(package))) == set(codes)


def test_the_page_is_what_the_command_prints(archspec):
    page = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    assert archspec("explain", "--all").out == page, "archspec explain --all > docs/errors.md"


@pytest.mark.parametrize("code", sorted(explain.entries()))
def test_the_example_shows_the_code(code):
    entry = explain.entries()[code]
    assert entry.means
    assert entry.mend
    if entry.case:  # test_invalid_specs and test_hints hold the message to what validate says
        said = (CASES / "invalid" / f"{entry.case}.txt").read_text(encoding="utf-8")
        assert f": {'hint' if entry.case.startswith('hints/') else 'error'}[{code}]: " in said
    elif entry.bad_input:  # test_bad_inputs holds the command to what it says
        table, row = entry.bad_input.split("/")
        cases = yaml.safe_load((CASES / "training" / f"{table}.yaml").read_text(encoding="utf-8"))
        assert cases[row]["says"].startswith(f"error[{code}]: ")
        assert cases[row]["says"] in explain.section(code)
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
    assert (CASES / "invalid" / "python_tag.txt").read_text(encoding="utf-8") in said.out
    assert archspec("explain").out.split() == list(explain.entries())


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Two other packages in the metadata: one that explains a code and cannot be imported, one that is gone."""
    files = {
        "others-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: others\nVersion: 1.0\n",
        "others-1.0.dist-info/entry_points.txt": "[archspec.errors]\nbroken = broken\ngone = gone\n",
        "broken/__init__.py": "raise RuntimeError('imported')\n",
        "broken/resources/errors.yaml": "their-code:\n  means: Theirs is wrong.\n  mend: Ask them.\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    explain.entries.cache_clear()
    monkeypatch.syspath_prepend(tmp_path)
    yield
    explain.entries.cache_clear()


@pytest.mark.usefixtures("installed")
def test_packages_are_found_and_not_imported(archspec):
    assert archspec("explain", "their-code").out == "## their-code\n\nTheirs is wrong.\n\n**To mend it:** Ask them.\n"
    assert {"tag", "bad-data", "their-code"} <= set(archspec("explain").out.split())
