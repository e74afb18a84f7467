"""`form` and `sizes` -> plain rows, each with its place: the term of the form, its keys in `sizes`.

Stages: each outermost term that has weights, and each turn of an outermost star, is the next one.
Names: the term and its stage, and `_i` for each star inside (conv1_2, pool1, fc6).
"""

from __future__ import annotations

from collections import defaultdict

from archspec import diagnose
from archspec.blocks import registry
from archspec.document import Mapping, Scalar, Sequence, Value, mapping
from archspec.errors import Diagnostic, SpecError, fail, in_order
from archspec.form import unroll
from archspec.form.parse import parse
from archspec.form.sizes import Sizes
from archspec.form.terms import FUNCTIONS, LIGHT, known, unknown_terms
from archspec.form.unroll import Cell, Path
from archspec.variables import Variables

MOST_WRONG = 20
"""Rows are checked no more where this much is wrong already."""


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
        self.reported: set[tuple[str, str]] = set()
        self.sizes = Sizes(root, self.form, self.terms, variables)
        self.diagnostics = self.sizes.diagnostics
        self.stages: dict[str, dict[int, int]] = defaultdict(dict)
        self.turns: dict[tuple[str, int, Path], int] = defaultdict(int)

    def rows(self) -> Sequence:
        """All rows, or everything that is wrong."""
        if self.diagnostics:
            raise SpecError(in_order(self.diagnostics))
        layered = unroll.layered(unroll.unroll(self.form, self.sizes, self.terms))
        cells = [cell for row in layered for cell in row]
        self.implied = any(cell.implied for cell in cells)
        self.count(cells)
        rows = [self.row(*row) for row in layered]
        if self.diagnostics:
            raise SpecError(in_order(self.diagnostics))
        return Sequence(tuple(rows), self.form.span)

    def row(self, cell: Cell, *behind: Cell) -> Value:
        """A row as a file would hold it; what the form says of it is not left to `defaults`."""
        kind, at = self.kind(cell), cell.name.span
        items = self.keys(kind, cell)
        for part in behind:
            self.join(items, part, unroll.slot_of(part))
        if cell.name.name in unroll.LAYERS:
            activation = items.setdefault("activation", Scalar(None, at))
            if kind == "fc" and isinstance(activation, Scalar) and activation.value == "softmax":
                items["dropout"] = Scalar(None, at)
        if kind in registry() and len(self.diagnostics) < MOST_WRONG:
            self.diagnostics += diagnose.check(kind, mapping(items, at))
        name = "_".join([f"{cell.name.name.lower()}{cell.stage}", *map(str, cell.path)])
        return mapping({kind: mapping({"name": Scalar(name, at), **items}, at)}, at)

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

    def count(self, cells: list[Cell]) -> None:
        """Count the stages of each kind, and its repetitions in each."""
        for cell in cells:
            kind = self.kind(cell)
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
            elif length != len(stages) and (kind, key) in self.reported:
                return None
            elif length != len(stages):
                self.reported.add((kind, key))
                self.sizes.wrong_length(f"{kind}.{key}", length, cell.name.name, list(stages), value.span)
                return None
            found: Value | None = value.items[index]
            while path and isinstance(found, Sequence):
                found = self.repetition(kind, key, found, cell, len(cell.path) - len(path))
                path.pop(0)
            if found is None:
                return None
            value = found
        if key == "strides" and kind not in LIGHT and any(turn > 1 for turn in path):
            return Scalar(1, value.span)  # strides hold for the first, as in a row with `times`
        return value

    def repetition(self, kind: str, key: str, value: Sequence, cell: Cell, depth: int) -> Value | None:
        """The entry of a nested list for one repetition."""
        turns = self.turns[kind, cell.stage, cell.path[:depth]]
        if len(value.items) != turns:
            message = f"{kind}.{key} has {len(value.items)} entries for stage {cell.stage}, which has {turns}"
            self.sizes.error("size-length", message, value.span, f"a list of {turns}, or one value for all of them")
            return None
        return value.items[cell.path[depth] - 1]

    def classes(self, cell: Cell, step: Mapping | None) -> Value | None:
        """The units of the FC that a SOFTMAX stands for."""
        units = step.get("units") if step else None
        stages = self.stages["fc"]
        if isinstance(units, Sequence) and len(units.items) == len(stages):
            return self.pick("fc", "units", units, cell)
        if "classes" in self.sizes.variables:
            return Scalar("$classes", cell.name.span)
        if units and not isinstance(units, Sequence) and len(stages) == 1:
            return units
        expected = "`vars: {classes: n}`, or an entry more in the list of fc.units"
        message = "SOFTMAX behind no classifier stands for FC-SOFTMAX: of how many classes?"
        self.diagnostics.append(Diagnostic("missing-size", message, cell.name.span, expected))
        return None

    def join(self, items: dict[str, Value], cell: Cell, slot: str) -> None:
        """Hand a norm, an activation or a dropout to the keys of the CONV or FC above it."""
        kind, at = self.kind(cell), cell.name.span
        keys = self.keys(kind, cell)
        if slot == "activation":
            items[slot] = Scalar(FUNCTIONS[cell.name.name], at)
        elif slot == "norm":
            items[slot] = mapping({kind: mapping(keys, at)}, at) if keys else Scalar(kind, at)
        elif "rate" in keys:
            items[slot] = keys["rate"]
        elif slot not in items:
            self.sizes.error("missing-size", "DROPOUT of which rate?", at, "`dropout: rate` under sizes")
