"""Every primitive's Keras layers against numpy, and against our own pass over shapes."""

import keras
import ml_dtypes
import numpy as np
import pytest
import reference
from conftest import difference, graph_of, he_scaled, model_of
from hypothesis import assume, given, settings, strategies as st

import archspec
from archspec import ir
from archspec.backends.keras.layers import LocalResponseNormalization, MinusInfinityPadding2D, PaddedAveragePooling2D
from archspec.backends.keras.table import layer_name, layers_of
from archspec.passes.shapes import ShapeError, infer, shapes

MAP = (7, 9, 4)
HALF = ((1, 1), (1, 1))
UNEVEN = ((0, 2), (1, 0))
TABLE = ir.Connections(((True, False, True), (True, True, False), (False, False, True), (False, True, True)))


def sums(op, x, kernel, *bias):
    return x @ kernel + (bias[0] if bias else 0)


def whole(op, x):
    return x.mean((1, 2)) if op.function == "average" else x.max((1, 2))


CASES = [
    # operator, shapes of its inputs, reference: op, inputs and weights -> output
    *[
        (op, [MAP], reference.conv)
        for op in [
            ir.Conv(6, (3, 2)),
            ir.Conv(6, (3, 3), (2, 2), "same"),
            ir.Conv(6, (4, 2), (2, 3), "same", use_bias=False),
            ir.Conv(6, (3, 2), (1, 1), "same", (2, 3)),
            ir.Conv(6, (3, 3), (2, 1), "valid", groups=2),
        ]
    ],
    *[
        (op, [MAP], reference.connected_conv)
        for op in [
            ir.Conv(3, (3, 2), connections=TABLE),
            ir.Conv(3, (3, 3), (2, 1), "same", use_bias=False, connections=TABLE),
            ir.Conv(3, (2, 3), padding="same", dilation_rate=(2, 1), connections=TABLE),
        ]
    ],
    *[(ir.Subsample(size), [MAP], reference.subsample) for size in [(2, 2), (3, 4), (7, 1)]],
    (ir.RadialBasis(((1, -1, 1, 1), (-1, 0.5, 1, -1))), [(4,)], reference.radial_basis),
    *[
        (kind((3, 4), (2, 3), padding, ceil), [MAP], function)
        for kind, function in [(ir.MaxPool, reference.max_pool), (ir.AveragePool, reference.average_pool)]
        for padding, ceil in [
            ("valid", False),
            ("valid", True),
            ("same", False),
            (HALF, False),
            (HALF, True),
            (UNEVEN, True),
        ]
    ],
    *[
        (ir.AveragePool((3, 3), (2, 2), padding, ceil, True), [(8, 6, 2)], reference.average_pool)
        for padding, ceil in [("valid", True), ("same", False), (HALF, False), (HALF, True), (UNEVEN, True)]
    ],
    *[(ir.GlobalPool(function), [MAP], whole) for function in ("average", "max")],
    (ir.FullyConnected(5), [(12,)], sums),
    (ir.FullyConnected(5, use_bias=False), [(12,)], sums),
    (ir.Flatten(), [MAP], lambda op, x: x.reshape(len(x), -1)),
    *[
        (ir.BatchNorm(epsilon, center=center, scale=scale), [shape], reference.batch_norm)
        for epsilon, center, scale, shape in [
            (1e-3, True, True, MAP),
            (0.5, False, True, (8,)),
            (1e-5, True, False, MAP),
        ]
    ],
    (ir.Affine(), [MAP], lambda op, x, scale, shift: x * scale + shift),
    (ir.PositionBias(), [MAP], lambda op, x, bias: x + bias),
    *[
        (ir.LocalResponseNorm(radius, bias, alpha, beta, region), [MAP], reference.local_response_norm)
        for region in ("channels", "within")
        for radius, bias, alpha, beta in [(2, 2.0, 1.0, 0.75), (1, 1.0, 0.3, 0.5), (0, 0.5, 2.0, 1.3)]
    ],
    *[
        (ir.Activation(function), [MAP], reference.activation)
        for function in ("relu", "tanh", "sigmoid", "softmax", "scaled_tanh")
    ],
    (ir.Dropout(0.4), [MAP], lambda op, x: x),
    *[(op, [MAP], reference.pad) for op in [ir.Pad(UNEVEN), ir.Pad(channels=(1, 3)), ir.Pad(HALF, (0, 2)), ir.Pad()]],
    (ir.Concat(), [MAP, (7, 9, 2), MAP], lambda op, *xs: np.concatenate(xs, -1)),
    (ir.Concat(), [MAP], lambda op, x: x),
    *[(ir.Merge(function), [MAP] * 3, reference.merge) for function in ("add", "multiply", "average")],
    *[(ir.Merge("multiply"), [MAP, gate], reference.merge) for gate in [(4,), (1, 1, 4)]],
    (ir.Merge("add"), [MAP], reference.merge),
    (ir.Combine("average", (1.0, 2.0, 3.0)), [MAP] * 3, lambda op, a, b, c: (a + 2 * b + 3 * c) / 6),
]


