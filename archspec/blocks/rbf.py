"""rbf: radial basis functions about fixed prototypes, LeNet-5's output."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path

from archspec import ir
from archspec.blocks.base import Block, Scope, Tensor, block, key
from archspec.blocks.kinds import Kind, whole
from archspec.blocks.pictures import prototypes
from archspec.errors import Source, Span, did_you_mean, fail, listing

FOLDER = Path(__file__).resolve().parent.parent / "resources" / "prototypes"
SUFFIX = ".txt"


@block("rbf")
class RadialBasis(Block):
    """Squared distances to fixed prototypes (LeCun et al., 1998, section II-B, output layer).

    Output i is the sum over j of (x_j - w_ij)^2: a penalty, the smallest of which is the class.
    The prototypes are pictures of X (+1) and `.` (-1), read row by row, one for each unit, with a
    value for each of the input's; `digits_7x12` is a set of ten drawn for archspec, since the paper
    prints its own in a figure only. A file is a path from the spec's folder, inside it: pictures with
    blank lines between them, and comments in lines that begin with #. There is nothing to train.
    """

    units: int = key(whole(), "number of prototypes", main=True)
    prototypes: str = key(
        Kind("digits_7x12, or a path that ends in .txt", {"type": "string"}), "the prototypes' set, or their file"
    )

    example = """
- fc: {name: F6, units: 84, activation: scaled_tanh}
- rbf: {name: output, units: 10, prototypes: digits_7x12}
"""

    def expand(self, scope: Scope, x: Tensor) -> Tensor:
        """A `flatten` in front where the input is a map."""
        source = self._source(scope)
        found = prototypes(source.text, lambda line, column: Span(source, line + 1, column + 1))
        if not found:
            raise scope.error("bad-picture", f"no picture in {self.prototypes}", "prototypes", "pictures of X and .")
        if len(found) != self.units:
            expected = f"units: {len(found)}, one for each picture of {self.prototypes}"
            raise scope.error("bad-picture", f"{self.units} units of {len(found)} prototypes", "units", expected)
        if len(x.shape) > 1:
            x = scope.add(ir.Flatten(), x, part="flatten")
        values, given = len(found[0]), x.shape[0]
        if values != given:
            message = f"prototypes of {values} values, its input has {given}"
            raise scope.error("shape", message, "prototypes", f"an input of {values} values")
        return scope.add(ir.RadialBasis(found), x)

    def _source(self, scope: Scope) -> Source:
        if self.prototypes.endswith(SUFFIX):
            return scope.file(self.prototypes, "prototypes")
        known = shipped()
        if self.prototypes not in known:
            raise fail(
                "unknown-word",
                f"no prototypes are called '{self.prototypes}'",
                scope.place("prototypes"),
                expected=f"{listing(known)}, or a path that ends in {SUFFIX}",
                suggestion=did_you_mean(self.prototypes, known),
            )
        return known[self.prototypes]


@functools.cache
def shipped() -> Mapping[str, Source]:
    """The sets that come with archspec: name -> text."""
    return {
        path.stem: Source(str(path), path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob(f"*{SUFFIX}"))
    }
