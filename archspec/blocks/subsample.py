"""subsample: LeNet-5's trainable subsampling."""

from __future__ import annotations

from archspec import ir
from archspec.blocks.base import Block, Scope, Tensor, block, finish, key
from archspec.blocks.kinds import ACTIVATION, pair


@block("subsample")
class Subsample(Block):
    """Sum of each window, times one trainable coefficient per map, plus one bias per map, then activation.

    Layers S2 and S4 of LeNet-5 (LeCun et al., 1998, section II-B). Windows do not overlap. The
    coefficient begins as one over the window's size, so that a fresh layer averages.
    """

    pool_size: ir.Pair = key(pair(), "size of the window and its step, in pixels", main=True)
    activation: str | None = key(ACTIVATION, "activation behind the sum", None)

    example = "- subsample: {name: S2, pool_size: 2, activation: scaled_tanh}"

    def expand(self, scope: Scope, x: Tensor) -> Tensor:
        """One primitive and its activation."""
        return finish(scope, scope.add(ir.Subsample(self.pool_size), x), None, self.activation)
