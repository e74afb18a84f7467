"""A form beside `layers` is a claim: whether the layers are what it says, and where they first are not.

Silent layers count only where the claim names them. A letter without a value may be anything from 0 on,
in each turn of a star anew; within one turn, and outside stars, a letter that stands twice is one number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from archspec.document import Mapping, Scalar
from archspec.errors import Diagnostic, listing
from archspec.form.machine import Machine, TooLooseError
from archspec.form.outline import Layer, outline
from archspec.form.parse import parse
from archspec.form.show import printed
from archspec.form.syntax import Form, Name
from archspec.form.terms import in_claims, unknown_terms
from archspec.ir import Graph

CANONICAL = {"BATCH_NORM": "BN", "GLOBAL_AVG_POOL": "GAP"}
"""Terms that say the same as a shorter one."""


def check(root: Mapping, own: Iterable[str], graph: Graph) -> Iterator[Diagnostic]:
    """Hold the trunk of a network to the form that its spec states beside its layers.

    `root` is the spec's document, `own` are the names of its own blocks.
    """
    written = root.scalar("form")
    if written and "layers" in root.items:
        yield from departures(written, graph, own)


def departures(written: Scalar, graph: Graph, own: Iterable[str]) -> Iterator[Diagnostic]:
    """What is wrong with a form as a claim about a network; `own` are the spec's own blocks."""
    form, terms = parse(written), in_claims(own)
    unknown = unknown_terms(form, terms)
    if unknown:
        yield from unknown
        return
    named = {CANONICAL.get(name.name, name.name) for name in form.names}
    layers = [layer for layer in outline(graph)[""] if not layer.silent or layer.term in named]
    try:
        departure = Machine(form, says).departure(layers)
    except TooLooseError:
        yield Diagnostic("form-too-loose", "this form fits in too many ways to be checked", form.span, "fewer letters")
        return
    if departure:
        place, expected = departure
        yield _said(form, graph, layers[place] if place < len(layers) else None, expected)


def says(name: Name, layer: Layer) -> bool:
    """Whether a name of a form can be a layer: POOL is any pooling.

    >>> from archspec.form.syntax import NOWHERE
    >>> says(Name("POOL"), Layer("GAP", "pool", NOWHERE)), says(Name("GAP"), Layer("MAX_POOL", "pool", NOWHERE))
    (True, False)
    """
    return CANONICAL.get(name.name, name.name) in (layer.term, layer.brief)


def _said(form: Form, graph: Graph, layer: Layer | None, expected: list[Name]) -> Diagnostic:
    """Where the layers first depart, what the form has there, and what the layers are."""
    words = listing(dict.fromkeys(name.name for name in expected)) or "the end"
    found = f"{layer.brief} of '{layer.row}' ({layer.span})" if layer else "the end of the layers"
    span = expected[0].span if len(expected) == 1 else form.span
    expectation = f"{words} there; the layers are {printed(graph)['']}"
    return Diagnostic("form-claim", f"the layers depart from this form at {found}", span, expectation)
