"""Graph -> its printed forms: the trunk's, and that of each head of `outputs`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archspec.form.fold import Cell, shortest
from archspec.form.outline import Layer, legend, outline
from archspec.form.syntax import Form
from archspec.form.terms import FUNCTIONS, NORM_TERMS
from archspec.ir import Graph


def lines(graph: Graph, *, full: bool = False) -> Iterator[str]:
    """The form of a network, `head: form` for each head of `outputs`, and in full the parts of each block."""
    for head, form in printed(graph, full=full).items():
        yield f"{head}: {form}" if head else str(form)
    for block, parts in legend(graph).items() if full else ():
        yield f"{block} = {parts}"


def printed(graph: Graph, *, full: bool = False) -> dict[str, Form]:
    """The forms of a network: the trunk's under the empty name, then one for each head.

    Args:
        graph: a lowered network.
        full: with BN, LRN, DROPOUT and the like, and each pooling by its own name; so is a network of nothing else.
    """
    found = {head: cells(layers, full=full) or cells(layers, full=True) for head, layers in outline(graph).items()}
    return {head: shortest(parts) for head, parts in found.items() if parts}


def cells(layers: Sequence[Layer], *, full: bool) -> list[tuple[Cell, bool]]:
    """Layers in cells, each with whether it changes the spatial size: a CONV or FC takes what belongs to it."""
    found: list[tuple[Cell, bool]] = []
    free = 3
    for layer in layers:
        if layer.silent and not full:
            continue
        term = layer.term if full else layer.brief
        slot = 0 if term in NORM_TERMS else 1 if term in FUNCTIONS else 2 if term == "DROPOUT" else -1
        if found and slot >= free:
            cell, resizes = found[-1]
            found[-1] = ((*cell, term), resizes)
            free = slot + 1
        else:
            found.append(((term,), layer.resizes))
            free = 0 if term in ("CONV", "FC") else 3
    return found
