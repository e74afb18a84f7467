"""inception: parallel 1x1, 3x3, 5x5 convolutions and a pool, stacked along the channels."""

from __future__ import annotations

from typing import Any

from archspec import ir
from archspec.blocks.base import Convolutional, Scope, Tensor, block, key
from archspec.blocks.kinds import VARIABLE, Kind, optional, pair, step, whole, words

ONE = whole().schema
REDUCED = Kind(
    "[reduce, n]",
    {"type": ["array", "string"], "pattern": VARIABLE, "items": ONE, "minItems": 2, "maxItems": 2},
    lambda v: (int(v[0]), int(v[1])),
)
CELL = Kind(
    "n or [reduce, n]",
    {
        **ONE,
        "type": ["integer", "string", "array"],
        "items": ONE,
        "minItems": 2,
        "maxItems": 2,
    },
    lambda v: (int(v[0]), int(v[1])) if isinstance(v, list) else (0, int(v)),
)
POOL = Kind(
    "n = [max, n], [avg, n], or [max]: passed through",
    {
        **ONE,
        "type": ["integer", "string", "array"],
        "minItems": 1,
        "maxItems": 2,
        "prefixItems": [words("max", "avg").schema, ONE],
    },
    lambda v: (v[0], int(v[1]) if len(v) > 1 else 0) if isinstance(v, list) else ("max", int(v)),
)


@block("inception")
class Inception(Convolutional):
    """GoogLeNet's module (Szegedy et al., arXiv:1409.4842, figure 2b and Table 1).

    Each key is a column of the paper's Table 1: `3x3: [96, 128]` is "#3x3 reduce" and "#3x3".
    `double_3x3` is BN-Inception's pair of 3x3 convolutions (arXiv:1502.03167, figure 5).
    The paths are stacked in the order of the keys below; an absent key is an absent path.
    """

    conv_1x1: int | None = key(optional(whole()), "filters of the 1x1 path", None, name="1x1")
    conv_3x3: ir.Pair | None = key(optional(CELL), "filters of the 3x3 path, behind a 1x1 reduction", None, name="3x3")
    conv_5x5: ir.Pair | None = key(optional(CELL), "filters of the 5x5 path, behind a 1x1 reduction", None, name="5x5")
    double_3x3: ir.Pair | None = key(optional(REDUCED), "filters of the path of two 3x3, behind a 1x1 reduction", None)
    pool: tuple[str, int] | None = key(optional(POOL), "3x3 pool and the filters of the 1x1 projection behind it", None)
    strides: ir.Pair = key(
        pair(), "step of the pool and of each path's last convolution; other than 1, `1x1` must be absent", (1, 1)
    )

    se: dict[str, Any] | None = key(step("se", "reduction", whole()), "squeeze-and-excitation behind the stack", None)

    example = "- inception: {name: 3a, 1x1: 64, 3x3: [96, 128], 5x5: [16, 32], pool: 32}"

    def expand(self, scope: Scope, x: Tensor) -> Tensor:
        """The paths, then one concatenation."""
        if self.conv_1x1 and self.strides != (1, 1):
            raise scope.error("bad-combination", "a `1x1` path cannot have strides", "1x1", "no `1x1` beside `strides`")
        paths = [
            path
            for path in (
                self._one(scope, x),
                self._cell(scope, x, 3, self.conv_3x3),
                self._cell(scope, x, 5, self.conv_5x5),
                self._double(scope, x),
                self._pool(scope, x),
            )
            if path
        ]
        if not paths:
            raise scope.error(
                "missing-key", "an inception module without a path", expected="1x1, 3x3, 5x5, double_3x3 or pool"
            )
        x = scope.add(ir.Concat(), *paths, part="concat")
        return scope.step("se", x, "se", **self.se) if self.se is not None else x

    def _one(self, scope: Scope, x: Tensor) -> Tensor | None:
        return self.conv(scope, x, "1x1", self.conv_1x1, 1, strides=1) if self.conv_1x1 else None

    def _cell(self, scope: Scope, x: Tensor, size: int, cell: ir.Pair | None) -> Tensor | None:
        if not cell:
            return None
        reduce, filters = cell
        if reduce:
            x = self.conv(scope, x, f"{size}x{size}_reduce", reduce, 1, strides=1)
        return self.conv(scope, x, f"{size}x{size}", filters, size, strides=self.strides)

    def _double(self, scope: Scope, x: Tensor) -> Tensor | None:
        if not self.double_3x3:
            return None
        reduce, filters = self.double_3x3
        x = self.conv(scope, x, "double_3x3_reduce", reduce, 1, strides=1)
        x = self.conv(scope, x, "double_3x3_1", filters, 3, strides=1)
        return self.conv(scope, x, "double_3x3_2", filters, 3, strides=self.strides)

    def _pool(self, scope: Scope, x: Tensor) -> Tensor | None:
        if not self.pool:
            return None
        function, filters = self.pool
        keys: dict[str, Any] = {"pool_size": 3, "strides": self.strides, "ceil_mode": False}
        if self.strides == (1, 1):
            keys["padding"] = "half"
        # Where it strides, `same` is Caffe's rounding up on even maps, and fits beside the other paths on odd ones.
        x = scope.step(f"{function}_pool", x, "pool", {"padding": "same"}, **keys)
        return self.conv(scope, x, "pool_proj", filters, 1, strides=1) if filters else x
