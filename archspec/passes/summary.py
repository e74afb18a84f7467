"""Everything that `analyze` tells of a network, as typed results."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from archspec.ir import Graph, Shape
from archspec.passes.connections import connections
from archspec.passes.costs import Cost, costs
from archspec.passes.cut import without_heads
from archspec.passes.depth import depth
from archspec.passes.receptive import ReceptiveField, receptive_fields
from archspec.passes.shapes import shapes


@dataclass(frozen=True)
class Layer:
    """One primitive: its name, operator, output shape (without the batch), parameters, MACs and more.

    `connections` are counted as in `passes/connections.py`, `receptive_field` is in pixels of the input.
    """

    name: str
    op: str
    output_shape: Shape
    params: int
    macs: int
    connections: int
    receptive_field: ReceptiveField


@dataclass(frozen=True)
class Analysis:
    """What a network is and costs; `params` and `macs` leave auxiliary heads out.

    `layers` holds every primitive in the order of the file, those of auxiliary heads too, so
    their parameters add up to `params_with_aux`. `unfit_heads` are those that the input has no room for; they
    are in no figure.
    """

    name: str
    inputs: Mapping[str, Shape]
    outputs: Mapping[str, Shape]
    params: int
    params_non_trainable: int
    params_with_aux: int
    macs: int
    macs_with_aux: int
    depth: int
    connections: int
    layers: tuple[Layer, ...]
    unfit_heads: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of `docs/analyze.md`."""
        return asdict(self) | {"inputs": dict(self.inputs), "outputs": dict(self.outputs)}


@functools.lru_cache(maxsize=8)
def summarize(graph: Graph) -> Analysis:
    """Shapes, costs and depth of a graph."""
    found, cost, connected, fields = shapes(graph), costs(graph), connections(graph), receptive_fields(graph)
    served = {node.name for node in without_heads(graph).nodes}
    main = sum((cost[name] for name in served), Cost())
    whole = sum(cost.values(), Cost())
    return Analysis(
        name=graph.name,
        inputs=graph.inputs,
        outputs={name: found[node] for name, node in graph.outputs.items()},
        params=main.params,
        params_non_trainable=main.params_non_trainable,
        params_with_aux=whole.params,
        macs=main.macs,
        macs_with_aux=whole.macs,
        depth=depth(graph),
        connections=sum(connected[name] for name in served),
        layers=tuple(
            Layer(
                name=n.name,
                op=type(n.op).__name__,
                output_shape=found[n.name],
                params=cost[n.name].params,
                macs=cost[n.name].macs,
                connections=connected[n.name],
                receptive_field=fields[n.name],
            )
            for n in graph.nodes
        ),
        unfit_heads=tuple(graph.unfit),
    )
