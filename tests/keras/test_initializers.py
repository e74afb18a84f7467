"""The table of initializers held equal to Keras's own, and what a built layer begins with."""

import inspect

import keras
import numpy as np
import pytest

import archspec
from archspec import ir
from archspec.backends.keras.table import layers_of
from archspec.blocks.initializers import INITIALIZERS

LEFT_OUT = {"identity", "stft", "initializer"}
AXES = {"self", "input_axes", "output_axes"}


def kerass_own():
    """snake_case name -> argument -> default."""
    for name in dir(keras.initializers):
        made = getattr(keras.initializers, name)
        if inspect.isclass(made) and name.islower() and name not in LEFT_OUT:
            parameters = inspect.signature(made).parameters.values()
            kept = [p for p in parameters if p.name not in AXES and p.kind is p.POSITIONAL_OR_KEYWORD]
            yield name, {p.name: p.default for p in kept}


def test_the_table_is_kerass():
    ours = {name: {key: default for key, (_, default) in keys.items()} for name, keys in INITIALIZERS.items()}
    assert ours == dict(kerass_own())


SETTINGS = {
    "constant": {"value": 0.5},
    "random_normal": {"mean": 1.0, "stddev": 0.1},
    "truncated_normal": {"stddev": 0.2},
    "random_uniform": {"minval": -1.0, "maxval": 2.0},
    "variance_scaling": {"scale": 2.0, "mode": "fan_avg", "distribution": "uniform"},
    "orthogonal": {"gain": 2.0},
}


@pytest.mark.parametrize("name", INITIALIZERS)
@pytest.mark.parametrize("op", [ir.Conv(4, (3, 3)), ir.FullyConnected(4)], ids=["conv", "fc"])
def test_a_layer_begins_as_asked(op, name):
    own = {**SETTINGS.get(name, {}), **({"seed": 7} if "seed" in INITIALIZERS[name] else {})}
    keys = {**vars(op), "kernel_initializer": ir.Initializer(name, tuple(sorted(own.items())))}
    [layer] = layers_of(type(op)(**keys), "op", [(5, 5, 3) if isinstance(op, ir.Conv) else (75,)])
    layer.build((None, 5, 5, 3) if isinstance(op, ir.Conv) else (None, 75))
    expected = getattr(keras.initializers, name)(**own)(layer.kernel.shape)
    np.testing.assert_array_equal(layer.kernel, expected)
    assert not np.any(layer.bias)


def test_alexnet_begins_as_its_paper_says():
    model = archspec.build("alexnet", input_shape=(67, 67, 3))
    weighted = [layer for layer in model.layers if layer.weights]
    assert [layer.name for layer in weighted if np.all(layer.bias == 1)] == ["conv2", "conv4", "conv5", "fc6", "fc7"]
    assert all(np.all(layer.bias == 0) for layer in weighted if layer.name in ("conv1", "conv3", "fc8"))
    for layer in weighted:
        assert np.std(layer.kernel) == pytest.approx(0.01, rel=0.05)
        assert np.mean(layer.kernel) == pytest.approx(0, abs=1e-3)
