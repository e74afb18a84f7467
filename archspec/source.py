"""Text -> Document: YAML with a position on every key and value.

YAML's events are read one by one (never PyYAML's own constructors), under the rules of
YAML 1.2's core schema: `no` is a text, `1e-4` a number, `1:30` a text. What would let a
file mean something else than it says is refused: duplicate keys, anchors, aliases, merge
keys, tags and second documents.
"""

from __future__ import annotations

import codecs
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from archspec.document import Document, Mapping, Scalar, Sequence, Value
from archspec.errors import Source, Span, SpecError, fail

MAX_BYTES = 1_000_000
MAX_DEPTH = 64
MAX_DIGITS = 40
MAX_VALUES = 100_000
"""Keys and values of one file: ten for each row of a network of 10,000."""


def read(
    path: str | os.PathLike[str], shown: str = "", extended: Span | None = None, role: str = "extended"
) -> Document:
    """Parse the file at `path`, which messages call `shown`; `extended` is the place that names it.

    Raises:
        SpecError: where it cannot be read, is too large, or is not YAML as described above.
    """
    shown = shown or os.fspath(path)
    return _parsed(Source(shown, read_text(path, shown), Path(path), extended, role))


def read_text(path: str | os.PathLike[str], shown: str) -> str:
    """The text of the file at `path`; `shown` is how messages cite it.

    Raises:
        SpecError: where it cannot be read, is too large, or is not UTF-8.
    """
    data = _read_bytes(Path(path), shown)
    if data.startswith(codecs.BOM_UTF8):
        data = data[len(codecs.BOM_UTF8) :]
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _not_utf8(data, error, shown) from None


def _read_bytes(path: Path, shown: str) -> bytes:
    """The file's bytes; opened without blocking, so that a pipe cannot hang the command."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise fail("not-a-file", f"'{shown}' is not a regular file")
            data = file.read(MAX_BYTES + 1)
    except IsADirectoryError:
        raise fail("not-a-file", f"'{shown}' is a folder, not a file") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise fail("unreadable", f"cannot read '{shown}': {reason}") from None
    if len(data) > MAX_BYTES:
        raise fail("too-large", f"'{shown}' is larger than {MAX_BYTES:,} bytes, the most a spec may be")
    return data


def _not_utf8(data: bytes, error: UnicodeDecodeError, shown: str) -> SpecError:
    text = data.decode("latin-1")
    before = data[: error.start].decode("utf-8")
    line = before.count("\n") + 1
    column = len(before) - (before.rfind("\n") + 1) + 1
    message = f"byte 0x{data[error.start]:02x} is not UTF-8"
    return fail("not-utf-8", message, Span(Source(shown, text), line, column), expected="a file saved as UTF-8")


def parse(text: str, name: str = "<text>") -> Document:
    """Parse a spec's text; `name` is how messages cite it.

    >>> parse("archspec: 1\\nname: tiny").root.get("archspec").value
    1
    """
    return _parsed(Source(name, text))


def flow_value(text: str, at: Span) -> Value:
    """A value in YAML's flow style, which stands at `at`.

    Raises:
        SpecError: where it is not YAML.
    """
    return _value(Source(at.source.name, " " * (at.column - 1) + text))


def _value(source: Source) -> Value:
    try:
        return _Reader(source).document()
    except yaml.MarkedYAMLError as error:
        raise _not_yaml(source, error) from None
    except yaml.reader.ReaderError as error:
        raise _control_character(source, error.reason) from None
    except UnicodeEncodeError:
        raise _control_character(source, "a surrogate is no character") from None


def _parsed(source: Source) -> Document:
    root = _value(source)
    if not isinstance(root, Mapping):
        raise fail(
            "not-a-mapping", "a spec is a mapping of keys", root.span, expected="'archspec: 1' as the first line"
        )
    return Document(root, source)


def _not_yaml(source: Source, error: yaml.MarkedYAMLError) -> SpecError:
    """YAML's own complaint; at the opening quote or bracket where the file ends before the closing one."""
    mark, begin = error.problem_mark or error.context_mark, error.context_mark
    if begin and mark and mark.line >= source.text.count("\n"):
        mark = begin
    span = Span(source, mark.line + 1, mark.column + 1) if mark else Span(source, 1, 1)
    opening = re.match(r"\s*form\s*:\s*(?=\[)", source.line(span.line))
    if opening:
        message = "without quotes YAML reads this form as a list"
        at = Span(source, span.line, opening.end() + 1, len(source.line(span.line)) - opening.end())
        return fail("unquoted-form", message, at, expected='form: "[(CONV-RELU)*N-POOL]*M-..."')
    before = source.line(span.line)[: span.column]
    if before.strip(" ") and not before.strip():
        what = "a tab" if "\t" in before else f"a blank of another kind (U+{ord(before.strip(' ')[0]):04X})"
        return fail("not-yaml", f"{what} indents this line", span, expected="blanks of the space bar, no tabs")
    context = f" {error.context}" if error.context else ""
    if begin and begin is not mark and "flow" in context:
        context += f" that begins at {begin.line + 1}:{begin.column + 1}"
    hint = next((words for problem, words in HINTS.items() if problem in str(error.problem)), "")
    return fail("not-yaml", f"not YAML: {error.problem}{context}", span, expected=hint)


