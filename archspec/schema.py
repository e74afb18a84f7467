"""The JSON Schema of the language, made from the top-level keys and the blocks' own keys."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Iterable, Mapping as Map
from typing import Any

from archspec.blocks import registry
from archspec.blocks.base import INHERIT, Block, Key
from archspec.blocks.initializers import INITIALIZERS
from archspec.blocks.kinds import ARITHMETIC, KEYS_OF, NAME, NORMS, Kind, times
from archspec.flow import flow
from archspec.fragments import OWN, closed
from archspec.keys import TOP_LEVEL

DIALECT = "https://json-schema.org/draft/2020-12/schema"
LIST_RULES = ("items", "prefixItems", "minItems", "maxItems")

COMMON = (
    Key(NAME, "the row's name: unique in its scope", None, "name", False),
    Key(
        Kind("name", {"type": "string"}),
        "what it reads instead of the row above: a row, or a step inside one (3a.3x3)",
        None,
        "from",
        False,
    ),
    Key(
        times(),
        "n units name_1 ... name_n; strides hold for the first",
        1,
        "times",
        False,
    ),
)
"""Keys that every row takes."""


def written(default: Any) -> Any:
    """A key's default as a spec writes it: equal pairs are the one number that means them."""
    if isinstance(default, tuple):
        first, *others = map(written, default)
        return first if all(other == first for other in others) else [first, *others]
    return default


def default_text(key: Key) -> str:
    """A key's default in words, as Markdown."""
    if key.required:
        return "required"
    return "as `defaults.conv`" if key.default is INHERIT else f"`{flow(written(key.default))}`"


def entry(key: Key) -> dict[str, Any]:
    """The schema of one key of a step.

    A null default stays out of `default`, and so does one that is taken from elsewhere: editors would write it.
    """
    found: dict[str, Any] = {
        "title": key.kind.text,
        "description": key.doc,
        "markdownDescription": f"{key.doc}\n\nDefault: {default_text(key)}",
        **_apart(key.kind),
    }
    if not key.required and key.default is not INHERIT and key.default is not None:
        found["default"] = written(key.default)
    return found


def _apart(kind: Kind) -> dict[str, Any]:
    """A kind's schema; where a list is one choice among others, its rules stand apart: editors would begin a list."""
    schema = dict(kind.schema)
    if isinstance(schema.get("type"), str) or "if" in schema:
        return schema
    rules = {word: schema.pop(word) for word in LIST_RULES if word in schema}
    return {**schema, "if": {"type": "array"}, "then": {"title": kind.text, **rules}} if rules else schema


def _object(title: str, description: str, keys: Iterable[Key]) -> dict[str, Any]:
    return {
        "title": title,
        "description": description,
        "type": "object",
        "properties": {key.name: entry(key) for key in keys},
        "additionalProperties": False,
    }


def summary(block: type[Block]) -> str:
    """The first line of a block's docstring."""
    return (inspect.getdoc(block) or "").split("\n")[0]


def _shown(block: type[Block]) -> dict[str, Any]:
    """What an editor shows for a step."""
    example = f"\n\n```yaml\n{block.example.strip()}\n```" if block.example else ""
    text = (inspect.getdoc(block) or "") + example
    return {"title": block.kind, "description": summary(block), "markdownDescription": text}


def _snippet(block: type[Block]) -> dict[str, Any]:
    """A row that an editor writes: its name, and the keys that it must have."""
    keys = dict.fromkeys(["name", *(key.name for key in block.all_keys() if key.required)])
    body = ", ".join(f"{name}: ${place}" for place, name in enumerate(keys, 1))
    return {"label": f"{block.kind}: {{{', '.join(keys)}}}", "body": f"{block.kind}: {{{body}}}"}


def _step(block: type[Block]) -> dict[str, Any]:
    """What stands behind a step's name: its keys, or the value of the main one."""
    main = next((key for key in block.all_keys() if key.main), None)
    keyed = _object(block.kind, summary(block), (*COMMON, *block.all_keys())) | _shown(block)
    other = entry(main) if main else {"title": block.kind, "type": "object"}
    return {**_shown(block), "if": {"type": "object"}, "then": keyed, "else": other}


def _row(blocks: Map[str, type[Block]]) -> dict[str, Any]:
    """A row; its keys stand outside the `if`, so that editors offer them where nothing is written yet."""
    common = {key.name: entry(key) for key in COMMON}
    return {
        "title": "step",
        "type": ["object", "string"],
        "minProperties": 1,
        "maxProperties": 1,
        "properties": {kind: _step(block) for kind, block in blocks.items()},
        "patternProperties": {OWN: {"title": "a block of this spec", "type": "object", "properties": common}},
        "additionalProperties": False,
        "if": {"type": "string", "not": {"pattern": OWN}},
        "then": {"title": "step", "enum": list(blocks)},
        "defaultSnippets": [_snippet(block) for block in blocks.values() if block.all_keys()],
    }


