"""docs/compare.md: what stands under each command of the page is what the command prints."""

import re
import shlex
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "compare.md"
BLOCKS = re.findall(r"^```console\n\$ archspec ([^\n]*)\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.M | re.S)


@pytest.mark.parametrize(("words", "shown"), BLOCKS, ids=[words for words, _ in BLOCKS])
def test_a_command_of_the_page_prints_what_stands_there(words, shown, archspec):
    printed = archspec(*shlex.split(words)).out
    expected = "".join(r"(?:[^\n]*\n)+?" if line == "...\n" else re.escape(line) for line in shown.splitlines(True))
    assert re.fullmatch(expected, printed), printed


def test_python_of_the_page_runs():
    for code in re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.M | re.S):
        exec(code, {})
