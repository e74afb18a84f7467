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
        inference_bytes: weights, and the activations that are alive at once.
        training_bytes: weights and their gradients, and the activations that are kept or worked on, with plain SGD.
        receptive_field: the largest of a map, (vertical, horizontal) in pixels of the input; None where all is flat.
    """

    params: int
    weight_bytes: int
    macs: int
    flops: int
    depth: int
    activations: int
    inference_bytes: int
    training_bytes: int
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
        inference_bytes=found.memory.inference_bytes,
        training_bytes=found.memory.training_bytes,
        receptive_field=max(maps, key=prod, default=None),
    )