def _settings(blocks: Map[str, type[Block]], kinds: Iterable[str]) -> dict[str, Any]:
    """Steps with their own keys, without those of a row; an editor writes a step's name and no key."""
    return {
        kind: {
            "title": kind,
            "description": summary(blocks[kind]),
            "type": "object",
            "if": {"type": "object"},
            "then": {"$ref": f"#/$defs/{KEYS_OF}{kind}"},
        }
        for kind in kinds
    }


def _initializers() -> dict[str, Any]:
    return {
        name: closed(name, {key: {"title": kind.text, **kind.schema, "default": d} for key, (kind, d) in keys.items()})
        for name, keys in INITIALIZERS.items()
    }


WHOLE = {
    "allOf": [{"if": {"required": ["form"]}, "else": {"required": ["layers"]}}],
    "if": {"required": ["inputs"]},
    "then": {"not": {"required": ["input"]}},
    "else": {"required": ["input"]},
}
"""What a network needs beside its name, unless it extends another, or is an ensemble."""


LISTED = "or a list: one entry per stage, nested lists one per repetition"
AT = {"title": "list of stages", "description": "where a `T?` of the form is present: stages, counted from 1"}
LETTER = {
    "title": "a whole number, or a list: one per stage",
    "description": "how often a star turns",
    "type": ["integer", "string", "array"],
    "minimum": 0,
    "pattern": ARITHMETIC,
}


def _sizes(blocks: Map[str, type[Block]]) -> dict[str, Any]:
    """Keys of `sizes`: letters, and steps whose every value may be a list; expanded rows are checked once more."""
    steps = {kind: _sized(block) for kind, block in blocks.items() if not (block.merges or block.side)}
    own = {"title": "a block of this spec", "type": "object"}
    return closed("sizes", steps, patternProperties={"^[A-Z]$": LETTER, "^[A-Z][A-Za-z0-9_]+$": own})


def _sized(block: type[Block]) -> dict[str, Any]:
    """A step under `sizes`; as in a row, its main key may stand alone."""
    listed = {key.name: _listed(key) for key in block.all_keys()}
    keyed = {**_object(block.kind, summary(block), ()), "properties": {**listed, "at": AT}}
    main = next((key.name for key in block.all_keys() if key.main), None)
    told = {"title": block.kind, "description": summary(block), "type": ["object", *_types(listed.get(main or "", {}))]}
    return {**told, "if": {"type": "object"}, "then": keyed, "else": listed[main] if main else keyed}


def _listed(key: Key) -> dict[str, Any]:
    one = entry(key)
    shown: dict[str, Any] = {"title": f"{key.kind.text}, {LISTED}", "description": key.doc}
    if types := _types(one):
        shown["type"] = list(dict.fromkeys([*types, "array"]))
    return {**shown, "examples": one.get("examples", []), "if": {"type": "array"}, "else": one}


def _types(rule: Map[str, Any]) -> list[str]:
    """The types that a schema names; editors write a colon behind a key only where there are some."""
    named = rule.get("type", [])
    return [named] if isinstance(named, str) else list(named)


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a spec, with every block that is known by now."""
    return _schema(tuple(registry().values()))


@functools.cache
def _schema(known: tuple[type[Block], ...]) -> dict[str, Any]:
    blocks = {block.kind: block for block in known}
    return {
        "$schema": DIALECT,
        "title": "spec",
        "description": "A convolutional network as archspec reads it.",
        **closed(
            "spec", {key.name: key.entry() for key in TOP_LEVEL}, *(key.name for key in TOP_LEVEL if key.required)
        ),
        "if": {"anyOf": [{"required": ["extends"]}, {"required": ["members"]}]},
        "else": WHOLE,
        "$defs": {
            "row": _row(blocks),
            "norm": closed("norm", _settings(blocks, NORMS), minProperties=1, maxProperties=1),
            "initializer": closed("initializer", _initializers(), minProperties=1, maxProperties=1),
            "defaults": closed("defaults", _settings(blocks, blocks)),
            "sizes": _sizes(blocks),
            **{KEYS_OF + kind: _object(kind, summary(block), block.all_keys()) for kind, block in blocks.items()},
        },
    }


@functools.cache
def keys_of(kind: str) -> dict[str, Any]:
    """The schema of one step's keys, none of them required."""
    return {**_object(kind, "", registry()[kind].all_keys()), "$defs": schema()["$defs"]}
