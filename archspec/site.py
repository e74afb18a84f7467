"""The place where a row is expanded: the `Scope` that blocks see."""
# ruff: noqa: D102 -- `Scope` says what its methods do

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping as Map
from typing import Any, NamedTuple

from archspec import files, ir
from archspec.blocks.base import Block, Tensor
from archspec.construction import Construction
from archspec.document import Sequence
from archspec.errors import Source, Span, SpecError, did_you_mean, fail, listing
from archspec.rows import Row
from archspec.steps import Steps
from archspec.variables import Variables

Output = Tensor | None
"""What a row gives; None where it was wrong, which has been said."""


class Site(NamedTuple):
    """Where a step is expanded; a tuple, since every part of every step has one, and a dataclass is slower to make.

    `name` prefixes what is added here, `step_name` is the row or sub-row that it counts as, `names`
    what a row here can refer to, `inside` the spec's own blocks that are being expanded; `expand`
    expands a list of rows, and gives the last trunk row's output and name.
    """

    graph: Construction
    steps: Steps
    expand: Callable[[Site, Sequence, Output], tuple[Output, str]]
    name: str
    step_name: str
    span: Span
    variables: Variables
    names: ChainMap[str, Output]
    row: Row | None = None
    inside: tuple[str, ...] = ()

    def below(self, name: str) -> str:
        """The full name of what is called `name` here."""
        return f"{self.name}.{name}" if self.name else name

    def add(self, op: ir.Op, *inputs: Tensor, part: str = "") -> Tensor:
        name = self.below(part) if part else self.name
        return self.graph.add(ir.Node(name, op, tuple(x.node for x in inputs), self.step_name, self.span))

    def step(self, kind: str, x: Tensor, name: str, suggest: Map[str, Any] | None = None, **keys: Any) -> Tensor:
        inner = self.inner(name)
        output = inner.expanded(self.steps.make(kind, self.span, keys, suggest), x)
        return self.graph.record(inner.name, kind, (x.node,), output, self.span)

    def part(self, kind: str, x: Tensor, **keys: Any) -> Tensor:
        return self._replace(name=self.below(kind)).expanded(self.steps.make(kind, self.span, keys), x)

    def expanded(self, block: Block, x: Tensor) -> Tensor:
        """A block expanded here; what a foreign one does wrong is said in a sentence."""
        if type(block).__module__.startswith("archspec."):
            return block.expand(self, x)
        try:
            output = block.expand(self, x)
        except SpecError:
            raise
        except Exception as error:
            raise self._broken(block, f"{type(error).__name__}: {error}") from error
        if not isinstance(output, Tensor):
            raise self._broken(block, f"`expand` gives {output!r}, no Tensor")
        return output

    def _broken(self, block: Block, why: str) -> SpecError:
        message = f"{self.step_name}: the block '{block.kind}' of {type(block).__module__} fails: {why}"
        return fail("broken-block", message, self.span)

    def inner(self, name: str) -> Site:
        full = self.below(name)
        return self._replace(name=full, step_name=full)

    def default(self, kind: str, key: str) -> Any:
        return self.steps.default(kind, key)

    def rows(self, rows: Sequence, x: Tensor) -> Tensor:
        output, _ = self.expand(self, rows, x)
        if output is None:
            raise SpecError([])  # its rows have said why
        return output

    def paths(self, paths: Map[str, Sequence], x: Tensor) -> list[Tensor]:
        outputs = [self._path(name, rows, x) for name, rows in paths.items()]
        found = [output for output in outputs if output]
        if len(found) < len(outputs):
            raise SpecError([])  # the rows of the others have said why
        return found

    def _path(self, name: str, rows: Sequence, x: Tensor) -> Output:
        inner = self.inner(name)
        output, _ = self.expand(inner, rows, x)
        return output and self.graph.record(inner.name, "path", (x.node,), output, rows.span)

    def lookup(self, name: str) -> Tensor:
        known = self.row is None or name in self.names  # to look for the place takes as long as the list
        found = self.named(name, self.span if known or not self.row else self.row.at("of", name))
        if found is None:
            raise SpecError([])  # the row of that name has said why
        return found

    def named(self, name: str, at: Span) -> Output:
        """What a name means here: a row above, in this scope or one around it, or (with a dot) a step inside it."""
        if name in self.names:
            return self.names[name]
        row, dot, _ = name.partition(".")
        inside = bool(dot) and row in self.names
        if inside and self.names[row] is None:
            return None
        scopes = self._scopes() if inside else ()
        found = next((x for scope in scopes if (x := self.graph.meaning(f"{scope}{name}"))), None)
        if found is None:
            known = [*self.names, *(self.graph.steps if inside else ())]
            message, suggestion = f"no row above is called '{name}'", did_you_mean(name, known)
            raise fail("unknown-name", message, at, expected=listing(self.names), suggestion=suggestion)
        return found

    def _scopes(self) -> Iterator[str]:
        """What stands in front of names here, and in every scope around."""
        parts = self.name.split(".") if self.name else []
        return ("".join(f"{part}." for part in parts[:n]) for n in range(len(parts), -1, -1))

    def head(self, output: Tensor, weight: float) -> None:
        self.graph.heads[self.name] = ir.Head(output.node, weight)

    def place(self, at: str) -> Span:
        return self.row.at(at) if self.row else self.span

    def file(self, name: str, at: str) -> Source:
        at_name = self.place(at)
        key = (name, at_name.source.path)
        if key not in self.graph.files:
            try:
                self.graph.files[key] = files.text(name, at_name)
            except SpecError as error:
                self.graph.files[key] = error
        found = self.graph.files[key]
        if isinstance(found, SpecError):
            raise found
        return found

    def error(self, code: str, message: str, at: str = "", expected: str = "") -> SpecError:
        span = self.place(at) if at else self.span
        return fail(code, f"{self.step_name}: {message}", span, expected=expected)
