"""Blocks -> the reference page: every step with its keys, their types, defaults and meaning."""

from __future__ import annotations

import inspect
from collections.abc import Iterable

from archspec.blocks import registry
from archspec.blocks.base import INHERIT, Block, Key
from archspec.schema import COMMON

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
    rows = "".join(f"| {_name(key)} | {_cell(key.kind.text)} | {_default(key)} | {_cell(key.doc)} |\n" for key in keys)
    return f"| key | value | default | meaning |\n|---|---|---|---|\n{rows}"


def _name(key: Key) -> str:
    return f"**`{key.name}`** (main)" if key.main else f"`{key.name}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _default(key: Key) -> str:
    if key.required:
        return "required"
    if key.default is INHERIT:
        return "as `defaults.conv`"
    return f"`{_yaml(key.default)}`"


def _yaml(value: object) -> str:
    """A default as YAML writes it; equal pairs as the one number that means them."""
    if value is None:
        return "~"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return _yaml(value[0]) if value[0] == value[1] else "[" + ", ".join(map(_yaml, value)) + "]"
    return str(value)
