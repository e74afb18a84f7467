"""Networks written as a form become Keras models, layer by layer the ones that were meant."""

import numpy as np
import pytest

import archspec

SPEC = """archspec: 1
name: net
input: [8, 12, 3]
vars: {{classes: 5}}
form: "[(CONV-RELU)*N-POOL?]*M-(FC-RELU)*K-SOFTMAX"
sizes:
  N: [2, 1]
  M: 2
  K: {k}
  conv: {{filters: [4, 8], kernel_size: 3, padding: same}}
  max_pool: {{pool_size: 2, at: {at}}}
{fc}
"""
POOLS = {"[]": [], "[1]": ["pool1"], "[2]": ["pool2"], "[1, 2]": ["pool1", "pool2"]}


@pytest.mark.parametrize("k", [0, 1, 2])
@pytest.mark.parametrize("at", POOLS)
def test_the_missions_form_builds(k, at):
    model = archspec.build(SPEC.format(k=k, at=at, fc="  fc: {units: 16, dropout: 0.5}" if k else ""))
    dense = [layer for layer in model.layers if type(layer).__name__ == "Dense"]
    assert [(layer.name, layer.units) for layer in dense] == [
        *((f"fc{3 + i}", 16) for i in range(k)),
        (f"fc{3 + k}", 5),
    ]
    assert [layer.name for layer in model.layers if "Pool" in type(layer).__name__] == POOLS[at]
    assert [layer.activation.__name__ for layer in dense[:-1]] == ["relu"] * k
    assert model.layers[-1].name == f"fc{3 + k}.softmax"
    assert [layer.name for layer in model.layers if "Conv" in type(layer).__name__] == ["conv1_1", "conv1_2", "conv2_1"]
    found = model.predict(np.random.default_rng(0).random((2, 8, 12, 3), "float32"), verbose=0)
    assert found.shape == (2, 5)
    assert found.sum(axis=1) == pytest.approx([1, 1], abs=1e-5)
