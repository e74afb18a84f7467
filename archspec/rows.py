"""Rows taken apart: kind, name, and the keys that every row takes."""

from __future__ import annotations

import functools
from collections import Counter
from dataclasses import dataclass

from archspec.blocks import registry
from archspec.blocks.base import Block
from archspec.blocks.kinds import MAX_TIMES
from archspec.document import Mapping, Scalar, Sequence, Value, plain
from archspec.errors import Span, fail
from archspec.schema import COMMON
from archspec.variables import Variables, substitute


@dataclass(frozen=True)
class Row:
    """A row: its kind, the keys of that kind alone, and what every row takes.

    `above` is the row that it reads where it says so (`from`), `times` how many units it asks for,
    perhaps by variables; `named` is whether the file names it or its units.
    """

    kind: str
    name: str
    keys: Mapping
    span: Span
    above: Scalar | None
    times: Value | None
    variables: Variables
    named: bool

    @functools.cached_property
    def units(self) -> tuple[str, ...]:
        """The names of its units: one, called like the row, unless `times` asks for more."""
        times = times_of(self.times, self.variables)
        return (self.name,) if times is None else tuple(f"{self.name}_{i + 1}" for i in range(times))

    def at(self, key: str, item: str = "") -> Span:
        """Where the row says `key`, or an item of its list; the row itself where it does not."""
        found = self.keys.items.get(key)
        items = found.items if isinstance(found, Sequence) else ()
        return next((i.span for i in items if plain(i) == item), found.span if found else self.span)


def read_row(value: Value, unnamed: Counter[str], variables: Variables) -> Row:
    """Take a row of a checked document apart.

    Args:
        value: the word, or the mapping of one key.
        unnamed: how many unnamed rows of each kind the scope has so far; counted up here.
        variables: for `times`.
    """
    kind, span, keys = kind_and_keys(value)
    name = keys.get("name")
    if isinstance(name, Scalar):
        called = str(name.value)
    else:
        unnamed[kind] += 1
        called = kind if unnamed[kind] == 1 else f"{kind}{unnamed[kind]}"
    above = keys.get("from")
    times = keys.get("times")
    common = _common(registry().get(kind))
    own = Mapping({k: v for k, v in keys.items.items() if k not in common}, keys.keys, keys.span)
    named = isinstance(name, Scalar) or times is not None
    return Row(kind, called, own, span, above if isinstance(above, Scalar) else None, times, variables, named)


@functools.cache
def _common(block: type[Block] | None) -> frozenset[str]:
    """The keys that every row takes, without those that a step has of its own (`times` of `repeat`)."""
    return frozenset(key.name for key in COMMON) - {key.name for key in (block.all_keys() if block else ())}


def row_value(kind: str, keys: Mapping, span: Span) -> Mapping:
    """A row put together again."""
    return Mapping({kind: keys}, {kind: span}, span)


def kind_and_keys(value: Value) -> tuple[str, Span, Mapping]:
    """A row's kind, where it stands, and its keys; the main key of a row that is `kind: value`."""
    if not isinstance(value, Mapping):
        return str(value.value) if isinstance(value, Scalar) else "", value.span, Mapping({}, {}, value.span)
    [(kind, body)] = value.items.items()
    span = value.keys[kind]
    if isinstance(body, Mapping):
        return kind, span, body
    main = [key.name for key in registry()[kind].all_keys() if key.main] if kind in registry() else []
    return kind, span, Mapping(dict.fromkeys(main, body), dict.fromkeys(main, span), span)


def times_of(value: Value | None, variables: Variables) -> int | None:
    """How many units a row asks for; None where it does not say."""
    if value is None or (isinstance(value, Scalar) and value.value is None):
        return None
    times = substitute(value, variables)
    if not isinstance(times, int) or isinstance(times, bool) or not 1 <= times <= MAX_TIMES:
        raise fail(
            "out-of-range", f"times is {times!r}", value.span, expected=f"a whole number from 1 to {MAX_TIMES:,}"
        )
    return times
