"""A spec's published figures held against what its graph computes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping as Map
from typing import Any

from archspec.blocks.kinds import as_pair
from archspec.document import Mapping, Sequence, Value, plain
from archspec.ensemble import graph_of
from archspec.errors import Diagnostic, did_you_mean, fail
from archspec.ir import Graph, Pair, Shape
from archspec.passes.cut import with_heads
from archspec.passes.receptive import receptive_fields
from archspec.passes.shapes import shapes, text
from archspec.passes.totals import totals
from archspec.resolve import Spec, resolve

MAX_NODES = 25_000
"""Primitives of the cases of one spec that are computed, together."""


def cases(spec: Spec) -> tuple[Mapping, ...]:
    """The cases under `expect`: none, one, or one for each setting of the variables."""
    found = spec.document.root.get("expect")
    listed: tuple[Value, ...] = found.items if isinstance(found, Sequence) else (found,) if found else ()
    return tuple(case for case in listed if isinstance(case, Mapping))


def settings(case: Mapping) -> Mapping:
    """The overrides under which a case holds."""
    found = case.get("vars")
    return found.renamed("vars.{}") if isinstance(found, Mapping) else Mapping({}, {}, case.span)


def speaking(spec: Spec) -> Iterator[Mapping]:
    """The cases that speak of this spec as it is set."""
    yield from (case for case in cases(spec) if _resolved(spec, case).same_setting(spec))


def _resolved(spec: Spec, case: Mapping) -> Spec:
    """The spec as a case sets it: itself, where both set the same, as they mostly do."""
    asked = settings(case)
    return spec if asked.items == spec.overrides.items else resolve(spec.document, asked)


def check(spec: Spec, graph: Graph) -> list[Diagnostic]:
    """Every figure of the cases that speak of this spec as it is set, and that is not so."""
    return [diagnostic for case in speaking(spec) for diagnostic in compare(case, graph)]


def check_others(spec: Spec) -> list[Diagnostic]:
    """Every figure of the cases that `check` leaves out, each computed under its own settings."""
    found: list[Diagnostic] = []
    nodes = 0
    for case in cases(spec):
        other = _resolved(spec, case)
        if not other.same_setting(spec):
            graph = with_heads(graph_of(other))
            nodes += len(graph.nodes)
            if nodes > MAX_NODES:
                raise fail("too-many-layers", f"more than {MAX_NODES:,} layers in the cases together", case.span)
            found += compare(case, graph)
    return found


def compare(case: Mapping, graph: Graph) -> Iterator[Diagnostic]:
    """The figures of one case that the graph does not have, both numbers in each message."""
    figures = totals(graph)
    for key, value in case.items.items():
        if key in NAMED and isinstance(value, Mapping):
            yield from _compare_named(key, value, graph)
        elif key != "vars":
            yield from _compare(key, plain(value), getattr(figures, key), value)


def _fields(graph: Graph) -> dict[str, Pair]:
    return {name: found.size for name, found in receptive_fields(graph).items()}


NAMED: dict[str, tuple[str, Callable[[Graph], Map[str, Shape]], Callable[[Any], Shape]]] = {
    "shapes": ("the shape", shapes, tuple),
    "receptive_field": ("the receptive field", _fields, as_pair),
}
"""Key of `expect` that is a mapping by row -> its words, node name -> what is so, and how what is asked is read."""


def _compare_named(key: str, asked: Mapping, graph: Graph) -> Iterator[Diagnostic]:
    what, compute, read = NAMED[key]
    found = compute(graph)
    nodes = graph.meanings()
    for name, value in asked.items.items():
        if name in nodes:
            yield from _compare(f"{what} of {name}", text(read(plain(value))), text(found[nodes[name]]), value)
        else:
            yield Diagnostic(
                "unknown-name", f"no row is called '{name}'", asked.keys[name], suggestion=did_you_mean(name, nodes)
            )


def _compare(what: str, expected: Any, computed: Any, at: Value) -> Iterator[Diagnostic]:
    if expected != computed:
        says, is_ = (f"{n:,}" if isinstance(n, int) else str(n) for n in (expected, computed))
        yield Diagnostic("expect", f"{what}: `expect` says {says}, the rows give {is_}", at.span)
