"""A difference of two networks as text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from archspec import ir
from archspec.passes.alignment import Row
from archspec.passes.difference import Change, Difference, FieldChange, Total
from archspec.passes.shapes import text
from archspec.profile_texts import TEXTS
from archspec.report import count, operator, table

MAX_VALUE = 40
"""Characters of a field's value that are printed."""

ROWS = ("", "row", "operation", "output", "parameters", "multiply-adds", "")
FOLLOWING = ("", "the same, with another", "output", "parameters", "multiply-adds")


def printed(found: Difference) -> str:
    """The rows that differ as `-` and `+` lines, those that only follow as before -> after, then the totals."""
    own = [line for change in found.changes if change.status != "follows" for line in _lines(change)]
    following = [_following(change) for change in found.changes if change.status == "follows"]
    parts = [
        f"{found.before} -> {found.after}",
        _same(found),
        table(ROWS, own, right=(4, 5)) if own else "",
        table(FOLLOWING, following, right=(3, 4)) if following else "",
        table(("", found.before, found.after, "change", ""), map(_total, found.totals), right=(1, 2, 3, 4)),
    ]
    return "\n\n".join(part for part in parts if part)


def _same(found: Difference) -> str:
    if not found.changes:
        return "No row differs."
    return "Both compute the same." if found.same else ""


def _lines(change: Change) -> Iterator[tuple[str, ...]]:
    note = "renamed" if change.status == "renamed" else ", ".join(map(_field, change.fields))
    if change.before:
        yield ("-", *_cells(change.before), "")
    if change.after:
        yield ("+", *_cells(change.after), note)


def _cells(row: Row) -> tuple[str, ...]:
    operation = ", ".join(map(operator, row.ops))
    return row.name, operation, text(row.output_shape), count(row.params), count(row.macs)


def _following(change: Change) -> tuple[str, ...]:
    before, after = (_cells(row) for row in (change.before, change.after) if row)
    return "~", after[0], *(_arrow(one, other) for one, other in zip(before[2:], after[2:], strict=True))


def _arrow(before: str, after: str) -> str:
    return before if before == after else f"{before} -> {after}"


def _total(total: Total) -> tuple[str, ...]:
    label, of = TEXTS[total.figure]
    percent = "" if total.percent is None or not total.change else f"{total.percent:+.1f} %"
    change = f"{'+' if total.change > 0 else '-'}{of(abs(total.change))}" if total.change else "0"
    return label, of(total.before), of(total.after), change, percent


def _field(field: FieldChange) -> str:
    return f"{field.field} {_value(field.before)} -> {_value(field.after)}"


def _value(value: Any) -> str:
    """A field's value in a few characters.

    >>> _value((7, 7)), _value((1, 7)), _value(("conv1", "")), _value(None)
    ('7', '1x7', 'conv1 + above', 'none')
    """
    match value:
        case None:
            found = "none"
        case ir.Initializer(name, arguments):
            found = name + (f"({', '.join(f'{key}={each}' for key, each in arguments)})" if arguments else "")
        case ir.Connections():
            found = f"{value.count} pairs"
        case tuple() if all(isinstance(each, int) for each in value):
            found = str(value[0]) if len({*value}) == 1 else text(value)
        case tuple() if all(isinstance(each, str) for each in value):
            found = " + ".join(each or "above" for each in value)
        case _:
            found = str(value)
    return found if len(found) <= MAX_VALUE else f"{found[: MAX_VALUE - 3]}..."
