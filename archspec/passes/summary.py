"""Everything that `analyze` tells of a network: what the other passes find, layer by layer and added up."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from operator import attrgetter

from archspec.ir import Graph, Node
from archspec.passes.activations import activations, moved
from archspec.passes.backward import kept
from archspec.passes.connections import connections, neurons
from archspec.passes.costs import costs
from archspec.passes.cut import ancestors
from archspec.passes.figures import Analysis, Group, Layer
from archspec.passes.grouping import Place, places
from archspec.passes.memory import DTYPES, check, memory
from archspec.passes.receptive import receptive_fields
from archspec.passes.shapes import shapes
from archspec.passes.totals import totals


@functools.lru_cache(maxsize=8)
def summarize(graph: Graph, batch: int = 1, dtype: str = "float32", optimizer: str = "sgd") -> Analysis:
    """Shapes, costs, places and depth of a graph.

    Args:
        graph: the network.
        batch: images that go through at once.
        dtype: Keras's dtype policy, one of `memory.DTYPES`.
        optimizer: one of `memory.OPTIMIZERS`.

    Raises:
        ValueError: for a batch, dtype or optimizer that there is not.
    """
    check(batch, dtype, optimizer)
    found, whole = shapes(graph), totals(graph)
    layers = _layers(graph, batch, dtype)
    served = ancestors(graph, graph.outputs.values()) | set(graph.inputs)
    return Analysis(
        name=graph.name,
        inputs=graph.inputs,
        outputs={name: found[node] for name, node in graph.outputs.items()},
        params_with_aux=whole.params_with_aux,
        macs_with_aux=whole.macs_with_aux,
        depth=whole.depth,
        dtype=dtype,
        optimizer=optimizer,
        memory=memory(graph, batch, dtype, optimizer),
        layers=layers,
        blocks=grouped(layers, "block"),
        stages=grouped(layers, "stage"),
        **_added([layer for layer in layers if layer.name in served]),
        batch=batch,
        unfit_heads=tuple(graph.unfit),
    )


def _layers(graph: Graph, batch: int, dtype: str) -> tuple[Layer, ...]:
    """Every node with its figures."""
    found, cost, fields, place = shapes(graph), costs(graph), receptive_fields(graph), places(graph)
    connected, units, stored, travelled = connections(graph), neurons(graph), activations(graph), moved(graph)
    bytes_of = DTYPES[dtype]
    remembered = kept(graph, bytes_of.value)

    def layer(node: Node) -> Layer:
        name, own = node.name, cost[node.name]
        weight_bytes = bytes_of.weight * (own.params + own.params_non_trainable)
        at: Place = place[name]
        return Layer(
            name=name,
            op=type(node.op).__name__,
            output_shape=found[name],
            row=node.step,
            block=at.block,
            stage=at.stage,
            inputs=node.inputs,
            receptive_field=fields[name],
            paths={read: fields[read] for read in node.inputs} if len(node.inputs) > 1 else {},
            params=own.params,
            params_non_trainable=own.params_non_trainable,
            weight_bytes=weight_bytes,
            macs=own.macs,
            connections=connected[name],
            neurons=units[name],
            activations=stored[name],
            activation_bytes=bytes_of.value * batch * stored[name],
            kept_bytes=batch * remembered[name],
            moved_bytes=bytes_of.value * batch * travelled[name] + (weight_bytes if travelled[name] else 0),
            batch=batch,
        )

    return tuple(map(layer, graph.nodes))


SUMS = ("params", "params_non_trainable", "weight_bytes", "macs", "connections", "neurons", "activations",
        "activation_bytes", "kept_bytes", "moved_bytes")  # fmt: skip

OF_A_ROW = attrgetter(*SUMS)


def _added(layers: Iterable[Layer]) -> dict[str, int]:
    return dict(zip(SUMS, map(sum, zip(*map(OF_A_ROW, layers), strict=True)), strict=True))


def grouped(layers: Iterable[Layer], kind: str) -> tuple[Group, ...]:
    """The layers of each `row`, `block` or `stage`, in the order in which the groups begin."""
    members: dict[str, list[Layer]] = {}
    for layer in layers:
        members.setdefault(getattr(layer, kind), []).append(layer)
    return tuple(
        Group(
            name=name,
            layers=tuple(row.name for row in rows),
            output_shape=rows[-1].output_shape,
            receptive_field=rows[-1].receptive_field,
            **_added(rows),
            batch=rows[0].batch,
        )
        for name, rows in members.items()
    )
