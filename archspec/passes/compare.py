"""What networks are compared by: the figures of a whole network."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Any

from archspec.ir import Graph, Pair
from archspec.passes.cut import without_heads
from archspec.passes.summary import summarize


@dataclass(frozen=True)
class Profile:
    """A network without its auxiliary heads, as float32 and for one image.

    Attributes:
        params: trainable values.
        weight_bytes: storage of all values, batch norm's moving statistics among them.
        macs: multiply-adds of convolutions and fully-connected layers.
        flops: floating-point operations, two for each multiply-add.
        depth: convolutions and fully-connected layers on the longest path.
        activations: values written in a forward pass.
        receptive_field: the largest of a map, (vertical, horizontal) in pixels of the input; None where all is flat.
    """

    params: int
    weight_bytes: int
    macs: int
    flops: int
    depth: int
    activations: int
    receptive_field: Pair | None

    def to_dict(self) -> dict[str, Any]:
        """Every figure by its name."""
        return dict(vars(self))


def profile(graph: Graph) -> Profile:
    """The profile of a graph."""
    found = summarize(without_heads(graph))
    maps = [layer.receptive_field.size for layer in found.layers if len(layer.output_shape) == 3]
    return Profile(
        params=found.params,
        weight_bytes=found.weight_bytes,
        macs=found.macs,
        flops=found.flops,
        depth=found.depth,
        activations=found.activations,
        receptive_field=max(maps, key=prod, default=None),
    )
