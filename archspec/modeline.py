"""The comment that tells an editor which schema a spec follows."""

from __future__ import annotations

from pathlib import Path

PREFIX = "# yaml-language-server: $schema="
SCHEMA = Path(__file__).resolve().parent / "resources" / "archspec.schema.json"


def modeline() -> str:
    """The first line of a spec, with the installed schema's address."""
    return PREFIX + SCHEMA.as_uri()


def without_modeline(text: str) -> str:
    """A spec's text behind its modeline."""
    first, _, rest = text.partition("\n")
    return rest if first.startswith(PREFIX) else text
