"""fc: a fully-connected layer with its norm, activation and dropout."""

from __future__ import annotations

from typing import Any

from archspec import ir
from archspec.blocks.base import Block, Scope, Tensor, block, finish, key
from archspec.blocks.initializers import INITIALIZER, initializer
from archspec.blocks.kinds import ACTIVATION, FLAG, NORM, number, optional, whole


@block("fc")
class FullyConnected(Block):
    """A fully-connected layer; flattens its input (height, width, channels: Keras's order)."""

    units: int = key(whole(), "number of outputs", main=True)
    use_bias: bool = key(FLAG, "whether each output has a bias", True)
    norm: Any = key(NORM, "norm behind the sum", None)
    activation: str | None = key(ACTIVATION, "activation behind the norm", None)
    dropout: float | None = key(optional(number(0, below=1)), "share of values zeroed while training", None)
    kernel_initializer: Any = key(INITIALIZER, "how the weights begin", "glorot_uniform")
    bias_initializer: Any = key(INITIALIZER, "how the biases begin", "zeros")

    example = "- fc: {name: fc6, units: 4096, activation: relu, dropout: 0.5}"

    def expand(self, scope: Scope, x: Tensor) -> Tensor:
        """A `flatten` in front where the input is a map."""
        if len(x.shape) > 1:
            x = scope.add(ir.Flatten(), x, part="flatten")
        begin = initializer(self.kernel_initializer), initializer(self.bias_initializer)
        x = scope.add(ir.FullyConnected(self.units, self.use_bias, *begin), x)
        return finish(scope, x, self.norm, self.activation, self.dropout)
