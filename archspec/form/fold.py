"""Cells -> the shortest form: equal neighbours fold, and neighbouring groups of equal skeleton.

Fewest names first, then fewest characters, then the fold that begins first. The search is dynamic
programming over the runs of equal cells: from every place, each period and number of turns, the body
folded in the same way. Beyond `EXHAUSTIVE` runs it takes repetitions from where they begin, with all
their turns or one less, and periods of at least 8 runs, so that it stays linear in the network's length.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from archspec.form.syntax import Form, Group, Name, Numbers, Term, Values, numbers_text

EXHAUSTIVE = 64
WORK = 200_000
LETTERS = "NLKMPQRSTUVWXYZABCDEFGHIJO"

Cell = tuple[str, ...]
"""Terms that belong together: ("CONV", "RELU")."""
Cost = tuple[int, int]
"""(names, characters)."""


@dataclass(frozen=True)
class Run:
    """Equal cells in a row; inside a fold a count for each turn where they differ."""

    cell: Cell
    count: Numbers

    @property
    def cost(self) -> Cost:
        """Its names and characters, the list of its letter with it."""
        starred = self.count != 1
        brackets = 2 * (starred and len(self.cell) > 1)
        star = len(f"*{self.count}") if isinstance(self.count, int) else len(f"*N, N = {numbers_text(self.count)}")
        return len(self.cell), len("-".join(self.cell)) + brackets + star * starred


@dataclass(frozen=True)
class Fold:
    """A group that comes several times."""

    body: Folded
    times: int

    @property
    def cost(self) -> Cost:
        """Its names and characters."""
        names, characters = self.body.cost
        return names, characters + len(f"[]*{self.times}")


@dataclass(frozen=True)
class Folded:
    """Runs and folds in a row, with their cost."""

    item: Run | Fold | None = None
    rest: Folded | None = None
    cost: Cost = (0, 0)

    def behind(self, item: Run | Fold) -> Folded:
        """This, with another item in front."""
        names, characters = item.cost
        return Folded(item, self, (names + self.cost[0], characters + self.cost[1] + (self.item is not None)))

    def items(self) -> Iterator[Run | Fold]:
        """Its items in order."""
        here: Folded | None = self
        while here and here.item:
            yield here.item
            here = here.rest


def shortest(cells: Sequence[tuple[Cell, bool]]) -> Form:
    """The shortest form of cells; a cell marked true begins a run of its own.

    >>> str(shortest([(("CONV",), False), (("CONV",), False), (("POOL",), True)] * 2))
    '[CONV*2-POOL]*2'
    """
    runs = tuple(_runs(cells))
    form = _form(_Folding(uneven=True).fold(runs))
    return form if len(form.bounds) <= len(LETTERS) else _form(_Folding(uneven=False).fold(runs))


def _runs(cells: Sequence[tuple[Cell, bool]]) -> Iterator[Run]:
    number, numbered = 0, []
    for at, (cell, begins) in enumerate(cells):
        number += begins or at == 0 or cell != cells[at - 1][0]
        numbered.append((number, cell))
    for (_, cell), group in groupby(numbered):
        yield Run(cell, sum(1 for _ in group))


class _Folding:
    """The search; what was folded once is remembered."""

    def __init__(self, *, uneven: bool) -> None:
        self.uneven = uneven
        self.known: dict[tuple[Run, ...], Folded] = {}

    def fold(self, runs: tuple[Run, ...]) -> Folded:
        """The best way to write some runs."""
        if runs not in self.known:
            self.known[runs] = self.search(runs)
        return self.known[runs]

    def search(self, runs: tuple[Run, ...]) -> Folded:
        repeats = _Repeats(runs)
        best = [Folded()] * (len(runs) + 1)
        for start in range(len(runs) - 1, -1, -1):
            best[start] = best[start + 1].behind(runs[start])
            for period, turns in repeats.at(start):
                body = self.body(runs, start, period, turns)
                if body:
                    found = best[start + period * turns].behind(_folded(body, turns))
                    if found.cost <= best[start].cost:
                        best[start] = found
        return best[0]

    def body(self, runs: tuple[Run, ...], start: int, period: int, turns: int) -> Folded | None:
        """What turns in a fold: each of its runs with its counts."""
        body = []
        for at in range(start, start + period):
            counts = tuple(runs[at + period * turn].count for turn in range(turns))
            even = counts.count(counts[0]) == turns
            if not (even or self.uneven):
                return None
            body.append(Run(runs[at].cell, counts[0] if even else counts))
        return self.fold(tuple(body))


def _folded(body: Folded, turns: int) -> Run | Fold:
    """A fold; of a single cell it is a run."""
    alone = body.item if not (body.rest and body.rest.item) else None
    return Run(alone.cell, turns) if isinstance(alone, Run) and alone.count == 1 else Fold(body, turns)


class _Repeats:
    """Where cells come again: for each place the periods and turns that are worth a fold."""

    def __init__(self, runs: tuple[Run, ...]) -> None:
        self.length = len(runs)
        self.exhaustive = self.length <= EXHAUSTIVE
        longest = self.length // 2 if self.exhaustive else min(self.length // 2, max(8, WORK // self.length))
        ids: dict[Cell, int] = {}
        cells = [ids.setdefault(run.cell, len(ids)) for run in runs]
        self.common = {period: _common(cells, period) for period in range(1, longest + 1)}

    def at(self, start: int) -> Iterator[tuple[int, int]]:
        """(period, turns), longer periods first: of equally good folds the shortest period wins."""
        for period in range(min(len(self.common), (self.length - start) // 2), 0, -1):
            common = self.common[period]
            if common[start] < period or self.composite(start, period):
                continue
            if not self.exhaustive and start >= period and common[start - period] >= period:
                continue
            most = common[start] // period + 1
            for turns in range(2 if self.exhaustive else max(2, most - 1), most + 1):
                yield period, turns

    def composite(self, start: int, period: int) -> bool:
        """Whether a shorter period turns through the same cells: it has fewer names."""
        return any(
            period % shorter == 0 and self.common[shorter][start] >= 2 * period - shorter
            for shorter in range(1, period // 2 + 1)
        )


def _common(cells: list[int], period: int) -> list[int]:
    """For each place, how many cells from there on equal those a period further."""
    found = [0] * (len(cells) + 1)
    for at in range(len(cells) - period - 1, -1, -1):
        found[at] = found[at + 1] + 1 if cells[at] == cells[at + period] else 0
    return found


def _form(folded: Folded) -> Form:
    """Folded runs as a form, its letters in order."""
    bounds: list[Values] = []

    def terms(inner: Folded) -> tuple[Term, ...]:
        return tuple(term for item in inner.items() for term in written(item))

    def written(item: Run | Fold) -> tuple[Term, ...]:
        if isinstance(item, Fold):
            return (Term(Group(terms(item.body), "["), item.times),)
        names = tuple(Term(Name(name)) for name in item.cell)
        if item.count == 1:
            return names
        times: int | str = item.count if isinstance(item.count, int) else LETTERS[len(bounds) % len(LETTERS)]
        if not isinstance(item.count, int):
            bounds.append(Values(str(times), item.count))
        return (Term(names[0].atom if len(names) == 1 else Group(names), times),)

    return Form(terms(folded), tuple(bounds))
