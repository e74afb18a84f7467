"""Connections: LeNet-5's published counts, layer by layer, and every primitive's."""

import pytest

import archspec
from archspec import ir, zoo
from archspec.passes.connections import CONNECTIONS
from archspec.passes.digest import digest
from archspec.passes.shapes import infer

PUBLISHED = {
    "C1": (156, 122_304), "S2": (12, 5_880), "C3": (1_516, 151_600), "S4": (32, 2_000), "C5": (48_120, 48_120),
    "F6": (10_164, 10_164), "output": (0, 840),
}  # fmt: skip


def test_lenet_5_as_published():
    found = archspec.analyze("lenet5_1998")
    assert {x.name: (x.params, x.connections) for x in found.layers if x.connections} == PUBLISHED
    assert (found.params, found.connections) == (60_000, 340_908)


def test_each_filter_of_c3_reads_its_maps():
    c3 = archspec.load("lenet5_1998").graph.by_name()["C3"].op
    readers = [tuple(row[column] for row in c3.connections.rows) for column in range(16)]
    assert [sum(maps) for maps in readers] == [3] * 6 + [4] * 9 + [6]
    assert sum(map(sum, readers)) == 60
    assert len(set(readers)) == 16


CASES = [
    (ir.Conv(8, (3, 3), groups=4, padding="same"), [(5, 5, 4)], (9 + 1) * 8 * 25),
    (ir.Conv(8, (3, 3), use_bias=False, strides=(2, 2)), [(5, 5, 4)], 36 * 8 * 4),
    (ir.FullyConnected(10), [(84,)], 850),
    (ir.FullyConnected(10, use_bias=False), [(84,)], 840),
    (ir.PositionBias(), [(19, 19, 1)], 361),
    (ir.Subsample((2, 4)), [(9, 9, 3)], 4 * 2 * 3 * 9),
    (ir.RadialBasis(((1, -1, 1), (-1, 1, 1))), [(3,)], 6),
    (ir.BatchNorm(), [(5, 5, 4)], 0),
    (ir.MaxPool((2, 2), (2, 2)), [(4, 4, 3)], 0),
    (ir.Merge("add"), [(4,), (4,)], 0),
    (ir.Concat(), [(4,), (4,)], 0),
]


@pytest.mark.parametrize(("op", "inputs", "count"), CASES, ids=lambda x: str(x).partition("(")[0])
def test_connections_of_a_primitive(op, inputs, count):
    assert CONNECTIONS[type(op)](op, infer(op, *inputs), *inputs) == count


def test_auxiliary_heads_are_left_out():
    text = "archspec: 1\nname: tiny\ninput: [4, 4, 1]\nlayers:\n  - fc: {name: a, units: 2}\n"
    side = "  - aux: {name: side, weight: 1, layers: [fc: {name: b, units: 5}]}\n"
    assert archspec.analyze(text).connections == archspec.analyze(text + side).connections == 34


def graph(spec):
    return archspec.load(spec).graph


def test_another_table_is_another_network():
    text = zoo.path_of("lenet5_1998").read_text(encoding="utf-8")
    other = text.replace("X...XXX..XXXX.XX", "X..X.XX..XXXX.XX")
    assert other != text
    assert digest(graph(other)) != digest(graph(text)) == digest(graph("lenet5_1998"))
