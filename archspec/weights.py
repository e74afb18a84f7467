"""Which value goes where: two sets of named values matched by their names, and the report of it.

A name that only counts rows (`conv3`, the third unnamed one, or `conv3_1` of a form's third stage)
means another row after an insertion. So a model and a file know how many unnamed rows of each kind
every scope has, and how many stages; where the counts differ, none of these names is believed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping as Map
from dataclasses import dataclass, field
from typing import Any

from archspec.errors import SpecError, fail
from archspec.ir import Shape
from archspec.rename import Renames, first, pairs, renamed

FLOATS = ("F64", "F32", "F16", "BF16")
MOST_SAID = 8

Counts = Map[str, int]
"""Full name of a kind in a scope (`conv`, `tower.conv`) -> its unnamed rows there, or the last stage of a form."""


@dataclass(frozen=True)
class Value:
    """A named value of a model or a file: its shape, and its type in the words of safetensors (F32, I64, ...)."""

    shape: Shape
    dtype: str = "F32"

    def __str__(self) -> str:
        return f"{self.shape}" if self.dtype in FLOATS else f"{self.shape} of {self.dtype}"

    def fits(self, other: Value) -> bool:
        """Whether one can be written over the other; floating point of any precision into any other."""
        same = self.dtype == other.dtype or (self.dtype in FLOATS and other.dtype in FLOATS)
        return self.shape == other.shape and same


@dataclass(frozen=True)
class Origin:
    """Where weights come from; a weight file's metadata.

    `network` and `digest` are the spec's name and `archspec.digest`, `unnamed` counts its unnamed
    rows (None where nobody knows), `source` and `licence` say whose weights these are.
    """

    network: str = ""
    digest: str = ""
    preprocessing: Map[str, Any] = field(default_factory=dict)
    classes: tuple[str, ...] = ()
    source: str = ""
    licence: str = ""
    unnamed: Counts | None = None


@dataclass(frozen=True)
class Report:
    """What a transfer did, value by value (`conv1/kernel`).

    `transferred` maps a value of the model to the one that it took, `skipped` a value of the file to
    why it was not taken, `new` a value of the model to why it keeps what it had.
    """

    transferred: Map[str, str]
    skipped: Map[str, str]
    new: Map[str, str]
    misfits: tuple[str, ...] = field(default=(), repr=False)

    def __str__(self) -> str:
        counts = f"{len(self.transferred)} values transferred, {len(self.skipped)} skipped, {len(self.new)} new"
        lines = [f"  {word} {name}: {why}" for word in ("skipped", "new") for name, why in getattr(self, word).items()]
        return "\n".join([counts, *lines])


@dataclass(frozen=True)
class Side:
    """One of the two that are matched: its values by name and its counts of unnamed rows, where known."""

    values: Map[str, Value]
    unnamed: Counts | None = None

    def layers(self) -> dict[str, dict[str, Value]]:
        """Layer -> its values by full name."""
        found: dict[str, dict[str, Value]] = {}
        for name, value in self.values.items():
            found.setdefault(name.partition("/")[0], {})[name] = value
        return found

    def count(self, group: str) -> int:
        """How far a group counts; from the names where nobody noted it, or all have names of their own."""
        if self.unnamed is not None and group in self.unnamed:
            return self.unnamed[group]
        rows = {row for layer in self.layers() for row in _rows_above(layer)}
        numbers = {_number(row, group) for row in rows}
        if group not in rows:  # stages of a form begin with conv1, and pass over numbers
            return max(numbers, default=0)
        return next(n for n in range(1, len(numbers) + 2) if n + 1 not in numbers)


def _rows_above(layer: str) -> Iterator[str]:
    """The rows whose names a layer's name holds: the layer itself and every scope around it, units as their row."""
    parts = layer.split(".")
    for end in range(1, len(parts) + 1):
        name = ".".join(parts[:end])
        yield name
        while (row := re.sub(r"_\d+$", "", name)) != name:
            yield row
            name = row


