"""Every piece of YAML in the documentation is valid and becomes a Keras model; none is passed over."""

import re
import sys
import textwrap
import types
from pathlib import Path

import pytest

import archspec
from archspec.blocks import registry
from archspec.blocks.base import BLOCKS
from archspec.keys import TOP_LEVEL
from training import recipe

ROOT = Path(__file__).resolve().parents[2]
WRONG = "errors.md"  # its specs are wrong on purpose; tests/test_errors_page.py holds it to what is said about them
PAGES = [ROOT / "README.md", *(page for page in sorted((ROOT / "docs").glob("*.md")) if page.name != WRONG)]
AROUND = """archspec: 1
name: around
input: [28, 28, 64]
layers:
  - conv: {name: stem, filters: 64, kernel_size: 1}
%s
  - relu: {name: end}
"""
"""Rows of the documentation are written for an input of 28x28x64."""


def fenced(text, language):
    return re.finditer(rf"^( *)```{language}\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)


def blocks():
    """Every fenced block of YAML, by its page and line, with the Python of its page that makes steps."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        makers = [found[2] for found in fenced(text, "python") if "@block(" in found[2]]
        for found in fenced(text, "ya?ml"):
            line = text.count("\n", 0, found.start()) + 1
            yield pytest.param(textwrap.dedent(found[2]), makers, id=f"{page.name}:{line}")


@pytest.fixture
def run(monkeypatch):
    """Run sources; the steps that they make are taken away afterwards."""
    before = dict(registry())

    def run(source):
        module = types.ModuleType("of_the_page")
        monkeypatch.setitem(sys.modules, module.__name__, module)  # dataclasses look there
        exec(source, vars(module))

    yield run
    BLOCKS.clear()
    BLOCKS.update(before)


def whole(yaml):
    """A spec as it stands; rows, or a top-level key, with what has to be around them."""
    if re.match(r"(#.*\n)*archspec:", yaml):
        return yaml
    if yaml.startswith("- "):
        return AROUND % textwrap.indent(yaml.rstrip(), "  ")
    known = {key.name for key in TOP_LEVEL}
    assert yaml.partition(":")[0] in known, "no spec, rows or top-level key: show it as ```text, or make it whole"
    return AROUND % "  - relu" + yaml


RECIPES = [param for param in blocks() if param.values[0].startswith("recipe: 1")]
SPECS = [param for param in blocks() if param.id not in {recipe.id for recipe in RECIPES}]


@pytest.mark.parametrize(("yaml", "makers"), RECIPES)
def test_recipes_of_the_documentation_are_read(yaml, makers):
    assert recipe.load(yaml).name


@pytest.mark.parametrize(("yaml", "makers"), SPECS)
def test_yaml_of_the_documentation_is_built(yaml, makers, run, tmp_path):
    for source in makers:
        run(source)
    spec = tmp_path / "example.yaml"
    spec.write_text(whole(yaml), encoding="utf-8")
    network = archspec.validate(spec)
    assert not network.warnings
    figures = archspec.analyze(spec)
    assert archspec.build(spec).count_params() == figures.params + figures.params_non_trainable


def test_the_pages_have_yaml():
    pages = {str(param.id).partition(":")[0] for param in blocks()}
    assert pages >= {"README.md", "recipes.md", "reference.md"}
