"""Keras's initializers as values of a recipe: the table of the specs, without variables."""

from __future__ import annotations

from collections.abc import Mapping as Map
from typing import Any

from archspec.api import documents
from training.recipe.keys import Kind


def _plain(schema: Map[str, Any]) -> dict[str, Any]:
    """A kind's schema without the texts that stand for variables in a spec."""
    if "else" in schema:
        return dict(schema["else"])
    types = [word for word in schema["type"] if word != "string"]
    return {**{key: limit for key, limit in schema.items() if key != "pattern"}, "type": types}


def _keys(arguments: Map[str, Any]) -> dict[str, Any]:
    return {
        name: {"title": kind.text, "default": default, **_plain(kind.schema)}
        for name, (kind, default) in arguments.items()
    }


ONE = documents.closed(
    "initializer",
    {name: documents.closed(name, _keys(arguments)) for name, arguments in documents.INITIALIZERS.items()},
    minProperties=1,
    maxProperties=1,
)
"""`{initializer: {arguments}}`; it stands under `$defs`."""

INITIALIZER = Kind(
    "a Keras initializer, or {initializer: {arguments}}",
    {
        "type": ["string", "object"],
        "if": {"type": "object"},
        "then": {"$ref": "#/$defs/initializer"},
        "else": {"enum": list(documents.INITIALIZERS)},
        "examples": list(documents.INITIALIZERS),
    },
)
