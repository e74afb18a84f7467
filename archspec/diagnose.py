"""A document held against the schema; what departs from it, in words and with its place."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from itertools import islice
from typing import Any

from archspec import plugins
from archspec.admit import admits
from archspec.blocks.kinds import ARITHMETIC, VARIABLE
from archspec.document import Document, Mapping, Sequence, Value, plain
from archspec.errors import MAX_FOUND, Diagnostic, Span, did_you_mean, listing
from archspec.fragments import OWN
from archspec.meant import block_name, meant
from archspec.schema import keys_of, schema


def validate(document: Document) -> list[Diagnostic]:
    """Every place where a document departs from the schema, in the order of the file."""
    if admits(schema(), plain(document.root)):
        return []
    troubles = plugins.load()
    found = departures(schema(), document.root)
    return [*found, *troubles] if any(d.message.startswith("unknown step") for d in found) else found


def check(kind: str, values: Mapping) -> list[Diagnostic]:
    """Every value of a step that its schema refuses, once its variables are evaluated."""
    return departures(keys_of(kind), values)


def departures(rules: dict[str, Any], root: Mapping) -> list[Diagnostic]:
    """Every place where a located mapping departs from a schema, in the order of the file."""
    if admits(rules, plain(root)):
        return []
    errors = list(islice(_errors(rules, plain(root)), MAX_FOUND))
    crowded = [list(error.absolute_path) for error in errors if error.validator == "maxProperties"]
    found: dict[tuple[object, ...], Diagnostic] = {}
    for error in errors:
        if error.instance is None and list(error.absolute_path)[:-1] in crowded:
            continue  # `- conv:` with its keys at the row's own indent: said once, as two keys
        for diagnostic in islice(_explain(error, root), max(0, MAX_FOUND - len(found))):
            found.setdefault((diagnostic.span, diagnostic.code), diagnostic)
    return sorted(found.values(), key=lambda d: (d.span.line, d.span.column) if d.span else (0, 0))


def _errors(rules: dict[str, Any], value: Any) -> Iterator[Any]:
    """What jsonschema finds, one by one; the rows of a list that are as they should be are passed over."""
    ROOT.set(rules)
    found: Iterator[Any] = _validator()(rules).iter_errors(value)
    return found


ROOT: ContextVar[dict[str, Any]] = ContextVar("ROOT")
"""The whole schema of what is being explained, which jsonschema does not hand to a keyword."""


@functools.cache
def _validator() -> Any:
    """The class of validators; made once, since that takes a millisecond."""
    import jsonschema

    extend: Any = jsonschema.validators.extend
    return extend(jsonschema.Draft202012Validator, {"items": _items})


def _items(validator: Any, limit: Any, instance: Any, schema: Any) -> Iterator[Any]:
    start = len(schema.get("prefixItems", ()))
    for place, item in enumerate(instance[start:] if isinstance(instance, list) else (), start):
        if not admits(limit, item, ROOT.get()):
            yield from validator.descend(item, limit, path=place)


def _explain(error: Any, root: Mapping) -> Iterator[Diagnostic]:
    path = list(error.absolute_path)
    value, key_span = _locate(root, path)
    if error.validator == "additionalProperties" and isinstance(value, Mapping):
        yield from _unknown_keys(error, value, _own_steps(error, root))
    elif error.validator == "maxProperties" and error.validator_value == 1 and isinstance(value, Mapping):
        extra, what = list(value.keys)[1], str(error.schema["title"]).replace("step", "row")
        expected = f"one {error.schema['title']}, its keys indented further or in braces"
        yield Diagnostic("two-keys", f"a second key, '{extra}', in one {what}", value.keys[extra], expected)
    elif error.validator == "required":
        name = _missing(error)
        message = f"{error.schema.get('title', 'spec')} needs '{name}'"
        yield Diagnostic("missing-key", message, key_span or value.span, f"{name}: {_meaning(error, name)}")
    elif error.validator == "not":
        yield Diagnostic(
            "two-inputs", "`input` and `inputs` in one spec", root.keys["input"], expected="one of the two"
        )
    elif "propertyNames" in error.absolute_schema_path and isinstance(value, Mapping):
        yield Diagnostic(
            "bad-name",
            f"'{error.instance}' is no name for this",
            value.keys[error.instance],
            expected=_expected(error),
            suggestion=_quoted(block_name(error.instance)) if error.validator_value == OWN else "",
        )
    elif error.validator == "enum":
        yield _unknown_word(error, value, path, _own_steps(error, root))
    else:
        yield _wrong_value(error, value, path)


def _own_steps(error: Any, root: Mapping) -> list[str]:
    """Where a step was expected, the spec's own blocks, each as it may be called."""
    blocks = root.mapping("blocks") if error.schema.get("title") == "step" else None
    return [name for name in map(block_name, blocks.items if blocks else ()) if name]


def _quoted(word: str) -> str:
    return word and f"'{word}'"


