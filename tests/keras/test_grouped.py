"""Grouped convolutions: every road gives what Keras's own layer gives, forward and backward."""

import itertools

import keras
import numpy as np
import pytest
from conftest import difference, he_scaled

import archspec
from archspec.backends.keras import grouped

SPEC = """archspec: 1
name: grouped
input: [9, 10, 8]
layers:
  - conv: {name: x, filters: 12, kernel_size: 3, groups: 4, padding: same, activation: relu}
  - conv: {name: y, filters: 6, kernel_size: 3, groups: 2, strides: 2}
"""

ON_TENSORFLOW = pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="other backends have one road")


@pytest.mark.parametrize(
    ("strides", "padding", "dilation"), [*itertools.product((1, 2), ("same", "valid"), (1,)), (1, "same", 2)]
)
@pytest.mark.parametrize("native", [True, False])
@ON_TENSORFLOW
def test_every_road_gives_the_same(native, strides, padding, dilation, monkeypatch):
    monkeypatch.setattr(grouped, "has_native", lambda dtype: native)
    arguments = {"groups": 4, "dilation_rate": dilation, "activation": "tanh"}
    one, other = (make(12, 3, strides, padding, **arguments) for make in (grouped.GroupedConv2D, keras.layers.Conv2D))
    x = np.random.default_rng(0).normal(size=(2, 9, 10, 8)).astype("float32")
    one.build(x.shape)
    other.build(x.shape)
    other.set_weights(one.get_weights())
    assert difference(one(x), other(x)) < 1e-6
    gradients = [_gradients(layer, x) for layer in (one, other)]
    assert all(difference(a, b) < 1e-5 for a, b in zip(*gradients, strict=True))


def _gradients(layer, x):
    import tensorflow as tf

    with tf.GradientTape() as tape:
        total = tf.reduce_sum(layer(x) ** 2)
    return tape.gradient(total, layer.trainable_variables)


@ON_TENSORFLOW
def test_half_precision_trains_where_the_operator_does_not(policy):
    policy("mixed_float16")
    model = archspec.build(SPEC)
    model.compile("sgd", "mse", jit_compile=False)
    x = np.random.default_rng(0).normal(size=(4, 9, 10, 8)).astype("float32")
    history = model.fit(x, np.zeros((4, 4, 4, 6), "float32"), epochs=2, verbose=0)
    assert np.all(np.isfinite(history.history["loss"]))


def test_a_model_comes_back_from_its_file(tmp_path):
    model = he_scaled(archspec.build(SPEC))
    x = np.random.default_rng(0).normal(size=(2, 9, 10, 8)).astype("float32")
    model.save(tmp_path / "grouped.keras")
    again = archspec.load_model(tmp_path / "grouped.keras")
    assert type(again.get_layer("x")) is grouped.GroupedConv2D
    np.testing.assert_allclose(again(x), model(x), rtol=1e-5)
