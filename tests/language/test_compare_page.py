"""docs/compare.md: what stands under each command of the page is what the command prints."""

import re
import shlex
from pathlib import Path

import pytest

import archspec as package
from archspec import catalogue

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "compare.md"
BLOCKS = re.findall(r"^```console\n\$ archspec ([^\n]*)\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.M | re.S)


@pytest.mark.parametrize(("words", "shown"), BLOCKS, ids=[words for words, _ in BLOCKS])
def test_a_command_of_the_page_prints_what_stands_there(words, shown, archspec):
    printed = archspec(*shlex.split(words)).out
    expected = "".join(r"(?:[^\n]*\n)+?" if line == "...\n" else re.escape(line) for line in shown.splitlines(True))
    assert re.fullmatch(expected, printed), printed


def test_python_of_the_page_runs():
    for code in re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.M | re.S):
        exec(code, {})


@pytest.mark.parametrize(
    ("picture", "points"),
    [
        ("errors", lambda found: found.bubbles("top5", "ImageNet")),
        ("years", lambda found: found.bars("ILSVRC", "top5")),
    ],
)
def test_pictures_of_the_page_show_todays_networks(picture, points):
    """Names stand as comments in what draws them; a picture that lacks one is drawn anew as the page says."""
    drawn = re.findall(r"<!-- ([a-z]\w*)", (ROOT / "docs" / "pictures" / f"{picture}.svg").read_text(encoding="utf-8"))
    names = {entry.name for entry in catalogue.entries()}
    assert names & {*drawn} == {point.label for point in points(package.compare())}
