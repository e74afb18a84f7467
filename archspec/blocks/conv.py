"""conv: a 2-D convolution with its norm, activation and dropout."""

from __future__ import annotations

from typing import Any

from archspec import ir
from archspec.blocks.base import Block, Scope, Tensor, block, finish, key
from archspec.blocks.kinds import ACTIVATION, FLAG, NORM, PADDING, number, optional, pair, whole


@block("conv")
class Conv(Block):
    """A 2-D convolution: the sum, then bias, norm, activation and dropout, in this order."""

    filters: int = key(whole(), "number of output maps")
    kernel_size: ir.Pair = key(pair(), "size of the window, in pixels")
    strides: ir.Pair = key(pair(), "step of the window, in pixels", (1, 1))
    padding: Any = key(
        PADDING,
        "border: `same` as TensorFlow (odd pixel at the end), `half` as Caffe and torch (k//2 on each side)",
        "valid",
    )
    dilation_rate: ir.Pair = key(pair(), "distance between the window's taps", (1, 1))
    groups: int = key(whole(), "number of groups that the channels are split into", 1)
    use_bias: bool = key(FLAG, "whether each map has a bias", True)
    norm: Any = key(NORM, "norm behind the sum", None)
    activation: str | None = key(ACTIVATION, "activation behind the norm", None)
    dropout: float | None = key(optional(number(0, below=1)), "share of values zeroed while training", None)

    example = "- conv: {name: conv1, filters: 64, kernel_size: 7, strides: 2, padding: half, activation: relu}"

    def expand(self, scope: Scope, x: Tensor) -> Tensor:
        """Explicit padding becomes a `pad` in front, unless `same` pads exactly alike."""
        padding: ir.Padding = "valid"
        if isinstance(self.padding, str) and self.padding != "half":
            padding = "same" if self.padding == "same" else "valid"
        elif self._equals_same():
            padding = "same"
        elif any(any(axis) for axis in self._sides()):
            x = scope.add(ir.Pad(self._sides()), x, part="pad")
        op = ir.Conv(
            self.filters, self.kernel_size, self.strides, padding, self.dilation_rate, self.groups, self.use_bias
        )
        return finish(scope, scope.add(op, x), self.norm, self.activation, self.dropout)

    def _extent(self) -> ir.Pair:
        (height, width), (down, right) = self.kernel_size, self.dilation_rate
        return down * (height - 1) + 1, right * (width - 1) + 1

    def _sides(self) -> ir.Sides:
        if self.padding == "half":
            height, width = (extent // 2 for extent in self._extent())
            return (height, height), (width, width)
        sides: ir.Sides = self.padding
        return sides

    def _equals_same(self) -> bool:
        """At stride 1 `same` pads extent - 1 pixels, the odd one at the end, whatever the input's size."""
        alike = tuple(((extent - 1) // 2, extent // 2) for extent in self._extent())
        return self.strides == (1, 1) and self._sides() == alike
