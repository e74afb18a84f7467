"""Pictures of X and `.`: a table of connections in a spec, stylized characters in a file beside it.

A text is read once, however many rows and units ask for it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable

from archspec import ir
from archspec.errors import Span, fail

Picture = tuple[tuple[bool, ...], ...]
"""Rows of marks: true where an X stands."""
Lines = Iterable[tuple[int, str]]
"""Lines with their numbers in the text, from 0."""
Place = Callable[[int, int], Span]
"""(line, column), both from 0 -> where that stands."""


class PictureError(Exception):
    """What is wrong with a picture, and where in its text."""

    def __init__(self, message: str, line: int, column: int, expected: str = "lines of X and . of one length") -> None:
        super().__init__(message)
        self.message, self.line, self.column, self.expected = message, line, column, expected


def connections(text: str, place: Place) -> ir.Connections:
    """A table of connections.

    Raises:
        SpecError: at the mark that is neither X nor `.`, or the line of another length.
    """
    found = _connections(text)
    if isinstance(found, PictureError):
        raise fail("bad-picture", found.message, place(found.line, found.column), expected=found.expected)
    return found


def prototypes(text: str, place: Place) -> tuple[tuple[int, ...], ...]:
    """Pictures that blank lines separate, each row by row: X is +1, `.` is -1; lines that begin with # are comments.

    Raises:
        SpecError: as above, and for pictures of several sizes.
    """
    found = _prototypes(text)
    if isinstance(found, PictureError):
        raise fail("bad-picture", found.message, place(found.line, found.column), expected=found.expected)
    return found


@functools.lru_cache(maxsize=32)
def _connections(text: str) -> ir.Connections | PictureError:
    try:
        return ir.Connections(_picture(enumerate(text.splitlines())))
    except PictureError as flaw:
        return flaw


@functools.lru_cache(maxsize=8)
def _prototypes(text: str) -> tuple[tuple[int, ...], ...] | PictureError:
    try:
        return tuple(tuple(1 if mark else -1 for row in one for mark in row) for one in _pictures(text))
    except PictureError as flaw:
        return flaw


def _picture(lines: Lines) -> Picture:
    rows: list[tuple[bool, ...]] = []
    for number, line in lines:
        text = line.rstrip()
        wrong = next((column for column, mark in enumerate(text) if mark not in "X."), None)
        if wrong is not None:
            raise PictureError(f"'{text[wrong]}' in a picture", number, wrong)
        if rows and len(text) != len(rows[0]):
            message = f"a line of {len(text)} marks below lines of {len(rows[0])}"
            raise PictureError(message, number, min(len(text), len(rows[0])))
        rows.append(tuple(mark == "X" for mark in text))
    return tuple(rows)


def _pictures(text: str) -> list[Picture]:
    groups: list[list[tuple[int, str]]] = [[]]
    for number, line in enumerate(text.splitlines()):
        if line.strip() and not line.startswith("#"):
            groups[-1].append((number, line))
        elif groups[-1] and not line.startswith("#"):
            groups.append([])
    found = [(lines[0][0], _picture(lines)) for lines in groups if lines]
    for number, one in found:
        if _size(one) != _size(found[0][1]):
            message = f"a picture of {_size(one)} behind one of {_size(found[0][1])}"
            raise PictureError(message, number, 0, "pictures of one size")
    return [one for _, one in found]


def _size(one: Picture) -> str:
    """`7x12`: width and height, in marks."""
    return f"{len(one[0])}x{len(one)}"
