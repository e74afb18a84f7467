"""Graph -> the layers and blocks of its trunk in order, as a form names them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from archspec import ir
from archspec.errors import Span
from archspec.form.terms import LIGHT
from archspec.passes.shapes import shapes

SILENT = {"BN", "AFFINE", "LRN", "DROPOUT", "SE", "FLATTEN", "PAD", "POSITION_BIAS"}
"""What the brief form leaves out, and a claim need not mention."""
POOLS = {"MAX_POOL", "AVG_POOL", "GAP", "GLOBAL_MAX_POOL", "SUBSAMPLE"}
"""What the brief form prints as POOL."""
TRANSPARENT = ("repeat",)
"""Rows that only group others: a form has the rows in them."""

FUNCTIONS = {"max": "GLOBAL_MAX_POOL", "average": "GAP"}
OPERATORS: dict[type[ir.Op], str] = {
    ir.Conv: "CONV",
    ir.FullyConnected: "FC",
    ir.BatchNorm: "BN",
    ir.LocalResponseNorm: "LRN",
}


@dataclass(frozen=True)
class Layer:
    """A layer or block of the trunk: its term, the row that made it, whether it changes the spatial size."""

    term: str
    row: str
    span: Span
    resizes: bool = False

    @property
    def silent(self) -> bool:
        """Whether the brief form leaves it out."""
        return self.term in SILENT

    @property
    def brief(self) -> str:
        """Its term in the brief form."""
        return "POOL" if self.term in POOLS else self.term


def outline(graph: ir.Graph) -> dict[str, list[Layer]]:
    """The trunk under the empty name, then each head of `outputs` under its own; auxiliary heads are left out."""
    return _Outline(graph).heads()


class _Outline:
    """The rows of a graph as a tree, and the nodes of each."""

    def __init__(self, graph: ir.Graph) -> None:
        self.graph, self.shapes = graph, shapes(graph)
        self.children: dict[str, dict[str, ir.Step]] = defaultdict(dict)
        for name, step in graph.steps.items():
            self.children[name.rpartition(".")[0]][name] = step
        self.nodes: dict[str, list[ir.Node]] = defaultdict(list)
        for node in graph.nodes:
            self.nodes[node.step].append(node)

    def heads(self) -> dict[str, list[Layer]]:
        outputs = [name for name, step in self.children[""].items() if step.kind == "output"]
        return {name: list(self.layers(name)) for name in ("", *outputs)}

    def layers(self, scope: str) -> Iterator[Layer]:
        """The layers of the rows in a scope; the name of a `times` row, which means its last unit, is no row."""
        outputs = set()
        for name, step in self.children[scope].items():
            if step.kind == "output" or name in self.graph.heads or step.output in outputs:
                continue
            outputs.add(step.output)
            if step.kind in TRANSPARENT:
                yield from self.layers(name)
            else:
                yield from self.row(name, step)

    def row(self, name: str, step: ir.Step) -> Iterator[Layer]:
        resizes = bool(step.inputs) and self.shapes[step.inputs[0]][:-1] != self.shapes[step.output][:-1]
        for term in self.terms(name, step.kind):
            yield Layer(term, name, step.span, resizes)
            resizes = False

    def terms(self, name: str, kind: str) -> Iterator[str]:
        """The terms of a row: its layer with the norm, activation and dropout behind it, or its block."""
        if kind not in (*LIGHT, "conv", "fc"):
            yield kind.upper()
            return
        if kind in ("subsample", "se", "affine", "position_bias"):
            yield kind.upper()
        for node in self.nodes[name]:
            term = _term(node.op, kind)
            if term:
                yield term


def _term(op: ir.Op, kind: str) -> str:
    """The term of a primitive; empty where it is no layer of its own in a row of that kind."""
    if isinstance(op, ir.Activation):
        return op.function.upper() if kind != "se" else ""
    if isinstance(op, ir.Affine | ir.Dropout):
        return type(op).__name__.upper() if kind in ("conv", "fc", "dropout") else ""
    if isinstance(op, ir.MaxPool | ir.AveragePool):
        return kind.upper() if kind in ("max_pool", "avg_pool") else ""
    if isinstance(op, ir.GlobalPool):
        return FUNCTIONS[op.function] if kind.startswith("global") else ""
    if isinstance(op, ir.Flatten | ir.Pad):
        return kind.upper() if kind in ("flatten", "pad") else ""
    return OPERATORS.get(type(op), "") if kind != "se" else ""


def legend(graph: ir.Graph) -> dict[str, str]:
    """Block -> what its first unit is made of, in order: `conv1 CONV-BN-RELU, ...`."""
    tree = _Outline(graph)
    found: dict[str, str] = {}
    for layers in tree.heads().values():
        for layer in layers:
            if layer.term.lower() not in (*LIGHT, "conv", "fc") and layer.term not in (*SILENT, *POOLS):
                found.setdefault(layer.term, ", ".join(_parts(layer.row, graph)))
    return {term: parts for term, parts in found.items() if parts}


def _parts(row: str, graph: ir.Graph) -> Iterator[str]:
    """The steps below a row with their layers, and the layers of the row itself."""
    inner = [node for node in graph.nodes if node.name.startswith(f"{row}.")]
    for step, nodes in groupby(inner, key=lambda node: node.step):
        terms = "-".join(term for node in nodes if (term := _inner_term(node.op)))
        label = step[len(row) + 1 :]
        if terms:
            yield f"{label} {terms}" if label else terms


def _inner_term(op: ir.Op) -> str:
    if isinstance(op, ir.Activation | ir.Merge):
        return op.function.upper()
    if isinstance(op, ir.GlobalPool):
        return FUNCTIONS[op.function]
    names = {ir.MaxPool: "MAX_POOL", ir.AveragePool: "AVG_POOL", ir.Pad: "", ir.Flatten: "", ir.Concat: "CONCAT"}
    return {**names, **OPERATORS}.get(type(op), type(op).__name__.upper())
