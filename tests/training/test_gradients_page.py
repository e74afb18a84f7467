"""docs/gradients.md: its commands can be run as they stand, and its tables have a row for each of their series."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from archspec import api
from archspec.cli import Parser
from training import datasets
from training.commands.gradients import gradients, variants
from training.gradients.cases import cases

PAGE = Path(__file__).resolve().parents[2] / "docs" / "gradients.md"
TEXT = PAGE.read_text(encoding="utf-8")
COMMANDS = re.findall(r"^\$ archspec gradients (.*)$", TEXT, re.MULTILINE)


@pytest.mark.parametrize("words", COMMANDS)
def test_a_command_names_what_its_table_shows(words: str) -> None:
    parser = Parser()
    gradients(parser)
    arguments = parser.parse_args(shlex.split(words))
    networks = [api.load(spec, overriding=api.settings(arguments.set)) for spec in arguments.specs]
    data = datasets.read(arguments.data)
    found = [case.name for network in networks for case in cases(network, variants(arguments), data, print)]
    below = TEXT.split(f"$ archspec gradients {words}\n")[1]
    table = re.findall(r"^\| (\w[^|]*?) \| (\d+) \|", below.partition("\n## ")[0], re.MULTILINE)
    steps = sorted({0, arguments.steps})
    assert table == [(name, str(step)) for name in found for step in steps]


def test_the_python_of_the_page_runs() -> None:
    [block] = re.findall(r"^```python\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    done = subprocess.run([sys.executable, "-c", block], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_its_pictures_are_there() -> None:
    pictures = re.findall(r"\]\((pictures/.*?)\)", TEXT)
    assert len(pictures) == 3 and all((PAGE.parent / picture).is_file() for picture in pictures)
