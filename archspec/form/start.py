"""A form, an input and a number of classes -> the text of a spec to start from."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from archspec.blocks import registry
from archspec.blocks.base import Convolutional
from archspec.document import mapping
from archspec.errors import Diagnostic
from archspec.form.sizes import Sizes
from archspec.form.syntax import Form, Term, numbers_text
from archspec.form.terms import known, unknown_terms
from archspec.form.unroll import Cell, unroll

SMALLEST_MAP = 4
"""Pixels that are left on a side, if the form says how often it pools only by a letter."""
MOST_STAGES = 5
WIDEST = 512
FIXED = {
    "lrn": "{depth_radius: 2, alpha: 1e-4, beta: 0.75}",
    "dropout": "0.5",
    "se": "16",
    "inception": "{1x1: 32, 3x3: 64, 5x5: 16, pool: 16}",
    "subsample": "2",
    "pad": "{padding: 1}",
}
"""What a step gets where nothing is known of it but its name."""


@dataclass(frozen=True)
class Start:
    """What is asked for: `shape` is [height, width, channels]."""

    form: Form
    shape: Sequence[int]
    classes: int
    name: str


def wrong_terms(form: Form) -> list[Diagnostic]:
    """One diagnostic for each name of a form that stands for no step of the language."""
    return unknown_terms(form, known(()))


def texts(start: Start) -> Iterator[str]:
    """Specs of a form, the first with as many stages as its input bears, then with fewer."""
    side = min(start.shape[:2])
    most = max(1, min(MOST_STAGES, round(math.log2(max(2, side) / SMALLEST_MAP))))
    for stages in range(most, 0, -1):
        yield _text(start, _letters(start.form, stages))


def _letters(form: Form, stages: int) -> dict[str, int]:
    """A number for each letter that the form leaves open, within its bounds."""
    found: dict[str, int] = {}

    def choose(terms: Sequence[Term], outermost: bool) -> None:
        for term in terms:
            if isinstance(term.times, str) and term.times not in form.values():
                pools = any("POOL" in name.name for name in term.names)
                layers = all(name.name != "FC" for name in term.names)
                number = stages if outermost and pools else 2 if layers else 1
                for limits in form.ranges(term.times):
                    number = max(number, limits.low or 0)
                    number = number if limits.high is None else min(number, limits.high)
                found.setdefault(term.times, number)
            choose(term.inner, outermost=False)

    choose(form.terms, outermost=True)
    return found


def _text(start: Start, letters: dict[str, int]) -> str:
    cells, stages = _cells(start.form, letters)
    sizes = [(letter, str(number), _turns(start.form, letter)) for letter, number in letters.items()]
    sizes += _steps(cells, stages)
    lines = [f"  {key}: {value}{f'  # {comment}' if comment else ''}" for key, value, comment in sizes]
    return "\n".join(
        [
            "# A start: change the sizes, then let archspec validate check it and archspec analyze show every layer.",
            "archspec: 1",
            f"name: {start.name}",
            f"vars: {{classes: {start.classes}}}",
            f"input: [{', '.join(map(str, start.shape))}]  # height, width, channels",
            *_defaults(start.form),
            f"form: {json.dumps(str(start.form))}",
            *(["sizes:  # a list has one entry per stage, nested lists one per repetition", *lines] if lines else ()),
            "",
        ]
    )


def _defaults(form: Form) -> Iterator[str]:
    """What the convolutions inside blocks do; a form speaks of its own CONV only."""
    blocks = registry()
    kinds = {known(())[name.name][0] for term in form.terms for name in term.names}
    if any(issubclass(blocks[kind], Convolutional) for kind in kinds if kind in blocks):
        yield "defaults: {conv: {norm: batch_norm, use_bias: false, activation: relu, padding: same}}"


def _cells(form: Form, letters: dict[str, int]) -> tuple[list[Cell], dict[str, list[int]]]:
    """The cells with every `T?` present, and the stages of each step that may be."""
    terms = known(())
    sizes = Sizes(mapping({}, form.span), form, terms, {"classes": 1})
    sizes.letters.update(letters)
    everywhere = tuple(range(1, 1_000))
    optional = {kind for term in _optional(form.terms) for name in term.names for kind in terms[name.name][:1]}
    sizes.stages.update(dict.fromkeys(optional, everywhere))
    sizes.places.update({f"{kind}.at": form.span for kind in optional})
    cells = unroll(form, sizes, terms)
    kinds = {cell.name.name: terms[cell.name.name][0] for cell in cells}
    stages = {kind: [cell.stage for cell in cells if kinds[cell.name.name] == kind] for kind in sorted(optional)}
    return cells, {kind: list(dict.fromkeys(found)) for kind, found in stages.items()}


def _optional(terms: Sequence[Term]) -> Iterator[Term]:
    for term in terms:
        if term.optional:
            yield term
        yield from _optional(term.inner)


def _steps(cells: Sequence[Cell], stages: dict[str, list[int]]) -> list[tuple[str, str, str]]:
    """(step, its keys, a comment) for every step of the form that needs keys."""
    widths: dict[str, dict[int, int]] = {}
    pools = 0
    for cell in cells:
        pools += cell.name.name.endswith("POOL")
        widths.setdefault(cell.name.name, {}).setdefault(cell.stage, min(WIDEST, 32 * 2**pools))
    found = []
    for term, by_stage in widths.items():
        kind = known(())[term][0]
        value = _keys(kind, list(by_stage.values()), [c for c in cells if c.name.name == term])
        if kind in stages:
            value = value.removesuffix("}") if value.startswith("{") else f"{{pool_size: {value}"
            value += f", at: {numbers_text(tuple(stages[kind]))}}}"
        if value:
            found.append((kind, value, "at: the stages in which it is present" if kind in stages else ""))
    return found


def _keys(kind: str, widths: list[int], cells: Sequence[Cell]) -> str:
    filters = str(widths[0]) if len(set(widths)) == 1 else numbers_text(tuple(widths))
    if kind == "conv":
        return f"{{filters: {filters}, kernel_size: 3, padding: same}}"
    if kind == "residual":
        stages = range(len(widths))
        filters = numbers_text(tuple(min(WIDEST, widths[0] * 2**stage) for stage in stages))
        return f"{{unit: basic, filters: {filters}, strides: {numbers_text(tuple(1 + (at > 0) for at in stages))}}}"
    if kind in ("max_pool", "avg_pool"):
        return "2"
    if kind == "fc":
        hidden = len(dict.fromkeys(cell.stage for cell in cells if not cell.implied))
        implied = hidden < len(widths)
        units = ["256"] * (hidden if implied else hidden - 1) + ([] if implied else ["$classes"])
        if units == ["$classes"]:
            return "$classes"
        return f"{{units: [{', '.join(units)}], dropout: 0.5}}" if units else ""
    return FIXED.get(kind, "")


def _turns(form: Form, letter: str) -> str:
    """What a letter counts."""

    def find(terms: Sequence[Term]) -> Term | None:
        for term in terms:
            found = term if term.times == letter else find(term.inner)
            if found:
                return found
        return None

    term = find(form.terms)
    return f"how often {Form((Term(term.atom),))} comes" if term else ""
