"""What keys of a recipe are made of: values of each kind, mappings of keys, choices, lists of steps.

A mapping is a frozen dataclass whose fields are its keys. Its schema, its documentation and what it is
read to all follow from the class; nothing is written twice.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping as Map, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any

from archspec.api import documents

Kind = documents.Kind
Key = documents.Key
REQUIRED = documents.REQUIRED


@dataclass(frozen=True)
class Keyed(Kind):
    """A mapping of keys, of which the one called `main` may stand alone as its value; empty for none."""

    main: str = ""


@dataclass(frozen=True)
class Choice:
    """One of several things by its name, with the values of all its keys."""

    name: str
    keys: Map[str, Any]


@dataclass(frozen=True)
class Step:
    """A step of a list, with the values of all its keys."""

    name: str
    keys: Map[str, Any]


def written(value: Any) -> Any:
    """A value as a recipe writes it: dicts, lists, texts, numbers."""
    if isinstance(value, Choice):
        return {"name": value.name, **written(value.keys)}
    if isinstance(value, Step):
        return {value.name: written(value.keys)} if value.keys else value.name
    if is_dataclass(value):
        return written(vars(value))
    if isinstance(value, Map):
        return {name: written(part) for name, part in value.items()}
    return [written(part) for part in value] if isinstance(value, tuple | list) else value


def key(kind: Any, doc: str, default: Any = REQUIRED, *, main: bool = False, example: Any = None) -> Any:
    """A dataclass field for a key; the `main` one may stand alone as the mapping's value."""
    metadata = {"kind": kind, "doc": doc, "main": main, "example": example, "default": default}
    if default == {}:
        return field(default_factory=dict, metadata=metadata)
    return field(default=default, metadata=metadata)


def keys_of(cls: type[Any]) -> tuple[documents.Key, ...]:
    """The keys of a class, those of each class before those that it inherits."""
    ranks = {name: -i for i, base in enumerate(reversed(cls.__mro__)) for name in vars(base).get("__annotations__", ())}
    said = [(f.name, f.metadata) for f in sorted(fields(cls), key=lambda f: ranks[f.name])]
    return tuple(Key(m["kind"], m["doc"], _shown(m["default"]), name, m["main"]) for name, m in said)


def _shown(default: Any) -> Any:
    return default if default is REQUIRED else written(default)


def summary(cls: type[Any]) -> str:
    """The first line of a class's docstring."""
    return (inspect.getdoc(cls) or "").split("\n")[0]


def number(
    minimum: float | None = None,
    maximum: float | None = None,
    *,
    above: float | None = None,
    below: float | None = None,
) -> documents.Kind:
    """A number within bounds; it must not touch `above` and `below`."""
    bounds = {"minimum": minimum, "maximum": maximum, "exclusiveMinimum": above, "exclusiveMaximum": below}
    return Kind("a number", {"type": "number", **{k: v for k, v in bounds.items() if v is not None}}, float)


def whole(minimum: int = 1, maximum: int = 10**12) -> documents.Kind:
    """A whole number."""
    return Kind("a whole number", {"type": "integer", "minimum": minimum, "maximum": maximum}, int)


def words(*known: str) -> documents.Kind:
    """One of a few words."""
    return Kind(" / ".join(known), {"type": "string", "enum": list(known), "examples": list(known)})


def optional(kind: documents.Kind) -> Keyed:
    """The kind, or null for none of it."""
    types = kind.schema.get("type", ["string"])
    schema = {
        "type": [*([types] if isinstance(types, str) else types), "null"],
        "if": {"type": "null"},
        "else": {"title": kind.text, **kind.schema},
        "examples": kind.schema.get("examples", []),
    }
    main = kind.main if isinstance(kind, Keyed) else ""
    return Keyed(f"{kind.text} or ~", schema, lambda v: None if v is None else kind.read(v), main=main)


def listed(kind: documents.Kind, text: str, least: int = 1, most: int = 100) -> documents.Kind:
    """A list of values of one kind, read as a tuple."""
    schema = {"type": "array", "items": {"title": kind.text, **kind.schema}, "minItems": least, "maxItems": most}
    return Kind(text, schema, lambda values: tuple(map(kind.read, values)))


