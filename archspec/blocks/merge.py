"""Steps that join named rows: concat, add, multiply, average."""

from __future__ import annotations

from archspec import ir
from archspec.blocks.base import Block, Scope, Tensor, block, key
from archspec.blocks.kinds import NAMES

EXAMPLE = """
- conv: {name: left, filters: 8, kernel_size: 1}
- conv: {name: right, from: input, filters: 8, kernel_size: 1}
- %s: [left, right]
"""


def _join(scope: Scope, op: ir.Op, names: list[str]) -> Tensor:
    return scope.add(op, *(scope.lookup(name) for name in names))


@block("concat")
class Concat(Block):
    """Stacks maps of equal height and width along their channels, in the order of the list."""

    of: list[str] = key(NAMES, "names of the rows to stack", main=True)

    merges = True
    weightless = True
    example = EXAMPLE % "concat"

    def expand(self, scope: Scope, x: Tensor) -> Tensor:
        """One primitive."""
        return _join(scope, ir.Concat(), self.of)


@block("add")
class Add(Block):
    """Elementwise sum of maps of one shape."""

    of: list[str] = key(NAMES, "names of the rows to add", main=True)

    merges = True
    weightless = True
    example = EXAMPLE % "add"

    def expand(self, scope: Scope, x: Tensor) -> Tensor:
        """One primitive."""
        return _join(scope, ir.Merge("add"), self.of)


@block("multiply")
class Multiply(Block):
    """Elementwise product of maps of one shape; one value per channel spreads over a map."""

    of: list[str] = key(NAMES, "names of the rows to multiply", main=True)

    merges = True
    weightless = True
    example = EXAMPLE % "multiply"

    def expand(self, scope: Scope, x: Tensor) -> Tensor:
        """One primitive."""
        return _join(scope, ir.Merge("multiply"), self.of)


@block("average")
class Average(Block):
    """Elementwise mean of maps of one shape."""

    of: list[str] = key(NAMES, "names of the rows to average", main=True)

    merges = True
    weightless = True
    example = EXAMPLE % "average"

    def expand(self, scope: Scope, x: Tensor) -> Tensor:
        """One primitive."""
        return _join(scope, ir.Merge("average"), self.of)
