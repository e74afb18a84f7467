"""Hints: what a valid spec may not mean, said by `validate`; they change nothing, the exit code neither.

A rule is a function from a spec and its graph to a hint or None: one hint for all of a file's rows,
at the first of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from archspec import ir
from archspec.blocks import registry
from archspec.document import Mapping, Sequence, Value
from archspec.errors import Diagnostic, Span, did_you_mean, in_order, listing
from archspec.ir import Graph, Node
from archspec.passes.costs import costs
from archspec.passes.cut import ancestors
from archspec.passes.shapes import shapes, text
from archspec.resolve import Spec

WEIGHTED = (ir.Conv, ir.FullyConnected)
LINEAR = (ir.Pad, ir.Flatten, ir.Dropout, ir.BatchNorm, ir.Affine, ir.AveragePool, ir.Concat)
"""What leaves a linear function linear; a squeeze (a global pool in front of a gate) is meant to be one."""
SHOWN = 6
"""Rows that a hint names; the rest is counted."""


def hints(spec: Spec, graph: Graph) -> list[Diagnostic]:
    """Every hint about a spec, in the order of its file."""
    return in_order(found for rule in RULES if (found := rule(spec, graph)))


def _softmax_of_one(spec: Spec, graph: Graph) -> Diagnostic | None:
    """A softmax over a single value is 1, whatever the value."""
    found = shapes(graph)
    for node in graph.nodes:
        shape = found[node.name]
        if isinstance(node.op, ir.Activation) and node.op.function == "softmax" and shape[-1] == 1:
            message = f"{node.name}: the last axis of {text(shape)} is a single value, and its softmax is 1"
            expected = "`flatten` in front of it" if len(shape) > 1 else "`sigmoid`, or more units"
            return Diagnostic("softmax-of-one", message, node.span, expected, severity="hint")
    return None


def _idle_bias(spec: Spec, graph: Graph) -> Diagnostic | None:
    """A bias in front of a batch norm, which subtracts it again, where nobody asked for it in so many words."""
    readers: dict[str, list[ir.Op]] = {}
    for node in graph.nodes:
        for name in node.inputs:
            readers.setdefault(name, []).append(node.op)
    asked = {*_asked(spec.layers), *(at for block in spec.blocks.values() for at in _asked(block.layers))}
    asked |= {*_asked(spec.outputs)} if spec.outputs else set()
    found = [
        node
        for node in graph.nodes
        if isinstance(node.op, ir.Conv | ir.FullyConnected)
        and node.op.use_bias
        and node.span not in asked
        and not _by_default(spec, node)
        and node.name in readers
        and all(isinstance(op, ir.BatchNorm) for op in readers[node.name])
    ]
    if not found:
        return None
    names, expected = listing((n.name for n in found), SHOWN), "`use_bias: false`; `true`, if it shall be there"
    message = f"a bias in front of a batch norm, which subtracts it again: {names}"
    return Diagnostic("idle-bias", message, found[0].span, expected, severity="hint")


def _unread(spec: Spec, graph: Graph) -> Diagnostic | None:
    """A row that no output and no head is made of, so that no model has it."""
    read = ancestors(graph, [*graph.outputs.values(), *(head.output for head in graph.heads.values())])
    inner = {name for node in graph.nodes for name in node.inputs}
    found = [node for node in graph.nodes if node.name not in read and node.name not in inner]
    if not found:
        return None
    message = f"no output is made of {listing((n.name for n in found), SHOWN)}: models are built without"
    expected = "a row that reads it, or its name under `outputs`"
    return Diagnostic("unread-row", message, found[0].span, expected, severity="hint")


def _asked(value: Value) -> Iterator[Span]:
    """Where rows stand that say `use_bias` themselves."""
    if isinstance(value, Mapping):
        for key, inner in value.items.items():
            if isinstance(inner, Mapping) and "use_bias" in inner.items:
                yield value.keys[key]
    items: Iterable[Value] = value.items.values() if isinstance(value, Mapping) else ()
    for item in value.items if isinstance(value, Sequence) else items:
        yield from _asked(item)


def _by_default(spec: Spec, node: Node) -> bool:
    body = spec.defaults.mapping("conv" if isinstance(node.op, ir.Conv) else "fc") if spec.defaults else None
    return body is not None and "use_bias" in body.items


def _unnamed_weights(spec: Spec, graph: Graph) -> Diagnostic | None:
    """Rows with weights that are named by counting; rows of a block or a branch are looked at one by one."""
    cost = costs(graph)
    weighted = {part for node in graph.nodes if cost[node.name].params for part in _scopes(node.step)}
    counted = [group if i == 0 else f"{group}{i + 1}" for group, n in graph.unnamed.items() for i in range(n)]
    found: dict[Span, str] = {}  # a row of a block is one row, wherever the block is used
    for name in counted:
        if name in weighted and _is_step(graph, name):
            found.setdefault(graph.steps[name].span, name)
    if not found:
        return None
    places = sorted(found, key=lambda span: (span.line, span.column))
    message = f"rows with weights, but without a name: {listing((found[at] for at in places), SHOWN)}"
    expected = "a name, by which their weights are found whatever is inserted above"
    return Diagnostic("unnamed-weights", message, places[0], expected, severity="hint")


def _scopes(step: str) -> Iterator[str]:
    """`a.b.c` -> a, a.b, a.b.c."""
    parts = step.split(".")
    return (".".join(parts[: i + 1]) for i in range(len(parts)))


def _is_step(graph: Graph, name: str) -> bool:
    """Whether a name is a step's that holds no rows of its own."""
    block = registry().get(graph.steps[name].kind) if name in graph.steps else None
    return block is not None and not any(key.kind.rows for key in block.all_keys())


