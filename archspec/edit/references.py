"""Which rows a row holds, what the rows of a scope are called, and who refers to whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping as Map, Set
from dataclasses import dataclass, field

from archspec.blocks import registry
from archspec.blocks.base import Key
from archspec.blocks.kinds import NAMES
from archspec.document import Mapping, Scalar, Sequence, Value
from archspec.rows import Row, kind_and_keys, read_row, row_value
from archspec.variables import Variables

Where = tuple[str, ...]
"""The keys in a row that lead to rows which it holds: ("layers",), ("paths", "left")."""


@dataclass(frozen=True)
class Names:
    """Names that others have taken over: whose output now stands for a row's, and who is first in its place."""

    last: Map[str, str] = field(default_factory=dict)
    first: Map[str, str] = field(default_factory=dict)

    def then(self, later: Names) -> Names:
        """These changes, and behind them others."""
        last, first = (
            {k: after.get(v, v) for k, v in before.items()} | after
            for before, after in ((dict(self.last), dict(later.last)), (dict(self.first), dict(later.first)))
        )
        return Names(last, first)

    def below(self, prefix: str) -> Names:
        """The same names seen from the scope around theirs."""
        return Names(*({f"{prefix}.{k}": f"{prefix}.{v}" for k, v in part.items()} for part in (self.last, self.first)))


def keys_of(kind: str) -> tuple[Key, ...]:
    """The keys of a built-in step; none for a block of the spec's own."""
    return registry()[kind].all_keys() if kind in registry() else ()


def held(value: Value) -> Iterator[tuple[Where, Sequence]]:
    """The lists of rows that a row holds, and where."""
    kind, _, keys = kind_and_keys(value)
    for key in keys_of(kind):
        found = keys.get(key.name) if key.kind.rows else None
        if isinstance(found, Sequence):
            yield (key.name,), found
        elif isinstance(found, Mapping):
            yield from (((key.name, name), rows) for name, rows in found.items.items() if isinstance(rows, Sequence))


def levels(where: Where) -> tuple[str, ...]:
    """What stands between a row's name and the names of rows that it holds."""
    return where[1:] if len(where) > 1 or where == ("layers",) else where


def holding(value: Value, where: Where, rows: Sequence) -> Mapping:
    """The row with other rows in the place of those that it holds."""
    kind, span, keys = kind_and_keys(value)
    inner = keys.mapping(where[0])
    return row_value(kind, keys.put(where[0], inner.put(where[1], rows) if inner else rows), span)


def read_rows(rows: Iterable[Value], variables: Variables) -> list[Row]:
    """The rows of a scope, taken apart."""
    unnamed: Counter[str] = Counter()
    return [read_row(value, unnamed, variables) for value in rows]


def names(rows: Iterable[Value], variables: Variables) -> set[str]:
    """What the rows of a scope, and their units, are called."""
    return {name for row in read_rows(rows, variables) for name in (row.name, *row.units)}


def named(rows: Sequence, variables: Variables) -> tuple[Value, ...]:
    """The rows with the names written out that they are counted by, so that no edit renames one."""
    found = []
    for value, row in zip(rows.items, read_rows(rows.items, variables), strict=True):
        kind, span, keys = kind_and_keys(value)
        if "name" not in keys.items and (row.named or is_level(kind)):
            keys = keys.put("name", Scalar(row.name, span))
        found.append(row_value(kind, keys, span))
    return tuple(found)


def is_level(kind: str) -> bool:
    """Whether an unnamed row of a kind is still a level in the names of what it holds."""
    return getattr(registry().get(kind), "level", True)


def follow(rows: Iterable[Value], renamed: Map[str, str], variables: Variables) -> tuple[Value, ...]:
    """The rows, and all that they hold, with references to names that others have taken over."""
    return tuple(_follow(value, renamed, variables) if renamed else value for value in rows)


def _follow(value: Value, renamed: Map[str, str], variables: Variables) -> Value:
    kind, span, keys = kind_and_keys(value)
    for key in references(kind) & keys.items.keys():
        keys = keys.put(key, follow_names(keys.items[key], renamed))
        value = row_value(kind, keys, span)
    for where, inner in held(value):
        own = names(inner.items, variables)
        kept = {old: new for old, new in renamed.items() if old not in own}
        value = holding(value, where, Sequence(follow(inner.items, kept, variables), inner.span))
    return value


def references(kind: str) -> set[str]:
    """The keys of a step that name other rows."""
    return {"from", *(key.name for key in keys_of(kind) if key.kind is NAMES)}


def follow_names(value: Value, renamed: Map[str, str]) -> Value:
    """A name, or a list of them, with those that others have taken over."""
    if isinstance(value, Sequence):
        return Sequence(tuple(follow_names(item, renamed) for item in value.items), value.span)
    if isinstance(value, Scalar) and value.value in renamed:
        return Scalar(renamed[str(value.value)], value.span, plain=False)
    return value


def unmet(rows: Sequence, known: Set[str], variables: Variables) -> Iterator[tuple[Row, Scalar]]:
    """References that no row of the scope, or of one around it, answers; wherever it stands."""
    known = known | names(rows.items, variables)
    for value, row in zip(rows.items, read_rows(rows.items, variables), strict=True):
        keys = kind_and_keys(value)[2]
        for found in (keys.get(key) for key in references(row.kind)):
            listed = found.items if isinstance(found, Sequence) else (found,)
            yield from ((row, item) for item in listed if isinstance(item, Scalar) and item.value not in known)
        for _, inner in held(value):
            yield from unmet(inner, known, variables)
