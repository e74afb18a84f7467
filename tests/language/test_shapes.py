"""Sizes of convolutions and pools: the papers' own, and a brute-force count of window positions."""

import pytest
from hypothesis import assume, given, strategies as st

from archspec import ir
from archspec.passes.shapes import ShapeError, infer, pooled

CASES = [
    # size, window, stride, padding, ceil_mode, positions
    (227, 11, 4, "valid", False, 55),  # AlexNet's conv1
    (224, 11, 4, "valid", False, 54),  # ... on the 224 pixels that its paper prints
    (224, 7, 2, (3, 3), False, 112),  # GoogLeNet's conv1
    (224, 7, 2, "same", False, 112),
    (224, 7, 2, "valid", False, 109),
    (112, 3, 2, "valid", True, 56), (112, 3, 2, "valid", False, 55),  # GoogLeNet's pools: Caffe's, and with floor
    (56, 3, 2, "valid", True, 28), (55, 3, 2, "valid", False, 27),
    (28, 3, 2, "valid", True, 14), (27, 3, 2, "valid", False, 13),
    (14, 3, 2, "valid", True, 7), (13, 3, 2, "valid", False, 6),
    (112, 3, 2, "same", False, 56), (112, 3, 2, (1, 1), False, 56), (112, 3, 2, (1, 1), True, 57),
    (32, 5, 1, "valid", False, 28), (28, 2, 2, "valid", False, 14), (5, 5, 1, "valid", False, 1),  # LeNet-5
    (7, 2, 2, (1, 1), True, 4),  # a fifth window would start beyond the input and its leading padding
    (4, 2, 3, "valid", True, 2), (5, 1, 3, "valid", True, 2), (1, 1, 7, "same", False, 1), (2, 1, 3, "valid", True, 1),
]  # fmt: skip


@pytest.mark.parametrize(("size", "window", "stride", "padding", "ceil_mode", "positions"), CASES)
def test_positions(size, window, stride, padding, ceil_mode, positions):
    assert pooled(size, window, stride, padding, ceil_mode) == positions


SIZE, WINDOW, STRIDE, SIDE = st.integers(1, 40), st.integers(1, 12), st.integers(1, 6), st.integers(0, 5)


@given(SIZE, WINDOW, STRIDE, SIDE, SIDE)
def test_floor_counts_the_windows_that_fit(size, window, stride, before, after):
    padded = range(-before, size + after)
    starts = [s for s in padded[::stride] if s + window <= size + after]
    assume(starts)
    assert pooled(size, window, stride, (before, after), False) == len(starts)


@given(SIZE, WINDOW, STRIDE, SIDE, SIDE)
def test_ceil_counts_windows_until_the_end_is_covered(size, window, stride, before, after):
    assume(size + before + after >= window and max(before, after) < window)
    starts, start = [], -before
    while True:
        if start < size:  # Caffe and torch drop a window that begins beyond the input and its leading padding
            starts.append(start)
        if start + window >= size + after:
            break
        start += stride
    assert pooled(size, window, stride, (before, after), True) == len(starts)


@given(SIZE, WINDOW, STRIDE)
def test_same_is_one_window_for_every_stride_begun(size, window, stride):
    assert pooled(size, window, stride, "same", False) == len(range(0, size, stride))


