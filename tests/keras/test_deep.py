"""Chains longer than Python's stack, built, saved and loaded."""

import sys

import numpy as np

import archspec

DEEP = """archspec: 1
name: deep
input: [1, 1, 1]
layers:
  - conv: {filters: 1, kernel_size: 1, times: 600, norm: batch_norm}
"""


def test_a_chain_of_1200_layers(tmp_path):
    limit = sys.getrecursionlimit()
    model = archspec.build(DEEP)
    model.save(tmp_path / "deep.keras")
    loaded = archspec.load_model(tmp_path / "deep.keras")
    assert len(loaded.layers) == 1201 > limit
    assert sys.getrecursionlimit() == limit
    x = np.ones((1, 1, 1, 1), "float32")
    np.testing.assert_array_equal(loaded(x), model(x))
