"""The graph under construction: nodes with their shapes, the steps that have names, the side heads.

It remembers the files that rows have asked for, so that each is read once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from archspec import ir
from archspec.blocks.base import Tensor
from archspec.errors import Diagnostic, Source, Span, SpecError, fail
from archspec.passes.shapes import ShapeError, infer, remember

MAX_NODES = 50_000
"""Primitives of one network: three for each row of one of 10,000, and room."""


class Construction:
    """What rows have been expanded to so far, each node checked as it comes."""

    def __init__(self) -> None:
        self.nodes: dict[str, ir.Node] = {}
        self.shapes: dict[str, ir.Shape] = {}
        self.steps: dict[str, ir.Step] = {}
        self.heads: dict[str, ir.Head] = {}
        self.unfit: dict[str, tuple[Diagnostic, ...]] = {}
        self.unnamed: Counter[str] = Counter()
        self.files: dict[tuple[str, Path | None], Source | SpecError] = {}

    def graph(self, name: str, outputs: Mapping[str, str]) -> ir.Graph:
        """All of it as a graph with these outputs."""
        nodes = tuple(self.nodes.values())
        made = ir.Graph(name, nodes, outputs, self.heads, self.steps, self.unnamed, self.unfit)
        return remember(made, self.shapes)

    def extent(self) -> tuple[int, ...]:
        """How much there is so far, for `cut_back`."""
        return tuple(map(len, self._parts()))

    def cut_back(self, extent: tuple[int, ...]) -> None:
        """Forget what has come since there was so much."""
        for part, length in zip(self._parts(), extent, strict=True):
            while len(part) > length:
                part.popitem()

    def _parts(self) -> tuple[dict[str, Any], ...]:
        return self.nodes, self.shapes, self.steps, self.heads, self.unnamed

    def reasons(self) -> list[Diagnostic]:
        """Why heads were left out."""
        return [diagnostic for found in self.unfit.values() for diagnostic in found]

    def add(self, node: ir.Node) -> Tensor:
        """Put a node into the graph; gives it with its shape.

        Raises:
            SpecError: where its name is taken, or it cannot take its inputs.
        """
        if node.name in self.nodes:
            first = self.nodes[node.name].span
            raise fail(
                "duplicate-name",
                f"two layers are called '{node.name}'",
                node.span,
                expected=f"names that differ; the first is at {first}",
            )
        if len(self.nodes) >= MAX_NODES:
            raise fail("too-many-layers", f"more than {MAX_NODES:,} layers", node.span)
        try:
            shape = infer(node.op, *[self.shapes[name] for name in node.inputs])
        except ShapeError as error:
            raise fail("shape", f"{node.name}: {error}", node.span) from None
        self.nodes[node.name] = node
        self.shapes[node.name] = shape
        return Tensor(node.name, shape)

    def meaning(self, name: str) -> Tensor | None:
        """What a full name means so far: a step's output, or a node."""
        node = self.steps[name].output if name in self.steps else name
        return Tensor(node, self.shapes[node]) if node in self.nodes else None

    def record(self, name: str, kind: str, inputs: tuple[str, ...], output: Tensor, span: Span) -> Tensor:
        """Remember a row, or a step inside a block, under its full name."""
        self.steps[name] = ir.Step(kind, inputs, output.node, span)
        return output
