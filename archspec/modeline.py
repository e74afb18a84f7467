"""The comment that tells an editor which schema a document follows."""

from __future__ import annotations

from pathlib import Path

PREFIX = "# yaml-language-server: $schema="
RESOURCES = Path(__file__).resolve().parent / "resources"
SCHEMA = RESOURCES / "archspec.schema.json"
RECIPE_SCHEMA = RESOURCES / "recipe.schema.json"


def modeline(schema: Path = SCHEMA) -> str:
    """The first line of a spec (or a recipe), with the installed schema's address."""
    return PREFIX + schema.as_uri()


def without_modeline(text: str) -> str:
    """A spec's text behind its modeline."""
    first, _, rest = text.partition("\n")
    return rest if first.startswith(PREFIX) else text
