"""Commands that are about the network alone import no framework, so that they answer at once."""

import json
import subprocess
import sys

import pytest

from archspec import zoo

FRAMEWORKS = ("tensorflow", "keras", "jax", "torch", "numpy", "matplotlib")
LIGHT = [
    ["validate", "googlenet"],
    ["validate", "nothing.yaml"],
    ["validate", str(zoo.RECIPES.folder)],
    ["list", "--recipes"],
    ["reference", "--recipes"],
    ["analyze", "lenet5", "--format", "json"],
    ["analyze", "lenet5", "--by", "stage", "--fit", "3GB"],
    ["compare", "lenet5", "alexnet"],
    ["diff", "vgg16", "vgg19"],
    ["sweep", "lenet5", "--set", "input=32x32x1,36x36x1"],
    ["show", "lenet5"],
    ["show", "googlenet", "--form"],
    ["new"],
    ["list"],
    ["schema", "--json"],
    ["reference"],
    ["explain", "--all"],
    ["build", "lenet5"],
    ["plot", "lenet5", "-o", "lenet5.svg"],
    ["--help"],
]


IMPORTED = """
import contextlib, io, json, sys
from archspec.cli import main

known = set()
for words in json.loads(sys.argv[1]):
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        with contextlib.suppress(SystemExit):
            main(words)
    print(json.dumps(sorted(sys.modules.keys() - known)))
    known = set(sys.modules)
"""
"""Runs commands one after the other; prints what each has imported that those before it had not."""


@pytest.fixture(scope="module")
def imported(tmp_path_factory):
    """The modules that each command of LIGHT was the first to import."""
    run = [sys.executable, "-c", IMPORTED, json.dumps(LIGHT)]
    done = subprocess.run(run, check=True, capture_output=True, encoding="utf-8", cwd=tmp_path_factory.mktemp("light"))
    lines = map(json.loads, done.stdout.splitlines())
    return {tuple(words): modules for words, modules in zip(LIGHT, lines, strict=True)}


@pytest.mark.parametrize("words", LIGHT, ids=" ".join)
def test_commands_that_answer_without_a_framework(imported, words):
    assert "archspec.cli" in imported[tuple(LIGHT[0])]
    assert not [module for module in imported[tuple(words)] if module.partition(".")[0] in FRAMEWORKS]
