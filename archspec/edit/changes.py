"""Changes of one row in its scope: set, removed, replaced, or with others beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from archspec.blocks import registry
from archspec.document import Mapping, Scalar, Sequence, Value
from archspec.edit.references import Names, follow, keys_of, names
from archspec.errors import Span, fail
from archspec.rows import Row, kind_and_keys, read_row, row_value
from archspec.variables import Variables

Rows = tuple[Value, ...]


@dataclass(frozen=True)
class Result:
    """The rows of a scope after a change; who has taken over a name there, and what names are gone."""

    rows: Rows
    names: Names = field(default_factory=Names)
    gone: frozenset[str] = frozenset()


Change = Callable[[Rows, int, Row, Variables], Result]
"""A change of the row at a place among the rows of its scope, all of which have names."""


def setting(asked: Mapping, at: Span) -> Change:
    """`set`: keys of a row, over those that it has; the row then stands where it is set."""

    def change(rows: Rows, place: int, row: Row, variables: Variables) -> Result:
        if "name" in asked.items:
            expected = "`replace` with a row of another name: weights are matched by names"
            raise fail("edit-name", f"`set` cannot rename '{row.name}'", asked.keys["name"], expected=expected)
        kind, _, keys = kind_and_keys(rows[place])
        return Result((*rows[:place], row_value(kind, asked.over(keys), at), *rows[place + 1 :]))

    return change


def remove(rows: Rows, place: int, row: Row, variables: Variables) -> Result:
    """`remove`: what stood below the row now reads what the row has read."""
    below = rows[place + 1 :]
    kept = below if flag(row.kind, "side") else reading(below, row.above)
    return Result((*rows[:place], *kept), gone=frozenset({row.name, *row.units}))


def replacing(new: Sequence) -> Change:
    """`replace`: rows in the place of one; who has read it reads the last of them."""

    def change(rows: Rows, place: int, row: Row, variables: Variables) -> Result:
        old = {row.name, *row.units}
        made = fresh(new, names(rows, variables) - old, variables)
        called = [_name(value) for value in made]
        last = dict.fromkeys({row.name, row.units[-1]}, called[-1])
        others = [follow(part, last, variables) for part in (rows[:place], rows[place + 1 :])]
        first = dict.fromkeys({row.name, row.units[0]}, called[0])
        gone = frozenset(old - last.keys() - set(called))
        return Result((*others[0], *reading(made, row.above), *others[1]), Names(last, first), gone)

    return change


def inserting(new: Sequence, *, after: bool) -> Change:
    """`insert_after`, `insert_before`: rows on one side; before a row they read what it has read."""

    def change(rows: Rows, place: int, row: Row, variables: Variables) -> Result:
        made = fresh(new, names(rows, variables), variables)
        old = rows[place]
        if after:
            return Result((*rows[: place + 1], *made, *rows[place + 1 :]))
        if row.above and not all(flag(kind_and_keys(value)[0], "side") for value in made):
            made, old = reading(made, row.above), _without(old, "from")
        return Result((*rows[:place], *made, old, *rows[place + 1 :]))

    return change


def split(rows: Rows, place: int, row: Row, variables: Variables) -> Result:
    """A row with `times` as a row for each of its units, called as they were."""
    kind, span, keys = kind_and_keys(rows[place])
    of_the_first = {"from", "strides"}
    own = {key.name for key in keys_of(kind)}
    units: list[Value] = []
    for unit in row.units:
        kept = {k: v for k, v in keys.items.items() if k != "times" and not (units and k in of_the_first)}
        kept["name"] = Scalar(unit, keys.items["name"].span)
        if units and "strides" in own:
            kept["strides"] = Scalar(1, span)
        kept |= {"times": Scalar(None, span)} if "times" in own else {}
        units.append(row_value(kind, Mapping(kept, {**dict.fromkeys(kept, span), **keys.keys}, keys.span), span))
    last, first = {row.name: row.units[-1]}, {row.name: row.units[0]}
    others = [follow(part, last, variables) for part in (rows[:place], rows[place + 1 :])]
    return Result((*others[0], *units, *others[1]), Names(last, first))


def fresh(new: Sequence, taken: Set[str], variables: Variables) -> Rows:
    """New rows with names of their own: those that may have weights must bring one."""
    made: list[Value] = []
    taken = set(taken)
    for value in new.items:
        kind, span, keys = kind_and_keys(value)
        if "name" not in keys.items:
            if not flag(kind, "weightless"):
                expected = f"`{kind}: {{name: ...}}`: weights are matched by names"
                raise fail("edit-unnamed", f"a new {kind} without a name", span, expected=expected)
            keys = keys.put("name", Scalar(_free(kind, taken), span))
        made.append(row_value(kind, keys, span))
        row = read_row(made[-1], Counter(), variables)
        if second := taken & {row.name, *row.units}:
            at = keys.items["name"].span
            raise fail(
                "duplicate-name", f"a row is called '{min(second)}' already", at, expected="a name that is not taken"
            )
        taken |= {row.name, *row.units}
    return tuple(made)


def _free(kind: str, taken: Set[str]) -> str:
    numbered = (kind if n == 1 else f"{kind}{n}" for n in count(1))
    return next(name for name in numbered if name not in taken)


def reading(rows: Iterable[Value], above: Scalar | None) -> Rows:
    """Rows of which the first trunk row, and side rows in front of it, read a named row instead of the one above."""
    made: list[Value] = []
    for value in rows:
        kind, span, keys = kind_and_keys(value)
        reads = above and "from" not in keys.items and not flag(kind, "merges")
        made.append(row_value(kind, keys.put("from", above), span) if above and reads else value)
        above = above if flag(kind, "side") else None
    return tuple(made)


def flag(kind: str, name: str) -> Any:
    """A flag of a built-in step; false for a block of the spec's own."""
    return getattr(registry().get(kind), name, False)


def _name(value: Value) -> str:
    return kind_and_keys(value)[2].text("name")


def _without(value: Value, key: str) -> Mapping:
    kind, span, keys = kind_and_keys(value)
    return row_value(kind, keys.without(key), span)
