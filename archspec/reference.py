"""Keys and blocks -> the reference page: what each takes, its default, its meaning and an example."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping as Map
from pathlib import Path
from typing import Any

from archspec.blocks import registry
from archspec.blocks.base import Block, Key
from archspec.flow import flow
from archspec.keys import TOP_LEVEL
from archspec.report import markdown
from archspec.schema import COMMON, default_text

TEMPLATE = Path(__file__).parent / "resources" / "reference.md"


def page() -> str:
    """The whole reference, as Markdown: the template's prose, with tables where its comments stand."""
    blocks = [block for _, block in sorted(registry().items())]
    parts = {
        "contents": ", ".join(f"[{block.kind}](#{block.kind})" for block in blocks),
        "top-level keys": top_level(),
        "rows": keys_table(COMMON),
        "steps": "\n".join(map(section, blocks)),
    }
    text = TEMPLATE.read_text(encoding="utf-8")
    for name, part in parts.items():
        text = text.replace(f"<!-- {name} -->", part.strip())
    return text


def top_level() -> str:
    """Every top-level key, and the keys below those that have some."""
    rows = (
        (
            f"`{key.name}`" + " (required)" * key.required,
            key.schema["title"],
            key.doc,
            f"`{key.name}: {flow(key.example)}`",
        )
        for key in TOP_LEVEL
    )
    tables = [markdown(("key", "value", "meaning", "example"), rows) + "\n"]
    for key in TOP_LEVEL:
        if below := _below(key.schema):
            lines = ((f"`{name}`", rule["title"], rule["description"]) for name, rule in below.items())
            tables.append(f"### Keys of `{key.name}`\n\n" + markdown(("key", "value", "meaning"), lines) + "\n")
    return "\n".join(tables)


def section(block: type[Block]) -> str:
    """One step: what it is, its keys, an example."""
    text = inspect.getdoc(block) or ""
    keys = keys_table(block.all_keys()) if block.all_keys() else "It takes no keys.\n"
    example = block.example.strip()
    return f"## {block.kind}\n\n{text}\n\n{keys}" + (f"\n```yaml\n{example}\n```\n" if example else "")


def _below(schema: Map[str, Any]) -> Map[str, Any]:
    """The keys that the value of a key takes, or the values in it."""
    inner = (schema.get(word) for word in ("else", "additionalProperties", "items"))
    found: Map[str, Any] = schema.get("properties", {})
    return found or next((below for part in inner if isinstance(part, dict) and (below := _below(part))), {})


def keys_table(keys: Iterable[Key]) -> str:
    """A table of keys with their values, defaults and meanings."""
    rows = ((_name(key), key.kind.text, default_text(key), key.doc) for key in keys)
    return markdown(("key", "value", "default", "meaning"), rows) + "\n"


def _name(key: Key) -> str:
    return f"**`{key.name}`** (main)" if key.main else f"`{key.name}`"
