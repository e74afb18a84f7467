"""The JSON Schema of the language, made from the top-level keys and the blocks' own keys."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Iterable, Mapping as Map
from typing import Any

from archspec.blocks import registry
from archspec.blocks.base import INHERIT, Block, Key
from archspec.blocks.initializers import INITIALIZERS
from archspec.blocks.kinds import NAME, NORMS, Kind, whole
from archspec.keys import OWN, TOP_LEVEL, closed

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


def _initializers() -> dict[str, Any]:
    return {
        name: closed(name, {key: {"title": kind.text, **kind.schema, "default": d} for key, (kind, d) in keys.items()})
        for name, keys in INITIALIZERS.items()
    }


WHOLE = {
    "required": ["layers"],
    "if": {"required": ["inputs"]},
    "then": {"not": {"required": ["input"]}},
    "else": {"required": ["input"]},
}
"""What a network needs beside its name, unless it extends another."""


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
        "if": {"required": ["extends"]},
        "else": WHOLE,
        "$defs": {
            "row": _row(blocks),
            "norm": closed("norm", norms, minProperties=1, maxProperties=1),
            "initializer": closed("initializer", _initializers(), minProperties=1, maxProperties=1),
            "defaults": _defaults(blocks),
        },
    }


def keys_of(kind: str) -> dict[str, Any]:
    """The schema of one step's keys, none of them required."""
    return {**_object(kind, "", registry()[kind].all_keys()), "$defs": schema()["$defs"]}
