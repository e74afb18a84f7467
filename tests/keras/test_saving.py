"""Saved models in fresh processes: on the same backend bit for bit, on JAX to rounding."""

import json

from conftest import run_python

NETWORKS = ["googlenet", "lenet5"]
JAX = {"KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu", "XLA_FLAGS": "--xla_backend_optimization_level=0"}
"""The time goes into compiling, so as little as possible of it."""

LOAD = """
import json, sys
import archspec
import keras
import numpy as np
import archspec.backends.keras.layers

found = {}
for network in sys.argv[1:]:
    model = keras.saving.load_model(f"{network}.keras")
    with np.load(f"{network}.npz") as saved:
        outputs = model.predict_on_batch(saved["pictures"])
        outputs = outputs if isinstance(outputs, dict) else {"output": outputs}
        weights = archspec.fit_inputs((None, None), model).loss_weights
        found[network] = [weights, {name: bool((value == saved[name]).all()) for name, value in outputs.items()}]
print(json.dumps(found))
"""

REBUILD = """
import json, sys
import archspec
import keras
import numpy as np

assert keras.backend.backend() == "jax"
found = {}
for network in sys.argv[1:]:
    more = {"auxiliary": True, "input_shape": (79, 79, 3), "classes": 4} if network == "googlenet" else {}
    model = archspec.build(network, weights=f"{network}.keras", **more)
    with np.load(f"{network}.npz") as saved:
        outputs = model.predict_on_batch(saved["pictures"])
        outputs = outputs if isinstance(outputs, dict) else {"output": outputs}
        found[network] = {
            name: float(np.abs(value - saved[name]).max() / np.abs(saved[name]).max())
            for name, value in outputs.items()
        }
print(json.dumps(found))
"""


def result(text):
    return json.loads(text.splitlines()[-1])


def test_a_saved_model_gives_the_same_outputs_in_a_fresh_process(saved):
    found = result(run_python(LOAD, *NETWORKS, cwd=saved))
    assert found == {
        "googlenet": [
            {"classifier": 1.0, "aux1": 0.3, "aux2": 0.3},
            {"classifier": True, "aux1": True, "aux2": True},
        ],
        "lenet5": [None, {"output": True}],
    }


def test_the_same_specs_on_jax(saved):
    found = result(run_python(REBUILD, *NETWORKS, cwd=saved, **JAX))
    assert {network: set(outputs) for network, outputs in found.items()} == {
        "googlenet": {"classifier", "aux1", "aux2"},
        "lenet5": {"output"},
    }
    assert max(difference for outputs in found.values() for difference in outputs.values()) < 1e-5
