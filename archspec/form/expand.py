"""`form` and `sizes` -> plain rows, each with its place: the term of the form, its keys in `sizes`.

Stages: each outermost term that has weights, and each turn of an outermost star, is the next one.
Names: the term and its stage, and `_i` for each star inside (conv1_2, pool1, fc6).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping as Map

from archspec import diagnose
from archspec.blocks import registry
from archspec.document import Mapping, Scalar, Sequence, Value, located
from archspec.errors import Diagnostic, Span, SpecError, did_you_mean, fail, listing
from archspec.form.parse import parse
from archspec.form.sizes import Sizes
from archspec.form.syntax import Form
from archspec.form.terms import FUNCTIONS, LIGHT, NORM_TERMS, known
from archspec.form.unroll import Cell, Path, unroll
from archspec.variables import Variables

LAYERS = ("conv", "fc")
"""Steps that take the norm, the activation and the dropout behind them as keys."""
SLOTS = ("norm", "activation", "dropout")


def layers(root: Mapping, variables: Variables) -> Sequence:
    """The rows of a spec: its `layers`, or what its form stands for.

    Raises:
        SpecError: with every place where the form and its sizes do not fit together.
    """
    written = root.scalar("form")
    if written is None or "layers" in root.items:
        if "sizes" in root.items:
            told = "beside `layers` the form is a claim" if written else "`sizes` without a form"
            raise fail("unused-size", told, root.keys["sizes"], expected="`form` and `sizes`, or `layers`")
        return root.rows("layers")
    return _Expansion(root, written, variables).rows()


class _Expansion:
    """One form with its sizes, on the way to rows."""

    def __init__(self, root: Mapping, written: Scalar, variables: Variables) -> None:
        self.form = parse(written)
        own = root.mapping("blocks")
        self.terms = known(own.items if own else ())
        if unknown := unknown_terms(self.form, self.terms):
            raise SpecError(unknown)
        self.implied = False
        self.sizes = Sizes(root, self.form, self.terms, variables)
        self.diagnostics = self.sizes.diagnostics
        self.stages: dict[str, dict[int, int]] = defaultdict(dict)
        self.turns: dict[tuple[str, int, Path], int] = defaultdict(int)

    def rows(self) -> Sequence:
        """All rows, or everything that is wrong."""
        if self.diagnostics:
            raise SpecError(in_order(self.diagnostics))
        cells = unroll(self.form, self.sizes, self.terms)
        self.implied = any(cell.implied for cell in cells)
        kinds = [self.kind(cell) for cell in cells]
        self.count(cells, kinds)
        found: list[_Row] = []
        for cell, kind in zip(cells, kinds, strict=True):
            if not (found and self.joined(cell, kind, found[-1])):
                found.append(_Row(kind, cell, self.keys(kind, cell)))
        rows = [row.value() for row in found]
        self.check(found)
        if self.diagnostics:
            raise SpecError(in_order(self.diagnostics))
        return Sequence(tuple(rows), self.form.span)

    def kind(self, cell: Cell) -> str:
        """The step that a cell is; of two pools, the one that `sizes` speaks of, in this stage."""
        kinds = self.terms[cell.name.name]
        if len(kinds) == 1:
            return kinds[0]
        told = [kind for kind in kinds if kind in self.sizes.steps]
        here = [kind for kind in told if cell.stage in self.sizes.stages.get(kind, (cell.stage,))]
        if len(told) == 1:
            return told[0]
        if len(here) != 1:
            both = f"both {' and '.join(kinds)}: which of them is it here?"
            message = f"`sizes` says {both if told else 'neither ' + ' nor '.join(kinds)}"
            expected = "`at: [stages]` under both" if told else "max_pool: 2, or avg_pool: 2"
            self.diagnostics.append(Diagnostic("missing-size", message, cell.name.span, expected))
        return (here or kinds)[0]

    def count(self, cells: list[Cell], kinds: list[str]) -> None:
        """Count the stages of each kind, and its repetitions in each."""
        for cell, kind in zip(cells, kinds, strict=True):
            self.stages[kind].setdefault(cell.stage, len(self.stages[kind]))
            for depth, turn in enumerate(cell.path):
                place = kind, cell.stage, cell.path[:depth]
                self.turns[place] = max(self.turns[place], turn)

    def keys(self, kind: str, cell: Cell) -> dict[str, Value]:
        """What `sizes` says of one cell."""
        step = self.sizes.steps.get(kind)
        picked = {key: self.pick(kind, key, value, cell) for key, value in step.items.items()} if step else {}
        if cell.implied:
            picked["units"] = self.classes(cell, step)
        return {key: value for key, value in picked.items() if value is not None}

    def pick(self, kind: str, key: str, value: Value, cell: Cell) -> Value | None:
        """The entry of a value for one cell: by its stage, then by its repetitions."""
        path = list(cell.path)
        if isinstance(value, Sequence):
            stages = self.stages[kind]
            index, length = stages[cell.stage], len(value.items)
            if kind == "fc" and self.implied and length == len(stages) - 1:
                if cell.implied:
                    return None  # its classes come from elsewhere
            elif length != len(stages):
                self.sizes.wrong_length(f"{kind}.{key}", length, cell.name.name, list(stages), value.span)
                return None
            value = value.items[index]
            while path and isinstance(value, Sequence):
                value = self.repetition(kind, key, value, cell, len(cell.path) - len(path))
                path.pop(0)
        if key == "strides" and kind not in LIGHT and any(turn > 1 for turn in path):
            return Scalar(1, value.span)  # strides hold for the first, as in a row with `times`
        return value

    def repetition(self, kind: str, key: str, value: Sequence, cell: Cell, depth: int) -> Value:
        turns = self.turns[kind, cell.stage, cell.path[:depth]]
        if len(value.items) != turns:
            message = f"{kind}.{key} has {len(value.items)} entries for stage {cell.stage}, which has {turns}"
            self.sizes.error("size-length", message, value.span, f"a list of {turns}, or one value for all of them")
            return Scalar(None, value.span)
        return value.items[cell.path[depth] - 1]

    def classes(self, cell: Cell, step: Mapping | None) -> Value | None:
        """The units of the FC that a SOFTMAX stands for."""
        units = step.get("units") if step else None
        stages = self.stages["fc"]
        if isinstance(units, Sequence) and len(units.items) == len(stages):
            return self.pick("fc", "units", units, cell)
        if "classes" in self.sizes.variables:
            return located(self.sizes.variables["classes"], cell.name.span)
        if units and not isinstance(units, Sequence) and len(stages) == 1:
            return units
        expected = "`vars: {classes: n}`, or an entry more in the list of fc.units"
        message = "SOFTMAX behind no classifier stands for FC-SOFTMAX: of how many classes?"
        self.diagnostics.append(Diagnostic("missing-size", message, cell.name.span, expected))
        return None

    def joined(self, cell: Cell, kind: str, row: _Row) -> bool:
        """Hand a norm, an activation or a dropout to the CONV or FC above it, in this order."""
        term = cell.name.name
        slot = "norm" if term in NORM_TERMS else "activation" if term in FUNCTIONS else "dropout" * (term == "DROPOUT")
        if not slot or row.kind not in LAYERS or SLOTS.index(slot) < row.taken:
            return False
        row.taken = SLOTS.index(slot) + 1
        keys, at = self.keys(kind, cell), cell.name.span
        if slot == "activation":
            row.items[slot] = Scalar(FUNCTIONS[term], at)
        elif slot == "norm":
            row.items[slot] = Mapping({kind: mapping_of(keys, at)}, {kind: at}, at) if keys else Scalar(kind, at)
        elif "rate" in keys:
            row.items[slot] = keys["rate"]
        elif slot not in row.items:
            self.sizes.error("missing-size", "DROPOUT of which rate?", at, "`dropout: rate` under sizes")
        return True

    def check(self, rows: list[_Row]) -> None:
        """Hold the keys of every row to what its step takes."""
        steps = registry()
        for row in rows:
            if row.kind in steps:
                self.diagnostics += diagnose.check(row.kind, mapping_of(row.items, row.cell.name.span))


class _Row:
    """A row that is being made; `taken` counts the slots behind it that are no longer free."""

    def __init__(self, kind: str, cell: Cell, items: dict[str, Value]) -> None:
        self.kind, self.cell, self.items, self.taken = kind, cell, items, 0

    def value(self) -> Value:
        """The row as a file would hold it; what the form says of it is not left to `defaults`."""
        at = self.cell.name.span
        if self.kind in LAYERS:
            self.items.setdefault("activation", Scalar(None, at))
            activation = self.items["activation"]
            if self.kind == "fc" and isinstance(activation, Scalar) and activation.value == "softmax":
                self.items["dropout"] = Scalar(None, at)
        name = "_".join([f"{self.cell.name.name.lower()}{self.cell.stage}", *map(str, self.cell.path)])
        keys = mapping_of({"name": Scalar(name, at), **self.items}, at)
        return Mapping({self.kind: keys}, {self.kind: at}, at)


def mapping_of(items: Map[str, Value], at: Span) -> Mapping:
    """Keys at the places of their values."""
    return Mapping(dict(items), {key: value.span for key, value in items.items()}, at)


def unknown_terms(form: Form, terms: Map[str, tuple[str, ...]]) -> list[Diagnostic]:
    """One diagnostic for each name of a form that stands for no step."""
    return [
        Diagnostic(
            "unknown-term",
            f"no step and no block is called {name.name}",
            name.span,
            listing(sorted(terms), 40),
            did_you_mean(name.name, terms),
        )
        for name in form.names
        if name.name not in terms
    ]
