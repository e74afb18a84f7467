"""Bytes: what a network takes to store, to run and to train; `docs/memory.md` holds them against XLA's."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from math import prod
from typing import Any

from archspec import ir
from archspec.ir import Graph
from archspec.passes.activations import STORAGE, Storage, activations
from archspec.passes.backward import kept
from archspec.passes.cut import without_heads
from archspec.passes.liveness import peak
from archspec.passes.shapes import shapes
from archspec.passes.totals import totals

COORDINATES = 4 * 4
"""Bytes of the place of a value in the batch: four 32-bit numbers."""


@dataclass(frozen=True)
class Precision:
    """Bytes of a stored weight and of a computed value."""

    weight: int
    value: int


DTYPES = {
    "float32": Precision(4, 4),
    "float16": Precision(2, 2),
    "bfloat16": Precision(2, 2),
    "mixed_float16": Precision(4, 2),
    "mixed_bfloat16": Precision(4, 2),
}
"""Keras's dtype policy -> its bytes."""

OPTIMIZERS = {"sgd": 0, "momentum": 1, "adam": 2}
"""Optimizer -> values that it remembers for each trainable one."""


def check(batch: int, dtype: str, optimizer: str) -> None:
    """Refuse what there is not.

    Raises:
        ValueError: with what was expected.
    """
    if isinstance(batch, bool) or not isinstance(batch, int) or batch < 1:
        raise ValueError(f"batch is {batch!r}: expected a whole number of at least 1")
    for name, value, known in (("dtype", dtype, [*DTYPES]), ("optimizer", optimizer, [*OPTIMIZERS])):
        if value not in known:
            raise ValueError(f"{name} is {value!r}: expected one of {', '.join(known)}")


@dataclass(frozen=True)
class Memory:
    """Bytes of a network for a batch; auxiliary heads are left out.

    Attributes:
        batch: images that go through at once.
        weight_bytes: weights, trainable or not.
        forward_bytes: every tensor of a forward pass together, the input's too: the lectures' sum.
        live_bytes: the most of them that are alive at once at inference.
        kept_bytes: activations that the backward pass reads again.
        working_bytes: gradients of activations at the layer where these are largest.
        gradient_bytes: gradients of the weights.
        optimizer_bytes: what the optimizer remembers.
        pool_index_bytes: places of the values that max pools read, which XLA writes out on a CPU; no part of
            the sums.
    """

    batch: int
    weight_bytes: int
    forward_bytes: int
    live_bytes: int
    kept_bytes: int
    working_bytes: int
    gradient_bytes: int
    optimizer_bytes: int
    pool_index_bytes: int

    @property
    def inference_bytes(self) -> int:
        """Weights and the activations that are alive at once."""
        return self.weight_bytes + self.live_bytes

    @property
    def training_bytes(self) -> int:
        """Weights, their gradients, the optimizer's state and all activations that are kept or worked on."""
        return self._fixed + self.kept_bytes + self.working_bytes

    @property
    def xla_cpu_training_bytes(self) -> int:
        """The same with the places that max pools write out where XLA trains on a CPU."""
        return self.training_bytes + self.pool_index_bytes

    @property
    def _fixed(self) -> int:
        return self.weight_bytes + self.gradient_bytes + self.optimizer_bytes

    def largest_batches(self, limit: int) -> tuple[int, int]:
        """The largest batch that can be trained within `limit` bytes, and the largest for inference; 0 where none."""
        images = (self.kept_bytes + self.working_bytes) // self.batch, self.live_bytes // self.batch
        room = limit - self._fixed, limit - self.weight_bytes
        training, inference = (max(0, left // image) for left, image in zip(room, images, strict=True))
        return training, inference

    def to_dict(self) -> dict[str, Any]:
        """Every field, and the sums."""
        sums = ("inference_bytes", "training_bytes", "xla_cpu_training_bytes")
        return {**vars(self), **{name: getattr(self, name) for name in sums}}


@functools.lru_cache(maxsize=8)
def memory(graph: Graph, batch: int = 1, dtype: str = "float32", optimizer: str = "sgd") -> Memory:
    """The bytes of a graph.

    Raises:
        ValueError: for a batch, dtype or optimizer that there is not.
    """
    check(batch, dtype, optimizer)
    served = without_heads(graph) if graph.heads else graph
    cost, bytes_of = totals(served), DTYPES[dtype]
    trainable = cost.params * bytes_of.weight
    return Memory(
        batch=batch,
        weight_bytes=trainable + cost.params_non_trainable * bytes_of.weight,
        forward_bytes=batch * bytes_of.value * sum(activations(served).values()),
        live_bytes=batch * bytes_of.value * peak(served),
        kept_bytes=batch * sum(kept(served, bytes_of.value).values()),
        working_bytes=batch * bytes_of.value * _working(served),
        gradient_bytes=trainable,
        optimizer_bytes=trainable * OPTIMIZERS[optimizer],
        pool_index_bytes=batch * COORDINATES * _pooled(served),
    )


def _working(graph: Graph) -> int:
    """Values of the gradients of a layer's output and inputs, where they are most; the network's input has none.

    The network's outputs have theirs from the loss, also where no layer is trained.
    """
    size = {name: prod(shape) for name, shape in shapes(graph).items()}
    needed = {name: 0 if name in graph.inputs else values for name, values in size.items()}
    layers = (node for node in graph.nodes if STORAGE[type(node.op)] is Storage.OWN)
    ends = sum(size[name] for name in graph.outputs.values())
    return max(ends, *(needed[node.name] + sum(needed[name] for name in node.inputs) for node in layers))


def _pooled(graph: Graph) -> int:
    """Values that max pools read."""
    size = shapes(graph)
    return sum(prod(size[node.inputs[0]]) for node in graph.nodes if isinstance(node.op, ir.MaxPool))
