"""A form as a program: what to read, where to go on, what to count.

Counts are kept only where the form says something of them: a number, a list, a bound, a letter that
stands twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from archspec.form.syntax import Form, Group, Name, Numbers, Term


@dataclass(frozen=True)
class Star:
    """A star of the form: `turns` is where its turns are counted, `above` where those of the stars around it are.

    `entries` counts how often it was begun, where its letter has a list; `value` is one more than what a
    letter that stands twice was the first time, 0 before. `lists` are the letters inside with a list.
    """

    times: int | str
    turns: int
    above: tuple[int, ...]
    entries: int = -1
    value: int = -1
    lists: tuple[tuple[Numbers, tuple[int, ...]], ...] = ()


@dataclass(frozen=True)
class Read:
    """Read one layer."""

    name: Name


@dataclass(frozen=True)
class Jump:
    """Go on at each of some places."""

    places: tuple[int, ...]


@dataclass(frozen=True)
class Begin:
    """Begin a star, or a turn of it: some counts are 0 again."""

    zeros: tuple[int, ...]
    counted: int = -1


@dataclass(frozen=True)
class Turn:
    """Turn a star once more, or leave it for `end`."""

    star: Star
    end: int


Instruction = Read | Jump | Begin | Turn | None


class Program:
    """The instructions of a form, the last of them None; `size` counts are kept, `entries` for letters with a list."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.values = {letter: bound.numbers for letter, bound in form.values().items()}
        self.instructions: list[Instruction] = []
        self.size = 0
        self.uses = Counter(letter for term in form.terms for letter in term.letters)
        self.entries = {letter: self.slot() for letter, n in self.values.items() if not isinstance(n, int)}
        self.sequence(form.terms, (), {letter: self.slot() for letter in _twice(form.terms)})
        self.instructions.append(None)

    def slot(self) -> int:
        """A place for one more count."""
        self.size += 1
        return self.size - 1

    def sequence(self, terms: Sequence[Term], above: tuple[int, ...], twice: dict[str, int]) -> None:
        """Terms, one behind the other."""
        for at, term in enumerate(terms):
            classified = at > 0 and terms[at - 1].atom in (Name("FC"), Name("CONV"))
            if term.times is not None:
                self.star(term, term.times, above, twice)
            elif term.optional:
                fork = self.later()
                self.atom(term, above, twice, classified=classified)
                self.instructions[fork] = Jump((fork + 1, len(self.instructions)))
            else:
                self.atom(term, above, twice, classified=classified)

    def later(self) -> int:
        """Leave a place for an instruction that is not known yet."""
        self.instructions.append(None)
        return len(self.instructions) - 1

    def atom(self, term: Term, above: tuple[int, ...], twice: dict[str, int], *, classified: bool) -> None:
        """A name or a group, once."""
        if isinstance(term.atom, Group):
            self.sequence(term.inner, above, twice)
            return
        if term.atom.name == "SOFTMAX" and not classified:  # it may stand for FC-SOFTMAX
            self.instructions.append(Jump((len(self.instructions) + 1, len(self.instructions) + 2)))
            self.instructions.append(Read(Name("FC", term.atom.span)))
        self.instructions.append(Read(term.atom))

    def star(self, term: Term, times: int | str, above: tuple[int, ...], twice: dict[str, int]) -> None:
        """A term that turns: begin, test, body, back to the test."""
        turns = self.slot()
        inner = {letter: self.slot() for letter in _twice(term.inner)}
        entries = self.entries.get(times, -1) if isinstance(times, str) else -1
        value = twice.get(times, -1) if isinstance(times, str) else -1
        lists = tuple(self.lists(term.inner, (*above, turns)))
        star = Star(times, turns, above, entries, value, lists)
        self.instructions.append(Begin((turns,), entries))
        test = self.later()
        self.instructions.append(Begin(tuple(inner.values())))
        self.atom(term, (*above, turns), inner, classified=False)
        self.instructions.append(Jump((test,)))
        self.instructions[test] = Turn(star, len(self.instructions))

    def lists(self, terms: Iterable[Term], above: tuple[int, ...]) -> Iterable[tuple[Numbers, tuple[int, ...]]]:
        """Lists of letters inside a star: they say how often it turns. Letters at several places are left out."""
        for term in terms:
            if isinstance(term.times, str) and term.times in self.entries and self.single(term.times):
                yield self.values[term.times], above
            yield from self.lists(term.inner, above)

    def single(self, letter: str) -> bool:
        """Whether a letter stands at one place only."""
        return self.uses[letter] == 1


def _twice(terms: Sequence[Term]) -> list[str]:
    """Letters that stand twice in a sequence or more often, stars inside stars apart."""
    found: Counter[str] = Counter()

    def walk(inner: Sequence[Term]) -> None:
        for term in inner:
            if isinstance(term.times, str):
                found[term.times] += 1
            elif term.times is None:
                walk(term.inner)

    walk(terms)
    return [letter for letter, count in found.items() if count > 1]
