"""branches: several paths below one row, joined again."""

from __future__ import annotations

from typing import Any

from archspec import ir
from archspec.blocks.base import Block, Scope, Tensor, block, key
from archspec.blocks.kinds import ACTIVATION, PATHS, words

MERGES: dict[str, ir.Op] = {
    "concat": ir.Concat(),
    "add": ir.Merge("add"),
    "multiply": ir.Merge("multiply"),
    "average": ir.Merge("average"),
}


@block("branches")
class Branches(Block):
    """Paths beside each other, all below the row above, and their merge.

    Rows of a path are named `row.path.<name>`, the merge `row.concat` (or `.add`, ...). Without a
    name `branches` add no level: `path.<name>` and `concat`; a scope can hold one such row.
    """

    merge: str = key(words(*MERGES), "how the paths are joined; concat: in the order of `paths`")
    paths: Any = key(PATHS, "the rows of each path; [] is the input itself")
    activation: str | None = key(ACTIVATION, "activation behind the merge", None)

    level = False
    example = """
- branches:
    name: fork
    merge: add
    activation: relu
    paths:
      keep: []
      change: [conv: {filters: 64, kernel_size: 3, padding: same}]
"""

    def expand(self, scope: Scope, x: Tensor) -> Tensor:
        """Every path, the merge, its activation."""
        x = scope.add(MERGES[self.merge], *scope.paths(self.paths, x), part=self.merge)
        return scope.part(self.activation, x) if self.activation else x
