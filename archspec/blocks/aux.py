"""aux: an auxiliary head beside the trunk."""

from __future__ import annotations

from typing import Any

from archspec.blocks.base import Block, Scope, Tensor, block, key
from archspec.blocks.kinds import NAME, ROWS, number


@block("aux")
class Auxiliary(Block):
    """A side head with a loss of its own while training (Szegedy et al., arXiv:1409.4842, section 5).

    The trunk goes on from the row above. Built only where asked for (`auxiliary=True`); where the input
    has no room for it, only to ask for it is an error.
    """

    name: str = key(NAME, "the head's name: its output and its loss are called so")
    weight: float = key(number(0), "weight of the head's loss in the sum")
    layers: Any = key(ROWS, "the head's rows; the last one is its output")

    side = True
    example = "- aux: {name: aux1, weight: 0.3, layers: [global_avg_pool, fc: {units: 10, activation: softmax}]}"

    def expand(self, scope: Scope, x: Tensor) -> Tensor:
        """The rows, below the tensor of the row above."""
        output = scope.rows(self.layers, x)
        scope.head(output, self.weight)
        return output
