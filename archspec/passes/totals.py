"""The few figures of a whole network that papers publish; what `validate` needs, and cheap."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from archspec.ir import Graph
from archspec.passes.connections import connections
from archspec.passes.costs import added, costs, total
from archspec.passes.cut import ancestors
from archspec.passes.depth import depth


@dataclass(frozen=True)
class Totals:
    """Figures of one image; auxiliary heads are left out where the name does not say otherwise."""

    params: int
    params_non_trainable: int
    params_with_aux: int
    macs: int
    macs_with_aux: int
    depth: int
    connections: int


@functools.lru_cache(maxsize=8)
def totals(graph: Graph) -> Totals:
    """The figures of a graph."""
    cost, served = costs(graph), ancestors(graph, graph.outputs.values())
    main, whole = added(own for name, own in cost.items() if name in served), total(graph)
    return Totals(
        params=main.params,
        params_non_trainable=main.params_non_trainable,
        params_with_aux=whole.params,
        macs=main.macs,
        macs_with_aux=whole.macs,
        depth=depth(graph),
        connections=sum(count for name, count in connections(graph).items() if name in served),
    )
