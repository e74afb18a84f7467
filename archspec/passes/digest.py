"""The digest of a network: equal for specs that compute the same."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from typing import Any

from archspec import ir

BEGINNINGS = ("kernel_initializer", "bias_initializer")
"""Fields of operators that say how values begin, not what is computed with them."""


def digest(graph: ir.Graph) -> str:
    """sha256 of what a graph computes, as 64 hexadecimal digits.

    Names, the order of rows, blocks, variables and texts play no part, nor do auxiliary heads; only the
    operators that the outputs need, with what each reads. Names of inputs and outputs count where there
    are several, since they then say which is which.
    """
    numbers, lines = _numbered(graph), []
    nodes = graph.by_name()
    for name in numbers:
        node = nodes[name]
        called = name if isinstance(node.op, ir.Input) and len(graph.inputs) > 1 else ""
        lines.append([*_operator(node.op), *([called] if called else []), [numbers[x] for x in node.inputs]])
    several = len(graph.outputs) > 1
    outputs = sorted([name if several else "", numbers[node]] for name, node in graph.outputs.items())
    text = json.dumps([lines, outputs], separators=(",", ":"), sort_keys=True, default=dataclasses.asdict)
    return hashlib.sha256(text.encode()).hexdigest()


def _numbered(graph: ir.Graph) -> dict[str, int]:
    """Node -> its number, in the order in which the outputs reach it, inputs first."""
    nodes, numbers = graph.by_name(), dict[str, int]()
    for _, output in sorted(graph.outputs.items()):
        stack = [(output, False)]
        while stack:
            name, ready = stack.pop()
            if name in numbers:
                continue
            if ready:
                numbers[name] = len(numbers)
            else:
                stack += [(name, True), *((x, False) for x in reversed(nodes[name].inputs))]
    return numbers


def _operator(op: ir.Op) -> list[Any]:
    """Its class, and the fields that differ from their defaults, so that a field added later changes no digest."""
    fields = {}
    for each in dataclasses.fields(op):  # type: ignore[arg-type]  # each primitive is a dataclass
        value = getattr(op, each.name)
        if each.name not in BEGINNINGS and value != each.default:
            fields[each.name] = int(value) if isinstance(value, float) and value.is_integer() else value
    return [type(op).__name__, fields]
