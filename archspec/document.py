"""A document: YAML's values, each with the place where it stands.

Positions travel with the values, so that a row moved, repeated or taken from another file still
knows where it was written.
"""

from __future__ import annotations

from collections.abc import Mapping as Map
from dataclasses import dataclass
from typing import Any, NamedTuple

from archspec.errors import Source, Span


class Scalar(NamedTuple):
    """A single value: text, number, boolean or null. `plain` is false where it was quoted."""

    value: str | int | float | bool | None
    span: Span
    plain: bool = True


@dataclass(frozen=True)
class Sequence:
    """A list of values."""

    items: tuple[Value, ...]
    span: Span


@dataclass(frozen=True)
class Mapping:
    """Keys with their values; `keys` holds where each key stands."""

    items: dict[str, Value]
    keys: dict[str, Span]
    span: Span

    def get(self, key: str) -> Value | None:
        """The value of `key`, or None where the mapping lacks it."""
        return self.items.get(key)

    def mapping(self, key: str) -> Mapping | None:
        """The value of `key` where it is a mapping."""
        found = self.items.get(key)
        return found if isinstance(found, Mapping) else None

    def rows(self, key: str) -> Sequence:
        """The value of `key` where it is a list, else an empty one."""
        found = self.items.get(key)
        return found if isinstance(found, Sequence) else Sequence((), self.span)

    def scalar(self, key: str) -> Scalar | None:
        """The value of `key` where it is a single one."""
        found = self.items.get(key)
        return found if isinstance(found, Scalar) else None

    def text(self, key: str) -> str:
        """The value of `key` where it is a single one, as text; else empty."""
        found = self.scalar(key)
        return str(found.value) if found else ""

    def put(self, key: str, value: Value) -> Mapping:
        """The mapping with a value in place of another, or beside the others."""
        return Mapping({**self.items, key: value}, {key: value.span, **self.keys}, self.span)

    def without(self, *keys: str) -> Mapping:
        """The mapping with some keys left out."""
        return Mapping({key: value for key, value in self.items.items() if key not in keys}, self.keys, self.span)

    def over(self, weaker: Mapping) -> Mapping:
        """Both mappings' keys; this one's values where both have one."""
        return Mapping({**weaker.items, **self.items}, {**weaker.keys, **self.keys}, self.span)

    def renamed(self, pattern: str) -> Mapping:
        """The mapping with every key put in place of `{}` in a pattern."""
        items = {pattern.format(key): value for key, value in self.items.items()}
        return Mapping(items, {pattern.format(key): span for key, span in self.keys.items()}, self.span)


Value = Scalar | Sequence | Mapping


@dataclass(frozen=True)
class Document:
    """A parsed file: its top-level mapping and its source."""

    root: Mapping
    source: Source


def plain(value: Value) -> Any:
    """The value without its positions: dicts, lists, texts, numbers."""
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items.items()}
    if isinstance(value, Sequence):
        return [plain(item) for item in value.items]
    return value.value


def located(value: Any, span: Span) -> Value:
    """A Python value as a located one, every part of it at `span`."""
    if isinstance(value, Map):
        return mapping({str(k): located(v, span) for k, v in value.items()}, span)
    if isinstance(value, list | tuple):
        return Sequence(tuple(located(item, span) for item in value), span)
    return Scalar(value, span, plain=False)


def mapping(items: dict[str, Value], span: Span) -> Mapping:
    """A mapping that was never written: its keys stand where their values do."""
    return Mapping(items, {key: value.span for key, value in items.items()}, span)


def argument(name: str, value: Any) -> Value:
    """A value that came from a caller, cited in messages as `name=value`."""
    text = f"{name}={value!r}"
    return located(value, Span(Source("<argument>", text), 1, 1, len(text)))