@pytest.mark.parametrize(("op", "inputs", "expected"), CASES, ids=lambda value: type(value).__name__)
def test_against_numpy(op, inputs, expected):
    model = he_scaled(model_of(op, *inputs))
    rng = np.random.default_rng(0)
    arrays = [rng.normal(-1, 2, (2, *shape)) for shape in inputs]  # mostly negative: zeros would win a maximum
    arrays = [array.astype("float32") for array in arrays]
    given = {f"input{i}": array for i, array in enumerate(arrays)} if len(arrays) > 1 else arrays[0]
    found = keras.ops.convert_to_numpy(model(given))
    wanted = expected(op, *(a.astype("float64") for a in arrays), *(w.numpy() for w in model.weights))
    assert model.output_shape[1:] == found.shape[1:] == shapes(graph_of(op, *inputs))["op"]
    assert difference(found, wanted) < 2e-6


def test_no_primitive_is_left_out():
    assert {type(op) for op, *_ in CASES} == set(ir.PRIMITIVES) - {ir.Input}


PADDINGS = st.sampled_from(["valid", "same"]) | st.tuples(*[st.tuples(*[st.integers(0, 4)] * 2)] * 2)


def pairs(most):
    return st.tuples(*[st.integers(1, most)] * 2)


@settings(max_examples=200)
@given(
    st.sampled_from([ir.MaxPool, ir.AveragePool]), pairs(11), pairs(6), pairs(7), PADDINGS, st.booleans(), st.booleans()
)
def test_any_pool(kind, size, window, strides, padding, ceil_mode, count):
    more = {"count_include_pad": count} if kind is ir.AveragePool else {}
    op = kind(window, strides, padding, ceil_mode and padding != "same", **more)
    try:
        shape = infer(op, (*size, 2))
    except ShapeError:
        assume(False)
    layers = layers_of(op, "op", [(*size, 2)])
    x = np.random.default_rng(0).normal(-1, 2, (1, *size, 2)).astype("float32")
    y, symbol = keras.ops.convert_to_tensor(x), keras.Input((*size, 2))
    for layer in layers:
        y, symbol = layer(y), layer(symbol)
    wanted = (reference.max_pool if kind is ir.MaxPool else reference.average_pool)(op, x.astype("float64"))
    assert symbol.shape[1:] == y.shape[1:] == wanted.shape[1:] == shape
    np.testing.assert_allclose(y, wanted, rtol=1e-5, atol=1e-5)


@settings(max_examples=40)
@given(pairs(9), pairs(4), pairs(3), pairs(2), st.sampled_from(["valid", "same"]))
def test_any_convolution(size, window, strides, dilation, padding):
    op = ir.Conv(2, window, strides, padding, (1, 1) if max(strides) > 1 else dilation)
    try:
        shape = infer(op, (*size, 2))
    except ShapeError:
        assume(False)
    [layer] = layers_of(op, "op", [(*size, 2)])
    x = np.random.default_rng(0).normal(size=(1, *size, 2)).astype("float32")
    y = layer(x)
    wanted = reference.conv(op, x.astype("float64"), *(w.numpy() for w in layer.weights))
    assert y.shape[1:] == wanted.shape[1:] == shape
    np.testing.assert_allclose(y, wanted, rtol=1e-5, atol=1e-5)


DIVIDED = "0.308368 0.420448 0.438191 0.422948 0.400103 0.37723 0.468503 0.597406"
AS_IT_IS = "0.125 0.148651 0.144616 0.134654 0.124862 0.116326 0.144865 0.185719"


@pytest.mark.parametrize(("divide", "published"), [("true", DIVIDED), ("false", AS_IT_IS)])
def test_response_norm_of_caffe_and_of_the_paper(divide, published):
    keys = f"{{depth_radius: 2, alpha: 1, beta: 0.75, bias: 2, divide_alpha: {divide}}}"
    model = archspec.build(f"archspec: 1\nname: lrn\ninput: [1, 1, 8]\nlayers:\n  - lrn: {keys}\n")
    found = model(np.arange(1, 9, dtype="float32").reshape(1, 1, 1, 8))
    np.testing.assert_allclose(np.ravel(found), [float(n) for n in published.split()], rtol=5e-6)


