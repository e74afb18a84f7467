"""The top-level keys of a spec: what each takes, what for, and an example.

A new key is one row of `TOP_LEVEL`; the schema, what editors show, and the reference follow from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from archspec.blocks.kinds import NAME, NAMES, ROWS, pair, whole
from archspec.flow import flow
from archspec.importers.counterparts import counterparts
from archspec.preprocessing import NAMED_SETS

OWN = r"^[A-Z][A-Za-z0-9_]{0,99}$(?!\n)"
"""Names of a spec's own blocks."""
MAX_PARAMS = 100
"""Params of one block."""
MAX_CASES = 100
"""Cases under `expect`."""


@dataclass(frozen=True)
class TopLevelKey:
    """A key of a spec: its JSON Schema, its meaning in words, and a value that shows it."""

    name: str
    doc: str
    schema: Mapping[str, Any]
    example: Any
    required: bool = False

    def entry(self) -> dict[str, Any]:
        """The key as the schema's `properties` has it."""
        shown = f"{self.doc}\n\n```yaml\n{self.name}: {flow(self.example)}\n```"
        return {"description": self.doc, "markdownDescription": shown, **self.schema}


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
            "additionalProperties": {"title": "keys of a row", "type": "object"},
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

TOP_LEVEL = (
    TopLevelKey("archspec", "version of the language", {"title": "1", "const": 1}, 1, required=True),
    TopLevelKey("name", "the network's name", {"title": NAME.text, **NAME.schema}, "small_net", required=True),
    TopLevelKey("title", "a line for people", TEXT, "Small net (three convolutions)"),
    TopLevelKey(
        "paper", "where the network was published", PAPER, {"authors": "Lin et al.", "year": 2013, "arxiv": "1312.4400"}
    ),
    TopLevelKey(
        "extends",
        "the spec that this one is a variant of: a path, relative to this file, or the name of a shipped network",
        {**TEXT, "title": "path"},
        "base.yaml",
    ),
    TopLevelKey("vars", "variables, used as $name; --set changes them", VARIABLES, {"classes": 1000}),
    TopLevelKey("input", "shape of the only input", INPUT, [224, 224, 3]),
    TopLevelKey(
        "inputs",
        "several inputs",
        named("name -> [h, w, c]", INPUT, minProperties=1),
        {"left": [64, 64, 3], "right": [64, 64, 3]},
    ),
    TopLevelKey(
        "defaults",
        "keys of steps, for the whole file",
        {"title": "step -> its keys", "$ref": "#/$defs/defaults"},
        {"conv": {"padding": "same", "activation": "relu"}},
    ),
    TopLevelKey(
        "form",
        "the network as a form, always in quotes, with its `sizes`; beside `layers` a claim that is checked",
        {"title": "a form in quotes", "type": "string", "minLength": 1},
        "[(CONV-RELU)*N-POOL]*M-(FC-RELU)*K-FC-SOFTMAX",
    ),
    TopLevelKey(
        "sizes",
        "the form's numbers: counts of its letters, and for each term its step, a list with one entry per stage",
        {"title": "letter -> count, step -> its keys", "$ref": "#/$defs/sizes"},
        {"N": [2, 2, 3], "K": 1, "conv": {"filters": [64, 128, 256], "kernel_size": 3}, "max_pool": 2, "fc": [512, 10]},
    ),
    TopLevelKey(
        "layers",
        "the network, a row a step",
        ROW_LIST,
        [{"conv": {"filters": 64, "kernel_size": 3}}, "flatten", {"fc": 10}],
    ),
    TopLevelKey(
        "outputs",
        "heads on the trunk's end: name -> rows; or a list of rows' names; without it the last row is the output",
        OUTPUTS,
        {"policy": [{"fc": 362}], "value": [{"fc": 1}]},
    ),
    TopLevelKey(
        "blocks",
        "blocks of the spec's own; their names begin with a capital letter",
        OWN_BLOCKS,
        {"Pair": {"params": {"n": None}, "layers": [{"conv": {"filters": "$n", "kernel_size": 3, "times": 2}}]}},
    ),
    TopLevelKey("top", "name of the first row of the classifier, which include_top=False leaves out", TEXT, "pool5"),
    TopLevelKey("classes", "names of the classes, one for each output of the last row", CLASSES, ["cat", "dog"]),
    TopLevelKey(
        "preprocessing",
        "how pictures become inputs: scaled, cropped, (values - mean) * scale",
        PREPROCESSING,
        {"size": 256, "crop": 224, "channel_order": "bgr", "mean": [103.939, 116.779, 123.68]},
    ),
    TopLevelKey(
        "edit",
        "changes of the base's rows, or the form's, in order; a row is named as conv3, conv4_2 or policy.fc",
        {"title": "list of operations", "type": "array", "items": OPERATION},
        [{"set": {"conv3": {"times": 8}}}, {"remove": "pool5"}],
    ),
    TopLevelKey(
        "weights",
        "published weights that fit, by the word that asks for them (`--weights imagenet`), and whose they are",
        named("word -> network", {"title": "a network of others", "enum": list(counterparts())}, minProperties=1),
        {"imagenet": counterparts()[-1]},
    ),
    TopLevelKey(
        "deviations", "where the spec departs from its paper, in words", TEXTS, ["Dropout behind fc6, as in Caffe."]
    ),
    TopLevelKey(
        "expect",
        "published figures, which validate holds the spec to",
        EXPECT,
        {"params": 61706, "depth": 5, "shapes": {"S4": [5, 5, 16]}},
    ),
)
"""Every top-level key, in the order in which specs write them."""
