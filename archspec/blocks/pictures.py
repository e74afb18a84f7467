"""Pictures of X and `.`: a table of connections in a spec, stylized characters in a file beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from archspec.errors import Span, fail

Picture = tuple[tuple[bool, ...], ...]
"""Rows of marks: true where an X stands."""
Place = Callable[[int, int], Span]
"""(line, column), both from 0 -> where that stands."""

EXPECTED = "lines of X and . of one length"


def picture(lines: Iterable[tuple[int, str]], place: Place) -> Picture:
    """Read one picture from its numbered lines.

    Raises:
        SpecError: at the mark that is neither, or the line of another length.
    """
    rows: list[tuple[bool, ...]] = []
    for number, line in lines:
        text = line.rstrip()
        for column, mark in enumerate(text):
            if mark not in "X.":
                raise fail("bad-picture", f"'{mark}' in a picture", place(number, column), expected=EXPECTED)
        if rows and len(text) != len(rows[0]):
            message = f"a line of {len(text)} marks below lines of {len(rows[0])}"
            raise fail("bad-picture", message, place(number, min(len(text), len(rows[0]))), expected=EXPECTED)
        rows.append(tuple(mark == "X" for mark in text))
    return tuple(rows)


def pictures(text: str, place: Place) -> tuple[Picture, ...]:
    """Read pictures that blank lines separate; lines that begin with # are comments.

    Raises:
        SpecError: for a picture that is none, and for pictures of several sizes.
    """
    groups: list[list[tuple[int, str]]] = [[]]
    for number, line in enumerate(text.splitlines()):
        if line.startswith("#"):
            continue
        if line.strip():
            groups[-1].append((number, line))
        elif groups[-1]:
            groups.append([])
    found = [(lines[0][0], picture(lines, place)) for lines in groups if lines]
    for number, one in found:
        if size(one) != size(found[0][1]):
            message = f"a picture of {size(one)} behind one of {size(found[0][1])}"
            raise fail("bad-picture", message, place(number, 0), expected="pictures of one size")
    return tuple(one for _, one in found)


def size(one: Picture) -> str:
    """`7x12`: width and height of a picture, in marks."""
    return f"{len(one[0])}x{len(one)}"
