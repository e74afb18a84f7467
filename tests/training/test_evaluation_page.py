"""docs/evaluation.md: its commands are some, its tables name every protocol and every key of the JSON."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import numpy as np
import pytest

from archspec.cli import Parser
from training.commands.evaluate import evaluate
from training.evaluation.output import NAMES
from training.evaluation.results import Evaluation, MemberScore
from training.evaluation.scores import score
from training.recipe.language import PROTOCOLS

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "evaluation.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^\$ archspec evaluate (.*)$", TEXT, re.MULTILINE)


@pytest.mark.parametrize("words", COMMANDS)
def test_a_command_can_be_typed(words: str) -> None:
    parser = Parser()
    evaluate(parser)
    assert parser.parse_args(shlex.split(words)).networks


def first_cells(header: str) -> list[str]:
    """What stands in the first column of the table that begins so."""
    table = TEXT.split(f"| {header} |", 1)[1].partition("\n\n")[0]
    cells = re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)
    return [name for cell in cells for name in re.findall(r"`(.*?)`", cell)]


def test_every_protocol_file_and_key_is_described() -> None:
    assert first_cells("`--protocol`") == list(PROTOCOLS)
    assert set(first_cells("file")) == NAMES
    member = MemberScore("a", "net", "center", 1, {1: 0.5})
    found = Evaluation((member,), "set", "idx:set", "test", ("0", "1"), score(np.eye(2), np.array([0, 0]), (1,), 1))
    keys = found.to_dict()
    assert first_cells("key of the JSON") == list(keys)
    for name in (*keys["members"][0], *keys["data"], *keys["classes"][0], *keys["mistakes"][0]):
        assert f"`{name}`" in TEXT or f"`{name}s`" in TEXT, name
