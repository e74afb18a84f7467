"""A document held against the schema; what departs from it, in words and with its place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jsonschema

from archspec.blocks.kinds import VARIABLE, pair
from archspec.document import Document, Mapping, Sequence, Value, plain
from archspec.errors import Diagnostic, Span, did_you_mean, listing
from archspec.schema import INPUT, OWN, keys_of, schema


def validate(document: Document) -> list[Diagnostic]:
    """Every place where a document departs from the schema, in the order of the file."""
    return _diagnose(schema(), document.root)


def check(kind: str, values: Mapping) -> list[Diagnostic]:
    """Every value of a step that its schema refuses, once its variables are evaluated."""
    return _diagnose(keys_of(kind), values)


def _diagnose(rules: dict[str, Any], root: Mapping) -> list[Diagnostic]:
    errors = jsonschema.Draft202012Validator(rules).iter_errors(plain(root))
    found: dict[tuple[object, ...], Diagnostic] = {}
    for error in errors:
        for diagnostic in _explain(error, root):
            found.setdefault((diagnostic.span, diagnostic.code), diagnostic)
    return sorted(found.values(), key=lambda d: (d.span.line, d.span.column) if d.span else (0, 0))


def _explain(error: Any, root: Mapping) -> Iterator[Diagnostic]:
    path = list(error.absolute_path)
    value, key_span = _locate(root, path)
    if error.validator == "additionalProperties" and isinstance(value, Mapping):
        yield from _unknown_keys(error, value)
    elif error.validator == "maxProperties" and isinstance(value, Mapping):
        extra = list(value.keys)[1]
        yield Diagnostic(
            "two-keys",
            f"a second key, '{extra}', in one row",
            value.keys[extra],
            expected="one step a row, its keys indented further or in braces",
        )
    elif error.validator == "required":
        yield Diagnostic(
            "missing-key", f"{error.schema.get('title', 'this')} needs '{_missing(error)}'", key_span or value.span
        )
    elif error.validator == "not":
        yield Diagnostic(
            "two-inputs", "`input` and `inputs` in one spec", root.keys["input"], expected="one of the two"
        )
    elif "propertyNames" in error.absolute_schema_path and isinstance(value, Mapping):
        yield Diagnostic(
            "bad-name",
            f"'{error.instance}' is no name for this",
            value.keys[error.instance],
            expected=_expected(error, "name"),
        )
    else:
        yield _wrong_value(error, value, path)


def _missing(error: Any) -> str:
    return next(
        str(name) for name in error.validator_value if name not in error.instance and f"'{name}'" in error.message
    )


def _unknown_keys(error: Any, value: Mapping) -> Iterator[Diagnostic]:
    known = list(error.schema.get("properties", {}))
    own = error.schema.get("patternProperties", {})
    for key in value.items:
        if key in known or (own and key[:1].isupper()):
            continue
        what = error.schema["title"]
        noun, where = ("step", "") if what == "step" else ("key", f" in {what}")
        word = key.split(":")[0]
        message = f"unknown {noun} '{key}'{where}"
        if word != key and word in known:
            yield Diagnostic(
                "unknown-key", message, value.keys[key], "a blank behind the colon", f"'{word}: {key[len(word) + 1 :]}'"
            )
        else:
            yield Diagnostic("unknown-key", message, value.keys[key], listing(known), did_you_mean(key, known))


def _wrong_value(error: Any, value: Value, path: list[Any]) -> Diagnostic:
    where = next((str(part) for part in reversed(path) if isinstance(part, str)), "spec")
    if error.validator == "const":
        return Diagnostic(
            "version",
            f"archspec: {error.instance} is another version of the language",
            value.span,
            expected=f"archspec: {error.validator_value}, which this release reads",
        )
    if error.validator == "enum":
        words = [str(word) for word in error.validator_value]
        what = "step" if error.schema.get("title") == "step" else where
        text = (
            f"unknown {what} {describe(error.instance)}"
            if isinstance(error.instance, str)
            else f"{where} is {describe(error.instance)}"
        )
        return Diagnostic("unknown-word", text, value.span, listing(words), did_you_mean(str(error.instance), words))
    code = "out-of-range" if "imum" in error.validator else "wrong-type"
    return Diagnostic(code, f"{where} is {describe(error.instance)}", value.span, expected=_expected(error, where))


def _expected(error: Any, where: str) -> str:
    """What a value should have been, in words."""
    rule, limit = error.validator, error.validator_value
    if rule in ("minimum", "maximum", "exclusiveMinimum"):
        return {"minimum": "at least", "maximum": "at most", "exclusiveMinimum": "more than"}[rule] + f" {limit:,}"
    if rule == "pattern" and limit != VARIABLE:
        return (
            "a capital letter first, then letters, digits and _"
            if limit == OWN
            else "letters, digits and _, not digits alone"
        )
    if "title" in error.schema:
        return str(error.schema["title"])
    if error.schema.get("items") == INPUT["items"] or rule in ("minItems", "maxItems"):
        return pair().text if rule in ("minItems", "maxItems") else "a whole number"
    types = error.schema.get("type", "value")
    return " or ".join(
        TYPE_WORDS.get(t, t)
        for t in ([types] if isinstance(types, str) else types)
        if t != "string" or types == "string"
    )


TYPE_WORDS = {
    "integer": "a whole number",
    "number": "a number",
    "string": "a text",
    "object": "a mapping",
    "array": "a list",
    "boolean": "true or false",
    "null": "~",
}


def describe(value: Any) -> str:
    """A value found, in words short enough for a line."""
    if value is None:
        return "empty (~)"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    text = str(value)
    shown = text if len(text) <= 40 else text[:37] + "..."
    return f"'{shown}'" if isinstance(value, str) else shown


def _locate(root: Mapping, path: list[Any]) -> tuple[Value, Span | None]:
    """The value at a path of keys and places, and the span of the key that leads to it."""
    value: Value = root
    span: Span | None = None
    for part in path:
        if isinstance(value, Mapping):
            span = value.keys[part]
            value = value.items[part]
        elif isinstance(value, Sequence):
            span = None
            value = value.items[part]
    return value, span
