"""What the comparison is worth: small mistakes in our networks differ ten times more than is allowed."""

from dataclasses import replace
from functools import lru_cache

import keras
import numpy as np
import pytest
from comparison import ask, differences, graph_of, ours, read_pairs

from archspec import ir, oracles, zoo

LIMIT = 1e-3
"""Ten times what a right network may differ."""


@lru_cache(maxsize=1)
def answer(name):
    """The oracle's weights and maps, asked once."""
    entry = oracles.table()[name]
    [(_, shape)] = graph_of(entry, name).inputs.items()
    return ask(entry, shape)


def text(old, new):
    """A change of the spec's words."""

    def change(name, graph, values):
        written = zoo.path_of(name).read_text(encoding="utf-8")
        assert old in written
        return graph_of(oracles.table()[name], written.replace(old, new)), values

    return change


def operators(kind, **fields):
    """A change of all operators of a kind; a value may be computed from the operator."""

    def changed(op):
        return replace(op, **{key: value(op) if callable(value) else value for key, value in fields.items()})

    def change(name, graph, values):
        nodes = tuple(replace(n, op=changed(n.op)) if isinstance(n.op, kind) else n for n in graph.nodes)
        return replace(graph, nodes=nodes), values

    return change


def weights(which, alter):
    """A change of the weights of a layer."""

    def change(name, graph, values):
        return graph, values | {which: np.ascontiguousarray(alter(values[which]))}

    return change


def swapped(upper, lower):
    """Two operators behind each other exchanged, wherever one ends in `upper` and reads one that ends in `lower`."""

    def change(name, graph, values):
        by_name = graph.by_name()
        below = {n.name: n.inputs[0] for n in graph.nodes if n.name.endswith(upper) and n.inputs[0].endswith(lower)}
        above, nodes = {low: up for up, low in below.items()}, []
        for node in graph.nodes:
            inputs = tuple(below.get(name, name) for name in node.inputs)
            if node.name in above:
                nodes.append(replace(by_name[above[node.name]], inputs=inputs[:1]))
            elif node.name in below:
                other = by_name[below[node.name]]
                more = (below.get(name, name) for name in other.inputs[1:])
                nodes.append(replace(other, inputs=(node.name, *more)))
            else:
                nodes.append(replace(node, inputs=inputs))
        assert below
        return replace(graph, nodes=tuple(nodes)), values

    return change


def shifted(op):
    """Explicit padding with a pixel more before and one less behind."""
    (top, bottom), (left, right) = op.padding
    return (top + 1, bottom - 1), (left + 1, right - 1)


def excited_first(name, graph, values):
    """The squeeze-excitation reads and scales what comes before the last batch norm of a branch."""
    nodes, by_name = [], graph.by_name()
    scaled = {n.inputs[0]: n.name for n in graph.nodes if n.name.endswith(".se.multiply")}
    for node in graph.nodes:
        if node.name in scaled:
            continue
        before = {norm: by_name[norm].inputs[0] for norm in scaled}
        if node.name.endswith(".se.multiply"):
            norm = by_name[node.inputs[0]]
            nodes.append(replace(node, inputs=(norm.inputs[0], *node.inputs[1:])))
            nodes.append(replace(norm, inputs=(node.name,)))
        elif any(name in before for name in node.inputs):
            nodes.append(replace(node, inputs=tuple(before.get(name, name) for name in node.inputs)))
        else:
            multiplied = {multiply: norm for norm, multiply in scaled.items()}
            nodes.append(replace(node, inputs=tuple(multiplied.get(name, name) for name in node.inputs)))
    assert scaled
    return replace(graph, nodes=tuple(nodes)), values


def no_bias(name, graph, values):
    """The biases of all convolutions are zero."""
    return graph, {k: v * 0 if k.endswith("/bias") else v for k, v in values.items()}


def halves(kernel):
    """The filters of a convolution of two groups, the second group's first."""
    return np.roll(kernel, kernel.shape[-1] // 2, axis=-1)


def rows_first(matrix):
    """A matrix for maps flattened channels first, written as if they were channels last."""
    return matrix.reshape(6, 6, 256, -1).transpose(2, 0, 1, 3).reshape(matrix.shape)


def behind(op):
    return op.channels[::-1]


MISTAKES = [
    # network, what is wrong, how
    ("resnet50", "padding shifted by a pixel", operators(ir.Pad, padding=shifted)),
    (
        "resnet50",
        "padding at the end, as TensorFlow's same",
        text("padding: half}\n  batch", "padding: same}\n  batch"),
    ),
    ("resnet50", "epsilon 1e-3 for 1e-5", operators(ir.BatchNorm, epsilon=1e-3)),
    ("resnet50", "stride on the 3x3", text("unit: bottleneck}", "unit: bottleneck, stride_on: 3x3}")),
    ("resnet50", "activation before the addition", swapped(".relu", ".add")),
    ("resnet50", "activation before the batch norm", swapped(".relu", ".batch_norm")),
    ("bn_inception", "floor for ceil", operators(ir.MaxPool, ceil_mode=False)),
    ("bn_inception", "average that leaves out the padding", operators(ir.AveragePool, count_include_pad=False)),
    ("bn_inception", "biases left out", no_bias),
    ("alexnet", "alpha divided by n", operators(ir.LocalResponseNorm, alpha=2e-5)),
    ("alexnet", "k 1 for 2", operators(ir.LocalResponseNorm, bias=1.0)),
    ("alexnet", "groups in the other order", weights("conv4/kernel", halves)),
    ("alexnet", "maps flattened channels first", weights("fc6/kernel", rows_first)),
    ("se_resnet50", "squeeze-excitation before the batch norm", excited_first),
    ("resnet34_a", "zero channels before", operators(ir.Pad, channels=behind)),
]


CASES = [pytest.param(n, change, id=f"{n}: {what}", marks=pytest.mark.xdist_group(n)) for n, what, change in MISTAKES]


@pytest.mark.parametrize(("name", "change"), CASES)
def test_a_mistake_shows(name, change, tmp_path):
    entry, right = oracles.table()[name], answer(name)
    graph, values = change(name, graph_of(entry, name), right.values)
    found = ours(graph, entry, replace(right, values=values), tmp_path)
    keras.backend.clear_session()
    logits = read_pairs(entry.pairs)["logits"].values()
    far = differences(found, right.maps)
    assert all(np.isfinite(found[name]).all() and far[name] > LIMIT for name in logits), far
