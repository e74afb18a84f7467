"""Reads layers by the program of a form, one by one, in all the ways in which it can at once.

A state is a place in the program and its counts; equal states are one, so that the work grows with
the layers and not with the ways to read them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Generic, TypeVar

from archspec.form.program import Begin, Jump, Program, Read, Star, Turn
from archspec.form.syntax import Form, Name, Numbers

MAX_COUNTS = 200
STATES_PER_LAYER = 25
"""More than that on average, and 1,000 layers' worth to begin with, are too many."""

Counts = tuple[int, ...]
State = tuple[int, Counts]
Limits = tuple[int, int | None]
L = TypeVar("L")


class TooLooseError(Exception):
    """The form can be read in too many ways at once."""


class Machine(Generic[L]):
    """A form, ready to read layers; `says` is whether a name can be a layer."""

    def __init__(self, form: Form, says: Callable[[Name, L], bool]) -> None:
        self.form, self.says = form, says
        self.made = Program(form)
        self.program = self.made.instructions
        self.work = self.most = 0

    def limits(self, star: Star, counts: Counts) -> Limits:
        """Fewest and most turns of a star."""
        times = star.times
        if isinstance(times, int):
            return times, times
        low, high = 0, None
        for bound in self.form.ranges(times):
            low = max(low, bound.low or 0)
            high = bound.high if high is None or bound.high is None else min(high, bound.high)
        numbers = self.made.values.get(times)
        if isinstance(numbers, tuple):
            numbers = self.listed(numbers, times, star, counts)
            if numbers is None:
                return 1, 0  # no entry is left: no number of turns will do
        if numbers is None and star.value >= 0 and counts[star.value]:
            numbers = counts[star.value] - 1
        if isinstance(numbers, int):
            return max(low, numbers), numbers if high is None else min(high, numbers)
        return low, high

    def listed(self, numbers: Numbers, letter: str, star: Star, counts: Counts) -> Numbers | None:
        """The entry of a list: by the turns of the stars around, or by how often the letter was met so far."""
        path = [counts[slot] - 1 for slot in star.above]
        if len(path) < 2 or not self.made.single(letter):
            path = [counts[star.entries] - 1, *path[1:]]
        return _entry(numbers, path)

    def closure(self, states: Iterable[State]) -> set[State]:
        """States at which a layer is read, or that are the end, from some states on."""
        waiting, seen, found = list(states), set(), set()
        while waiting:
            state = waiting.pop()
            if state in seen:
                continue
            seen.add(state)
            self.work += 1
            if self.work > self.most:
                raise TooLooseError
            place, counts = state
            instruction = self.program[place]
            if instruction is None or isinstance(instruction, Read):
                found.add(state)
            elif isinstance(instruction, Jump):
                waiting += [(to, counts) for to in instruction.places]
            elif isinstance(instruction, Begin):
                waiting.append((place + 1, _begun(instruction, counts)))
            else:
                waiting += self.turned(place, instruction, counts)
        return found

    def turned(self, place: int, turn: Turn, counts: Counts) -> Iterable[State]:
        """Once more, where it may, and out of the star, where it may."""
        star = turn.star
        low, high = self.limits(star, counts)
        done = counts[star.turns]
        counted = low > 0 or high is not None or star.value >= 0 or star.lists
        lengths = [_length(numbers, [counts[slot] - 1 for slot in above[:-1]]) for numbers, above in star.lists]
        if high is None or done < high:
            more = done + 1 if counted and (high is not None or star.value >= 0 or star.lists or done < low) else done
            yield place + 1, _put(counts, star.turns, more)
        if done >= low and all(length in (None, done) for length in lengths):
            left = _put(counts, star.turns, 0)
            yield turn.end, _put(left, star.value, done + 1) if star.value >= 0 else left

    def departure(self, layers: Sequence[L]) -> tuple[int, list[Name]] | None:
        """The first layer that cannot be read, and the names that could stand there; None where all is read."""
        self.most = STATES_PER_LAYER * (len(layers) + len(self.program) + 1_000)
        if self.made.size > MAX_COUNTS:
            raise TooLooseError
        states = self.closure([(0, (0,) * self.made.size)])
        for at, layer in enumerate(layers):
            after = self.closure(
                (place + 1, counts)
                for place, counts in states
                if isinstance(read := self.program[place], Read) and self.says(read.name, layer)
            )
            if not after:
                return at, self.expected(states)
            states = after
        if any(self.program[place] is None and self.complete(counts) for place, counts in states):
            return None
        return len(layers), self.expected(states)

    def complete(self, counts: Counts) -> bool:
        """Whether the lists were used to their end."""
        return all(self.entries_of(letter) in (None, counts[slot]) for letter, slot in self.made.entries.items())

    def entries_of(self, letter: str) -> int | None:
        """How many stars a list is for; None where the stars around its letter were held to it."""
        numbers = self.made.values[letter]
        held = self.made.single(letter) and not any(term.times == letter for term in self.form.terms)
        return None if held or isinstance(numbers, int) else len(numbers)

    def expected(self, states: Iterable[State]) -> list[Name]:
        """The names that are read at some states."""
        reads = (self.program[place] for place, _ in sorted(states))
        return list({id(read.name): read.name for read in reads if isinstance(read, Read)}.values())


def _begun(begin: Begin, counts: Counts) -> Counts:
    for slot in begin.zeros:
        counts = _put(counts, slot, 0)
    return _put(counts, begin.counted, counts[begin.counted] + 1) if begin.counted >= 0 else counts


def _put(counts: Counts, slot: int, count: int) -> Counts:
    return counts if counts[slot] == count else (*counts[:slot], count, *counts[slot + 1 :])


def _entry(numbers: Numbers, path: Sequence[int]) -> Numbers | None:
    """The number at a path through nested lists; None beyond their ends."""
    for place in path:
        if isinstance(numbers, int):
            break
        if not 0 <= place < len(numbers):
            return None
        numbers = numbers[place]
    return numbers if isinstance(numbers, int) else None


def _length(numbers: Numbers, path: Sequence[int]) -> int | None:
    """The length of the list at a path through nested lists; None where there is none."""
    for place in path:
        if isinstance(numbers, int) or not 0 <= place < len(numbers):
            return None
        numbers = numbers[place]
    return len(numbers) if isinstance(numbers, tuple) else None
