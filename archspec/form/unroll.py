"""Form and counts -> cells: every star unrolled, every layer with its stage and its place in it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace

from archspec.errors import SpecError, fail, listing
from archspec.form.sizes import Sizes
from archspec.form.syntax import Form, Name, Term
from archspec.form.terms import FUNCTIONS, LIGHT, NORM_TERMS, SHORT

MAX_CELLS = 60_000
LAYERS = ("CONV", "FC")
SLOTS = ("norm", "activation", "dropout")

Path = tuple[int, ...]


@dataclass(frozen=True)
class Cell:
    """One layer or block: its stage, and its turn in each star inside the stage.

    `implied` marks the FC that a SOFTMAX stands for.
    """

    name: Name
    stage: int
    path: Path = ()
    implied: bool = False


def unroll(form: Form, sizes: Sizes, terms: dict[str, tuple[str, ...]]) -> list[Cell]:
    """The cells of a form, in order.

    Raises:
        SpecError: where a count is missing, or there would be more than 60,000.
    """
    walk = _Walk(form, sizes, terms)
    for term in form.terms:
        walk.top(term)
    walk.check()
    return walk.cells


def layered(cells: list[Cell]) -> list[list[Cell]]:
    """Cells in rows: a CONV or FC with the norm, the activation and the dropout behind it, in this order."""
    rows: list[list[Cell]] = []
    taken = len(SLOTS)
    for cell in cells:
        slot = slot_of(cell)
        if slot and taken <= SLOTS.index(slot):
            rows[-1].append(cell)
            taken = SLOTS.index(slot) + 1
        else:
            rows.append([cell])
            taken = 0 if cell.name.name in LAYERS else len(SLOTS)
    heads = numbered([row[0] for row in rows])
    return [[head, *row[1:]] for head, row in zip(heads, rows, strict=True)]


def slot_of(cell: Cell) -> str:
    """The key of a CONV or FC that a cell behind it can be; empty where it is a row in any case."""
    term = cell.name.name
    return "norm" if term in NORM_TERMS else "activation" if term in FUNCTIONS else "dropout" * (term == "DROPOUT")


def numbered(cells: list[Cell]) -> list[Cell]:
    """Cells of one kind that stand at several places of a stage are counted through, whatever their stars."""
    places = defaultdict(set)
    for cell in cells:
        places[cell.name.name, cell.stage].add(id(cell.name))
    count: dict[tuple[str, int], int] = defaultdict(int)
    found = []
    for cell in cells:
        key = cell.name.name, cell.stage
        count[key] += 1
        found.append(replace(cell, path=(count[key],)) if len(places[key]) > 1 else cell)
    return found


class _Walk:
    """The walk through a form: the stage so far, and how often each letter was asked for."""

    def __init__(self, form: Form, sizes: Sizes, terms: dict[str, tuple[str, ...]]) -> None:
        self.form, self.sizes, self.terms = form, sizes, terms
        self.cells: list[Cell] = []
        self.stage = 0
        self.steps = 0
        self.seen: dict[str, list[int]] = defaultdict(list)
        self.asked: dict[str, list[int]] = defaultdict(list)
        self.optional: dict[str, list[int]] = defaultdict(list)

    def top(self, term: Term) -> None:
        """A term of the outermost sequence: a stage, or one for each turn of its star."""
        if term.times is None:
            implied = term.atom == Name("SOFTMAX") and not _classified(self.cells)
            opens = implied or any(self.heavy(name) for name in term.names)
            if not term.optional or self.present(term, self.stage + opens):
                self.stage += opens
                self.atom(term, ())
            return
        for _ in range(self.turns(term)):
            self.stage += 1
            self.atom(term, ())

    def turns(self, term: Term) -> int:
        """How often an outermost star turns."""
        if isinstance(term.times, int):
            return term.times
        letter = str(term.times)
        numbers = self.sizes.letters.get(letter)
        if numbers is None:
            numbers = self.turns_by_lists(term)
            if numbers is None:
                raise self.missing(letter, "a whole number")
            self.sizes.letters[letter] = numbers
            self.sizes.places[letter] = self.form.span
        if not isinstance(numbers, int):
            at, expected = self.sizes.places[letter], f"one number: {letter} counts stages"
            raise fail("bad-size", f"{letter} is a list", at, expected=expected)
        self.bound(letter, numbers)
        return numbers

    def turns_by_lists(self, term: Term) -> int | None:
        """The turns that the lists inside a star ask for: one entry a turn, less those of other stages."""
        others = [t for t in self.form.terms if t is not term]
        for letter in term.letters:
            found = self.sizes.letters.get(letter)
            if isinstance(found, tuple) and not any(letter in t.letters for t in others):
                return len(found)
        for name in term.names:
            rest = self.stages_elsewhere(name, others)
            for length in (n for kind in self.terms.get(name.name, ()) for n in self.sizes.lengths(kind)):
                if rest is not None and length >= rest:
                    return length - rest
        return None

    def stages_elsewhere(self, name: Name, others: list[Term]) -> int | None:
        """In how many stages of other terms a name stands; None where that is not known yet."""
        stages = int(name.name == "FC" and self.sizes.counts_classifier(self.form))
        for term in others:
            if name in term.names:
                turns = self.sizes.letters.get(term.times) if isinstance(term.times, str) else term.times
                if term.optional or not isinstance(turns, int | None) or (turns is None and term.times):
                    return None
                stages += 1 if turns is None else turns
        return stages

    def atom(self, term: Term, path: Path) -> None:
        """One turn of a term."""
        self.steps += 1
        if self.steps > MAX_CELLS:
            raise fail("form-too-long", f"this form unrolls to more than {MAX_CELLS:,} terms", self.form.span)
        if isinstance(term.atom, Name):
            self.cell(term.atom, path)
        for inner in term.inner:
            if inner.times is not None:
                for turn in range(self.repetitions(inner, path)):
                    self.atom(inner, (*path, turn + 1))
            elif not inner.optional or self.present(inner, self.stage):
                self.atom(inner, path)

    def cell(self, name: Name, path: Path) -> None:
        if name.name == "SOFTMAX" and not _classified(self.cells):
            self.cells.append(Cell(Name("FC", name.span), self.stage, path, implied=True))
        if self.stage not in self.seen[name.name][-1:]:
            self.seen[name.name].append(self.stage)
        self.cells.append(Cell(name, self.stage, path))

    def heavy(self, name: Name) -> bool:
        """Whether a layer opens a stage of its own."""
        return not LIGHT & set(self.terms.get(name.name, ()))

    def repetitions(self, term: Term, path: Path) -> int:
        """How often an inner star turns in this stage."""
        if isinstance(term.times, int):
            return term.times
        letter = str(term.times)
        asked = self.asked[letter]
        if self.stage not in asked[-1:]:
            asked.append(self.stage)
        index = (len(asked) - 1, *(turn - 1 for turn in path))
        numbers = self.sizes.letters.get(letter)
        if numbers is None:
            numbers = self.repetitions_by_lists(term, path)
        if numbers is None:
            raise self.missing(letter, "a number, or a list with one for each stage")
        for place in index:
            if not isinstance(numbers, int):
                numbers = numbers[place] if place < len(numbers) else 0
        if not isinstance(numbers, int):
            at = self.sizes.places.get(letter, self.form.span)
            raise fail("bad-size", f"the lists of {letter} are nested deeper than its stars", at)
        self.bound(letter, numbers)
        return numbers

    def repetitions_by_lists(self, term: Term, path: Path) -> int | None:
        """The turns that nested lists ask for: one entry a repetition."""
        for name in term.names:
            seen = self.seen[name.name]
            index = len(seen) - (self.stage in seen[-1:])
            for kind in self.terms.get(name.name, ()):
                if count := self.sizes.inner_length(kind, (index, *(turn - 1 for turn in path))):
                    return count
        return None

    def present(self, term: Term, stage: int) -> bool:
        """Whether a `T?` is there in a stage: where `at` of one of its steps names it."""
        kinds = [kind for name in term.names for kind in self.terms.get(name.name, ())]
        told = [kind for kind in kinds if kind in self.sizes.stages]
        if not told:
            shown = str(Form((term,)))
            expected = f"`at: [stages]` under sizes: {listing(kinds)}"
            raise fail("missing-size", f"where is {shown} present?", next(term.names).span, expected=expected)
        for kind in told:
            self.optional[kind].append(stage)
        return any(stage in self.sizes.stages[kind] for kind in told)

    def missing(self, letter: str, expected: str) -> SpecError:
        message = f"nothing says how many {letter} is"
        return fail("missing-size", message, self.form.span, expected=f"under sizes, {letter}: {expected}")

    def bound(self, letter: str, number: int) -> None:
        """Hold a count to the bounds that the form itself states."""
        for limits in self.form.ranges(letter):
            if not limits.admits(number):
                raise fail("form-bound", f"{letter} is {number}", limits.span, expected=f"{Form((), (limits,))}"[2:])

    def check(self) -> None:
        """Hold lists of counts to the stages, and `at` to the stages in which its term may be."""
        for letter, stages in self.asked.items():
            numbers = self.sizes.letters.get(letter)
            if isinstance(numbers, tuple) and len(numbers) != len(stages):
                self.sizes.wrong_length(letter, len(numbers), letter, stages, self.sizes.places[letter])
        pools = [kind for kind in SHORT["POOL"] if kind in self.sizes.steps]
        for kind, named in self.sizes.stages.items():
            at, possible = self.sizes.places[f"{kind}.at"], self.optional.get(kind, ())
            left = [stage for stage in named if stage not in possible]
            if possible and left:
                expected = "stages " + listing(map(str, dict.fromkeys(possible)))
                self.sizes.error("bad-size", f"{kind} cannot stand in stage {left[0]}", at, expected)
            elif not possible and len(pools) * (kind in pools) < 2:
                self.sizes.error(
                    "unused-size",
                    f"`at` of {kind}, which has no '?' in the form",
                    at,
                    "a POOL? in the form, or no `at`",
                )


def _classified(cells: list[Cell]) -> bool:
    """Whether what stands above gives one value per class: an FC or a CONV with no activation behind it."""
    for cell in reversed(cells):
        if cell.name.name not in ("BN", "BATCH_NORM", "DROPOUT", "FLATTEN", "GAP"):
            return cell.name.name in LAYERS
    return False