HALF_PADDED = """archspec: 1
name: half
input: [16, 16, 2]
layers:
  - conv: {filters: 3, kernel_size: %s, strides: 2, padding: half}
"""


@pytest.mark.parametrize(("size", "sides"), [(7, 3), (3, 1), ("[5, 4]", (2, 2))])
def test_half_padding_is_that_of_caffe_and_torch(size, sides):
    model = he_scaled(archspec.build(HALF_PADDED % size))
    x = np.random.default_rng(0).normal(size=(1, 16, 16, 2)).astype("float32")
    conv = model.get_layer("conv")
    op = ir.Conv(3, conv.kernel_size, (2, 2))
    around = np.pad(x, ((0, 0), *np.broadcast_to(np.reshape(sides, (-1, 1)), (2, 2)), (0, 0)))
    assert difference(model(x), reference.conv(op, around, *(w.numpy() for w in conv.weights))) < 2e-6


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
def test_the_border_of_a_max_pool_is_below_every_number(dtype):
    lowest = ml_dtypes.finfo(dtype).min
    y = keras.ops.full((1, 6, 6, 1), lowest, dtype)
    for layer in (MinusInfinityPadding2D(UNEVEN, dtype=dtype), keras.layers.MaxPooling2D(3, 2, dtype=dtype)):
        y = layer(y)
    assert keras.backend.standardize_dtype(y.dtype) == dtype
    assert y.shape == (1, 3, 3, 1)
    assert bool(keras.ops.all(y == lowest))


@pytest.mark.parametrize(("dtype", "precision"), [("float16", 2e-3), ("bfloat16", 2e-2)])
@pytest.mark.parametrize("region", ["channels", "within"])
def test_response_norm_of_large_values_in_half_precision(dtype, precision, region):
    op = ir.LocalResponseNorm(2, 1.0, 1e-4, 0.75, region)
    x = np.random.default_rng(0).normal(0, 500, (1, *MAP)).astype("float32")
    y = LocalResponseNormalization(2, 1.0, 1e-4, 0.75, region, dtype=dtype)(x)
    assert keras.backend.standardize_dtype(y.dtype) == dtype
    assert difference(keras.ops.cast(y, "float32"), reference.local_response_norm(op, x)) < precision


def test_dropout_zeroes_its_share_while_training():
    [layer] = layers_of(ir.Dropout(0.4), "op", [(1000,)])
    y = np.asarray(layer(np.ones((20, 1000), "float32"), training=True))
    assert abs((y == 0).mean() - 0.4) < 0.02
    assert np.unique(y).tolist() == pytest.approx([0, 1 / 0.6])


@pytest.mark.parametrize(
    "layer",
    [
        MinusInfinityPadding2D(UNEVEN, name="border"),
        PaddedAveragePooling2D((3, 3), (2, 2), HALF, (1, 0), True, name="pool"),
        *layers_of(ir.LocalResponseNorm(2, 1.0, 1e-4, 0.75, "within"), "lrn", [MAP]),
        *layers_of(ir.Pad(channels=(1, 3)), "zeros", [MAP]),
        *layers_of(ir.Conv(3, (3, 2), (2, 1), "same", connections=TABLE), "connected", [MAP]),
        *layers_of(ir.Conv(3, (3, 2), dilation_rate=(2, 1), use_bias=False, connections=TABLE), "dilated", [MAP]),
        *layers_of(ir.Subsample((2, 3)), "subsample", [MAP]),
        *layers_of(ir.RadialBasis(((1.0, -1.0, 1.0, 0.5),) * 2), "rbf", [(4,)]),
    ],
    ids=lambda layer: layer.name,
)
def test_a_layer_survives_its_config(layer):
    again = keras.layers.deserialize(keras.layers.serialize(layer))
    x = np.random.default_rng(0).normal(size=(1, *MAP)).astype("float32")
    assert again.get_config() == layer.get_config()
    assert again(x).shape == layer(x).shape
    again.set_weights(layer.get_weights())
    np.testing.assert_array_equal(again(x), layer(x))


@pytest.mark.parametrize(("backend", "name"), [("tensorflow", "3a.1x1"), ("jax", "3a.1x1"), ("torch", "3a-1x1")])
def test_torch_has_no_dots_in_the_names_of_parameters(monkeypatch, backend, name):
    monkeypatch.setattr(keras.backend, "backend", lambda: backend)
    assert layer_name("3a.1x1") == name