def _missing(error: Any) -> str:
    return next(
        str(name) for name in error.validator_value if name not in error.instance and f"'{name}'" in error.message
    )


def _meaning(error: Any, name: str) -> str:
    """What a missing key takes, and what for."""
    rule = error.schema.get("properties", schema()["properties"])[name]
    return str(rule["const"]) if "const" in rule else ", ".join(rule[k] for k in ("title", "description") if k in rule)


def _unknown_keys(error: Any, value: Mapping, more: list[str]) -> Iterator[Diagnostic]:
    known = [*more, *error.schema.get("properties", {})]
    own = error.schema.get("patternProperties", {})
    keys = list(value.items)
    for key in keys[:1] if "maxProperties" in error.schema else keys:
        if key in known or (own and key[:1].isupper()):
            continue
        what = error.schema["title"]
        noun, where = ("step", "") if what == "step" else ("key", f" in {what}")
        at = value.keys[key]
        message = f"unknown {noun} '{key}'{where}"
        line = at.source.line(at.line)
        before, behind = line[: at.column - 1].rstrip(), line[at.column - 1 + at.length :].lstrip()
        suggestion = did_you_mean(key, known)
        if apart := _apart(key, known):
            yield Diagnostic("unknown-key", message, at, "a colon and a blank behind a key", apart)
        elif before.endswith(",") and not behind.startswith(":") and key != keys[0] and not suggestion:
            message = f"'{key}' stands behind a comma: it is read as a key{where}"
            mend = "no comma in a number: 0.4, 6998552" if key.isdigit() else "quotes around a text that holds a comma"
            yield Diagnostic("unknown-key", message, at, mend)
        else:
            yield Diagnostic("unknown-key", message, at, listing(known), suggestion)


def _apart(word: str, known: Iterable[str]) -> str:
    """`'filters: 8'` for `filters:8` and `filters 8`, where `filters` is known."""
    match = re.fullmatch(r"(\w+)(?:: *| +)(.+)", word)
    return f"'{match[1]}: {match[2]}'" if match and match[1] in known else ""


def _where(path: list[Any]) -> str:
    """The key below which a value stands."""
    return next((str(part) for part in reversed(path) if isinstance(part, str)), "spec")


def _wrong_value(error: Any, value: Value, path: list[Any]) -> Diagnostic:
    where = _where(path)
    if error.validator == "const":
        return Diagnostic(
            "version",
            f"{where}: {error.instance} is another version of the language",
            value.span,
            expected=f"{where}: {error.validator_value}, which this release reads",
        )
    code = "out-of-range" if "imum" in error.validator else "wrong-type"
    what = "a row" if error.schema.get("title") == "step" else where
    message = f"{what} is {describe(error.instance)}"
    return Diagnostic(code, message, value.span, _expected(error), meant(error, value.span))


def _unknown_word(error: Any, value: Value, path: list[Any], more: list[str]) -> Diagnostic:
    known = [*more, *(str(word) for word in error.validator_value)]
    step, found, where = error.schema.get("title") == "step", error.instance, _where(path)
    what = f"unknown {'step' if step else where}" if isinstance(found, str) else f"{where} is"
    message = f"{what} {describe(found)}"
    if apart := _apart(str(found), known if step else ()):
        return Diagnostic("unknown-word", message, value.span, "a colon and a blank behind a step", apart)
    return Diagnostic("unknown-word", message, value.span, listing(known), did_you_mean(str(found), known))


def _expected(error: Any) -> str:
    """What a value should have been, in words."""
    rule, limit = error.validator, error.validator_value
    title = str(error.schema.get("title", ""))
    if rule in BOUNDS:
        return f"{BOUNDS[rule]} {limit:,}"
    if rule == "maxLength":
        return f"at most {limit} characters"
    if rule == "pattern" and limit not in (VARIABLE, ARITHMETIC):
        return "a capital letter first, then letters, digits and _" if limit == OWN else TITLES["name"]
    if rule == "type" and limit == "object" and title not in TITLES and "->" not in title:
        return f"keys of {title}, in braces or indented below"
    if title:
        colon = title == "a text" and isinstance(error.instance, dict)
        return "a text; quotes around one that holds ': '" if colon else TITLES.get(title, title)
    types = error.schema.get("type", "value")
    return " or ".join(
        TYPE_WORDS.get(t, t)
        for t in ([types] if isinstance(types, str) else types)
        if t != "string" or types == "string"
    )


BOUNDS = {
    "minimum": "at least",
    "maximum": "at most",
    "exclusiveMinimum": "more than",
    "exclusiveMaximum": "less than",
}

TITLES = {
    "rows": "a list of rows, each behind '- '",
    "step": "`step: {keys}`, `step: value`, or the name of a step that needs none",
    "name": "a name: letters a to z, digits and _, not digits alone",
    "true / false": "true or false",
    "n": "a whole number",
}
"""Title of a schema -> its words in a message, where the title alone says too little."""

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
