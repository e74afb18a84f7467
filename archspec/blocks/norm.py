"""Normalization: batch_norm, affine, lrn."""

from __future__ import annotations

from typing import Literal

from archspec import ir
from archspec.blocks.base import Block, Scope, Tensor, block, key
from archspec.blocks.kinds import FLAG, number, whole, words


@block("batch_norm")
class BatchNorm(Block):
    """Batch normalization (Ioffe and Szegedy, arXiv:1502.03167), per channel."""

    epsilon: float = key(number(0), "added to the variance (torch and Caffe: 1e-5)", 1e-3)
    momentum: float = key(number(0, 1), "share of the old moving statistics that a step keeps", 0.99)
    center: bool = key(FLAG, "whether there is a trainable shift", True)
    scale: bool = key(FLAG, "whether there is a trainable scale", True)

    example = "- batch_norm: {epsilon: 1e-5}"

    def expand(self, scope: Scope, x: Tensor) -> Tensor:
        """One primitive."""
        return scope.add(ir.BatchNorm(self.epsilon, self.momentum, self.center, self.scale), x)


@block("affine")
class Affine(Block):
    """One trainable scale and one trainable shift per channel."""

    example = "- affine"

    def expand(self, scope: Scope, x: Tensor) -> Tensor:
        """One primitive."""
        return scope.add(ir.Affine(), x)


@block("lrn")
class LocalResponseNorm(Block):
    """Local response normalization (Krizhevsky et al., 2012, section 3.3).

    x / (bias + alpha * sum of squares)^beta, the sum over 2 * depth_radius + 1 neighbours.
    The paper and TensorFlow take `alpha` as it is; Caffe and torch divide it by the number of
    neighbours, which `divide_alpha` says.
    """

    depth_radius: int = key(whole(0), "neighbours on each side", 5)
    bias: float = key(number(above=0), "the constant in the sum (the paper's k)", 1.0)
    alpha: float = key(number(0), "weight of the squares", 1.0)
    beta: float = key(number(0), "the power", 0.5)
    divide_alpha: bool = key(FLAG, "divide alpha by the number of neighbours, as Caffe and torch do", False)
    region: Literal["channels", "within"] = key(
        words("channels", "within"), "neighbours across channels, or in the plane of one channel", "channels"
    )

    weightless = True
    example = "- lrn: {depth_radius: 2, alpha: 1e-4, beta: 0.75}"

    def expand(self, scope: Scope, x: Tensor) -> Tensor:
        """One primitive, alpha divided where asked for."""
        width = 2 * self.depth_radius + 1
        neighbours = width if self.region == "channels" else width**2
        alpha = self.alpha / neighbours if self.divide_alpha else self.alpha
        return scope.add(ir.LocalResponseNorm(self.depth_radius, self.bias, alpha, self.beta, self.region), x)
