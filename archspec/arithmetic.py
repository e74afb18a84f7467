"""`$name` and arithmetic on it: `+ - * / //` and parentheses over exact fractions.

A small grammar, read by recursive descent; nothing is ever handed to Python to evaluate.

    sum     = product , { ( "+" | "-" ) , product } ;
    product = factor , { ( "*" | "//" | "/" ) , factor } ;
    factor  = [ "-" ] , ( NUMBER | "$" NAME | "(" , sum , ")" ) ;
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from math import isfinite
from typing import Any

from archspec.errors import Span, SpecError, fail

Lookup = Callable[[str, Span], Any]

MAX_LENGTH = 200
MAX_PARENTHESES = 30
MAX_SIZE = 10**30

_TOKEN = re.compile(r"\s*(?:(?P<number>\d+(?:\.\d*)?(?:[eE][-+]?\d{1,3})?)|\$(?P<name>\w+)|(?P<sign>//|[-+*/()]))")


def variables(text: str, span: Span) -> Iterator[tuple[str, Span]]:
    """The variables that a plain scalar mentions, and where."""
    for match in re.finditer(r"\$(\w+)", text[:MAX_LENGTH]):
        yield match[1], span._replace(column=span.column + match.start(), length=len(match[0]))


def evaluate(text: str, span: Span, lookup: Lookup) -> Any:
    """The value of an expression: of any type for `$name` alone, else an int or a float.

    `lookup(name, span)` gives a variable's value or raises.

    >>> from archspec.errors import Source
    >>> evaluate("0.1*$n", Span(Source("x", ""), 1, 1), lambda name, span: 30)
    3
    """
    if len(text) > MAX_LENGTH:
        raise fail("bad-expression", f"an expression of more than {MAX_LENGTH} characters", span)
    alone = re.fullmatch(r"\$(\w+)", text)
    if alone:
        return lookup(alone[1], span)
    return _number(_Expression(text, span, lookup).result())


def _number(value: Fraction) -> int | float:
    return value.numerator if value.denominator == 1 else float(value)


class _Expression:
    def __init__(self, text: str, span: Span, lookup: Lookup) -> None:
        self.text, self.span, self.lookup = text, span, lookup
        self.at = 0
        self.depth = 0

    def result(self) -> Fraction:
        value = self.sum()
        if self.text[self.at :].strip():
            raise self.wrong("an operator: + - * / //")
        return value

    def sum(self) -> Fraction:
        value = self.product()
        while sign := self.accept("+", "-"):
            other = self.product()
            value = self.bounded(value + other if sign == "+" else value - other)
        return value

    def product(self) -> Fraction:
        value = self.factor()
        while sign := self.accept("*", "//", "/"):
            start = self.at
            other = self.factor()
            if sign != "*" and other == 0:
                raise fail("bad-expression", f"division by zero in '{self.text}'", self.here(start))
            found = value * other if sign == "*" else value / other if sign == "/" else Fraction(value // other)
            value = self.bounded(found)
        return value

    def factor(self) -> Fraction:
        if self.accept("-"):
            return -self.factor()
        if self.accept("("):
            self.depth += 1
            if self.depth > MAX_PARENTHESES:
                raise fail("bad-expression", f"more than {MAX_PARENTHESES} parentheses", self.span)
            value = self.sum()
            if not self.accept(")"):
                raise self.wrong("')'")
            return value
        match = _TOKEN.match(self.text, self.at)
        if not match or match["sign"]:
            raise self.wrong("a number, a $name or '('")
        start, self.at = self.at, match.end()
        return self.bounded(Fraction(match["number"])) if match["number"] else self.variable(match["name"], start)

    def bounded(self, value: Fraction) -> Fraction:
        """The value itself; an error where neither an int nor a float of a network can be so large or so fine."""
        if abs(value) > MAX_SIZE or value.denominator > MAX_SIZE:
            raise fail("bad-expression", f"'{self.text}' leaves the range of numbers", self.span)
        return value

    def variable(self, name: str, start: int) -> Fraction:
        span = self.here(start, len(name) + 1)
        value = self.lookup(name, span)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise fail("bad-expression", f"${name} is {value!r}, not a number", span, expected="numbers in arithmetic")
        if isinstance(value, float) and not isfinite(value):
            raise fail("bad-expression", f"${name} is {value}", span, expected="finite numbers in arithmetic")
        return self.bounded(Fraction(str(value)))

    def accept(self, *signs: str) -> str:
        match = _TOKEN.match(self.text, self.at)
        if match and match["sign"] in signs:
            self.at = match.end()
            return str(match["sign"])
        return ""

    def here(self, offset: int, length: int = 1) -> Span:
        offset += len(self.text[offset:]) - len(self.text[offset:].lstrip())
        return self.span._replace(column=self.span.column + offset, length=length)

    def wrong(self, expected: str) -> SpecError:
        return fail("bad-expression", f"'{self.text}' is not an expression", self.here(self.at), expected=expected)
