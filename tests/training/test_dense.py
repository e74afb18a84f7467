"""The dense form of trained networks against direct computations of it."""

from __future__ import annotations

from functools import cache

import keras
import numpy as np
import numpy.typing as npt
import pytest

from archspec import api
from tests.keras.conftest import he_scaled
from training.evaluation.dense import DenseModels, dense_model

Array = npt.NDArray[np.float32]
SMALL_VGG = """
archspec: 1
name: small_vgg
input: [16, 16, 3]
form: "[(CONV-RELU)*2-POOL]*2-(FC-RELU)*2-FC-SOFTMAX"
sizes:
  conv: {filters: [6, 8], kernel_size: 3, padding: same}
  max_pool: 2
  fc: {units: [12, 10, 5], dropout: 0.5}
"""
POOLED = """
archspec: 1
name: pooled
input: [12, 12, 3]
layers:
  - conv: {name: c1, filters: 8, kernel_size: 3, padding: same, norm: batch_norm, activation: relu}
  - max_pool: {name: p1, pool_size: 3, strides: 2, ceil_mode: true}
  - se: {name: gate, reduction: 2}
  - global_avg_pool: {name: pool}
  - fc: {name: end, units: 5, activation: softmax}
"""


def pictures(height: int, width: int, count: int = 3) -> Array:
    return np.random.default_rng(height).normal(size=(count, height, width, 3)).astype(np.float32)


@cache
def trained(text: str) -> tuple[api.Network, keras.Model]:
    network = api.load(text)
    return network, he_scaled(api.build(network))


def features(text: str, size: tuple[int, int], x: Array, row: str) -> Array:
    """The map of a row for a larger picture, by the convolutional part alone."""
    network, model = trained(text)
    part = api.build(network, include_top=False, input_shape=(*size, 3), taps=[row])
    for layer in part.layers:
        if layer.weights:
            layer.set_weights(model.get_layer(layer.name).get_weights())
    return np.asarray(part(x, training=False)[row])


def softmax(x: Array) -> Array:
    grown = np.exp(x - x.max(axis=-1, keepdims=True))
    return grown / grown.sum(axis=-1, keepdims=True)


@pytest.mark.parametrize("text", [SMALL_VGG, POOLED], ids=["fc", "pooled"])
def test_at_the_training_size_it_is_the_network(text: str) -> None:
    network, model = trained(text)
    height, width, _ = network.graph.inputs["input"]
    x = pictures(height, width)
    found = np.asarray(dense_model(network.graph, model, (height, width))(x, training=False))
    assert found.shape == (3, 1, 1, 5)
    assert np.abs(found[:, 0, 0] - np.asarray(model(x, training=False))).max() < 1e-5


def test_the_dense_map_is_the_classifier_at_every_window_of_the_features() -> None:
    """fc6 to fc8 by plain matrix products, window by window."""
    network, model = trained(SMALL_VGG)
    x = pictures(28, 33)
    found = np.asarray(dense_model(network.graph, model, (28, 33))(x, training=False))
    below = features(SMALL_VGG, (28, 33), x, "pool2")
    assert below.shape == (3, 7, 8, 8) and found.shape == (3, 4, 5, 5)
    for i in range(4):
        for j in range(5):
            value = below[:, i : i + 4, j : j + 4].reshape(3, -1)
            for name in ("fc3", "fc4", "fc5"):
                kernel, bias = model.get_layer(name).get_weights()
                value = value @ kernel + bias
                value = np.maximum(value, 0) if name != "fc5" else softmax(value)
            assert np.abs(found[:, i, j] - value).max() < 1e-5


def test_a_global_pool_becomes_the_mean_of_every_window() -> None:
    network, model = trained(POOLED)
    x = pictures(17, 20)
    found = np.asarray(dense_model(network.graph, model, (17, 20))(x, training=False))
    below = features(POOLED, (17, 20), x, "gate")
    assert below.shape == (3, 8, 10, 8) and found.shape == (3, 3, 5, 5)
    kernel, bias = model.get_layer("end").get_weights()
    for i in range(3):
        for j in range(5):
            pooled = below[:, i : i + 6, j : j + 6].mean(axis=(1, 2))
            assert np.abs(found[:, i, j] - softmax(pooled @ kernel + bias)).max() < 1e-5


def test_it_is_not_the_sliding_window_where_layers_pad() -> None:
    """A crop sees zeros beyond its border, the whole picture sees the neighbours."""
    network, model = trained(SMALL_VGG)
    x = pictures(24, 24)
    found = np.asarray(dense_model(network.graph, model, (24, 24))(x, training=False))
    slid = np.stack(
        [[model(x[:, i : i + 16, j : j + 16], training=False) for j in (0, 4, 8)] for i in (0, 4, 8)]
    ).transpose(2, 0, 1, 3)
    assert found.shape == slid.shape == (3, 3, 3, 5)
    assert np.abs(found - slid).max() > 0.01


def test_without_padding_it_is_the_sliding_window() -> None:
    text = (
        SMALL_VGG.replace(", padding: same", "").replace("small_vgg", "unpadded").replace("[16, 16, 3]", "[16, 20, 3]")
    )
    network, model = trained(text)
    x = pictures(24, 24)
    found = np.asarray(dense_model(network.graph, model, (24, 24))(x, training=False))
    slid = np.stack([[model(x[:, i : i + 16, j : j + 20], training=False) for j in (0, 4)] for i in (0, 4, 8)])
    assert found.shape == (3, 3, 2, 5)
    assert np.abs(found - slid.transpose(2, 0, 1, 3)).max() < 1e-5


def test_models_of_the_last_sizes_are_kept() -> None:
    network, model = trained(SMALL_VGG)
    models = DenseModels(network.graph, model, kept=2)
    first, second = models.of((16, 16)), models.of((16, 20))
    assert models.of((16, 16)) is first
    models.of((20, 20))
    assert models.of((16, 16)) is first and models.of((16, 20)) is not second
    assert len(models.made) == 2


@pytest.mark.slow
def test_vgg16_as_convolutions_at_224() -> None:
    network = api.load("vgg16")
    model = he_scaled(api.build(network))
    last = model.get_layer("fc8")
    last.kernel.assign(last.kernel / 30)  # so that the softmax hides nothing
    x = np.random.default_rng(0).normal(size=(2, 224, 224, 3)).astype(np.float32)
    expected = np.asarray(model(x, training=False))
    found = np.asarray(dense_model(network.graph, model, (224, 224))(x, training=False))[:, 0, 0]
    assert expected.max() > 2e-3
    assert np.abs(found - expected).max() < 1e-5 * expected.max()
