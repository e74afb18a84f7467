"""Blocks -> the reference page: every step with its keys, their types, defaults and meaning."""

from __future__ import annotations

import inspect
from collections.abc import Iterable

from archspec.blocks import registry
from archspec.blocks.base import Block, Key
from archspec.schema import COMMON, default_text

HEAD = """# Reference of steps

Made by `archspec reference` from the code; do not edit.

A row is `step: {keys}`, `step: value` (the key marked **main**), or the bare word `step`.
"""


def page() -> str:
    """The whole reference, as Markdown."""
    blocks = registry()
    every = f"\n## Every row\n\n{_keys(COMMON)}"
    return HEAD + every + "".join("\n" + section(blocks[kind]) for kind in sorted(blocks))


def section(block: type[Block]) -> str:
    """One step: what it is, its keys, an example."""
    text = inspect.getdoc(block) or ""
    keys = _keys(block.all_keys()) if block.all_keys() else "It takes no keys.\n"
    example = block.example.strip()
    return f"## {block.kind}\n\n{text}\n\n{keys}" + (f"\n```yaml\n{example}\n```\n" if example else "")


def _keys(keys: Iterable[Key]) -> str:
    rows = "".join(
        f"| {_name(key)} | {_cell(key.kind.text)} | {default_text(key)} | {_cell(key.doc)} |\n" for key in keys
    )
    return f"| key | value | default | meaning |\n|---|---|---|---|\n{rows}"


def _name(key: Key) -> str:
    return f"**`{key.name}`** (main)" if key.main else f"`{key.name}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