def mapped(kind: documents.Kind, text: str) -> documents.Kind:
    """A mapping from names to values of one kind."""
    values = {"title": kind.text, **kind.schema}
    schema = {"type": "object", "additionalProperties": values, "maxProperties": 1000}
    return Kind(text, schema, lambda found: {name: kind.read(value) for name, value in found.items()})


FLAG = Kind("true / false", {"type": "boolean"}, bool)
TEXT = Kind("a text", {"type": "string"})
LEARNING_RATE = number(0)


def _closed(title: str, doc: str, entries: Map[str, Any], keys: Sequence[documents.Key]) -> dict[str, Any]:
    required = [key.name for key in keys if key.required]
    return documents.closed(title, entries, *required, description=doc)


def group(cls: type[Any]) -> Keyed:
    """A mapping of the keys of a class, read as an instance of it; its main key's value may stand alone."""
    keys, title = keys_of(cls), _spaced(cls.__name__)
    main = next((key for key in keys if key.main), None)
    keyed = _closed(title, summary(cls), {key.name: documents.entry(key) for key in keys}, keys)
    schema = keyed
    if main:
        alone = documents.entry(main)
        types = ["object", *([alone["type"]] if isinstance(alone["type"], str) else alone["type"])]
        schema = {"type": types, "if": {"type": "object"}, "then": keyed, "else": alone}
    text = f"{main.name}: {main.kind.text}, or keys" if main else "keys"

    def read(value: Any) -> Any:
        return _instance(cls, value if isinstance(value, dict) else {main.name: value} if main else {})

    return Keyed(text, schema, read, main=main.name if main else "")


def _spaced(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() and i else c.lower() for i, c in enumerate(name))


def _instance(cls: type[Any], given: Map[str, Any]) -> Any:
    """An instance of a class of keys from checked plain values; what is not given has its default."""
    return cls(**{key.name: key.kind.read(given[key.name]) for key in keys_of(cls) if key.name in given})


def chosen(name: str, known: Map[str, type[Any]], given: Map[str, Any]) -> Choice:
    """A choice with the defaults of all keys that are not given."""
    return Choice(name, vars(_instance(known[name], given)))


def choice(title: str, known: Map[str, type[Any]]) -> Keyed:
    """A mapping whose `name` says which keys it has; a name alone takes their defaults."""
    name = {"title": "name", "description": f"which {title}", "enum": list(known), "examples": list(known)}
    branches = [
        {
            "if": {"properties": {"name": {"const": word}}, "required": ["name"]},
            "then": _closed(
                word, summary(cls), {"name": name, **{k.name: documents.entry(k) for k in keys_of(cls)}}, keys_of(cls)
            ),
        }
        for word, cls in known.items()
    ]
    keyed = {"title": title, "properties": {"name": name}, "required": ["name"], "allOf": branches}
    schema = {"type": ["object", "string"], "if": {"type": "object"}, "then": keyed, "else": {"enum": list(known)}}

    def read(value: Any) -> Choice:
        given = value if isinstance(value, dict) else {"name": value}
        return chosen(given["name"], known, given)

    return Keyed("a name, or {name: ..., keys}", {**schema, "examples": list(known)}, read, main="name")


def step_list(known: Map[str, type[Any]]) -> documents.Kind:
    """A list of steps, each `name`, `name: {keys}` or `name: value` of its main key; read as `Step`s."""
    kinds = {word: group(cls) for word, cls in known.items()}
    row = {
        "title": "step",
        "type": ["object", "string"],
        "minProperties": 1,
        "maxProperties": 1,
        "properties": {
            word: {"title": word, "description": summary(known[word]), **kind.schema} for word, kind in kinds.items()
        },
        "additionalProperties": False,
        "if": {"type": "string"},
        "then": {"title": "step", "enum": list(known)},
    }

    def read(values: Any) -> tuple[Step, ...]:
        rows = [row if isinstance(row, dict) else {row: {}} for row in values]
        read_rows = ((word, kinds[word].read(keys)) for row in rows for word, keys in row.items())
        return tuple(Step(word, vars(found)) for word, found in read_rows)

    return Kind("list of steps, in order", {"type": "array", "items": row, "maxItems": 100}, read)
