"""`sizes`: the numbers behind a form's letters and terms, each with its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping as Map
from typing import Any

from archspec.blocks import registry
from archspec.document import Mapping, Scalar, Sequence, Value, located
from archspec.errors import Diagnostic, Span, SpecError, did_you_mean, listing
from archspec.form.syntax import Form, Name, Numbers, Term
from archspec.variables import Variables, substitute, uses_variables


class Sizes:
    """What `sizes` and the form's own `N = ...` say: `letters` -> counts, `steps` -> their keys.

    `stages` holds what each step says under `at`. What is wrong goes to `diagnostics`.
    """

    def __init__(self, root: Mapping, form: Form, terms: Map[str, tuple[str, ...]], variables: Variables) -> None:
        self.variables = variables
        self.diagnostics: list[Diagnostic] = []
        self.letters: dict[str, Numbers] = {letter: v.numbers for letter, v in form.values().items()}
        self.places: dict[str, Span] = {letter: v.span for letter, v in form.values().items()}
        self.steps: dict[str, Mapping] = {}
        self.stages: dict[str, tuple[int, ...]] = {}
        asked = {kind for name in form.names for kind in terms.get(name.name, ())}
        asked |= {"fc"} if any(name.name == "SOFTMAX" for name in form.names) else set()
        found = root.mapping("sizes") or Mapping({}, {}, form.span)
        for key, value in found.items.items():
            if len(key) == 1:
                self._letter(key, value, found.keys[key], form)
            elif key not in asked:
                self.unused(key, found.keys[key], asked, form)
            else:
                self._step(key, value)

    def _letter(self, letter: str, value: Value, at: Span, form: Form) -> None:
        if letter not in form.letters:
            return self.unused(letter, at, form.letters, form)
        try:
            counts = as_numbers(substitute(value, self.variables))
        except SpecError as error:
            self.diagnostics += error.diagnostics
            return None
        if counts is None:
            expected = "a whole number, or a list with one for each stage"
            self.error("bad-size", f"{letter} is no count", value.span, expected)
        elif self.letters.setdefault(letter, counts) != counts:
            self.error("form-bound", f"{letter} has another value in the form, at {self.places[letter]}", value.span)
        self.places.setdefault(letter, value.span)
        return None

    def _step(self, kind: str, value: Value) -> None:
        main = [key.name for key in registry()[kind].all_keys() if key.main] if kind in registry() else []
        if not isinstance(value, Mapping):
            value = Mapping(dict.fromkeys(main, value), dict.fromkeys(main, value.span), value.span)
        items = {}
        for key, item in value.items.items():
            if kind in ("conv", "fc") and key == "activation":
                self.error(
                    "unused-size",
                    f"'{key}' of {kind} is the form's to say",
                    value.keys[key],
                    "it in the form: CONV-RELU",
                )
            elif key in ("name", "from", "times"):
                self.error("unused-size", f"'{key}' is the form's to say", value.keys[key], "the step's own keys")
            elif key == "at":
                self._at(kind, item)
            else:
                items[key] = self.listed(item)
        self.steps[kind] = Mapping(items, value.keys, value.span)

    def _at(self, kind: str, value: Value) -> None:
        try:
            found = as_numbers(substitute(value, self.variables))
        except SpecError as error:
            self.diagnostics += error.diagnostics
            found = ()
        if isinstance(found, tuple) and all(isinstance(n, int) for n in found):
            self.stages[kind] = tuple(n for n in found if isinstance(n, int))
            self.places[f"{kind}.at"] = value.span
        else:
            self.error("bad-size", "`at` is no list of stages", value.span, "a list of whole numbers, stages from 1 on")

    def listed(self, value: Value) -> Value:
        """A value; a variable that holds a list as that list."""
        if isinstance(value, Scalar) and uses_variables(value):
            try:
                found = substitute(value, self.variables)
            except SpecError:
                return value  # its row says so
            return located(found, value.span) if isinstance(found, list) else value
        if isinstance(value, Sequence):
            return Sequence(tuple(self.listed(item) for item in value.items), value.span)
        return value

    def lengths(self, kind: str) -> list[int]:
        """Lengths of the lists that a step's keys have: one entry per stage."""
        found = self.steps.get(kind)
        return [len(value.items) for value in found.items.values() if isinstance(value, Sequence)] if found else []

    def inner_length(self, kind: str, index: tuple[int, ...]) -> int:
        """The length of the first list that one of a step's keys has at a place; 0 where none has one."""
        step = self.steps.get(kind)
        for value in step.items.values() if step else ():
            inner: Value | None = value
            for place in index:
                items = inner.items if isinstance(inner, Sequence) else ()
                inner = items[place] if place < len(items) else None
            if isinstance(inner, Sequence):
                return len(inner.items)
        return 0

    def counts_classifier(self, form: Form) -> bool:
        """Whether the lists of `fc` have an entry for the FC that a SOFTMAX stands for."""
        bare = [i for i, term in enumerate(form.terms) if term == Term(Name("SOFTMAX"))]
        layers = (Term(Name("FC")), Term(Name("CONV")))
        return "classes" not in self.variables and any(i == 0 or form.terms[i - 1] not in layers for i in bare)

    def wrong_length(self, what: str, length: int, term: str, stages: list[int], at: Span) -> None:
        """Say that a list has not one entry for each stage."""
        shown = listing(map(str, stages))
        message = f"{what} has {length} entries, {term} stands in {len(stages)} stages"
        self.error("size-length", message, at, f"one entry for each of the stages {shown}" if stages else "none")

    def unused(self, key: str, at: Span, known: Iterable[str], form: Form) -> None:
        """Say that a key of `sizes` has nothing to size."""
        what = "no star of the form has" if len(key) == 1 else "the form has no term for"
        words = sorted(known)
        self.diagnostics.append(
            Diagnostic("unused-size", f"{what} '{key}'", at, listing(words), did_you_mean(key, words))
        )

    def error(self, code: str, message: str, at: Span, expected: str = "") -> None:
        """Remember what is wrong."""
        self.diagnostics.append(Diagnostic(code, message, at, expected))


def as_numbers(value: Any) -> Numbers | None:
    """A count, or nested lists of counts; None where it is neither."""
    if isinstance(value, list):
        inner = [as_numbers(item) for item in value]
        return None if None in inner else tuple(n for n in inner if n is not None)
    whole = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    return value if whole else None
