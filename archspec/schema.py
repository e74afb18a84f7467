"""The JSON Schema of the language, made from the top-level keys and the blocks' own keys."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Iterable, Mapping as Map
from typing import Any

from archspec.blocks import registry
from archspec.blocks.base import INHERIT, Block, Key
from archspec.blocks.kinds import NAME, NORMS, Kind, whole
from archspec.keys import OWN, TOP_LEVEL, closed, described

DIALECT = "https://json-schema.org/draft/2020-12/schema"
MAX_TIMES = 10_000

COMMON = (
    Key(NAME, "the row's name: unique in its scope", None, "name", False),
    Key(Kind("name", {"type": "string"}), "the row that it reads, instead of the row above", None, "from", False),
    Key(
        Kind("n", {**whole().schema, "maximum": MAX_TIMES}),
        "n units name_1 ... name_n; strides hold for the first",
        1,
        "times",
        False,
    ),
)
"""Keys that every row takes."""


def entry(key: Key) -> dict[str, Any]:
    """The schema of one key of a step."""
    found: dict[str, Any] = {"title": key.kind.text, "description": key.doc, **key.kind.schema}
    if not key.required:
        found["default"] = key.default if key.default is not INHERIT else str(INHERIT)
    return found


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


def _step(block: type[Block]) -> dict[str, Any]:
    keyed = _object(block.kind, summary(block), (*COMMON, *block.all_keys()))
    main = next((key for key in block.all_keys() if key.main), None)
    return {"if": {"type": "object"}, "then": keyed, "else": entry(main)} if main else keyed


def _row(blocks: Map[str, type[Block]]) -> dict[str, Any]:
    steps = {kind: _step(block) for kind, block in blocks.items()}
    word = {"if": {"pattern": OWN}, "else": {"title": "step", "enum": list(steps)}}
    own = {"title": "a block of this spec", "type": "object"}
    keyed = {
        "title": "step",
        "type": "object",
        "minProperties": 1,
        "maxProperties": 1,
        "properties": steps,
        "patternProperties": {OWN: own},
        "additionalProperties": False,
    }
    return {"if": {"type": "string"}, "then": word, "else": keyed}


def _defaults(blocks: Map[str, type[Block]]) -> dict[str, Any]:
    return closed("defaults", {kind: _object(kind, summary(block), block.all_keys()) for kind, block in blocks.items()})


LISTED = "one for all, or a list: one per stage, nested lists one per repetition"
AT = {"title": "list of stages", "description": "where a `T?` of the form is present: stages, counted from 1"}


def _sizes(blocks: Map[str, type[Block]]) -> dict[str, Any]:
    """Keys of `sizes`: letters, and steps whose every value may be a list; each entry is checked in its row."""
    whole_or_list = {"type": ["integer", "string", "array"], "minimum": 0, "pattern": r"\$"}
    letter = {"title": "a count, or a list: one per stage", "description": "how often a star turns", **whole_or_list}
    own = {"title": "a block of this spec", "type": "object"}
    steps = {kind: _sized(block) for kind, block in blocks.items() if not (block.merges or block.side)}
    patterns = {"^[A-Z]$": letter, "^[A-Z][A-Za-z0-9_]+$": own}
    return closed("sizes", steps, patternProperties=patterns)


def _sized(block: type[Block]) -> dict[str, Any]:
    listed = {
        key.name: {**described(f"{key.doc}; {LISTED}", {}), "if": {"type": "array"}, "else": entry(key)}
        for key in block.all_keys()
    }
    keyed = {**_object(block.kind, summary(block), ()), "properties": {**listed, "at": AT}}
    main = next((key.name for key in block.all_keys() if key.main), None)
    return {"if": {"type": "object"}, "then": keyed, "else": listed[main]} if main else keyed


@functools.cache
def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a spec."""
    blocks = registry()
    norms = {kind: _object(kind, summary(blocks[kind]), blocks[kind].all_keys()) for kind in NORMS}
    return {
        "$schema": DIALECT,
        "title": "spec",
        "description": "A convolutional network as archspec reads it.",
        **closed(
            "spec", {key.name: key.entry() for key in TOP_LEVEL}, *(key.name for key in TOP_LEVEL if key.required)
        ),
        "if": {"required": ["inputs"]},
        "then": {"not": {"required": ["input"]}},
        "else": {"required": ["input"]},
        "allOf": [{"if": {"required": ["form"]}, "else": {"required": ["layers"]}}],
        "$defs": {
            "row": _row(blocks),
            "norm": closed("norm", norms, minProperties=1, maxProperties=1),
            "defaults": _defaults(blocks),
            "sizes": _sizes(blocks),
        },
    }


def keys_of(kind: str) -> dict[str, Any]:
    """The schema of one step's keys, none of them required."""
    return {**_object(kind, "", registry()[kind].all_keys()), "$defs": schema()["$defs"]}
