"""Parameters and multiply-adds of single layers: the lectures' own numbers, and each primitive's."""

import pytest

import archspec
from archspec import ir
from archspec.passes.costs import COSTS, Cost
from archspec.passes.shapes import infer


def analyzed(size, *rows):
    text = f"archspec: 1\nname: tiny\ninput: {list(size)}\nlayers:\n" + "".join(f"  - {row}\n" for row in rows)
    return archspec.analyze(text)


LECTURES = [
    # what, input, rows, parameters, multiply-adds
    ("ten 5x5x3 kernels", (32, 32, 3), ["conv: {filters: 10, kernel_size: 5, padding: same}"], 760, 768_000),
    ("AlexNet's conv1: 35K", (227, 227, 3), ["conv: {filters: 96, kernel_size: 11, strides: 4}"], 34_944, 105_415_200),
    (
        "48 maps of 5x5 directly: 112.9M operations",
        (14, 14, 480),
        ["conv: {filters: 48, kernel_size: 5, padding: same, use_bias: false}"],
        576_000,
        112_896_000,
    ),
    (
        "through 16 maps of 1x1: 1.5M + 3.8M = 5.3M",
        (14, 14, 480),
        [
            "conv: {filters: 16, kernel_size: 1, use_bias: false}",
            "conv: {filters: 48, kernel_size: 5, padding: same, use_bias: false}",
        ],
        26_880,
        1_505_280 + 3_763_200,
    ),
    (
        "5x5x256x32 weights directly",
        (28, 28, 256),
        ["conv: {filters: 32, kernel_size: 5, padding: same, use_bias: false}"],
        204_800,
        204_800 * 784,
    ),
    (
        "through 64 maps of 1x1: 16,384 + 51,200",
        (28, 28, 256),
        [
            "conv: {filters: 64, kernel_size: 1, use_bias: false}",
            "conv: {filters: 32, kernel_size: 5, padding: same, use_bias: false}",
        ],
        67_584,
        67_584 * 784,
    ),
    ("VGG's fc6", (7, 7, 512), ["fc: {units: 4096, use_bias: false}"], 102_760_448, 102_760_448),
    ("VGG's fc7", (1, 1, 4096), ["fc: {units: 4096, use_bias: false}"], 16_777_216, 16_777_216),
    ("VGG's fc8", (1, 1, 4096), ["fc: {units: 1000, use_bias: false}"], 4_096_000, 4_096_000),
    ("VGG's conv1_1", (224, 224, 3), ["conv: {filters: 64, kernel_size: 3, use_bias: false}"], 1_728, 1_728 * 222**2),
    ("one 7x7", (9, 9, 4), ["conv: {filters: 4, kernel_size: 7, use_bias: false}"], 49 * 16, 49 * 16 * 9),
    (
        "three 3x3 see as much with fewer weights",
        (9, 9, 4),
        ["conv: {filters: 4, kernel_size: 3, use_bias: false, times: 3}"],
        27 * 16,
        9 * 16 * (49 + 25 + 9),
    ),
]


@pytest.mark.parametrize(("size", "rows", "params", "macs"), [c[1:] for c in LECTURES], ids=[c[0] for c in LECTURES])
def test_numbers_of_the_lectures(size, rows, params, macs):
    found = analyzed(size, *rows)
    assert (found.params, found.macs) == (params, macs)


TABLE = ir.Connections(((True, False, True), (False, True, True)))
PRIMITIVES = [
    (ir.Input((4, 4, 3)), [], Cost()),
    (ir.Conv(8, (3, 2)), [(5, 5, 4)], Cost(200, 0, 192 * 12)),
    (ir.Conv(8, (3, 3), groups=4, padding="same"), [(5, 5, 4)], Cost(80, 0, 72 * 25)),
    (ir.Conv(8, (3, 3), use_bias=False, strides=(2, 2)), [(5, 5, 4)], Cost(288, 0, 288 * 4)),
    (ir.FullyConnected(10), [(84,)], Cost(850, 0, 840)),
    (ir.FullyConnected(10, use_bias=False), [(84,)], Cost(840, 0, 840)),
    (ir.BatchNorm(), [(5, 5, 4)], Cost(8, 8)),
    (ir.BatchNorm(scale=False), [(4,)], Cost(4, 8)),
    (ir.BatchNorm(center=False, scale=False), [(5, 5, 4)], Cost(0, 8)),
    (ir.Affine(), [(5, 5, 4)], Cost(8)),
    (ir.PositionBias(), [(19, 19, 1)], Cost(361)),
    (ir.Conv(3, (5, 5), connections=TABLE), [(9, 9, 2)], Cost(103, 0, 2500)),
    (ir.Subsample((2, 2)), [(28, 28, 6)], Cost(12)),
    (ir.RadialBasis(((1, -1, 1), (-1, 1, 1))), [(3,)], Cost()),
    (ir.MaxPool((2, 2), (2, 2)), [(4, 4, 3)], Cost()),
    (ir.AveragePool((2, 2), (2, 2)), [(4, 4, 3)], Cost()),
    (ir.GlobalPool("average"), [(4, 4, 3)], Cost()),
    (ir.Flatten(), [(4, 4, 3)], Cost()),
    (ir.LocalResponseNorm(2, 1, 1, 1), [(4, 4, 3)], Cost()),
    (ir.Activation("relu"), [(4, 4, 3)], Cost()),
    (ir.Dropout(0.5), [(4, 4, 3)], Cost()),
    (ir.Pad(((1, 1), (1, 1))), [(4, 4, 3)], Cost()),
    (ir.Concat(), [(4,), (4,)], Cost()),
    (ir.Merge("add"), [(4,), (4,)], Cost()),
    (ir.Combine("average", (1.0, 1.0)), [(4,), (4,)], Cost()),
]


@pytest.mark.parametrize(("op", "inputs", "cost"), PRIMITIVES, ids=lambda x: str(x).partition("(")[0])
def test_cost_of_a_primitive(op, inputs, cost):
    assert COSTS[type(op)](op, infer(op, *inputs), *inputs) == cost


def test_every_primitive_has_a_case():
    assert {type(op) for op, *_ in PRIMITIVES} == set(ir.PRIMITIVES)
