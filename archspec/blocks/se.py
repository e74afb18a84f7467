"""se: squeeze-and-excitation, a gate on every channel."""

from __future__ import annotations

from typing import Any

from archspec import ir
from archspec.blocks.base import Block, Scope, Tensor, block, key
from archspec.blocks.kinds import ACTIVATION, ACTIVATIONS, FLAG, whole, words


@block("se")
class SqueezeExcitation(Block):
    """Squeeze-and-excitation (Hu et al., arXiv:1709.01507, figures 1 to 3).

    The mean of each channel goes through two fully-connected layers, `channels // reduction` values
    between them; the second gives a factor for each channel. Depth does not count these layers.
    """

    reduction: int = key(whole(), "channels over values between the two layers (the paper's r)", 16, main=True)
    use_bias: bool = key(FLAG, "whether the two layers have biases", True)
    activation: str | None = key(ACTIVATION, "activation of the first layer", "relu")
    gate: str = key(words(*ACTIVATIONS), "activation of the second layer", "sigmoid")

    example = "- se: {name: se1, reduction: 16}"

    def expand(self, scope: Scope, x: Tensor) -> Tensor:
        """Global mean, two layers, product."""
        channels = x.shape[-1]
        if channels < self.reduction:
            message = f"a reduction of {self.reduction} leaves nothing of {channels} channels"
            raise scope.error("shape", message, "reduction", f"at most {channels}")
        fixed: dict[str, Any] = {"use_bias": self.use_bias, "norm": None, "dropout": None}
        gate = scope.add(ir.GlobalPool("average"), x, part="global_avg_pool")
        units = channels // self.reduction
        gate = scope.step("fc", gate, "fc1", units=units, activation=self.activation, **fixed)
        gate = scope.step("fc", gate, "fc2", units=channels, activation=self.gate, **fixed)
        return scope.add(ir.Merge("multiply"), x, gate, part="multiply")
