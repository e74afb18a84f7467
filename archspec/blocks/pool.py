"""Pooling: max_pool, avg_pool, global_avg_pool, global_max_pool."""

from __future__ import annotations

from typing import Any

from archspec import ir
from archspec.blocks.base import Block, Scope, Tensor, block, key
from archspec.blocks.kinds import FLAG, PADDING, optional, pair


def _window(pool: MaxPool | AveragePool, scope: Scope) -> dict[str, Any]:
    """The primitive's common arguments."""
    if pool.padding == "same" and pool.ceil_mode:
        raise scope.error(
            "bad-combination", "`ceil_mode` says nothing beside `padding: same`", "ceil_mode", "one of the two"
        )
    height, width = (size // 2 for size in pool.pool_size)
    padding = ((height, height), (width, width)) if pool.padding == "half" else pool.padding
    return {
        "pool_size": pool.pool_size,
        "strides": pool.strides or pool.pool_size,
        "padding": padding,
        "ceil_mode": pool.ceil_mode,
    }


@block("max_pool")
class MaxPool(Block):
    """The largest value of each window; padding counts as minus infinity."""

    pool_size: ir.Pair = key(pair(), "size of the window, in pixels", main=True)
    strides: ir.Pair | None = key(optional(pair()), "step of the window, in pixels; ~ means `pool_size`", None)
    padding: Any = key(PADDING, "border, as in conv", "valid")
    ceil_mode: bool = key(FLAG, "round the output's size up, as Caffe does", False)

    weightless = True
    example = "- max_pool: {name: pool1, pool_size: 3, strides: 2, ceil_mode: true}"

    def expand(self, scope: Scope, x: Tensor) -> Tensor:
        """One primitive."""
        return scope.add(ir.MaxPool(**_window(self, scope)), x)


@block("avg_pool")
class AveragePool(Block):
    """The mean of each window."""

    pool_size: ir.Pair = key(pair(), "size of the window, in pixels", main=True)
    strides: ir.Pair | None = key(optional(pair()), "step of the window, in pixels; ~ means `pool_size`", None)
    padding: Any = key(PADDING, "border, as in conv", "valid")
    ceil_mode: bool = key(FLAG, "round the output's size up, as Caffe does", False)
    count_include_pad: bool = key(FLAG, "whether the padding counts as zeros in the mean, as Caffe does", False)

    weightless = True
    example = "- avg_pool: 2"

    def expand(self, scope: Scope, x: Tensor) -> Tensor:
        """One primitive."""
        return scope.add(ir.AveragePool(**_window(self, scope), count_include_pad=self.count_include_pad), x)


@block("global_avg_pool")
class GlobalAveragePool(Block):
    """The mean of each whole map: (height, width, channels) -> (channels,)."""

    weightless = True
    example = "- global_avg_pool"

    def expand(self, scope: Scope, x: Tensor) -> Tensor:
        """One primitive."""
        return scope.add(ir.GlobalPool("average"), x)


@block("global_max_pool")
class GlobalMaxPool(Block):
    """The maximum of each whole map: (height, width, channels) -> (channels,)."""

    weightless = True
    example = "- global_max_pool"

    def expand(self, scope: Scope, x: Tensor) -> Tensor:
        """One primitive."""
        return scope.add(ir.GlobalPool("max"), x)
