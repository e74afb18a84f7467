"""Text -> Form, by recursive descent; every mistake with its place inside the quotes."""

from __future__ import annotations

import re

from archspec.document import Scalar
from archspec.errors import Source, Span, SpecError, fail
from archspec.form.places import Places
from archspec.form.syntax import Form, Group, Name, Numbers, Range, Term, Values

MAX_LENGTH = 10_000
MAX_BOUNDS = 100
MAX_DEPTH = 16
MAX_NUMBER = 1_000_000

_TOKEN = re.compile(r"\s*(?P<token>(?P<name>[A-Za-z_]\w*)|(?P<number>[0-9]+)|<=|>=|[-()\[\]*?,=<>])", re.ASCII)
CLOSING = {"(": ")", "[": "]"}


def parse(written: Scalar) -> Form:
    """The form that a scalar of a spec holds.

    Raises:
        SpecError: at the character from which on it is no form.
    """
    return _Parser(Places(written)).form()


def parse_text(text: str, origin: str = "<form>") -> Form:
    """The form of a text that stands in no file; `origin` is how messages cite it.

    >>> str(parse_text("[(CONV-RELU)*N-POOL?]*3-FC-SOFTMAX, 1<=N<4"))
    '[(CONV-RELU)*N-POOL?]*3-FC-SOFTMAX, 1 <= N <= 3'
    """
    return parse(Scalar(text, Span(Source(origin, text), 1, 1, len(text))))


class _Parser:
    """Reads a text token by token; `at` is where the next one is looked for."""

    def __init__(self, places: Places) -> None:
        self.places, self.text, self.at = places, places.text, 0
        self.depth = 0

    def form(self) -> Form:
        if len(self.text) > MAX_LENGTH:
            raise fail("bad-form", f"a form of more than {MAX_LENGTH:,} characters", self.places.whole)
        terms = self.sequence()
        form = Form(terms, (), self.places.whole)
        letters, bounds = form.letters, []
        while self.accept(","):
            bounds.append(self.bound(letters))
            if len(bounds) > MAX_BOUNDS:
                raise fail("bad-form", f"more than {MAX_BOUNDS} bounds", bounds[-1].span)
        if self.at < len(self.text.rstrip()):
            raise self.wrong(
                "',' or the end" if bounds else "'-' between terms, '*' or '?' behind one, ',' before a bound"
            )
        return Form(terms, tuple(bounds), self.places.whole)

    def sequence(self) -> tuple[Term, ...]:
        terms = [self.term()]
        while self.accept("-"):
            terms.append(self.term())
        return tuple(terms)

    def term(self) -> Term:
        atom = self.atom()
        if self.accept("?"):
            return Term(atom, optional=True)
        if not self.accept("*"):
            return Term(atom)
        token, start = self.peek()
        if token.isdigit():
            return Term(atom, self.number())
        if len(token) == 1 and "A" <= token <= "Z":
            self.at = start + 1
            return Term(atom, token)
        small = len(token) == 1 and token.isalpha()
        raise self.wrong("a number or one capital letter behind '*'", token.upper() if small else "")

    def atom(self) -> Name | Group:
        token, start = self.peek()
        if token in CLOSING:
            return self.group(token, start)
        if not token or not (token[0].isalpha() or token[0] == "_"):
            raise self.wrong("a term: CONV, POOL, FC, ..., '(' or '['")
        span = self.places.span(start, len(token))
        if len(token) == 1:
            raise fail("bad-form", f"'{token}' alone is no term", span, expected="two letters or more: CONV, POOL, FC")
        if token != token.upper():
            raise fail(
                "bad-form", f"'{token}' is no term", span, expected="capital letters", suggestion=f"'{token.upper()}'"
            )
        self.at = start + len(token)
        return Name(token, span)

    def group(self, bracket: str, start: int) -> Group:
        self.at = start + 1
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise fail("bad-form", f"more than {MAX_DEPTH} brackets in one another", self.places.span(start))
        terms = self.sequence()
        if not self.accept(CLOSING[bracket]):
            raise self.wrong(f"'-' between terms, or '{CLOSING[bracket]}' for the '{bracket}' of {self.cite(start)}")
        self.depth -= 1
        return Group(terms, bracket, self.places.span(start))

    def bound(self, letters: list[str]) -> Values | Range:
        """What stands behind a comma."""
        token, start = self.peek()
        low = None
        if token.isdigit():
            low = self.number() + (self.relation("<=", "<") == "<")
        letter = self.letter(letters)
        if low is None and self.accept("="):
            values = self.numbers()
            return Values(letter, values, self.places.span(start, self.at - start))
        relation = self.relation("<=", "<") if low is not None else self.relation("<=", "<", ">=", ">")
        limit = self.number()
        if relation in (">=", ">"):
            low, high = limit + (relation == ">"), None
        else:
            high = limit - (relation == "<")
        span = self.places.span(start, self.at - start)
        if high is not None and (low or 0) > high:
            raise fail("bad-form", f"no number lies within these bounds of {letter}", span)
        return Range(letter, low, high, span)

    def letter(self, letters: list[str]) -> str:
        token, start = self.peek()
        if not (len(token) == 1 and "A" <= token <= "Z"):
            word = token[:1].isalpha()
            raise self.wrong("a bound of a letter: N = 3, N <= 5" + ("; terms are joined by '-'" if word else ""))
        if token not in letters:
            known = "one of " + ", ".join(letters) if letters else "no bound: the form has no letters"
            raise fail("bad-form", f"no star of this form has {token}", self.places.span(start), expected=known)
        self.at = start + 1
        return token

    def relation(self, *known: str) -> str:
        token, start = self.peek()
        if token not in known:
            raise self.wrong(" or ".join(f"'{word}'" for word in (*known, *(("=",) if ">=" in known else ()))))
        self.at = start + len(token)
        return token

    def numbers(self) -> Numbers:
        if not self.accept("["):
            return self.number()
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise fail("bad-form", f"more than {MAX_DEPTH} brackets in one another", self.places.span(self.at - 1))
        found = [self.numbers()]
        while self.accept(","):
            found.append(self.numbers())
        if not self.accept("]"):
            raise self.wrong("',' or ']'")
        self.depth -= 1
        return tuple(found)

    def number(self) -> int:
        token, start = self.peek()
        if not token.isdigit():
            raise self.wrong("a whole number")
        if len(token) > len(str(MAX_NUMBER)) or int(token) > MAX_NUMBER:
            span = self.places.span(start, len(token))
            raise fail("bad-form", f"{token[:20]} is more than {MAX_NUMBER:,}", span)
        self.at = start + len(token)
        return int(token)

    def peek(self) -> tuple[str, int]:
        """The next token, empty where there is none, and where it begins."""
        match = _TOKEN.match(self.text, self.at)
        if match:
            return match["token"], match.start("token")
        rest = self.text[self.at :]
        return "", self.at + len(rest) - len(rest.lstrip())

    def accept(self, sign: str) -> bool:
        token, start = self.peek()
        if token == sign:
            self.at = start + len(sign)
        return token == sign

    def cite(self, offset: int) -> str:
        span = self.places.span(offset)
        return f"{span.line}:{span.column}"

    def wrong(self, expected: str, suggestion: str = "") -> SpecError:
        token, start = self.peek()
        found = token or self.text[start : start + 1]
        message = f"'{found[:40]}' does not belong here" if found else "the form ends too early"
        shown = f"'{suggestion}'" if suggestion else ""
        span = self.places.span(start, len(found))
        return fail("bad-form", message, span, expected=expected, suggestion=shown)
