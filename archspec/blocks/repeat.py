"""repeat: a list of rows, several times one below the other."""

from __future__ import annotations

from typing import Any

from archspec.blocks.base import Block, Scope, Tensor, block, key
from archspec.blocks.kinds import ROWS, optional, times


@block("repeat")
class Repeat(Block):
    """Rows that come several times, one turn below the other.

    The turns are units, as of any row with `times`: `name_1`, `name_2`, ... (`repeat_1`, ... without
    a name), and their rows `name_1.<name>`. The name means the last turn.
    """

    times: int | None = key(
        optional(times()), "number of turns, called name_1 ... name_n; ~ for a single one, called like the row"
    )
    layers: Any = key(ROWS, "the rows of one turn")

    example = "- repeat: {name: twice, times: 2, layers: [conv: {filters: 64, kernel_size: 3, padding: same}, relu]}"

    def expand(self, scope: Scope, x: Tensor) -> Tensor:
        """One turn: what repeats it is what repeats every row."""
        return scope.rows(self.layers, x)