HINTS = {
    "mapping values are not allowed": "quotes around a text that holds ': '; keys in braces or on lines of their own",
    "did not find expected key": "rows and keys of one list or mapping at one indent, nothing behind a closing quote "
    "or bracket; in single quotes an apostrophe is written twice",
    "cannot start any token": "quotes around a text that begins with a sign: @ ` %",
    "expected alphabetic or numeric": "quotes around a text that begins with * or &",
    "did not find expected ',' or '}'": "a comma or the closing '}'; quotes around a text that holds ': ' or a brace",
    "did not find expected '-'": "every row of a list behind '- ', at one indent",
    "could not find expected ':'": "a colon and a blank behind every key",
}
"""A part of YAML's complaint -> what mends it."""


def _control_character(source: Source, reason: str) -> SpecError:
    bad = re.search("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", source.text)
    before = source.text[: bad.start() if bad else 0]
    span = Span(source, before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)
    return fail("not-yaml", f"not YAML: {reason}", span)


_NULL = re.compile(r"~|null|Null|NULL|")
_BOOL = re.compile(r"(true|True|TRUE)|false|False|FALSE")
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_SPECIAL_FLOAT = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


def scalar(text: str, span: Span) -> Scalar:
    """A plain scalar by YAML 1.2's core schema; infinities and NaN are no number of a network."""
    if _NULL.fullmatch(text):
        return Scalar(None, span)
    if match := _BOOL.fullmatch(text):
        return Scalar(match[1] is not None, span)
    whole = _INTEGER.fullmatch(text)
    if _SPECIAL_FLOAT.fullmatch(text) or ((whole or _FLOAT.fullmatch(text)) and _too_big(text)):
        expected = f"a finite number of at most {MAX_DIGITS} digits"
        raise fail("not-a-number", f"{text[:60]} is out of range", span, expected=expected)
    if whole:
        return Scalar(int(text, 0) if text[:2] in ("0x", "0o") else int(text), span)
    if _FLOAT.fullmatch(text):
        return Scalar(float(text), span)
    return Scalar(text, span)


def _too_big(text: str) -> bool:
    return len(text) > MAX_DIGITS or (text[:2] not in ("0x", "0o") and abs(float(text)) == float("inf"))


class _Reader:
    """Builds the located tree from YAML's events, counting depth as it goes."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.values = 0
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        self.events: Iterator[Any] = iter(yaml.parse(source.text, Loader=loader))

    def document(self) -> Value:
        next(self.events)  # the stream's start
        event = next(self.events)
        if isinstance(event, yaml.StreamEndEvent):
            raise fail(
                "empty", "the file is empty", Span(self.source, 1, 1), expected="'archspec: 1' as the first line"
            )
        root = self.value(next(self.events), 1)
        next(self.events)  # the document's end
        event = next(self.events)
        if not isinstance(event, yaml.StreamEndEvent):
            raise fail(
                "two-documents", "a second document begins here", self.span(event), expected="one document a file"
            )
        return root

    def span(self, event: Any) -> Span:
        start, end = event.start_mark, event.end_mark
        length = end.column - start.column if end.line == start.line else 1
        return Span(self.source, start.line + 1, start.column + 1, max(1, length))

    def whole(self, start: Span, end: Any) -> Span:
        """A list or mapping from its opening bracket to the closing one, where both stand on one line."""
        bracketed = end.end_mark.column > end.start_mark.column and end.end_mark.line + 1 == start.line
        length = end.end_mark.column + 1 - start.column
        return Span(start.source, start.line, start.column, length) if bracketed else start

    def value(self, event: Any, depth: int) -> Value:
        span = self.span(event)
        self.refuse_magic(event, span)
        self.values += 1
        if self.values > MAX_VALUES:
            raise fail("too-large", f"more than {MAX_VALUES:,} values, the most a spec may have", span)
        if isinstance(event, yaml.ScalarEvent):
            return scalar(event.value, span) if not event.style else Scalar(event.value, span, plain=False)
        if depth > MAX_DEPTH:
            raise fail("too-deep", f"nested deeper than {MAX_DEPTH} levels", span)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(span, depth)
        return self.mapping(span, depth)

    def refuse_magic(self, event: Any, span: Span) -> None:
        if event.anchor is not None:
            raise fail(
                "anchor",
                "anchors and aliases are not part of the language",
                span,
                expected="'vars' for values, 'blocks' for rows",
            )
        if event.tag not in (None, "!"):
            raise fail("tag", f"the tag {event.tag[:60]} is not part of the language", span, expected="a plain value")

    def sequence(self, span: Span, depth: int) -> Sequence:
        items = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self.value(event, depth + 1))
        return Sequence(tuple(items), self.whole(span, event))

    def mapping(self, span: Span, depth: int) -> Mapping:
        items: dict[str, Value] = {}
        keys: dict[str, Span] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            at = self.span(event)
            key = self.key(event, at)
            if key in keys:
                raise fail(
                    "duplicate-key",
                    f"'{key}' stands twice in one mapping",
                    at,
                    expected=f"it once; the first is at {keys[key]}",
                )
            keys[key] = at
            items[key] = self.value(next(self.events), depth + 1)
        return Mapping(items, keys, self.whole(span, event))

    def key(self, event: Any, span: Span) -> str:
        self.refuse_magic(event, span)
        if not isinstance(event, yaml.ScalarEvent):
            raise fail("key-not-text", "a key is a word, not a list or a mapping", span)
        if event.value == "<<" and not event.style:
            raise fail(
                "merge-key",
                "merge keys (<<) are not part of the language",
                span,
                expected="'defaults', 'extends' or a block of your own",
            )
        return str(event.value)
