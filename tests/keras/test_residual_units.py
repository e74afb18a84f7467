"""residual and se against a transcription of the papers' figures in plain Keras, with our weights in it."""

import keras
import numpy as np
import pytest
from conftest import difference, he_scaled
from hypothesis import given, settings, strategies as st
from keras import layers, ops

import archspec

SIZE = (9, 8, 8)


def conv(x, name, filters, size, strides=1, groups=1):
    """Padding of k // 2 pixels on each side, no bias."""
    x = layers.ZeroPadding2D(size // 2)(x) if size > 1 else x
    return layers.Conv2D(filters, size, strides, groups=groups, use_bias=False, name=name)(x)


def norm(x, name):
    return layers.BatchNormalization(epsilon=1e-5, name=f"{name}.batch_norm")(x)


def gated(x, reduction):
    """Figure 3 of arXiv:1709.01507."""
    channels = x.shape[-1]
    z = layers.Dense(channels // reduction, "relu", name="x.se.fc1")(ops.mean(x, axis=(1, 2)))
    return x * layers.Dense(channels, "sigmoid", name="x.se.fc2")(z)[:, None, None, :]


def zeros(x, channels, strides, mean=False):
    """Option A of arXiv:1512.03385, section 4.1; even sizes where means are taken."""
    if mean:
        _, height, width, c = x.shape
        x = ops.mean(ops.reshape(x, (-1, height // 2, 2, width // 2, 2, c)), axis=(2, 4))
    else:
        x = x[:, ::strides, ::strides]
    return ops.pad(x, ((0, 0), (0, 0), (0, 0), (0, channels - x.shape[-1])))


def basic(x, strides=1, filters=8, shortcut=None, se=None):
    y = ops.relu(norm(conv(x, "x.conv1", filters, 3, strides), "x.conv1"))
    y = norm(conv(y, "x.conv2", filters, 3), "x.conv2")
    y = gated(y, se) if se else y
    return ops.relu(y + (shortcut(x) if shortcut else x))


def plain(x):
    y = ops.relu(norm(conv(x, "x.conv1", 12, 3, 2), "x.conv1"))
    return ops.relu(norm(conv(y, "x.conv2", 12, 3), "x.conv2"))


def bottleneck(x, widths, strides=(1, 1), groups=1, size=1, se=None):
    """`strides` of the first and of the second convolution."""
    y = ops.relu(norm(conv(x, "x.conv1", widths[0], 1, strides[0]), "x.conv1"))
    y = ops.relu(norm(conv(y, "x.conv2", widths[1], 3, strides[1], groups), "x.conv2"))
    y = norm(conv(y, "x.conv3", widths[2], 1), "x.conv3")
    y = gated(y, se) if se else y
    return ops.relu(y + norm(conv(x, "x.shortcut", widths[2], size, max(strides)), "x.shortcut"))


def pre_activated(x, strides, filters):
    """Figure 1b of arXiv:1603.05027; the projection reads what the first pair gives."""
    first = ops.relu(norm(x, "x.conv1"))
    y = conv(first, "x.conv1", filters, 3, strides)
    y = conv(ops.relu(norm(y, "x.conv2")), "x.conv2", filters, 3)
    return y + (conv(first, "x.shortcut", filters, 1, strides) if filters != x.shape[-1] else x)


CASES = [
    # a row, its input, its transcription
    ("unit: basic, filters: 8", SIZE, basic),
    ("unit: basic, filters: 8, se: 4", SIZE, lambda x: basic(x, se=4)),
    (
        "unit: basic, filters: 12, strides: 2",
        SIZE,
        lambda x: basic(x, 2, 12, lambda x: norm(conv(x, "x.shortcut", 12, 1, 2), "x.shortcut")),
    ),
    (
        "unit: basic, filters: 12, strides: 2, shortcut: zero_pad",
        SIZE,
        lambda x: basic(x, 2, 12, lambda x: zeros(x, 12, 2)),
    ),
    (
        "unit: basic, filters: 12, strides: 2, shortcut: {zero_pad: {subsample: avg_pool}}, se: 3",
        (8, 6, 8),
        lambda x: basic(x, 2, 12, lambda x: zeros(x, 12, 2, mean=True), 3),
    ),
    ("unit: basic, filters: 12, strides: 2, shortcut: none", SIZE, plain),
    ("unit: bottleneck, filters: 4, strides: 2", SIZE, lambda x: bottleneck(x, (4, 4, 16), (2, 1))),
    ("unit: bottleneck, filters: 4, strides: 2, stride_on: 3x3", SIZE, lambda x: bottleneck(x, (4, 4, 16), (1, 2))),
    (
        "filters: [8, 16, 12], strides: 2, stride_on: 3x3, groups: 4, se: 4, shortcut: {projection: {kernel_size: 3}}",
        SIZE,
        lambda x: bottleneck(x, (8, 16, 12), (1, 2), 4, 3, 4),
    ),
    ("unit: basic, filters: 8, pre_activation: true", SIZE, lambda x: pre_activated(x, 1, 8)),
    ("unit: basic, filters: 12, strides: 2, pre_activation: true", SIZE, lambda x: pre_activated(x, 2, 12)),
]


def ours(row, size):
    head = "defaults: {conv: {norm: batch_norm, use_bias: false, activation: relu, padding: half}, "
    head += "batch_norm: {epsilon: 1e-5}}\n"
    return archspec.build(
        f"archspec: 1\nname: tiny\ninput: {list(size)}\n{head}layers: [residual: {{name: x, {row}}}]\n"
    )


def theirs(transcription, size, model):
    """The transcription with the weights of our layers, each by its name."""
    x = keras.Input(size)
    other = keras.Model(x, transcription(x))
    weighted = {layer.name: layer for layer in model.layers if layer.weights}
    assert {layer.name for layer in other.layers if layer.weights} == weighted.keys()
    for name, layer in weighted.items():
        other.get_layer(name).set_weights(layer.get_weights())
    return other


@pytest.mark.parametrize(("row", "size", "transcription"), CASES, ids=[row for row, *_ in CASES])
def test_unit(row, size, transcription):
    model = he_scaled(ours(row, size))
    x = np.random.default_rng(1).normal(size=(2, *size)).astype("float32")
    expected = theirs(transcription, size, model)(x)
    assert np.ptp(expected) > 0.1
    assert difference(model(x), expected) < 1e-5


CELLS = st.one_of(
    st.builds("unit: basic, filters: {}".format, st.just(8)),
    st.builds("unit: bottleneck, filters: {}, groups: {}".format, st.just(2), st.sampled_from([1, 2])),
    st.builds("filters: [{}, {}, 8], groups: 4".format, st.sampled_from([4, 8]), st.sampled_from([4, 12])),
)
SHORTCUTS = st.sampled_from(["identity", "projection", "zero_pad", "{zero_pad: {subsample: avg_pool}}"])


@settings(max_examples=15)
@given(CELLS, SHORTCUTS, st.sampled_from(["~", "4"]), st.booleans(), st.sampled_from([SIZE, (1, 6, 8)]))
def test_a_branch_of_zeros_leaves_the_input(cell, shortcut, gate, pre_activation, size):
    before = "true" if pre_activation else "false"
    model = he_scaled(ours(f"{cell}, shortcut: {shortcut}, se: {gate}, pre_activation: {before}", size))
    [*_, last] = [layer.name for layer in model.layers if layer.name in ("x.conv2", "x.conv3")]
    zeroed = model.get_layer(last if pre_activation else f"{last}.batch_norm")
    zeroed.set_weights([np.zeros_like(w) if i < 2 else w for i, w in enumerate(zeroed.get_weights())])
    x = np.random.default_rng(1).normal(size=(2, *size)).astype("float32")
    wanted = x if pre_activation else np.maximum(x, 0)
    np.testing.assert_array_equal(model(x), wanted)
    assert np.ptp(wanted) > 1
