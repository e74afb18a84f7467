"""What went wrong and where: spans, diagnostics and the one exception that users meet."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

EXIT_OK = 0
EXIT_FAILURE = 1
EXIT_USAGE = 2

MAX_FOUND = 200
"""Errors of one file after which no more are looked for."""
MAX_SHOWN = 50
"""Errors of one file that are printed; the rest is counted."""
MAX_TEXT = 1_000
"""Characters of a message's part that are printed."""
MAX_WORD = 60
MAX_CANDIDATES = 500
"""Characters, and known words, beyond which nobody is asked whether another was meant."""

LINE_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
"""What YAML takes for the end of a line."""


@dataclass(frozen=True)
class Source:
    """A text and the name under which messages cite it.

    `path` is the file that it was read from, `extended` the place in another spec that names it, and
    `role` what it is there.
    """

    name: str
    text: str = field(repr=False)
    path: Path | None = None
    extended: Span | None = None
    role: str = "extended"

    @functools.cached_property
    def _lines(self) -> list[str]:
        return LINE_BREAK.split(self.text)

    def line(self, number: int) -> str:
        """Line `number`, counted from 1, without its line break; empty beyond the end."""
        return self._lines[number - 1] if 0 < number <= len(self._lines) else ""


class Span(NamedTuple):
    """A stretch of a source: `line` and `column` count from 1, `length` in characters.

    A tuple, since every key and value of a file has one, and a frozen dataclass takes twice as long to make.
    """

    source: Source
    line: int
    column: int
    length: int = 1

    def __str__(self) -> str:
        return f"{self.source.name}:{self.line}:{self.column}"

    def text(self) -> str:
        """What stands there."""
        return self.source.line(self.line)[self.column - 1 :][: self.length]

    def within(self, line: int, column: int) -> Span:
        """A mark of the literal text (`|`) that begins here, counted from 0; elsewhere the span itself."""
        if not self.text().startswith("|"):
            return self
        below = self.source.line(self.line + 1)
        indent = len(below) - len(below.lstrip(" "))
        return self._replace(line=self.line + 1 + line, column=indent + 1 + column, length=1)

    def excerpt(self) -> str:
        """The line with a caret below, long lines cut around the caret."""
        text = self.source.line(self.line).replace("\t", " ")
        start = max(0, self.column - 61) if len(text) > 110 else 0
        shown = "".join(c if c.isprintable() else "?" for c in text[start : start + 110])
        at = self.column - 1 - start
        carets = "^" * max(1, min(self.length, len(shown) - at))
        number = str(self.line)
        return f"  {number} | {shown}\n  {' ' * len(number)} | {' ' * at}{carets}"


@dataclass(frozen=True)
class Diagnostic:
    """One finding about a spec.

    `code` is its stable name in the index of errors, `expected` completes the sentence
    "expected ...", `suggestion` the question "did you mean ...?".
    """

    code: str
    message: str
    span: Span | None = None
    expected: str = ""
    suggestion: str = ""
    severity: Literal["error", "warning", "hint"] = "error"

    def __str__(self) -> str:
        place = f"{self.span}: " if self.span else ""
        lines = [printable(f"{place}{self.severity}[{self.code}]: {self.message}")]
        if self.span:
            lines.append(self.span.excerpt())
        if self.expected:
            lines.append(f"  expected {printable(self.expected)}")
        if self.suggestion:
            lines.append(f"  did you mean {printable(self.suggestion)}?")
        if self.span and self.span.source.extended:
            lines.append(f"  {self.span.source.role} at {printable(str(self.span.source.extended))}")
        return "\n".join(lines)


class SpecError(Exception):
    """A spec or a request that cannot be followed; holds every diagnostic found.

    Its text is what the command line prints. Iterate `error.diagnostics` for the parts.
    """

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics: tuple[Diagnostic, ...] = tuple(diagnostics)
        super().__init__(*self.diagnostics)

    def __str__(self) -> str:
        lines = [str(d) for d in self.diagnostics[:MAX_SHOWN]]
        if (more := len(self.diagnostics) - MAX_SHOWN) > 0:
            lines.append(f"... and {'at least ' if len(self.diagnostics) >= MAX_FOUND else ''}{more} more")
        return "\n".join(lines)


def printable(text: str) -> str:
    """A text that cannot steer a terminal: control characters escaped, the end of a very long one left out.

    >>> printable("\x1b[2J" + "a" * 2000)[:12]
    '\\\\x1b[2Jaaaaa'
    """
    shown = text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]}..."
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in shown)


def fail(code: str, message: str, span: Span | None = None, *, expected: str = "", suggestion: str = "") -> SpecError:
    """A `SpecError` of one diagnostic, to be raised."""
    return SpecError([Diagnostic(code, message, span, expected, suggestion)])


def in_order(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Diagnostics by their place in their file, none twice."""
    return sorted(
        dict.fromkeys(diagnostics),
        key=lambda d: (d.span.source.name, d.span.line, d.span.column) if d.span else ("", 0, 0),
    )


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The known word nearest to `word`, quoted; empty where none is near.

    >>> did_you_mean("filtres", ["filters", "kernel_size"])
    "'filters'"
    """
    import difflib  # only where something is wrong: 3 ms of every start

    candidates = list(known)
    if len(word) > MAX_WORD or len(candidates) > MAX_CANDIDATES:
        return ""
    folded = {c.lower(): c for c in reversed(candidates)}
    near = difflib.get_close_matches(word.lower(), folded, n=1, cutoff=0.6)
    return f"'{folded[near[0]]}'" if near else ""


def listing(words: Iterable[str], limit: int = 40) -> str:
    """Words for an "expected" line, cut where there are very many."""
    known = list(words)
    tail = f", ... ({len(known)} in all)" if len(known) > limit else ""
    return ", ".join(known[:limit]) + tail
