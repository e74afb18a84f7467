"""The JSON Schema of recipes, made from their keys."""

from __future__ import annotations

import functools
from typing import Any

from archspec.api import documents
from training.recipe.initializers import ONE
from training.recipe.keys import keys_of
from training.recipe.language import Recipe

EXAMPLES = {f: Recipe.__dataclass_fields__[f].metadata["example"] for f in Recipe.__dataclass_fields__}


@functools.cache
def strict() -> dict[str, Any]:
    """The schema of a recipe that stands alone: every key that must be there is there."""
    keys = keys_of(Recipe)
    return {
        "$schema": documents.DIALECT,
        **documents.closed("recipe", {key.name: _entry(key) for key in keys}, "recipe", "name"),
        "description": "How a network is trained, as archspec reads it.",
        "$defs": {"initializer": ONE},
    }


def _entry(key: documents.Key) -> dict[str, Any]:
    """A key's schema; a default that is no single value is said in words only, or editors would write it."""
    entry = documents.entry(key)
    default = entry.pop("default", None)
    text = f"{key.doc}\n\n```yaml\n{key.name}: {documents.flow(EXAMPLES[key.name])}\n```"
    single = isinstance(default, str | int | float)
    return {**entry, "markdownDescription": text, **({"default": default} if single else {})}


@functools.cache
def schema() -> dict[str, Any]:
    """The schema of a file, which may extend another: keys of mappings may then be missing."""
    whole = strict()
    return {**whole, "properties": {name: _relaxed(rule) for name, rule in whole["properties"].items()}}


def _relaxed(rule: Any, word: str = "") -> Any:
    """A schema without `required`, but where it stands in a condition."""
    if isinstance(rule, list):
        return [_relaxed(part) for part in rule]
    if not isinstance(rule, dict) or word == "if":
        return rule
    return {k: _relaxed(part, k) for k, part in rule.items() if k != "required" or not isinstance(part, list)}
