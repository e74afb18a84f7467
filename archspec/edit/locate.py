"""An address -> the row that it means: `conv3`, a unit `conv4_3`, `policy.fc`, `stage_2.conv`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from archspec.document import Mapping, Scalar, Sequence, Value
from archspec.edit.changes import Change, Result, split
from archspec.edit.references import (
    Names,
    follow,
    follow_names,
    held,
    holding,
    is_level,
    levels,
    named,
    read_rows,
)
from archspec.errors import SpecError, did_you_mean, fail, listing
from archspec.rows import kind_and_keys
from archspec.variables import Variables

MOST_NAMES = 2_000
"""How many rows are looked at for a suggestion."""


@dataclass(frozen=True)
class _Edit:
    """A change, and the address where it is asked for."""

    address: Scalar
    change: Change
    variables: Variables

    def rows(self, result: Result, old: Sequence, *, may_be_empty: bool = False) -> Sequence:
        """The changed rows as a list in the place of the old one."""
        if not (result.rows or may_be_empty):
            expected = "at least one row that stays: `replace` puts others in its place"
            raise fail(
                "edit-empty", f"'{self.address.value}' is the only row there", self.address.span, expected=expected
            )
        return Sequence(result.rows, old.span)


MAX_LEVELS = 64
"""Names in one address; as deep as lists can lie in one another."""


def change_at(root: Mapping, address: Scalar, change: Change, variables: Variables) -> tuple[Mapping, frozenset[str]]:
    """A spec's mapping with one row changed, references to it followed; and the names that are gone.

    Raises:
        SpecError: where the address means no row.
    """
    words, edit = tuple(str(address.value).split(".", MAX_LEVELS)), _Edit(address, change, variables)
    layers, heads = root.rows("layers"), root.mapping("outputs")
    if result := _within(layers, words, edit):
        root = root.put("layers", edit.rows(result, layers))
        return _followed(root, result.names, variables), result.gone
    rows = heads.items.get(words[0]) if heads else None
    if heads and isinstance(rows, Sequence) and (result := _within(rows, words[1:], edit)):
        return root.put("outputs", heads.put(words[0], edit.rows(result, rows))), result.gone
    raise _nowhere(root, address, words, variables)


def _within(rows: Sequence, words: tuple[str, ...], edit: _Edit) -> Result | None:
    """The change where `words` lead below a list of rows; None where they lead nowhere."""
    values = named(rows, edit.variables)
    for place, row in enumerate(read_rows(values, edit.variables)):
        if not words:
            return None
        if words == (row.name,):
            return edit.change(values, place, row, edit.variables)
        if words[0] in row.units and words[0] != row.name:
            parts = split(values, place, row, edit.variables)
            result = _within(Sequence(parts.rows, rows.span), words, edit)
            return replace(result, names=parts.names.then(result.names)) if result else None
        if below := _below(values[place], words):
            made = _inside(values[place], below, edit)
            if made:
                value, result = made
                names = result.names.below(".".join(words[: len(words) - 1]))
                return Result((*values[:place], value, *values[place + 1 :]), names, result.gone)
    return None


def _below(value: Value, words: tuple[str, ...]) -> tuple[str, ...]:
    """What is left of an address inside a row: nothing where it leads elsewhere."""
    kind, _, keys = kind_and_keys(value)
    if "name" in keys.items or is_level(kind):
        return words[1:] if words[0] == keys.text("name") else ()
    return words


def _inside(value: Value, words: tuple[str, ...], edit: _Edit) -> tuple[Mapping, Result] | None:
    for where, rows in held(value):
        lead = levels(where)
        if words[: len(lead)] == lead and (result := _within(rows, words[len(lead) :], edit)):
            return holding(value, where, edit.rows(result, rows, may_be_empty=len(where) > 1)), result
    return None


def _followed(root: Mapping, names: Names, variables: Variables) -> Mapping:
    """Heads, the list of outputs and `top`, with names that others have taken over."""
    outputs, top = root.get("outputs"), root.get("top")
    if isinstance(outputs, Mapping):
        for head, rows in outputs.items.items():
            if isinstance(rows, Sequence):
                outputs = outputs.put(head, Sequence(follow(rows.items, names.last, variables), rows.span))
        root = root.put("outputs", outputs)
    elif outputs:
        root = root.put("outputs", follow_names(outputs, names.last))
    return root.put("top", follow_names(top, names.first)) if top else root


def _nowhere(root: Mapping, address: Scalar, words: tuple[str, ...], variables: Variables) -> SpecError:
    rows, known = (list(islice(addresses(root, variables, units=u), MOST_NAMES)) for u in (False, True))
    around = next((".".join(words[:n]) for n in range(len(words) - 1, 0, -1) if ".".join(words[:n]) in known), "")
    if around:
        message = f"no row that '{around}' holds is called '{'.'.join(words)[len(around) + 1 :]}'"
        inside = [name for name in known if name.startswith(f"{around}.")]
        expected = listing(inside) or f"'{around}' itself: steps inside a block are no rows of this spec"
    else:
        message, expected = f"no row is called '{address.value}'", listing(rows)
    near = did_you_mean(str(address.value), rows) or did_you_mean(str(address.value), known)
    return fail("edit-unknown", message, address.span, expected=expected, suggestion=near)


def addresses(root: Mapping, variables: Variables, *, units: bool = True) -> Iterator[str]:
    """Everything that an edit can name; rows alone, or their units as well."""
    yield from _addresses(root.rows("layers"), "", variables, units)
    heads = root.mapping("outputs")
    for head, rows in heads.items.items() if heads else ():
        if isinstance(rows, Sequence):
            yield from _addresses(rows, f"{head}.", variables, units)


def _addresses(rows: Sequence, prefix: str, variables: Variables, units: bool) -> Iterator[str]:
    values = named(rows, variables)
    for value, row in zip(values, read_rows(values, variables), strict=True):
        level = "name" in kind_and_keys(value)[2].items or is_level(row.kind)
        if level:
            yield from (prefix + name for name in dict.fromkeys((row.name, *(row.units if units else ()))))
        for where, inner in held(value):
            lead = (row.name, *levels(where)) if level else levels(where)
            yield from _addresses(inner, prefix + "".join(f"{name}." for name in lead), variables, units)
