"""Graph -> the same network with other activations or beginnings, without its batch norms or heads: for experiments.

Nodes keep their names, so that the layers of a network and of its variant can be compared one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, cast, get_args

from archspec import ir
from archspec.errors import fail
from archspec.ir import Graph, Node
from archspec.passes.cut import with_heads, without_heads
from archspec.passes.shapes import shapes

Function = Literal["relu", "tanh", "sigmoid", "scaled_tanh"]
FUNCTIONS: tuple[str, ...] = get_args(Function)
"""Activations that can stand between layers."""


@dataclass(frozen=True)
class Variant:
    """What is changed in a network; None and True leave it as its spec says.

    Args:
        activation: one of `FUNCTIONS`, in place of every activation between layers (see `with_activation`).
        initializer: Keras's word for an initializer, for every kernel.
        batch_norm: False takes the batch norms out (see `without_batch_norm`).
        heads: False takes the auxiliary heads out.
    """

    activation: str | None = None
    initializer: str | None = None
    batch_norm: bool = True
    heads: bool = True

    @property
    def words(self) -> tuple[str, ...]:
        """What differs from the spec, a word or two each.

        >>> Variant(activation="sigmoid", batch_norm=False).words
        ('sigmoid', 'no batch norm')
        """
        without = (*(() if self.batch_norm else ("no batch norm",)), *(() if self.heads else ("no auxiliary heads",)))
        return (*(word for word in (self.activation, self.initializer) if word), *without)


AS_WRITTEN = Variant()


def vary(graph: Graph, variant: Variant) -> Graph:
    """The graph with what a variant changes.

    Raises:
        SpecError: where there is nothing of the kind to change, or no room for the heads that stay.
    """
    if variant.activation:
        _check(bool(_replaceable(graph)), graph, "activations between layers", "activation")
        graph = with_activation(graph, cast(Function, variant.activation))
    if variant.initializer:
        graph = with_initializer(graph, ir.Initializer(variant.initializer))
    if not variant.batch_norm:
        _check(any(isinstance(node.op, ir.BatchNorm) for node in graph.nodes), graph, "batch norms", "batch-norm")
        graph = without_batch_norm(graph)
    if not variant.heads:
        _check(graph.has_heads, graph, "auxiliary heads", "heads")
    return with_heads(graph) if variant.heads else without_heads(graph)


def _check(there: bool, graph: Graph, what: str, option: str) -> None:
    if not there:
        raise fail(
            "nothing-to-vary", f"{graph.name} has no {what}", expected=f"a network that has some, for --{option}"
        )


def with_activation(graph: Graph, function: Function) -> Graph:
    """The graph with one function in place of every activation between layers.

    Softmaxes, activations that are themselves an output or a head's end, and those of gates (whose values
    multiply another map's, as in squeeze-and-excitation) stay. Initializers stay too.
    """
    return _exchanged(graph, {node.name: replace(node, op=ir.Activation(function)) for node in _replaceable(graph)})


def with_initializer(graph: Graph, initializer: ir.Initializer) -> Graph:
    """The graph with one initializer for every kernel; biases begin as before."""
    changed = {
        node.name: replace(node, op=replace(node.op, kernel_initializer=initializer))
        for node in graph.nodes
        if isinstance(node.op, ir.Conv | ir.FullyConnected)
    }
    return _exchanged(graph, changed)


def without_batch_norm(graph: Graph) -> Graph:
    """The graph without its batch norms; a layer that left its bias to one has a bias again."""
    source = {node.name: node.inputs[0] for node in graph.nodes if isinstance(node.op, ir.BatchNorm)}
    biased = set(source.values())
    nodes = (
        replace(_with_bias(node) if node.name in biased else node, inputs=_rewired(node.inputs, source))
        for node in graph.nodes
        if node.name not in source
    )
    return replace(
        graph,
        nodes=tuple(nodes),
        outputs={name: _origin(end, source) for name, end in graph.outputs.items()},
        heads={name: replace(head, output=_origin(head.output, source)) for name, head in graph.heads.items()},
        steps={
            name: replace(step, inputs=_rewired(step.inputs, source), output=_origin(step.output, source))
            for name, step in graph.steps.items()
        },
    )


def _exchanged(graph: Graph, changed: Mapping[str, Node]) -> Graph:
    return replace(graph, nodes=tuple(changed.get(node.name, node) for node in graph.nodes))


def _replaceable(graph: Graph) -> list[Node]:
    """Activations between layers."""
    kept = _gates(graph) | {*graph.outputs.values(), *(head.output for head in graph.heads.values())}
    found = (node for node in graph.nodes if isinstance(node.op, ir.Activation) and node.op.function in FUNCTIONS)
    return [node for node in found if node.name not in kept]


def _gates(graph: Graph) -> set[str]:
    """Nodes that give the factors of another map's channels."""
    found = shapes(graph)
    products = (n for n in graph.nodes if isinstance(n.op, ir.Merge) and n.op.function == "multiply")
    return {name for node in products for name in node.inputs if found[name] != found[node.name]}


def _with_bias(node: Node) -> Node:
    if isinstance(node.op, ir.Conv | ir.FullyConnected):
        return replace(node, op=replace(node.op, use_bias=True))
    return node


def _rewired(inputs: Iterable[str], source: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(_origin(name, source) for name in inputs)


def _origin(name: str, source: Mapping[str, str]) -> str:
    """What a removed node read, or what that read, where it was removed as well."""
    while name in source:
        name = source[name]
    return name
