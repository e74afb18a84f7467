"""What tells two networks apart: their rows, and what that does to shapes and costs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from difflib import SequenceMatcher
from typing import Any, Literal

from archspec import ir
from archspec.ir import Graph
from archspec.passes.alignment import Row, align, rows
from archspec.passes.compare import Profile, profile
from archspec.passes.digest import digest

Status = Literal["added", "removed", "changed", "renamed", "follows"]


@dataclass(frozen=True)
class FieldChange:
    """A field of an operator that is another: `kernel_size` of a `Conv`, or what a row `reads`."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Change:
    """A row that differs.

    `changed` rows do or read something else; `renamed` ones do the same under another name; those that
    `follow` are the same, and give another shape or cost for what is above them.
    """

    status: Status
    before: Row | None
    after: Row | None
    fields: tuple[FieldChange, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The change as `archspec diff --format json` prints it."""
        return {
            "status": self.status,
            "before": _row(self.before) if self.before else None,
            "after": _row(self.after) if self.after else None,
            "fields": [asdict(field) for field in self.fields],
        }


@dataclass(frozen=True)
class Total:
    """A figure of the whole network, before and after."""

    figure: str
    before: int
    after: int

    @property
    def change(self) -> int:
        """How much there is more; negative for less."""
        return self.after - self.before

    @property
    def percent(self) -> float | None:
        """The change in percent of what was before; None where that was nothing."""
        return 100 * self.change / self.before if self.before else None

    def to_dict(self) -> dict[str, Any]:
        """All four as a mapping."""
        return {"before": self.before, "after": self.after, "change": self.change, "percent": self.percent}


@dataclass(frozen=True)
class Difference:
    """Two networks apart: the rows that differ, in order, and the totals.

    `same` says that both compute the same, whatever their rows are called (their digests are equal).
    """

    before: str
    after: str
    same: bool
    changes: tuple[Change, ...]
    totals: tuple[Total, ...]

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of `docs/compare.md`."""
        return {
            "before": self.before,
            "after": self.after,
            "same": self.same,
            "rows": [change.to_dict() for change in self.changes],
            "totals": {total.figure: total.to_dict() for total in self.totals},
        }

    def _repr_html_(self) -> str:
        from archspec.passes.notebook import difference_as_html

        return difference_as_html(self)


def difference(before: Graph, after: Graph) -> Difference:
    """The rows that differ between two graphs, and what both cost."""
    pairs = align(rows(before), rows(after))
    names = {left.name: right.name for left, right in pairs if left and right}
    changes = tuple(change for left, right in pairs if (change := _change(left, right, names)))
    same = digest(before) == digest(after)
    return Difference(before.name, after.name, same, changes, tuple(_totals(profile(before), profile(after))))


def _totals(before: Profile, after: Profile) -> Iterator[Total]:
    for field in fields(Profile):
        values = getattr(before, field.name), getattr(after, field.name)
        if all(isinstance(value, int) for value in values):
            yield Total(field.name, *values)


def _change(before: Row | None, after: Row | None, names: dict[str, str]) -> Change | None:
    """What is other of a pair of rows; None where nothing is."""
    if before is None or after is None:
        return Change("added" if before is None else "removed", before, after)
    found = [*_fields(before, after)]
    reads = tuple(names.get(name, name) for name in before.reads)
    if reads != after.reads:
        found.append(FieldChange("reads", before.reads, after.reads))
    if found or before.ops != after.ops:
        return Change("changed", before, after, tuple(found))
    if before.name != after.name and not (before.counted and after.counted):
        return Change("renamed", before, after)
    if _given(before) != _given(after):
        return Change("follows", before, after)
    return None


def _given(row: Row) -> tuple[Any, ...]:
    return row.output_shape, row.params, row.macs


def _fields(before: Row, after: Row) -> Iterator[FieldChange]:
    """Fields that differ of the primitives that both rows have, those left out that only one has."""
    matcher = SequenceMatcher(None, [*map(type, before.ops)], [*map(type, after.ops)], autojunk=False)
    for start, other_start, size in matcher.get_matching_blocks():
        for one, other in zip(before.ops[start:][:size], after.ops[other_start:][:size], strict=True):
            for name, value in vars(one).items():
                if value != vars(other)[name]:
                    yield FieldChange(name, value, vars(other)[name])


def _row(row: Row) -> dict[str, Any]:
    ops = [{"op": type(op).__name__, **_as_dict(op)} for op in row.ops]
    return {
        "name": row.name,
        "ops": ops,
        "reads": list(row.reads),
        "output_shape": list(row.output_shape),
        "params": row.params,
        "macs": row.macs,
    }


def _as_dict(op: ir.Op) -> dict[str, Any]:
    return asdict(op)  # type: ignore[call-overload,no-any-return]  # each primitive is one
