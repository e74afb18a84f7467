"""JSON Schema of what stands under a spec's top-level keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from archspec.blocks.kinds import NAME, NAMES, ROWS, pair, whole
from archspec.preprocessing import NAMED_SETS

OWN = r"^[A-Z][A-Za-z0-9_]{0,99}$(?!\n)"
"""Names of a spec's own blocks."""
MAX_PARAMS = 100
"""Params of one block."""
MAX_CASES = 100
"""Cases under `expect`."""


def closed(title: str, properties: Mapping[str, Any], *required: str, **more: Any) -> dict[str, Any]:
    """The schema of a mapping that takes these keys and no other."""
    return {
        "title": title,
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
        **more,
    }


def named(title: str, values: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """The schema of a mapping from names to values of one kind."""
    return {"title": title, "type": "object", "propertyNames": NAME.schema, "additionalProperties": values, **more}


def described(doc: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """A schema with its meaning in words."""
    return {"description": doc, **schema}


TEXT = {"title": "a text", "type": "string"}
TEXTS = {"title": "list of sentences", "type": "array", "items": TEXT}
COUNT = {"title": "a whole number", "type": "integer", "minimum": 0}
SHAPE = {"title": "[h, w, c] or [n]", "type": "array", "items": COUNT, "minItems": 1, "maxItems": 3}
INPUT = {"title": "[h, w, c]", "type": "array", "items": whole().schema, "minItems": 3, "maxItems": 3}
ROW_LIST = {"title": "rows", **ROWS.schema}
VARIABLES = {"title": "name -> value", "type": "object", "propertyNames": {"pattern": r"^[A-Za-z_]\w{0,99}$(?!\n)"}}

PAPER = closed(
    "paper",
    {
        "authors": described("who wrote it, as one text", TEXT),
        "year": described("year of publication", {"title": "a whole number", "type": "integer"}),
        "arxiv": described("number on arXiv, always in quotes", TEXT),
        "doi": described("digital object identifier", TEXT),
        "where": described("table, figure or section that the rows follow", TEXT),
    },
)
OUTPUTS = {
    "title": "name -> rows, or list of names",
    "type": ["object", "array"],
    "if": {"type": "array"},
    "then": {"title": NAMES.text, **NAMES.schema},
    "else": named("name -> rows", ROW_LIST, minProperties=1),
}
OWN_BLOCK = closed(
    "block",
    {
        "params": {
            "title": f"name -> default, at most {MAX_PARAMS}",
            "maxProperties": MAX_PARAMS,
            "description": "what its rows may set; `~` where they must",
            "type": "object",
            "propertyNames": NAME.schema,
        },
        "layers": described("the rows that it stands for", ROW_LIST),
    },
    "layers",
)
OWN_BLOCKS = {
    "title": "Name -> block",
    "type": "object",
    "propertyNames": {"pattern": OWN},
    "additionalProperties": OWN_BLOCK,
}
FIGURES = {
    "params": described("trainable values, auxiliary heads left out", COUNT),
    "params_with_aux": described("trainable values with the auxiliary heads", COUNT),
    "macs": described("multiply-adds of convolutions and fully-connected layers for one image", COUNT),
    "macs_with_aux": described("the same with the auxiliary heads", COUNT),
    "depth": described("convolutions and fully-connected layers on the longest path", COUNT),
    "connections": described("connections of units, as LeCun et al. (1998) count them", COUNT),
    "receptive_field": {
        "title": "name -> n or [h, w]",
        "description": "pixels of the input, in height and width, that rows see, by their names",
        "type": "object",
        "additionalProperties": {"title": "n or [h, w]", **pair().schema},
    },
    "shapes": {
        "title": "name -> [h, w, c]",
        "description": "shapes of rows by their names",
        "type": "object",
        "additionalProperties": SHAPE,
    },
}
CASE = closed("expect", {**FIGURES, "vars": described("values of the variables that the case is for", VARIABLES)})
EXPECT = {
    "title": "figures, or a list of such with `vars`",
    "type": ["object", "array"],
    "if": {"type": "array"},
    "then": {"title": f"a list of at most {MAX_CASES} cases", "items": CASE, "maxItems": MAX_CASES},
    "else": CASE,
}

CONTEST = closed(
    "contest",
    {
        "name": described("what it is called: ILSVRC", TEXT),
        "year": described("when it was held", {"title": "a whole number", "type": "integer"}),
        "rank": described("which place the entry took; 1 won", {**COUNT, "minimum": 1}),
    },
    "name",
    "year",
)
PERCENT = {"title": "a number, in percent", "type": "number", "minimum": 0, "maximum": 100}
RESULT = closed(
    "published",
    {
        "top1": described("error: how often the first answer is wrong", PERCENT),
        "top5": described("error: how often none of the first five answers is right", PERCENT),
        "data": described("pictures, or games, on which it was measured (ImageNet: its validation set)", TEXT),
        "evaluation": described("crops, scales and nets that were averaged, or what it was trained on", TEXT),
        "where": described("table of the paper, or who else printed it", TEXT),
        "contest": described(
            "the contest that it was entered in: its `name` and `year`, and the `rank` that it took", CONTEST
        ),
    },
    "data",
)
PUBLISHED = {
    "title": "errors, or a list of such",
    "type": ["object", "array"],
    "if": {"type": "array"},
    "then": {"title": f"a list of at most {MAX_CASES} results", "items": RESULT, "maxItems": MAX_CASES},
    "else": RESULT,
}

NAME_OR_NAMES = {
    "title": "name, or list of names",
    "if": {"type": "array"},
    "then": {"title": NAMES.text, **NAMES.schema},
    "else": {"title": "name", "type": "string"},
}
ADDRESS = {"title": "name", "type": "string"}
OPERATION = closed(
    "edit",
    {
        "replace": described("the row whose place the new rows take", ADDRESS),
        "insert_after": described("the row below which the new rows stand", ADDRESS),
        "insert_before": described("the row above which the new rows stand", ADDRESS),
        "with": described("the new rows", ROW_LIST),
        "remove": described("rows to leave out", NAME_OR_NAMES),
        "set": {
            "title": "name -> keys",
            "description": "keys of rows",
            "type": "object",
            "minProperties": 1,
            "additionalProperties": {"title": "a row", "type": "object"},
        },
    },
)

SIDE = {"title": "a whole number", "type": "integer", "minimum": 1, "maximum": 100_000}
SIDES = {
    "title": "n or [h, w]",
    "type": ["integer", "array"],
    **{k: SIDE[k] for k in ("minimum", "maximum")},
    "items": SIDE,
    "minItems": 2,
    "maxItems": 2,
}
NUMBERS = {
    "title": "a number, or one for each channel",
    "type": ["number", "array"],
    "items": {"title": "a number", "type": "number"},
    "minItems": 1,
    "maxItems": 4,
}
PREPROCESSING = closed(
    "preprocessing",
    {
        "size": described("pixels to which a picture is scaled: the shorter side, or [height, width]", SIDES),
        "crop": described("pixels that are then cut from its middle", SIDES),
        "channel_order": {
            "title": "rgb / bgr / gray",
            "description": "order of the channels",
            "enum": ["rgb", "bgr", "gray"],
            "default": "rgb",
        },
        "mean": {**described("what is subtracted from values of 0 to 255", NUMBERS), "default": 0},
        "scale": {**described("what the difference is multiplied by", NUMBERS), "default": 1},
    },
)
CLASSES = {
    "title": "list of names, or a named set",
    "if": {"type": "array"},
    "then": {"title": NAMES.text, **NAMES.schema},
    "else": {"title": "a named set", "enum": list(NAMED_SETS)},
}

FILE = {"title": "path", "type": "string"}
MEMBER = closed(
    "member",
    {
        "spec": described("a network: a path, relative to this file, or the name of a shipped one", FILE),
        "weights": {
            "title": "path, or list of paths",
            "description": "its weights, relative to this file; a list stands for as many nets",
            "if": {"type": "array"},
            "then": {"title": "list of paths", "type": "array", "items": FILE, "minItems": 1, "maxItems": 100},
            "else": FILE,
        },
        "share": {
            "title": "a number",
            "description": "weight of each of its nets in the mean",
            "type": "number",
            "exclusiveMinimum": 0,
            "maximum": 1_000_000,
            "default": 1,
        },
    },
    "spec",
)
