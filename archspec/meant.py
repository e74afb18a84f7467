"""What may have been meant by a value that its schema refuses: another way to write the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from archspec.admit import admits
from archspec.blocks.kinds import ARITHMETIC
from archspec.errors import Span
from archspec.fragments import OWN

YAML_1_1_FLAGS = {"no": "false", "off": "false", "yes": "true", "on": "true"}
NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
SIZES = r"\d{1,9}(?:\s*[xX,]\s*\d{1,9})+"


def meant(error: Any, at: Span) -> str:
    """A value that the schema of an error of jsonschema's takes, quoted; empty where nothing is near."""
    if error.validator not in ("type", "pattern"):
        return ""
    types, found, written = error.schema.get("type", ""), error.instance, at.text()
    if types == "string" and isinstance(found, int | float) and re.search(error.schema.get("pattern", ""), written):
        return f'"{written}"'
    if "integer" in types and isinstance(found, float) and re.search(ARITHMETIC, written):
        return f"'({written}) // 1'"
    if "boolean" in types and (flag := YAML_1_1_FLAGS.get(str(found).lower())):
        return f"'{flag}'"
    guesses = _guesses(found, at) if isinstance(found, str) else ()
    return next((f"'{guess}'" for guess in guesses if admits(error.schema, guess)), "")


def _guesses(word: str, at: Span) -> Iterator[Any]:
    """A number in letters; sizes written 7x7 or (7, 7), which in braces ends at its comma."""
    if word.lower() in NUMBERS:
        yield NUMBERS.index(word.lower())
    behind = at.source.line(at.line)[at.column - 1 :]
    if sizes := re.fullmatch(rf"\(?({SIZES})\)?", word) or re.match(rf"\(({SIZES})\)", behind):
        yield [int(n) for n in re.findall(r"\d+", sizes[1])]


def block_name(word: str) -> str:
    """A word as a spec's own block may be called; empty where it cannot be made one.

    >>> block_name("side_classifier"), block_name("3x3")
    ('SideClassifier', '')
    """
    if re.search(OWN, word):
        return word
    made = "".join(part[:1].upper() + part[1:] for part in re.split(r"[^A-Za-z0-9]+", word))
    return made if re.search(OWN, made) else ""
