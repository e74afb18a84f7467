"""An ensemble: the graphs of its members side by side, and the mean of their outputs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from archspec import ir
from archspec.construction import MAX_NODES
from archspec.document import Mapping, Scalar, Sequence, Value
from archspec.errors import Span, fail
from archspec.extends import read_named, whole
from archspec.lower import lower
from archspec.passes.cut import without_heads
from archspec.passes.shapes import shapes, text
from archspec.resolve import Spec, resolve
from archspec.source import MAX_BYTES


@dataclass(frozen=True)
class Net:
    """One net of an ensemble: its name there, what it is, its share, and the file of its weights."""

    name: str
    spec: Spec
    graph: ir.Graph
    share: float
    weights: Scalar | None
    span: Span


def nets(root: Mapping) -> tuple[Net, ...]:
    """The nets of all members; a member with a list of weights is as many nets as the list has files.

    Raises:
        SpecError: for a member that is wrong in itself, or an ensemble.
    """
    found: list[Net] = []
    numbers: Counter[str] = Counter()
    nodes = characters = 0
    for member in root.rows("members").items:
        if isinstance(member, Mapping):
            spec, graph = _network(member, root.get("input"))
            characters += len(spec.document.source.text)
            if characters > MAX_BYTES:
                raise fail("too-large", f"the members' specs have more than {MAX_BYTES:,} characters", member.span)
            for file in _files(member):
                numbers[spec.name] += 1
                name, share = f"{spec.name}_{numbers[spec.name]}", member.scalar("share")
                found.append(Net(name, spec, graph, float(share.value or 0) if share else 1.0, file, member.span))
                nodes += len(graph.nodes)
                if nodes > MAX_NODES:
                    raise fail("too-many-layers", f"more than {MAX_NODES:,} layers", member.span)
    return tuple(found)


def _network(member: Mapping, size: Value | None) -> tuple[Spec, ir.Graph]:
    word = member.items["spec"]
    document = whole(read_named(str(word.value), word, "member")) if isinstance(word, Scalar) else None
    if document is None or "members" in document.root.items:
        raise fail("not-a-network", "a member that is an ensemble itself", word.span, expected="the spec of a network")
    asked = {"input": size} if size else {}
    spec = resolve(document, Mapping(asked, {key: value.span for key, value in asked.items()}, word.span))
    return spec, without_heads(lower(spec))


def _files(member: Mapping) -> Iterator[Scalar | None]:
    files = member.get("weights")
    listed = files.items if isinstance(files, Sequence) else (files,)
    yield from (file if isinstance(file, Scalar) else None for file in listed)


def join(spec: Spec, found: tuple[Net, ...]) -> ir.Graph:
    """One graph of all nets, their layers called `<net>.<layer>`, their inputs shared, their outputs combined.

    Raises:
        SpecError: where inputs or outputs differ, and for a geometric mean of what is no softmax.
    """
    first = found[0]
    for net in found[1:]:
        _check_same(first, net)
    function: Literal["average", "geometric"] = "geometric" if spec.root.text("combine") == "geometric" else "average"
    nodes = [node for node in first.graph.nodes if isinstance(node.op, ir.Input)]
    nodes += [node for net in found for node in _prefixed(net)]
    outputs, steps = {}, {}
    for place, name in enumerate(first.graph.outputs):
        ends = tuple(f"{net.name}.{_output(net, name, place)}" for net in found)
        combined = function if len(first.graph.outputs) == 1 else f"{name}.{function}"
        op = ir.Combine(function, tuple(net.share for net in found))
        _check_softmax(op, found, name, place)
        nodes.append(ir.Node(combined, op, ends, combined, first.span))
        outputs[combined if combined == function else name] = combined
        steps[combined] = ir.Step("combine", ends, combined, first.span)
    for net in found:
        steps |= {f"{net.name}.{name}": _step(net, step) for name, step in net.graph.steps.items()}
    unnamed = {f"{net.name}.{kind}": count for net in found for kind, count in net.graph.unnamed.items()}
    return ir.Graph(spec.name, tuple(nodes), outputs, {}, steps, unnamed)


def graph_of(spec: Spec) -> ir.Graph:
    """The graph of a spec, of an ensemble as of a network.

    Raises:
        SpecError: with every diagnostic of the spec.
    """
    found = nets(spec.root)
    return join(spec, found) if found else lower(spec)


def _called(net: Net, node: str) -> str:
    return node if node in net.graph.inputs else f"{net.name}.{node}"


def _prefixed(net: Net) -> Iterator[ir.Node]:
    for node in net.graph.nodes:
        if not isinstance(node.op, ir.Input):
            inputs = tuple(_called(net, name) for name in node.inputs)
            yield ir.Node(_called(net, node.name), node.op, inputs, _called(net, node.step), node.span)


def _step(net: Net, step: ir.Step) -> ir.Step:
    inputs = tuple(_called(net, name) for name in step.inputs)
    return ir.Step(step.kind, inputs, _called(net, step.output), step.span)


def _output(net: Net, name: str, place: int) -> str:
    """The node of an output: by its name, or the only one, whatever its name."""
    return net.graph.outputs[name] if len(net.graph.outputs) > 1 else list(net.graph.outputs.values())[place]


def _ends(net: Net) -> dict[str, str]:
    """Output -> its shape; the only output without its name."""
    found = shapes(net.graph)
    several = len(net.graph.outputs) > 1
    return {name if several else "": text(found[node]) for name, node in net.graph.outputs.items()}


def _check_same(first: Net, net: Net) -> None:
    inputs = [{name: text(shape) for name, shape in each.graph.inputs.items()} for each in (first, net)]
    for what, (one, other) in (("inputs", inputs), ("outputs", [_ends(first), _ends(net)])):
        if one != other:
            given = " and ".join(", ".join(f"{k} {v}".strip() for k, v in each.items()) for each in (one, other))
            message = f"{what} of {first.name} and {net.name} differ: {given}"
            raise fail("ensemble-mismatch", message, net.span, expected=f"members of the same {what}")


def _check_softmax(op: ir.Combine, found: tuple[Net, ...], name: str, place: int) -> None:
    for net in found:
        end = net.graph.by_name()[_output(net, name, place)].op
        if op.function == "geometric" and not (isinstance(end, ir.Activation) and end.function == "softmax"):
            message = f"a geometric mean of {net.name}, which does not end in a softmax"
            raise fail("ensemble-mismatch", message, net.span, expected="probabilities, or `combine: average`")
