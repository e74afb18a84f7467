"""conv: a 2-D convolution with its norm, activation and dropout."""

from __future__ import annotations

from typing import Any

from archspec import ir
from archspec.blocks.base import Block, Scope, Tensor, block, finish, key
from archspec.blocks.initializers import INITIALIZER, initializer
from archspec.blocks.kinds import ACTIVATION, FLAG, NORM, PADDING, Kind, number, optional, pair, whole
from archspec.blocks.pictures import connections
from archspec.errors import fail


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
    kernel_initializer: Any = key(INITIALIZER, "how the weights begin", "glorot_uniform")
    bias_initializer: Any = key(INITIALIZER, "how the biases begin", "zeros")
    connections: str | None = key(
        optional(Kind("picture of X and .", {"type": "string"})),
        "which filters read which maps, as Table I of LeCun et al. (1998): a row for each input map, a column for each "
        "filter, X where they are connected; ~ connects all",
        None,
    )

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
            self.filters,
            self.kernel_size,
            self.strides,
            padding,
            self.dilation_rate,
            self.groups,
            self.use_bias,
            initializer(self.kernel_initializer),
            initializer(self.bias_initializer),
            self._connections(scope, x),
        )
        return finish(scope, scope.add(op, x), self.norm, self.activation, self.dropout)

    def _connections(self, scope: Scope, x: Tensor) -> ir.Connections | None:
        """The picture, held against the input's channels and the filters."""
        if self.connections is None:
            return None
        if self.groups != 1:
            raise scope.error("bad-combination", "`connections` beside `groups`", "connections", "one of the two")
        place = scope.place("connections").within
        found = connections(self.connections, place)
        channels, rows, columns = x.shape[-1], len(found.rows), len(found.rows[0]) if found.rows else 0
        if rows != channels:
            message = f"{rows} rows of `connections` for {channels} input maps"
            at = place(channels, 0) if rows > channels else scope.place("connections")
            raise fail("bad-picture", message, at, expected=f"{channels} rows")
        if columns != self.filters:
            message = f"{columns} columns of `connections` for {self.filters} filters"
            raise fail("bad-picture", message, place(0, min(columns, self.filters)), expected=f"{self.filters} columns")
        if found.idle is not None:
            message = f"filter {found.idle + 1} of `connections` reads no map"
            raise fail("bad-picture", message, place(0, found.idle), expected="an X in every column")
        return found

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
