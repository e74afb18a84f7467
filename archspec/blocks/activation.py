"""Activations as steps of their own: relu, tanh, sigmoid, softmax, scaled_tanh."""

from __future__ import annotations

from archspec import ir
from archspec.blocks.base import Block, Scope, Tensor, block


@block("relu")
class Relu(Block):
    """max(x, 0)."""

    weightless = True
    example = "- relu"

    def expand(self, scope: Scope, x: Tensor) -> Tensor:
        """One primitive."""
        return scope.add(ir.Activation("relu"), x)


@block("tanh")
class Tanh(Block):
    """The hyperbolic tangent."""

    weightless = True
    example = "- tanh"

    def expand(self, scope: Scope, x: Tensor) -> Tensor:
        """One primitive."""
        return scope.add(ir.Activation("tanh"), x)


@block("sigmoid")
class Sigmoid(Block):
    """1 / (1 + exp(-x))."""

    weightless = True
    example = "- sigmoid"

    def expand(self, scope: Scope, x: Tensor) -> Tensor:
        """One primitive."""
        return scope.add(ir.Activation("sigmoid"), x)


@block("softmax")
class Softmax(Block):
    """exp(x) / sum(exp(x)) over the last axis."""

    weightless = True
    example = "- softmax"

    def expand(self, scope: Scope, x: Tensor) -> Tensor:
        """One primitive."""
        return scope.add(ir.Activation("softmax"), x)


@block("scaled_tanh")
class ScaledTanh(Block):
    """1.7159 * tanh(2x/3), LeNet's squashing function (LeCun et al., 1998, appendix A)."""

    weightless = True
    example = "- scaled_tanh"

    def expand(self, scope: Scope, x: Tensor) -> Tensor:
        """One primitive."""
        return scope.add(ir.Activation("scaled_tanh"), x)
