"""Where the characters of a text in YAML stand, so that a mistake inside a form has its own column."""

from __future__ import annotations

from archspec.document import Scalar
from archspec.errors import LINE_BREAK, Span


class Places:
    """The text of a scalar, quoted or not, on one line or several, with the place of each character.

    Where the text is not found as it stands (escapes), every place is the whole scalar's.
    """

    def __init__(self, scalar: Scalar) -> None:
        self.text = str(scalar.value)
        self.whole = scalar.span
        self.found = _find(self.text, scalar.span)

    def span(self, start: int, length: int = 1) -> Span:
        """The stretch of `length` characters from `start`; the place behind the last one at the end."""
        if self.found is None:
            return self.whole
        if start < len(self.found):
            line, column = self.found[start]
        elif self.found:
            line, column = self.found[-1]
            column += 1
        else:
            line, column = self.whole.line, self.whole.column
        return self.whole._replace(line=line, column=column, length=max(1, length))


def _find(text: str, span: Span) -> list[tuple[int, int]] | None:
    """(line, column) of each character: blanks stand where the character before them ends."""
    lines = LINE_BREAK.split(span.source.text)
    line, column = span.line, span.column
    opening = _at(lines, line, column)
    if opening in ("|", ">"):
        line, column = line + 1, 1
    elif opening in ("'", '"'):
        column += 1
    found = []
    for character in text:
        if character.isspace():
            found.append((line, column))
            continue
        while line <= len(lines) and _at(lines, line, column).strip() == "":
            line, column = (line, column + 1) if column <= len(lines[line - 1]) else (line + 1, 1)
        if _at(lines, line, column) != character:
            return None
        found.append((line, column))
        column += 1
    return found


def _at(lines: list[str], line: int, column: int) -> str:
    return lines[line - 1][column - 1 : column] if 0 < line <= len(lines) else ""
