"""A located value as YAML on one line, which reads back as the same value."""

from __future__ import annotations

import json
import re

from archspec.document import Mapping, Scalar, Value
from archspec.errors import Source, Span
from archspec.source import scalar
from archspec.variables import is_expression

_NOWHERE = Span(Source("", ""), 1, 1)
_PLAIN = re.compile(r"[A-Za-z0-9_./][A-Za-z0-9_./-]*( [A-Za-z0-9_./-]+)*")


def literal(value: Value) -> str:
    """A value in YAML's flow style; texts are quoted where they would read as something else.

    >>> from archspec.document import located
    >>> literal(located({"a": [1, 1e-05, None, True], "b": "1e3", "c": "half"}, _NOWHERE))
    '{a: [1, 1e-05, ~, true], b: "1e3", c: half}'
    """
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{word(key)}: {literal(item)}" for key, item in value.items.items()) + "}"
    if isinstance(value, Scalar):
        return _scalar(value)
    return "[" + ", ".join(literal(item) for item in value.items) + "]"


def _scalar(value: Scalar) -> str:
    if value.value is None:
        return "~"
    if isinstance(value.value, bool):
        return str(value.value).lower()
    if not isinstance(value.value, str):
        return repr(value.value)
    if value.plain and is_expression(value.value):
        return value.value
    return word(value.value)


def word(text: str) -> str:
    """A text, quoted where it needs it."""
    if _PLAIN.fullmatch(text) and scalar_text(text):
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in quoted)


def scalar_text(text: str) -> bool:
    """Whether a text without quotes reads as itself."""
    return len(text) < 40 and scalar(text, _NOWHERE).value == text and not is_expression(text)
