"""What a caller sets in a spec from outside: `--set` arguments, and Python's `vars` and `input_shape`."""

from __future__ import annotations

import argparse
import re
from collections.abc import Mapping as Map, Sequence as Seq
from typing import Any

from archspec.document import Mapping, Sequence, Value, argument, mapping
from archspec.errors import Source, Span, fail
from archspec.source import flow_value, scalar


def overrides(vars: Map[str, Any] | None, input_shape: Any) -> Mapping:
    """Python's arguments as overrides for `resolve`."""
    found = {f"vars.{name}": argument(name, value) for name, value in (vars or {}).items()}
    if isinstance(input_shape, Map):
        found |= {f"inputs.{name}": argument("input_shape", shape) for name, shape in input_shape.items()}
    elif input_shape is not None:
        found["input"] = argument("input_shape", input_shape)
    return mapping(found, Span(Source("<argument>", ""), 1, 1))


def add_set(parser: argparse.ArgumentParser, *, recipe: bool = False) -> None:
    """Add `--set name=value` to a command, whose `recipe` it may set too; `settings` reads what it collects."""
    what = "a variable, an input or a key of the recipe" if recipe else "a variable or an input"
    also = ", recipe.KEY=VALUE" if recipe else ""
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help=f"set {what}: vars.classes=10, input=96x96x3{also} (repeat for more)",
    )


def settings(assignments: Seq[str]) -> Mapping:
    """The command line's `--set` arguments as overrides for `load`.

    Args:
        assignments: `vars.<name>=value`, `input=96x96x3` or `inputs.<name>=96x96x3`.

    Raises:
        SpecError: for an argument of another form.

    >>> from archspec.document import plain
    >>> plain(settings(["input=96x96x3", "vars.k=1e-4"]))
    {'input': [96, 96, 3], 'vars.k': 0.0001}
    """
    items, keys = {}, {}
    for text in assignments:
        path, sign, value = text.partition("=")
        origin = Source("--set", text)
        keys[path] = Span(origin, 1, 1, len(path))
        if not (sign and path and value):
            raise fail(
                "bad-setting",
                f"'{text}' sets nothing",
                keys[path],
                expected="name=value: vars.classes=10 or input=96x96x3",
            )
        items[path] = _setting(value, Span(origin, 1, len(path) + 2, len(value)))
    return Mapping(items, keys, Span(Source("--set", ""), 1, 1))


def _setting(text: str, span: Span) -> Value:
    """A size written 96x96x3, a list or mapping in brackets, or a scalar by YAML's rules."""
    if text[0] in "[{":
        return flow_value(text, span)
    if re.fullmatch(r"\d+(x\d+)+", text):
        return Sequence(tuple(scalar(n, span) for n in text.split("x")), span)
    return scalar(text, span)
