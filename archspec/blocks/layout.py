"""Steps that move values about: flatten, dropout, pad, position_bias."""

from __future__ import annotations

from archspec import ir
from archspec.blocks.base import Block, Scope, Tensor, block, key
from archspec.blocks.kinds import SIDES, Kind, as_pair, number, pair


@block("flatten")
class Flatten(Block):
    """(height, width, channels) -> (values,), channels last: Keras's order."""

    weightless = True
    example = "- flatten"

    def expand(self, scope: Scope, x: Tensor) -> Tensor:
        """One primitive."""
        return scope.add(ir.Flatten(), x)


@block("dropout")
class Dropout(Block):
    """Zeroes a share of the values while training and scales the others up; nothing at inference."""

    rate: float = key(number(0, below=1), "share of values zeroed", main=True)

    weightless = True
    example = "- dropout: 0.4"

    def expand(self, scope: Scope, x: Tensor) -> Tensor:
        """One primitive."""
        return scope.add(ir.Dropout(self.rate), x)


def _as_channels(value: int | list[int]) -> ir.Pair:
    return as_pair(value) if isinstance(value, list) else (0, value)


@block("pad")
class Pad(Block):
    """Zeros around the map and behind its channels."""

    padding: ir.Sides = key(SIDES, "rows and columns of zeros on each side", ((0, 0), (0, 0)))
    channels: ir.Pair = key(
        Kind("n or [before, after]", pair(0).schema, _as_channels),
        "channels of zeros; n means behind the others",
        (0, 0),
    )

    weightless = True
    example = "- pad: {padding: 2}"

    def expand(self, scope: Scope, x: Tensor) -> Tensor:
        """One primitive."""
        return scope.add(ir.Pad(self.padding, self.channels), x)


@block("position_bias")
class PositionBias(Block):
    """One trainable bias per output value (AlphaGo's last layer: a bias for each point of the board)."""

    example = "- position_bias"

    def expand(self, scope: Scope, x: Tensor) -> Tensor:
        """One primitive."""
        return scope.add(ir.PositionBias(), x)
