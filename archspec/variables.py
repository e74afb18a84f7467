"""Variables: `vars` evaluated, and values with their `$names` and arithmetic put in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping as Map
from graphlib import CycleError, TopologicalSorter
from typing import Any

from archspec import arithmetic
from archspec.blocks.kinds import ARITHMETIC
from archspec.document import Mapping, Scalar, Sequence, Value, located
from archspec.errors import Span, SpecError, did_you_mean, fail, listing

Variables = Map[str, Any]

MAX_PARTS = 1_000
"""Parts of one value, its variables put in: lists of lists of variables grow by powers."""


def evaluate_variables(located: Value | None) -> dict[str, Any]:
    """The variables of a file, each of which may use the others."""
    if not isinstance(located, Mapping):
        return {}
    done: dict[str, Any] = {}

    def lookup(name: str, span: Span) -> Any:
        if name not in done:
            raise unknown_variable(name, span, located.items)
        return done[name]

    for name in _in_order({name: dict(_uses(value)) for name, value in located.items.items()}):
        done[name] = _limited(_substituted(located.items[name], lookup), located.keys[name])
    return {name: done[name] for name in located.items}


def _in_order(uses: Map[str, Map[str, Span]]) -> list[str]:
    """Variables, each behind those that it uses; `uses` says which, and where."""
    known = {name: [used for used in found if used in uses] for name, found in uses.items()}
    try:
        return list(TopologicalSorter(known).static_order())
    except CycleError as error:
        circle = error.args[1][:0:-1]
        first = next(name for name in uses if name in circle)
        at = circle.index(first)
        chain = [*circle[at:], *circle[:at], first]
        message = f"'{first}' needs itself: {' -> '.join(chain)}"
        raise fail("variable-cycle", message, uses[chain[-2]][first]) from None


def _uses(value: Value) -> Iterator[tuple[str, Span]]:
    """The variables that a value mentions, and where."""
    if isinstance(value, Scalar):
        if value.plain and isinstance(value.value, str):
            yield from arithmetic.variables(value.value, value.span)
    else:
        for item in value.items.values() if isinstance(value, Mapping) else value.items:
            yield from _uses(item)


def _limited(value: Any, span: Span) -> Any:
    """The value itself; an error where variables of variables have made it huge."""
    parts, stack = 0, [value]
    while stack:
        parts += 1
        if parts > MAX_PARTS:
            raise fail("too-large", f"a value of more than {MAX_PARTS:,} parts, its variables put in", span)
        part = stack.pop()
        stack += part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    return value


def unknown_variable(name: str, span: Span, known: Map[str, Any]) -> SpecError:
    """The error for `$name` where there is no such variable."""
    suggestion = did_you_mean(f"${name}", [f"${name}" for name in known])
    expected = listing(f"${name}" for name in known) or "a variable declared under 'vars'"
    return fail("unknown-variable", f"unknown variable ${name}", span, expected=expected, suggestion=suggestion)


def substitute(value: Value, variables: Variables) -> Any:
    """A located value as a plain one, its `$names` and arithmetic evaluated."""

    def lookup(name: str, span: Span) -> Any:
        if name not in variables:
            raise unknown_variable(name, span, variables)
        return variables[name]

    return _limited(_substituted(value, lookup), value.span)


def evaluate(value: Value, variables: Variables) -> Value:
    """A located value with its `$names` and arithmetic evaluated, every part still where it was written."""
    if isinstance(value, Mapping):
        items = {key: evaluate(item, variables) for key, item in value.items.items()}
        return Mapping(items, value.keys, value.span)
    if isinstance(value, Sequence):
        return Sequence(tuple(evaluate(item, variables) for item in value.items), value.span)
    return located(substitute(value, variables), value.span)


def _substituted(value: Value, lookup: arithmetic.Lookup) -> Any:
    if isinstance(value, Mapping):
        return {key: _substituted(item, lookup) for key, item in value.items.items()}
    if isinstance(value, Sequence):
        return [_substituted(item, lookup) for item in value.items]
    if value.plain and isinstance(value.value, str) and is_expression(value.value):
        return arithmetic.evaluate(value.value, value.span, lookup)
    return value.value


def uses_variables(value: Value) -> bool:
    """Whether anything in the value is still to be evaluated."""
    if isinstance(value, Mapping):
        return any(uses_variables(item) for item in value.items.values())
    if isinstance(value, Sequence):
        return any(uses_variables(item) for item in value.items)
    return value.plain and isinstance(value.value, str) and is_expression(value.value)


def is_expression(text: str) -> bool:
    """Whether a text, where it stands without quotes, is evaluated.

    >>> [is_expression(text) for text in ("$n", "2*16", "half", "1e-4")]
    [True, True, False, True]
    """
    return re.search(ARITHMETIC, text) is not None


def holds_expression(value: Any) -> bool:
    """Whether a plain value is, or holds, a text that would be evaluated without its quotes."""
    if isinstance(value, dict):
        return any(map(holds_expression, value.values()))
    if isinstance(value, list):
        return any(map(holds_expression, value))
    return isinstance(value, str) and is_expression(value)
