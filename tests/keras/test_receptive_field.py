"""Receptive fields against what really happens: pixels changed one by one, outputs watched."""

import numpy as np
import pytest

import archspec
from archspec.passes.receptive import receptive_fields

BRANCHED = """archspec: 1
name: branched
input: [48, 80, 1]
layers:
  - conv: {name: stem, filters: 2, kernel_size: [3, 2], strides: 2, padding: half}
  - max_pool: {name: pool, pool_size: 3, strides: 2, padding: half}
  - lrn: {name: norm, depth_radius: 1, region: within}
  - conv: {name: wide, filters: 2, kernel_size: [3, 1], dilation_rate: 2, padding: same, from: norm}
  - conv: {name: high, filters: 2, kernel_size: [1, 5], padding: same, from: norm}
  - avg_pool: {name: mean, pool_size: 2, strides: 1, padding: same, from: norm}
  - conv: {name: narrow, filters: 2, kernel_size: 1, from: norm}
  - concat: {name: joined, of: [wide, high, mean, narrow]}
  - conv: {name: last, filters: 2, kernel_size: 3, strides: 2, padding: same, from: joined}
  - subsample: {name: end, pool_size: [1, 2]}
"""
ROWS = ["stem", "norm", "wide", "high", "mean", "joined", "narrow", "last", "end"]


@pytest.fixture(scope="module")
def seen():
    """Row -> for each output position, the pixels that change it: (rows, columns, height, width) of booleans."""
    model = archspec.build(BRANCHED, taps=ROWS)
    rng = np.random.default_rng(0)
    for layer in model.layers:
        layer.set_weights([rng.uniform(0.1, 1, w.shape) for w in layer.weights])
    pixels = np.eye(48 * 80, dtype="float32").reshape(-1, 48, 80, 1)
    base = rng.uniform(0.5, 1, (1, 48, 80, 1)).astype("float32")
    # A maximum hides all but one pixel of its window, so that each pixel is raised far above the others.
    outputs = model.predict(base + 100 * pixels, batch_size=256, verbose=0)
    still = model.predict(base, verbose=0)
    changed = {row: (np.abs(outputs[row] - still[row]) > 1e-4).any(-1) for row in ROWS}
    return {row: np.moveaxis(found, 0, -1).reshape(*found.shape[1:], 48, 80) for row, found in changed.items()}


def stretch(found, position, axis):
    """First and last pixel along an axis that change the output at a position."""
    pixels = np.flatnonzero(found[position].any(axis=1 - axis))
    return int(pixels[0]), int(pixels[-1])


@pytest.mark.parametrize("row", ROWS)
def test_fields_are_those_that_pixels_show(row, seen):
    graph = archspec.load(BRANCHED).graph
    field = receptive_fields(graph)[graph.steps[row].output]
    position = tuple(n // 2 for n in seen[row].shape[:2])  # inside, where no border cuts the field
    for axis in (0, 1):
        first, last = stretch(seen[row], position, axis)
        assert last - first + 1 == field.size[axis]
        assert (first + last) / 2 == field.centre[axis] + position[axis] * field.stride[axis]