def _linear(spec: Spec, graph: Graph) -> Diagnostic | None:
    """A layer with weights that reads another with nothing but linear steps between them."""
    behind: dict[str, str] = {}  # node -> the layer with weights whose sum it is a linear function of
    for node in graph.nodes:
        below = next((behind[name] for name in node.inputs if name in behind), "")
        if isinstance(node.op, WEIGHTED):
            if below:
                message = f"{node.name} reads {below} with nothing between them that is not linear"
                expected = "an activation in front of it: two linear layers compute what one can"
                return Diagnostic("linear-layers", message, node.span, expected, severity="hint")
            behind[node.name] = node.name
        elif below and (isinstance(node.op, LINEAR) or (isinstance(node.op, ir.Merge) and node.op.function == "add")):
            behind[node.name] = below
    return None


def _unread_variable(spec: Spec, graph: Graph) -> Diagnostic | None:
    """A variable of this file that nothing reads: a slip, or a setting without an effect."""
    variables = spec.document.root.mapping("vars")
    if not variables:
        return None
    read = set(_variables(spec.root))
    found = [n for n, at in variables.keys.items() if n not in read and at.source == spec.document.source]
    if not found:
        return None
    names, expected = listing((f"${name}" for name in found), SHOWN), "it in a row, or no such variable"
    suggestion = did_you_mean(f"${found[0]}", [f"${name}" for name in read])
    message = f"nothing reads {names}: to set it has no effect"
    return Diagnostic("unread-variable", message, variables.keys[found[0]], expected, suggestion, severity="hint")


def _variables(value: Value) -> Iterator[str]:
    """Names of the variables that stand in a value."""
    if isinstance(value, Mapping | Sequence):
        for item in value.items.values() if isinstance(value, Mapping) else value.items:
            yield from _variables(item)
    elif value.plain and isinstance(value.value, str):
        yield from re.findall(r"\$(\w+)", value.value)


RULES: tuple[Callable[[Spec, Graph], Diagnostic | None], ...] = (
    _softmax_of_one,
    _idle_bias,
    _unnamed_weights,
    _unread,
    _linear,
    _unread_variable,
)
"""The rules, each of which speaks at most once of a spec."""
