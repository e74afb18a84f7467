"""Variables: `vars` evaluated, and values with their `$names` and arithmetic put in."""

from __future__ import annotations

from collections.abc import Mapping as Map
from typing import Any

from archspec import arithmetic
from archspec.document import Mapping, Sequence, Value, located
from archspec.errors import Span, SpecError, did_you_mean, fail, listing

Variables = Map[str, Any]


def evaluate_variables(located: Value | None) -> dict[str, Any]:
    """The variables of a file, each of which may use the others."""
    if not isinstance(located, Mapping):
        return {}
    done: dict[str, Any] = {}
    under_way: list[str] = []

    def lookup(name: str, span: Span) -> Any:
        if name in under_way:
            raise fail("variable-cycle", f"'{name}' needs itself: {' -> '.join([*under_way, name])}", span)
        if name not in located.items:
            raise unknown_variable(name, span, located.items)
        if name not in done:
            if len(under_way) > 50:
                raise fail("variable-cycle", "more than 50 variables that need one another", span)
            under_way.append(name)
            done[name] = _substituted(located.items[name], lookup)
            under_way.pop()
        return done[name]

    return {name: lookup(name, located.keys[name]) for name in located.items}


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

    return _substituted(value, lookup)


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
    if value.plain and isinstance(value.value, str) and arithmetic.mentions_variable(value.value):
        return arithmetic.evaluate(value.value, value.span, lookup)
    return value.value


def uses_variables(value: Value) -> bool:
    """Whether anything in the value is still to be evaluated."""
    if isinstance(value, Mapping):
        return any(uses_variables(item) for item in value.items.values())
    if isinstance(value, Sequence):
        return any(uses_variables(item) for item in value.items)
    return value.plain and isinstance(value.value, str) and arithmetic.mentions_variable(value.value)
