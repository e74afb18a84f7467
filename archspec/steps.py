"""Rows' keys -> steps: defaults joined, variables put in, checked once more, read."""

from __future__ import annotations

from collections.abc import Mapping as Map
from typing import Any

from archspec import diagnose
from archspec.blocks import registry
from archspec.blocks.base import Block
from archspec.blocks.kinds import Kind
from archspec.document import Mapping, Sequence, Value
from archspec.errors import Diagnostic, Span, SpecError, fail
from archspec.resolve import Spec
from archspec.variables import Variables, evaluate, holds_expression, substitute, uses_variables


class Steps:
    """The steps that a spec can use, with the spec's own defaults; `bare` are those made so far without any key.

    `diagnostics` holds what is wrong with the defaults themselves.
    """

    def __init__(self, spec: Spec) -> None:
        self.known = registry()
        self.defaults: dict[str, dict[str, Any]] = {}
        self.bare: dict[str, Block] = {}
        self.diagnostics: list[Diagnostic] = []
        for kind, keys in spec.defaults.items.items() if spec.defaults else ():
            if isinstance(keys, Mapping):
                try:
                    self.defaults[kind] = self.values(kind, keys, spec.vars)
                except SpecError as error:
                    self.diagnostics += error.diagnostics

    def values(self, kind: str, keys: Mapping, variables: Variables) -> dict[str, Any]:
        """A step's keys as plain values, checked once more where variables stood; rows stay located.

        Raises:
            SpecError: for unknown variables, and values that the step does not admit.
        """
        kinds = {key.name: key.kind for key in self.known[kind].all_keys()}
        rows = {name for name, value in keys.items.items() if holds_rows(kinds[name], value)}
        values = {name: value if name in rows else substitute(value, variables) for name, value in keys.items.items()}
        evaluated = {n: evaluate(v, variables) for n, v in keys.items.items() if n not in rows and uses_variables(v)}
        wrong = diagnose.check(kind, Mapping(evaluated, keys.keys, keys.span)) if evaluated else []
        wrong += [_quoted(n, keys.items[n]) for n, value in values.items() if n not in rows and holds_expression(value)]
        if wrong:
            raise SpecError(wrong)
        return values

    def default(self, kind: str, name: str) -> Any:
        """What a step's key is where neither a row nor a block says so: the file's default, else the language's."""
        key = next(key for key in self.known[kind].all_keys() if key.name == name)
        given = self.defaults.get(kind, {})
        return key.kind.read(given[name]) if name in given else key.default

    def make(self, kind: str, at: Span, values: Map[str, Any], suggest: Map[str, Any] | None = None) -> Block:
        """The step of a kind: `suggest`, then the file's defaults, then `values`, the last strongest.

        Raises:
            SpecError: where a required key is missing.
        """
        if values or suggest:
            return self._made(kind, at, {**(suggest or {}), **self.defaults.get(kind, {}), **values})
        if kind not in self.bare:  # most norms and activations
            self.bare[kind] = self._made(kind, at, self.defaults.get(kind, {}))
        return self.bare[kind]

    def _made(self, kind: str, at: Span, joined: Map[str, Any]) -> Block:
        missing = [key for key in self.known[kind].required_keys() if key.name not in joined]
        if missing:
            names = " and ".join(f"'{key.name}'" for key in missing)
            meant = "; ".join(f"{key.name}: {key.kind.text}, {key.doc}" for key in missing)
            raise fail("missing-key", f"{kind} needs {names}", at, expected=meant)
        return self.known[kind].read(joined)


def holds_rows(kind: Kind, value: Value) -> bool:
    """Whether a value is rows, which are read where they are expanded."""
    return isinstance(value, Sequence) if kind.rows == "list" else isinstance(value, Mapping) and kind.rows == "mapping"


def _quoted(key: str, value: Value) -> Diagnostic:
    """A text that is left behind when everything is evaluated."""
    expected = "no quotes around it: a quoted value is a text, never a variable or a number"
    return Diagnostic("quoted-variable", f"{key} is a text in quotes", value.span, expected)
