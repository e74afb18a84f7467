"""`edit`: rows of a base, or of a form, replaced, added, removed and set.

The rows that stay keep their names, and with them their weights: names that were counted are
written out before anything moves, and a row with `times` of which one unit is edited becomes a
row for each unit.
"""

from __future__ import annotations

from collections.abc import Iterator

from archspec import diagnose
from archspec.document import Document, Mapping, Scalar, Sequence, Value
from archspec.edit.changes import Change, inserting, remove, replacing, setting
from archspec.edit.locate import change_at
from archspec.edit.references import names, unmet
from archspec.errors import MAX_FOUND, Diagnostic, SpecError, in_order, listing
from archspec.variables import Variables

WITH_ROWS = ("replace", "insert_after", "insert_before")
OPERATIONS = (*WITH_ROWS, "remove", "set")
MAX_PASSED = 20_000
"""Rows that the operations of one spec may pass, together: 600 operations on a network of 50 rows."""


def edit(root: Mapping, variables: Variables) -> Mapping:
    """A spec's mapping with its edits carried out, one after the other.

    Raises:
        SpecError: with every edit of what is not there, of names that are taken, or that leaves a
            reference to a removed row; and every place where the edited rows depart from the schema.
    """
    found: list[Diagnostic] = []
    removed: dict[str, Scalar] = {}
    passed = 0
    operations, root = root.rows("edit").items, root.without("edit")
    for operation in operations:
        for address, change in _changes(operation, found):
            passed += 1 + len(root.rows("layers").items)
            if passed > MAX_PASSED:
                found.append(_too_many(address))
            if passed > MAX_PASSED or len(found) >= MAX_FOUND:
                raise SpecError(in_order(found))
            try:
                root, gone = change_at(root, address, change, variables)
            except SpecError as error:
                found += error.diagnostics
            else:
                removed |= dict.fromkeys(gone, address)
    if operations and not found:
        found += [*_removed(root, removed, variables), *diagnose.validate(Document(root, root.span.source))]
    if found:
        raise SpecError(in_order(found))
    return root


def _too_many(address: Scalar) -> Diagnostic:
    message = f"edits that pass more than {MAX_PASSED:,} rows, each counted once for every operation"
    return Diagnostic("too-large", message, address.span, "the rows as they should be")


def _changes(operation: Value, found: list[Diagnostic]) -> Iterator[tuple[Scalar, Change]]:
    """What an operation does, row by row; one that says too much or too little is reported."""
    if not isinstance(operation, Mapping):
        return
    asked = [key for key in operation.items if key in OPERATIONS]
    problem = _problem(asked, "with" in operation.items)
    if problem:
        found.append(Diagnostic("bad-edit", problem[0], operation.span, problem[1]))
        return
    where, rows = operation.items[asked[0]], operation.rows("with")
    if isinstance(where, Mapping):
        for row, keys in where.items.items():
            if isinstance(keys, Mapping):
                yield Scalar(row, where.keys[row]), setting(keys, where.keys[row])
        return
    changes = {
        "replace": replacing(rows),
        "insert_after": inserting(rows, after=True),
        "insert_before": inserting(rows, after=False),
        "remove": remove,
    }
    for address in where.items if isinstance(where, Sequence) else (where,):
        if isinstance(address, Scalar):
            yield address, changes[asked[0]]


def _problem(asked: list[str], with_rows: bool) -> tuple[str, str] | None:
    """What is wrong with an operation, and what it should be."""
    if len(asked) != 1:
        return f"an edit of {len(asked)} operations", f"one of {listing(OPERATIONS)}"
    if asked[0] in WITH_ROWS and not with_rows:
        return f"`{asked[0]}` without its new rows", "`with` beside it"
    if asked[0] not in WITH_ROWS and with_rows:
        return f"`{asked[0]}` with new rows", f"`with` beside one of {listing(WITH_ROWS)}"
    return None


def _removed(root: Mapping, removed: dict[str, Scalar], variables: Variables) -> Iterator[Diagnostic]:
    """Every reference to a removed row."""
    inputs = root.mapping("inputs")
    known = {"input", *(inputs.items if inputs else ())}
    layers, outputs, top = root.rows("layers"), root.get("outputs"), root.scalar("top")
    lists = [layers]
    if isinstance(outputs, Mapping):
        lists += [rows for rows in outputs.items.values() if isinstance(rows, Sequence)]
    trunk = names(layers.items, variables)
    readers = [(row.name, item) for rows in lists for row, item in unmet(rows, known | trunk, variables)]
    listed = outputs.items if isinstance(outputs, Sequence) else ()
    readers += [("outputs", item) for item in listed if isinstance(item, Scalar)]
    readers += [("top", top)] if top else []
    for reader, item in readers:
        name = str(item.value).split(".")[0]
        if name in removed and name not in trunk:
            message = f"'{name}' is gone, but '{reader}' needs it (at {item.span})"
            yield Diagnostic("edit-removed", message, removed[name].span, "an edit of what needs it, too")
