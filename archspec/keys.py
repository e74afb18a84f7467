"""The top-level keys of a spec: what each takes, what for, and an example.

A new key is one row of `TOP_LEVEL`; the schema, what editors show, and the reference follow from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from archspec.blocks.kinds import NAME
from archspec.flow import flow
from archspec.fragments import (
    CLASSES,
    EXPECT,
    INPUT,
    MEMBER,
    OPERATION,
    OUTPUTS,
    OWN_BLOCKS,
    PAPER,
    PREPROCESSING,
    PUBLISHED,
    ROW_LIST,
    TEXT,
    TEXTS,
    VARIABLES,
    named,
)
from archspec.importers.counterparts import counterparts


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
    TopLevelKey(
        "members",
        "an ensemble: its networks, whose outputs are combined; no other key of a network stands beside it",
        {"title": "list of members", "type": "array", "items": MEMBER, "minItems": 1, "maxItems": 100},
        [{"spec": "small_net.yaml", "weights": ["a.safetensors", "b.safetensors"]}],
    ),
    TopLevelKey(
        "combine",
        "mean of the members' outputs: of the values, or of their logarithms (softmax only)",
        {"title": "average / geometric", "enum": ["average", "geometric"], "default": "average"},
        "average",
    ),
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
        "recipe",
        "how it is trained where nobody says otherwise: the name of a shipped recipe, or a path, relative to this file",
        {**TEXT, "title": "name or path"},
        "small",
    ),
    TopLevelKey(
        "deviations", "where the spec departs from its paper, in words", TEXTS, ["Dropout behind fc6, as in Caffe."]
    ),
    TopLevelKey(
        "published",
        "errors that were published, the one to be listed first; nothing is computed from them",
        PUBLISHED,
        {"top1": 40.7, "top5": 18.2, "data": "ImageNet", "evaluation": "10 crops", "where": "Table 2"},
    ),
    TopLevelKey(
        "expect",
        "published figures, which validate holds the spec to",
        EXPECT,
        {"params": 61706, "depth": 5, "shapes": {"S4": [5, 5, 16]}},
    ),
)
"""Every top-level key, in the order in which specs write them."""
