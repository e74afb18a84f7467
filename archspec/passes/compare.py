"""What networks are compared by: the figures of a whole network."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import prod
from typing import Any

from archspec.ir import Graph, Pair
from archspec.passes.cut import without_heads
from archspec.passes.shapes import shapes
from archspec.passes.summary import summarize

WEIGHT_BYTES = 4
"""Bytes of a value stored as float32."""


@dataclass(frozen=True)
class Profile:
    """A network without its auxiliary heads, for one image.

    `weight_bytes` are all stored values as float32, batch norm's moving statistics among them;
    `receptive_field` is the largest of a map, in pixels of the input: (vertical, horizontal).
    """

    params: int
    weight_bytes: int
    macs: int
    depth: int
    receptive_field: Pair | None

    def to_dict(self) -> dict[str, Any]:
        """The figures by name."""
        return asdict(self)


def profile(graph: Graph) -> Profile:
    """The profile of a graph."""
    served = without_heads(graph)
    analysis = summarize(graph)
    return Profile(
        params=analysis.params,
        weight_bytes=WEIGHT_BYTES * (analysis.params + analysis.params_non_trainable),
        macs=analysis.macs,
        depth=analysis.depth,
        receptive_field=_receptive_field(served, graph),
    )


def _receptive_field(served: Graph, graph: Graph) -> Pair | None:
    """The largest receptive field of a map; None where everything is flat."""
    found, names = shapes(graph), {node.name for node in served.nodes}
    maps = [layer for layer in summarize(graph).layers if layer.name in names and len(found[layer.name]) == 3]
    return max((layer.receptive_field.size for layer in maps), key=prod, default=None)
