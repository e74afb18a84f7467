"""How many rows a spec unfolds to, counted without unfolding it.

`times`, `repeat` and blocks multiply, so a few lines can ask for billions of rows. The count takes
one look at each row of the file. It is a lower bound: a `times` that only a block's params decide
counts once.
"""

from __future__ import annotations

from collections.abc import Iterator

from archspec.blocks import registry
from archspec.document import Mapping, Scalar, Sequence, Value
from archspec.errors import SpecError, fail
from archspec.resolve import Spec
from archspec.rows import times_of
from archspec.steps import holds_rows

MAX_ROWS = 25_000
"""Rows, blocks and repetitions unfolded."""
MAX_NESTING = 32
"""Lists of rows within one another: in blocks, branches and heads, those of the blocks that they use among them."""


def check(spec: Spec) -> None:
    """Refuse a spec whose rows unfold to more than `MAX_ROWS`.

    Raises:
        SpecError: at the first row with which there are too many.
    """
    counted: dict[str, int] = {}

    def block(name: str, depth: int) -> int:
        if name not in counted:
            counted[name] = 0  # should it contain itself: the expansion says so
            counted[name] = sum(row(value, depth) for value in spec.blocks[name].layers.items)
        return counted[name]

    def row(value: Value, depth: int) -> int:
        if depth > MAX_NESTING:
            return 1
        kind, keys = next(iter(value.items.items())) if isinstance(value, Mapping) else (_word(value), value)
        inner = (row(item, depth + 1) for item in _inner(kind, keys))
        return _times(keys, spec) * (1 + (block(kind, depth + 1) if kind in spec.blocks else sum(inner)))

    total = 0
    for value in spec.layers.items:
        total += row(value, 0)
        if total > MAX_ROWS:
            raise fail("too-many-layers", f"rows unfold to more than {MAX_ROWS:,}", value.span)


def _word(value: Value) -> str:
    return str(value.value) if isinstance(value, Scalar) else ""


def _times(keys: Value, spec: Spec) -> int:
    try:
        return times_of(keys.get("times") if isinstance(keys, Mapping) else None, spec.vars) or 1
    except SpecError:
        return 1  # said where the row is expanded


def _inner(kind: str, keys: Value) -> Iterator[Value]:
    """The rows that a row holds."""
    known = {key.name: key.kind for key in registry()[kind].all_keys()} if kind in registry() else {}
    for name, value in keys.items.items() if isinstance(keys, Mapping) else ():
        if name in known and holds_rows(known[name], value):
            lists = value.items.values() if isinstance(value, Mapping) else [value]
            yield from (item for rows in lists if isinstance(rows, Sequence) for item in rows.items)
