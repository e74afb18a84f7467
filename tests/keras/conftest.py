"""What the Keras tests share: networks of one primitive, He-scaled weights, clean processes."""

import os
import subprocess
import sys

import keras
import numpy as np
import pytest

import archspec
from archspec import ir
from archspec.backends.keras import build
from archspec.errors import Source, Span

HERE = Span(Source("test", ""), 1, 1)


def graph_of(op, *shapes):
    """One operator on inputs of these shapes."""
    inputs = tuple(ir.Node(f"input{i}", ir.Input(shape), (), f"input{i}", HERE) for i, shape in enumerate(shapes))
    node = ir.Node("op", op, tuple(i.name for i in inputs), "op", HERE)
    return ir.Graph("one", (*inputs, node), {"op": "op"})


def model_of(op, *shapes):
    return build.build(graph_of(op, *shapes), name="one")


def he_scaled(model, seed=0):
    """Random weights under which maps neither vanish nor grow, biases and moving statistics among them."""
    rng = np.random.default_rng(seed)
    for layer in model.layers:
        layer.set_weights(
            [
                rng.normal(0, np.sqrt(2 / np.prod(w.shape[:-1])), w.shape)
                if len(w.shape) > 1
                else rng.uniform(0.1, 0.5, w.shape)
                for w in layer.weights
            ]
        )
    return model


def undecided(model):
    """The model with small logits, so that no softmax hides what goes on below it."""
    for layer in model.layers:
        if isinstance(layer, keras.layers.Dense) and layer.units <= 10:
            layer.kernel.assign(layer.kernel / 30)
    return model


def difference(a, b):
    """Largest difference, relative to the largest value."""
    a, b = np.asarray(a, "float64"), np.asarray(b, "float64")
    assert a.shape == b.shape
    return np.abs(a - b).max() / np.abs(b).max()


def run_python(code, *words, cwd, **environment):
    """Run a piece of Python in a fresh process; gives what it printed."""
    silent = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, words)],
        cwd=cwd,
        env=os.environ | silent | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def small():
    """GoogLeNet with its heads at the smallest size that they admit, four classes, He-scaled weights."""
    return undecided(he_scaled(archspec.build("googlenet", auxiliary=True, input_shape=(79, 79, 3), classes=4)))


@pytest.fixture(scope="session")
def lenet():
    return he_scaled(archspec.build("lenet5"))


@pytest.fixture(scope="session")
def saved(tmp_path_factory, small, lenet):
    """Both networks as files, with pictures and what the models make of them."""
    folder = tmp_path_factory.mktemp("saved")
    rng = np.random.default_rng(1)
    for model, scale in ((small, 60), (lenet, 1)):
        pictures = rng.normal(0, scale, (2, *model.input_shape[1:])).astype("float32")
        outputs = model.predict_on_batch(pictures)
        named = outputs if isinstance(outputs, dict) else {"output": outputs}
        assert all(np.ptp(values, axis=-1).min() > 0.01 and values.max() < 0.95 for values in named.values())
        np.savez(folder / f"{model.name}.npz", pictures=pictures, **named)
        model.save(folder / f"{model.name}.keras")
    return folder


@pytest.fixture
def policy():
    """Set Keras's dtype policy for one test."""
    before = keras.config.dtype_policy()
    yield keras.config.set_dtype_policy
    keras.config.set_dtype_policy(before)