def _number(row: str, group: str) -> int:
    """The number by which a row's name counts in a group: 1 for the group's own name, 0 for other names."""
    rest = row.removeprefix(group) if row.startswith(group) else "0"
    return int(rest or 1) if re.fullmatch(r"\d{0,9}", rest) else 0


def groups_of(layer: str, counts: Counts) -> list[str]:
    """The groups of unnamed rows that a layer's name counts in.

    >>> groups_of("conv2.fc", {"conv": 3})
    ['conv']
    """
    found = []
    for row in _rows_above(layer):
        stem = re.sub(r"\d+$", "", row)
        found += [group for group in {row, stem} & counts.keys() if 1 <= _number(row, group) <= counts[group]]
    return found


def relevant(counts: Counts | None, layers: Iterable[str]) -> Counts | None:
    """The counts that the names of these layers depend on."""
    if counts is None:
        return None
    used = {group for layer in layers for group in groups_of(layer, counts)}
    return {group: counts[group] for group in sorted(used)}


def plan(ours: Side, theirs: Side, rename: Renames | None = None, *, all_used: bool = True) -> Report:
    """Match the values of a model (`ours`) with those of a file or another model (`theirs`), by name.

    A layer is taken whole where its values fit, and not at all where one of them has another shape.

    Args:
        ours: what wants values.
        theirs: what has them.
        rename: their names -> ours, see `archspec.rename.pairs`.
        all_used: whether a pair of `rename` that matches nothing is an error.
    """
    rules = pairs(rename)
    names = renamed(theirs.values, rules, all_used=all_used)
    sources = {new: old for old, new in names.items() if new is not None}
    offered = Side({new: theirs.values[old] for new, old in sources.items()}, theirs.unnamed)
    there = offered.layers()
    transferred: dict[str, str] = {}
    skipped = {old: "left out by rename" for old, new in names.items() if new is None}
    new: dict[str, str] = {}
    misfits: list[str] = []
    for layer, mine in ours.layers().items():
        found = there.pop(layer, {})
        asked = any(first(rules, sources[name]) for name in found)  # whoever renames knows which row is meant
        why = _obstacle(layer, mine, found) or ("" if asked else _shifted(layer, ours, offered))
        if why:
            misfits.append(why)
            new |= dict.fromkeys(mine, why)
            skipped |= {sources[name]: why for name in found}
            continue
        more = {sources[name]: f"'{layer}' has no {name.partition('/')[2]} here" for name in found if name not in mine}
        less = {name: f"'{name}' is not in the file" for name in mine if name not in found}
        transferred |= {name: sources[name] for name in mine if name in found}
        skipped, new = skipped | more, new | less
        misfits += [*more.values(), *less.values()]
    skipped |= {sources[name]: f"no layer '{layer}' here" for layer, found in there.items() for name in found}
    return Report(transferred, skipped, new, tuple(misfits))


def _obstacle(layer: str, mine: Map[str, Value], found: Map[str, Value]) -> str:
    """Why a layer cannot be taken; empty where it can."""
    if not found:
        return f"no layer '{layer}' in the file"
    unfit = [name for name in mine if name in found and not mine[name].fits(found[name])]
    return "; ".join(f"'{name}' is {found[name]} in the file, {mine[name]} here" for name in unfit)


def _shifted(layer: str, ours: Side, theirs: Side) -> str:
    """Why a layer's name may mean another row there; empty where it cannot."""
    known = theirs.unnamed if ours.unnamed is None else ours.unnamed
    for group in groups_of(layer, known or {}):
        here, there = ours.count(group), theirs.count(group)
        if here != there:
            return (
                f"'{layer}' is named by counting, and '{group}' counts to {there} in the file, to {here} here: "
                "name the rows, or say with `rename` which is which"
            )
    return ""


def misfit(report: Report, model: str) -> SpecError:
    """The error for a strict transfer that leaves something of the model out."""
    said = "; ".join(report.misfits[:MOST_SAID])
    more = len(report.misfits) - MOST_SAID
    return fail(
        "weights-misfit",
        f"weights do not fit {model}: {said}" + (f"; and {more} more" if more > 0 else ""),
        expected="every value of the model, by name and shape; `rename` maps names, strict=False takes what fits",
    )
