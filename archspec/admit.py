"""Whether a value is what a schema asks for: yes or no, in a fraction of the time of an explanation.

Most specs that are checked are right, and importing jsonschema takes longer than everything else
that `validate` does. So this answers first; only what it refuses goes to jsonschema, which says
what is wrong and has the last word. It knows the keywords of our own schema; where a block brings
another, it refuses, and jsonschema decides. Tests hold the two to the same answers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

Schema = Mapping[str, Any]

TYPES: dict[str, Callable[[Any], bool]] = {
    "object": lambda v: isinstance(v, dict),
    "array": lambda v: isinstance(v, list),
    "string": lambda v: isinstance(v, str),
    "null": lambda v: v is None,
    "boolean": lambda v: isinstance(v, bool),
    "number": lambda v: isinstance(v, int | float) and not isinstance(v, bool),
    "integer": lambda v: not isinstance(v, bool) and (isinstance(v, int) or (isinstance(v, float) and v.is_integer())),
}
ANNOTATIONS = {
    "$schema", "$defs", "title", "description", "default", "examples", "then", "else",
    "markdownDescription", "defaultSnippets", "enumDescriptions", "markdownEnumDescriptions",
}  # fmt: skip


def admits(schema: Schema, value: Any, root: Schema | None = None) -> bool:
    """Whether a plain value satisfies a schema; false where the schema has unknown keywords.

    `root` is the schema that this one is a part of, which holds what `$ref` refers to.

    >>> admits({"type": "integer", "minimum": 1}, 3), admits({"type": "integer"}, True)
    (True, False)
    """
    try:
        return _admits(schema, value, root or schema)
    except KeyError:
        return False


def _admits(schema: Schema, value: Any, root: Schema) -> bool:
    for word, limit in schema.items():  # a loop where `all` would read better: it takes half the time
        if word not in ANNOTATIONS and not CHECKS[word](limit, value, schema, root):
            return False
    return True


def _type(limit: Any, value: Any, schema: Schema, root: Schema) -> bool:
    return TYPES[limit](value) if isinstance(limit, str) else any(TYPES[name](value) for name in limit)


def _equal(one: Any, other: Any) -> bool:
    """Equality as JSON has it: true is not 1."""
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def _number(compare: Callable[[Any, Any], bool]) -> Callable[..., bool]:
    return lambda limit, value, schema, root: not TYPES["number"](value) or compare(value, limit)


def _size(kind: type[Any], compare: Callable[[int, int], bool]) -> Callable[..., bool]:
    return lambda limit, value, schema, root: not isinstance(value, kind) or compare(len(value), limit)


def _pattern(limit: str, value: Any, schema: Schema, root: Schema) -> bool:
    return not isinstance(value, str) or re.search(limit, value) is not None


def _prefix_items(limit: list[Schema], value: Any, schema: Schema, root: Schema) -> bool:
    return not isinstance(value, list) or all(_admits(s, v, root) for s, v in zip(limit, value, strict=False))


def _items(limit: Schema, value: Any, schema: Schema, root: Schema) -> bool:
    start = len(schema.get("prefixItems", ()))
    return not isinstance(value, list) or all(_admits(limit, item, root) for item in value[start:])


def _properties(limit: Mapping[str, Schema], value: Any, schema: Schema, root: Schema) -> bool:
    return not isinstance(value, dict) or all(_admits(limit[k], v, root) for k, v in value.items() if k in limit)


def _pattern_properties(limit: Mapping[str, Schema], value: Any, schema: Schema, root: Schema) -> bool:
    if not isinstance(value, dict):
        return True
    return all(_admits(s, v, root) for pattern, s in limit.items() for k, v in value.items() if re.search(pattern, k))


def _additional(limit: Any, value: Any, schema: Schema, root: Schema) -> bool:
    if not isinstance(value, dict):
        return True
    known, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
    others = [k for k in value if k not in known and not any(re.search(p, k) for p in patterns)]
    return not others if limit is False else all(_admits(limit, value[k], root) for k in others)


def _if(limit: Schema, value: Any, schema: Schema, root: Schema) -> bool:
    return _admits(schema.get("then" if _admits(limit, value, root) else "else", {}), value, root)


CHECKS: dict[str, Callable[..., bool]] = {
    "type": _type,
    "const": lambda limit, value, schema, root: _equal(limit, value),
    "enum": lambda limit, value, schema, root: any(_equal(one, value) for one in limit),
    "pattern": _pattern,
    "minimum": _number(lambda value, limit: bool(value >= limit)),
    "maximum": _number(lambda value, limit: bool(value <= limit)),
    "exclusiveMinimum": _number(lambda value, limit: bool(value > limit)),
    "exclusiveMaximum": _number(lambda value, limit: bool(value < limit)),
    "minLength": _size(str, lambda size, limit: size >= limit),
    "maxLength": _size(str, lambda size, limit: size <= limit),
    "minItems": _size(list, lambda size, limit: size >= limit),
    "maxItems": _size(list, lambda size, limit: size <= limit),
    "minProperties": _size(dict, lambda size, limit: size >= limit),
    "maxProperties": _size(dict, lambda size, limit: size <= limit),
    "items": _items,
    "prefixItems": _prefix_items,
    "properties": _properties,
    "patternProperties": _pattern_properties,
    "additionalProperties": _additional,
    "propertyNames": lambda limit, value, schema, root: (
        not isinstance(value, dict) or all(_admits(limit, key, root) for key in value)
    ),
    "required": lambda limit, value, schema, root: not isinstance(value, dict) or all(key in value for key in limit),
    "if": _if,
    "not": lambda limit, value, schema, root: not _admits(limit, value, root),
    "anyOf": lambda limit, value, schema, root: any(_admits(one, value, root) for one in limit),
    "allOf": lambda limit, value, schema, root: all(_admits(one, value, root) for one in limit),
    "$ref": lambda limit, value, schema, root: _admits(root["$defs"][limit.rpartition("/")[2]], value, root),
}
"""JSON Schema's keyword -> whether a value satisfies it, from its limit, the value, its schema and the root."""
