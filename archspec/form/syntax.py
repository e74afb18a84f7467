"""A form as a tree, and as text.

form     = seq , { "," , bound } ;
seq      = term , { "-" , term } ;
term     = atom , [ "?" | "*" , ( INT | LETTER ) ] ;
atom     = NAME | "(" , seq , ")" | "[" , seq , "]" ;
bound    = LETTER , "=" , ( INT | list ) | [ INT , rel ] , LETTER , rel , INT | LETTER , ( ">=" | ">" ) , INT ;
list     = "[" , ( INT | list ) , { "," , ( INT | list ) } , "]" ;
rel      = "<=" | "<" ;
NAME     = two characters or more, upper case ; LETTER = exactly one ;
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from archspec.errors import Source, Span

NOWHERE = Span(Source("<form>", ""), 1, 1)
Numbers = int | tuple["Numbers", ...]
"""A count, or counts: one entry per stage, nested ones per repetition inside."""


@dataclass(frozen=True)
class Name:
    """A layer or a block: CONV, POOL, INCEPTION."""

    name: str
    span: Span = field(default=NOWHERE, repr=False, compare=False)


@dataclass(frozen=True)
class Group:
    """Terms in brackets, `(` or `[`."""

    terms: tuple[Term, ...]
    bracket: str = "("
    span: Span = field(default=NOWHERE, repr=False, compare=False)


@dataclass(frozen=True)
class Term:
    """An atom; with `times`, a number or a letter, that many of it; `optional` where it ends in `?`."""

    atom: Name | Group
    times: int | str | None = None
    optional: bool = False

    @property
    def names(self) -> Iterator[Name]:
        """The names in it, left to right."""
        if isinstance(self.atom, Name):
            yield self.atom
        else:
            for term in self.atom.terms:
                yield from term.names

    @property
    def inner(self) -> tuple[Term, ...]:
        """The terms in its brackets."""
        return self.atom.terms if isinstance(self.atom, Group) else ()

    @property
    def letters(self) -> Iterator[str]:
        """The letters of its star and of the stars in it."""
        if isinstance(self.times, str):
            yield self.times
        for term in self.inner:
            yield from term.letters


@dataclass(frozen=True)
class Values:
    """`N = 3` or `N = [2, 2, 3]`: what a letter stands for."""

    letter: str
    numbers: Numbers
    span: Span = field(default=NOWHERE, repr=False, compare=False)


@dataclass(frozen=True)
class Range:
    """`2 <= N <= 5`: bounds of a letter, either of which may be missing."""

    letter: str
    low: int | None
    high: int | None
    span: Span = field(default=NOWHERE, repr=False, compare=False)

    def admits(self, number: int) -> bool:
        """Whether a number lies within."""
        return (self.low is None or self.low <= number) and (self.high is None or number <= self.high)


@dataclass(frozen=True)
class Form:
    """A whole form: its terms, and what it says of its letters."""

    terms: tuple[Term, ...]
    bounds: tuple[Values | Range, ...] = ()
    span: Span = field(default=NOWHERE, repr=False, compare=False)

    @property
    def names(self) -> list[Name]:
        """Every name in it, left to right."""
        return [name for term in self.terms for name in term.names]

    @property
    def letters(self) -> list[str]:
        """Every letter of a star in it, once each, left to right."""
        return list(dict.fromkeys(letter for term in self.terms for letter in term.letters))

    def values(self) -> dict[str, Values]:
        """What the form itself says that letters stand for."""
        return {bound.letter: bound for bound in self.bounds if isinstance(bound, Values)}

    def ranges(self, letter: str) -> list[Range]:
        """The bounds of a letter."""
        return [bound for bound in self.bounds if isinstance(bound, Range) and bound.letter == letter]

    def __str__(self) -> str:
        return ", ".join([_sequence(self.terms), *map(_bound, self.bounds)])


def _sequence(terms: tuple[Term, ...]) -> str:
    return "-".join(map(_term, terms))


def _term(term: Term) -> str:
    atom = term.atom
    if isinstance(atom, Name):
        text = atom.name
    else:
        text = f"{atom.bracket}{_sequence(atom.terms)}{']' if atom.bracket == '[' else ')'}"
    return text + ("?" if term.optional else "" if term.times is None else f"*{term.times}")


def _bound(bound: Values | Range) -> str:
    if isinstance(bound, Values):
        return f"{bound.letter} = {numbers_text(bound.numbers)}"
    if bound.high is None:
        return f"{bound.letter} >= {bound.low}"
    return f"{bound.letter} <= {bound.high}" if bound.low is None else f"{bound.low} <= {bound.letter} <= {bound.high}"


def numbers_text(numbers: Numbers) -> str:
    """A number, or a list as a form writes it.

    >>> numbers_text((2, (1, 3)))
    '[2, [1, 3]]'
    """
    return str(numbers) if isinstance(numbers, int) else f"[{', '.join(map(numbers_text, numbers))}]"
