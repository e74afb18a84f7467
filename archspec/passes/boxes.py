"""What a diagram is made of: boxes in boxes, and arrows among those of one level."""

from __future__ import annotations

from dataclasses import dataclass, field

from archspec import ir
from archspec.errors import Span
from archspec.ir import Shape
from archspec.passes.costs import Cost

KINDS: dict[type[ir.Op], str] = {
    ir.Conv: "convolution",
    ir.FullyConnected: "fully connected",
    ir.RadialBasis: "fully connected",
    ir.MaxPool: "pooling",
    ir.AveragePool: "pooling",
    ir.GlobalPool: "pooling",
    ir.Subsample: "pooling",
    ir.Concat: "merge",
    ir.Merge: "merge",
    ir.Combine: "merge",
    ir.BatchNorm: "normalization",
    ir.LocalResponseNorm: "normalization",
    ir.Affine: "scale and bias",
    ir.PositionBias: "scale and bias",
    ir.Activation: "activation",
    ir.Dropout: "dropout",
    ir.Flatten: "shape",
    ir.Pad: "shape",
    ir.Input: "input",
}
"""Primitive -> the kind that gives a box its colour; a box of several has that which stands first here."""

BLOCK = "block"
"""Kind of a box that holds others."""
STAGE = "stage"
"""What stands for a row's word in the box of a stage."""


@dataclass(frozen=True)
class Arrow:
    """A tensor on its way from one box to another, by their places among the boxes of one level.

    A source below zero is an input of the level itself (-1 its first, -2 its second), a target below
    zero an output of it. With `skip` another way leads from the source to the target.
    """

    source: int
    target: int
    shape: Shape
    skip: bool = False


@dataclass(frozen=True)
class Level:
    """What is drawn inside one frame: boxes in the order of computation, and arrows."""

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


@dataclass(frozen=True)
class Box:
    """A layer, or a block with what is in it. Boxes that differ in nothing but names and places are equal.

    `output` is the node that its name means, and `shape` what that gives; `block` the word of the row
    that made a block (`inception`); `cost` is of one of the `times` units, whose last is called `last`;
    `head` is true of auxiliary heads.
    """

    name: str = field(compare=False)
    output: str = field(compare=False)
    kind: str
    ops: tuple[ir.Op, ...]
    shape: Shape
    cost: Cost
    span: Span = field(compare=False, repr=False)
    block: str = ""
    inside: Level | None = None
    times: int = 1
    last: str = field(default="", compare=False)
    head: bool = False

    @property
    def units(self) -> int:
        """How many units it stands for: its own `times`, or those of a row that holds its units."""
        same = self.inside.boxes if self.inside and self.times == 1 else ()
        return sum(box.times for box in same) if same and all(b.block == self.block for b in same) else self.times
