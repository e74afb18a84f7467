"""The built LeNet-5 of 1998 against a transcription of the paper in numpy loops."""

import keras
import numpy as np
import pytest
from conftest import difference, he_scaled

import archspec
from archspec import ir

TABLE_I = [
    # columns of the paper's table: the maps of S2 that each map of C3 reads
    *([0, 1, 2], [1, 2, 3], [2, 3, 4], [3, 4, 5], [0, 4, 5], [0, 1, 5]),
    *([0, 1, 2, 3], [1, 2, 3, 4], [2, 3, 4, 5], [0, 3, 4, 5], [0, 1, 4, 5], [0, 1, 2, 5]),
    *([0, 1, 3, 4], [1, 2, 4, 5], [0, 2, 3, 5], [0, 1, 2, 3, 4, 5]),
]


def squash(a):
    return 1.7159 * np.tanh(2 * a / 3)


def convolve(maps, kernels, readers, biases):
    """Maps (n, h, w); `kernels[filter, map]` of 5x5 for each map that the filter reads."""
    side = maps.shape[1] - 4
    out = np.zeros((len(readers), side, side))
    for f, read in enumerate(readers):
        for r, c in np.ndindex(side, side):
            out[f, r, c] = sum((maps[m, r : r + 5, c : c + 5] * kernels[f, m]).sum() for m in read) + biases[f]
    return squash(out)


def subsample(maps, coefficients, biases):
    n, side, _ = maps.shape
    sums = maps.reshape(n, side // 2, 2, side // 2, 2).sum((2, 4))
    return squash(sums * coefficients[:, None, None] + biases[:, None, None])


def kernels(stored, readers, maps):
    """Stored weights, map by map and in it filter by filter, as (filter, map) -> 5x5."""
    pairs = [(f, m) for m in range(maps) for f, read in enumerate(readers) if m in read]
    stored = stored.reshape(5, 5, -1)
    assert stored.shape[-1] == len(pairs)
    return {pair: stored[..., i] for i, pair in enumerate(pairs)}


def forward(picture, weights, prototypes):
    """The seven layers of section II-B, one picture."""

    def every(filters, maps):
        return [list(range(maps))] * filters

    w, b = weights["C1"]
    x = convolve(picture[None], kernels(w, every(6, 1), 1), every(6, 1), b)
    x = subsample(x, *weights["S2"])
    w, b = weights["C3"]
    x = convolve(x, kernels(w, TABLE_I, 6), TABLE_I, b)
    x = subsample(x, *weights["S4"])
    w, b = weights["C5"]
    x = convolve(x, kernels(w, every(120, 16), 16), every(120, 16), b)
    w, b = weights["F6"]
    x = squash(x[:, 0, 0] @ w + b)
    return np.array([((x - one) ** 2).sum() for one in prototypes])


@pytest.fixture(scope="module")
def model():
    return he_scaled(archspec.build("lenet5_1998"))


def test_the_whole_network(model):
    pictures = np.random.default_rng(2).uniform(-0.1, 1.175, (2, 32, 32, 1)).astype("float32")
    weights = {layer.name: [np.asarray(w, "float64") for w in layer.get_weights()] for layer in model.layers}
    prototypes = np.array(archspec.load("lenet5_1998").graph.by_name()["output"].op.prototypes)
    wanted = np.stack([forward(picture[..., 0].astype("float64"), weights, prototypes) for picture in pictures])
    found = np.asarray(model(pictures))
    assert wanted.shape == (2, 10)
    assert np.ptp(wanted, axis=1).min() > 1
    assert difference(found, wanted) < 2e-6


def test_each_weight_of_c3_is_trained(model):
    with_gradient = {w.path for w in model.trainable_weights}
    assert sum(int(np.prod(w.shape)) for w in model.trainable_weights) == 60_000
    assert len(with_gradient) == 12
    copy = keras.models.clone_model(model)
    copy.compile("sgd", loss=lambda truth, penalties: keras.ops.take_along_axis(penalties, truth, axis=-1))
    before = copy.get_layer("C3").get_weights()
    copy.fit(np.random.default_rng(0).normal(size=(4, 32, 32, 1)), np.arange(4).reshape(-1, 1), verbose=0)
    kernel, bias = (now - then for now, then in zip(copy.get_layer("C3").get_weights(), before, strict=True))
    assert kernel.shape == (5, 5, 60)
    assert np.all(kernel)
    assert np.all(bias)


def test_it_survives_saving(model, tmp_path):
    model.save(tmp_path / "lenet.keras")
    again = archspec.load_model(tmp_path / "lenet.keras")
    pictures = np.random.default_rng(3).uniform(-0.1, 1.175, (2, 32, 32, 1)).astype("float32")
    np.testing.assert_array_equal(again(pictures), model(pictures))
    assert [layer.get_config() for layer in again.layers] == [layer.get_config() for layer in model.layers]


def test_classes_cannot_be_set_where_prototypes_are_fixed():
    with pytest.raises(ValueError, match="does not end in one classifier"):
        archspec.build("lenet5_1998", classes=7)


def test_without_the_classifier():
    assert archspec.build("lenet5_1998", include_top=False).output_shape == (None, 1, 1, 120)


def test_a_connected_kernel_begins_as_the_whole_one_does():
    begin = ir.Initializer("variance_scaling", (("distribution", "uniform"), ("mode", "fan_in"), ("scale", 3)))
    text = """archspec: 1
name: wide
input: [8, 8, 10]
layers:
  - conv:
      filters: 4
      kernel_size: 5
      kernel_initializer: {variance_scaling: {scale: 3, mode: fan_in, distribution: uniform}}
      bias_initializer: {constant: {value: 0.25}}
      connections: |
%s"""
    spec = text % ("        XXXX\n" * 9 + "        ...X\n")
    assert archspec.load(spec).graph.by_name()["conv"].op.kernel_initializer == begin
    kernel, bias = archspec.build(spec).get_layer("conv").get_weights()
    assert kernel.shape == (5, 5, 37)
    assert np.all(bias == 0.25)
    limit = 3 / np.sqrt(250)  # sqrt(3 * scale / fan-in)
    assert 0.97 * limit < np.abs(kernel).max() <= limit