@given(st.integers(1, 40), st.sampled_from([1, 3, 5, 7, 9]))
def test_half_keeps_the_size_at_stride_one(size, window):
    assert pooled(size, window, 1, (window // 2, window // 2), False) == size


@pytest.mark.parametrize("padding", ["valid", (1, 0)])
def test_a_window_larger_than_its_input(padding):
    with pytest.raises(ShapeError, match="a window of 9 is larger than its input of"):
        pooled(7, 9, 1, padding, True)


OPERATORS = [
    (ir.Conv(10, (5, 5), padding="same"), [(32, 32, 3)], (32, 32, 10)),
    (ir.Conv(4, (3, 1), strides=(2, 1)), [(9, 7, 3)], (4, 7, 4)),
    (ir.Conv(4, (3, 3), dilation_rate=(2, 3)), [(9, 9, 3)], (5, 3, 4)),
    (ir.Conv(6, (1, 1), groups=3), [(5, 5, 9)], (5, 5, 6)),
    (ir.FullyConnected(10), [(84,)], (10,)),
    (ir.MaxPool((3, 2), (2, 2)), [(9, 9, 5)], (4, 4, 5)),
    (ir.AveragePool((2, 2), (2, 2)), [(5, 5, 5)], (2, 2, 5)),
    (ir.GlobalPool("max"), [(7, 9, 5)], (5,)),
    (ir.Flatten(), [(7, 7, 512)], (25088,)),
    (ir.Flatten(), [(5,)], (5,)),
    (ir.BatchNorm(), [(5,)], (5,)),
    (ir.LocalResponseNorm(2, 1, 1, 1), [(5, 6, 7)], (5, 6, 7)),
    (ir.Pad(((1, 2), (3, 4)), (5, 6)), [(10, 10, 10)], (13, 17, 21)),
    (ir.Concat(), [(5, 5, 1), (5, 5, 2), (5, 5, 3)], (5, 5, 6)),
    (ir.Concat(), [(3,), (4,)], (7,)),
    (ir.Merge("add"), [(5, 5, 3), (5, 5, 3)], (5, 5, 3)),
    (ir.Combine("geometric", (1.0, 2.0)), [(10,), (10,)], (10,)),
    (ir.Merge("multiply"), [(5, 5, 3), (3,)], (5, 5, 3)),
    (ir.Merge("multiply"), [(1, 1, 3), (5, 5, 3)], (5, 5, 3)),
    (ir.PositionBias(), [(361,)], (361,)),
]


@pytest.mark.parametrize(("op", "inputs", "shape"), OPERATORS, ids=lambda x: str(x).partition("(")[0])
def test_operator(op, inputs, shape):
    assert infer(op, *inputs) == shape


WRONG = [
    (ir.Conv(4, (3, 3)), [(5,)], "needs a map"),
    (ir.Conv(4, (3, 3), groups=2), [(5, 5, 3)], "2 groups do not divide 3 channels"),
    (ir.Conv(3, (3, 3), groups=2), [(5, 5, 4)], "2 groups do not divide"),
    (ir.Conv(4, (3, 3), strides=(1, 2), dilation_rate=(2, 1)), [(9, 9, 3)], "strides and dilation_rate"),
    (ir.Conv(4, (5, 1)), [(4, 4, 3)], "a window of 5 is larger"),
    (ir.FullyConnected(4), [(2, 2, 2)], "needs a flat input, its input is 2x2x2"),
    (ir.MaxPool((2, 2), (2, 2), ((0, 2), (0, 0))), [(4, 4, 3)], "a padding of 2 pixels is not smaller"),
    (ir.GlobalPool("max"), [(4,)], "needs a map"),
    (ir.Pad(((1, 1), (1, 1))), [(4,)], "needs a map"),
    (ir.LocalResponseNorm(2, 1, 1, 1), [(4,)], "needs a map"),
    (ir.Concat(), [(5, 5, 1), (5, 4, 1)], "cannot stack 5x5x1 and 5x4x1"),
    (ir.Concat(), [(5, 5, 1), (5,)], "cannot stack"),
    (ir.Merge("add"), [(5, 5, 3), (3,)], "cannot add 5x5x3 and 3: shapes differ"),
    (ir.Combine("average", (1.0, 2.0)), [(10,), (3,)], "cannot combine 10 and 3: shapes differ"),
    (ir.Merge("average"), [(5, 5, 3), (5, 5, 4)], "cannot average"),
    (ir.Merge("multiply"), [(5, 5, 3), (5,)], "cannot multiply"),
    (ir.Pad(((10**6, 0), (10**6, 0))), [(4, 4, 3)], "more than 10,000,000,000 values"),
]


@pytest.mark.parametrize(("op", "inputs", "said"), WRONG, ids=lambda x: str(x)[:30])
def test_operator_on_inputs_that_do_not_fit(op, inputs, said):
    with pytest.raises(ShapeError, match=said):
        infer(op, *inputs)
