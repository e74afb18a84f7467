"""The JSON Schema of the language, made from the blocks' own keys."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Iterable, Mapping as Map
from typing import Any

from archspec.blocks import registry
from archspec.blocks.base import INHERIT, Block, Key
from archspec.blocks.initializers import INITIALIZERS
from archspec.blocks.kinds import NAME, NAMES, NORMS, ROWS, Kind, whole

DIALECT = "https://json-schema.org/draft/2020-12/schema"
MAX_TIMES = 10_000
OWN = "^[A-Z][A-Za-z0-9_]*$"
TEXT = {"type": "string"}
COUNT = {"type": "integer", "minimum": 0}
SIZES = {"title": "[h, w, c] or [n]", "type": "array", "items": COUNT, "minItems": 1, "maxItems": 3}

COMMON = (
    Key(NAME, "the row's name: unique in its scope", None, "name", False),
    Key(Kind("name", TEXT), "the row that it reads, instead of the row above", None, "from", False),
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


def _closed(title: str, properties: dict[str, Any], *required: str, **more: Any) -> dict[str, Any]:
    return {
        "title": title,
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
        **more,
    }


EXPECT = {
    "params": COUNT,
    "params_with_aux": COUNT,
    "macs": COUNT,
    "macs_with_aux": COUNT,
    "depth": COUNT,
    "shapes": {"title": "name -> [h, w, c]", "type": "object", "additionalProperties": SIZES},
}
PAPER = {"authors": TEXT, "year": {"type": "integer"}, "arxiv": TEXT, "doi": TEXT, "where": TEXT}
INPUT = {"title": "[h, w, c]", "type": "array", "items": whole().schema, "minItems": 3, "maxItems": 3}


def _top_level(blocks: Map[str, type[Block]]) -> dict[str, Any]:
    own = _closed(
        "block",
        {
            "params": {"type": "object", "propertyNames": NAME.schema},
            "layers": {"title": "rows", **ROWS.schema},
        },
        "layers",
    )
    case = _closed("expect", {**EXPECT, "vars": {"type": "object"}})
    return {
        "archspec": {"description": "version of the language", "const": 1},
        "name": {"title": NAME.text, "description": "the network's name", **NAME.schema},
        "title": {"description": "a line for people", **TEXT},
        "paper": {"description": "where the network was published", **_closed("paper", PAPER)},
        "vars": {
            "title": "name -> value",
            "description": "variables, used as $name; --set changes them",
            "type": "object",
            "propertyNames": {"pattern": r"^[A-Za-z_]\w*$"},
        },
        "input": {"description": "shape of the only input", **INPUT},
        "inputs": {
            "title": "name -> [h, w, c]",
            "description": "several inputs",
            "type": "object",
            "minProperties": 1,
            "propertyNames": NAME.schema,
            "additionalProperties": INPUT,
        },
        "defaults": {
            "description": "keys of steps, for the whole file",
            **_closed(
                "defaults", {kind: _object(kind, summary(block), block.all_keys()) for kind, block in blocks.items()}
            ),
        },
        "layers": {"title": "rows", "description": "the network, a row a step", **ROWS.schema},
        "outputs": {
            "description": "heads on the trunk's end: name -> rows; or a list of rows' names",
            "if": {"type": "array"},
            "then": {"title": NAMES.text, **NAMES.schema},
            "else": {
                "title": "name -> rows",
                "type": "object",
                "minProperties": 1,
                "propertyNames": NAME.schema,
                "additionalProperties": {"title": "rows", **ROWS.schema},
            },
        },
        "blocks": {
            "description": "blocks of the spec's own; their names begin with a capital letter",
            "title": "Name -> block",
            "type": "object",
            "propertyNames": {"pattern": OWN},
            "additionalProperties": own,
        },
        "top": {"description": "name of the first row of the classifier, which include_top=False leaves out", **TEXT},
        "deviations": {
            "description": "where the spec departs from its paper, in words",
            "title": "list of sentences",
            "type": "array",
            "items": TEXT,
        },
        "expect": {
            "description": "published figures, which validate holds the spec to",
            "if": {"type": "array"},
            "then": {"items": case},
            "else": case,
        },
    }


@functools.cache
def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a spec."""
    blocks = registry()
    norms = {kind: _object(kind, summary(blocks[kind]), blocks[kind].all_keys()) for kind in NORMS}
    initializers = {
        name: _closed(name, {k: {**kind.schema, "title": kind.text, "default": d} for k, (kind, d) in arguments.items()})
        for name, arguments in INITIALIZERS.items()
    }
    return {
        "$schema": DIALECT,
        "title": "spec",
        "description": "A convolutional network as archspec reads it.",
        **_closed("spec", _top_level(blocks), "archspec", "name", "layers"),
        "if": {"required": ["inputs"]},
        "then": {"not": {"required": ["input"]}},
        "else": {"required": ["input"]},
        "$defs": {
            "row": _row(blocks),
            "norm": _closed("norm", norms, minProperties=1, maxProperties=1),
            "initializer": _closed("initializer", initializers, minProperties=1, maxProperties=1),
        },
    }


def keys_of(kind: str) -> dict[str, Any]:
    """The schema of one step's keys, none of them required."""
    return {**_object(kind, "", registry()[kind].all_keys()), "$defs": schema()["$defs"]}
