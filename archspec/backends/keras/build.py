"""Graph -> keras.Model: one walk over the nodes, each made by its row of the table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import keras

from archspec import ir
from archspec.backends.keras.deep import deep
from archspec.backends.keras.layers import AuxiliaryHead
from archspec.backends.keras.table import ACTIVATIONS, full_precision, layers_of
from archspec.errors import did_you_mean
from archspec.ir import Graph
from archspec.passes.shapes import shapes


def build(graph: Graph, *, name: str, taps: Sequence[str] | None = None) -> keras.Model:
    """A functional Keras model of a graph.

    One output is a tensor; several (heads, auxiliary heads, taps) are a dict by name.

    Raises:
        ValueError: for a tap that names no row.
    """
    tapped = {tap: _tap(graph, tap) for tap in taps or ()}
    given = {*tapped.values(), *graph.outputs.values(), *(head.output for head in graph.heads.values())}
    tensors = _tensors(graph, given)
    inputs = {input_name: tensors[input_name] for input_name in graph.inputs}
    outputs = {output: tensors[node] for output, node in graph.outputs.items()}
    for head, end in graph.heads.items():
        outputs[head] = AuxiliaryHead(end.weight, name=head, dtype=full_precision())(tensors[end.output])
    outputs |= {tap: tensors[node] for tap, node in tapped.items() if tap not in outputs}
    several = len(outputs) > 1
    with deep(len(graph.nodes)):
        return keras.Model(
            inputs if len(inputs) > 1 else next(iter(inputs.values())),
            outputs if several else next(iter(outputs.values())),
            name=name,
        )


def _tap(graph: Graph, name: str) -> str:
    """The node whose output a tap means: a row's last one, or a node's own."""
    known = graph.meanings()
    if name in known:
        return known[name]
    suggestion = did_you_mean(name, known)
    raise ValueError(f"no row is called {name!r}" + (f": did you mean {suggestion}?" if suggestion else ""))


def _tensors(graph: Graph, given: set[str]) -> dict[str, Any]:
    """Node name -> Keras tensor; `given` are the nodes that the model gives as outputs."""
    found = shapes(graph)
    fused = _fused_activations(graph, given)
    inside = {activation: sums for sums, (activation, _) in fused.items()}
    tensors: dict[str, Any] = {}
    for node in graph.nodes:
        if isinstance(node.op, ir.Input):
            tensors[node.name] = keras.Input(node.op.shape, name=node.name)
        elif node.name in inside:
            tensors[node.name] = tensors[inside[node.name]]
        else:
            inputs = [tensors[name] for name in node.inputs]
            made = layers_of(node.op, node.name, [found[name] for name in node.inputs])
            if node.name in fused:
                made[-1].activation = keras.activations.get(ACTIVATIONS[fused[node.name][1]])
            tensors[node.name] = _chain(made, inputs[0] if len(inputs) == 1 else inputs)
    return tensors


def _chain(layers: list[keras.layers.Layer], x: Any) -> Any:
    for layer in layers:
        x = layer(x)
    return x


def _fused_activations(graph: Graph, given: set[str]) -> dict[str, tuple[str, str]]:
    """Convolution or fully-connected node -> the activation that Keras computes in it: node and function.

    Only where nothing else reads the sum, nor is it given. A softmax stays a layer of its own, so that it can be
    float32 under mixed precision.
    """
    readers = Counter(name for node in graph.nodes for name in node.inputs)
    sums = {
        n.name for n in graph.nodes if isinstance(n.op, ir.Conv | ir.FullyConnected) and readers[n.name] == 1
    } - given
    return {
        n.inputs[0]: (n.name, n.op.function)
        for n in graph.nodes
        if isinstance(n.op, ir.Activation) and n.op.function in ACTIVATIONS and n.inputs[0] in sums
    }
