"""Receptive fields of six networks, against the pixels of the middle lines that reach a value of the built model.

Weights are positive, biases and the picture zero, so that a value is above zero where a raised pixel reaches it.
"""

import keras
import numpy as np
import pytest

import archspec
from archspec.passes.receptive import receptive_fields

NETWORKS = [
    # network, height and width, rows or layers: those of every path of a module among them
    ("lenet5_1998", (40, 36, 1), ["C1", "S2", "C3", "S4"]),
    ("alexnet", (131, 99, 3), ["conv1", "pool1", "conv2", "pool2", "conv4", "pool5"]),
    ("vgg16", (60, 44, 3), ["conv1_2", "pool2", "conv3_1", "pool3"]),
    ("googlenet", (80, 88, 3), ["pool1", "pool2", "3a.1x1", "3a.3x3", "3a.5x5", "3a.pool", "3a", "3b", "pool3"]),
    ("resnet50", (72, 56, 3), ["conv1", "conv2_1.shortcut", "conv2_1.conv3", "conv2_1", "conv3_1", "conv3_2"]),
    ("densenet121", (56, 72, 3), ["dense1_1.grow", "dense1_1", "dense1_4", "trans1", "dense2_1.grow"]),
]
ONES = ("gamma", "moving_variance", "coefficient", "scale")


def reaching(model, rng):
    """The model with weights that pass on whatever is above zero."""
    for layer in model.layers:
        for weight in layer.weights:
            if len(weight.shape) > 1:
                weight.assign(rng.uniform(0.5, 1, weight.shape) / np.prod(weight.shape[:-1]))
            else:
                weight.assign(np.full(weight.shape, float(weight.name in ONES)))
    return model


def lines(size, axis):
    """A picture for each pixel of the middle column or row; that one pixel is raised in it."""
    pictures, middle = np.zeros((size[axis], *size), "float32"), size[1 - axis] // 2
    for place in range(size[axis]):
        pictures[(place, place, middle) if axis == 0 else (place, middle, place)] = 1
    return pictures


def expected(field, axis, position, pixels):
    """First and last pixel along an axis that lie in the field of a position, inside the picture."""
    middle, reach = field.centre[axis] + position * field.stride[axis], (field.size[axis] - 1) / 2
    return max(0, middle - reach), min(pixels - 1, middle + reach)


@pytest.mark.parametrize(("network", "size", "taps"), NETWORKS, ids=[case[0] for case in NETWORKS])
def test_pixels_that_reach_a_value_are_its_field(network, size, taps):
    graph = archspec.load(network, input_shape=size).graph
    whole = archspec.build(network, input_shape=size, taps=taps)
    model = reaching(keras.Model(whole.inputs, {tap: whole.output[tap] for tap in taps}), np.random.default_rng(0))
    fields, meanings = receptive_fields(graph), graph.meanings()
    for axis in (0, 1):
        outputs = model.predict(lines(size, axis), batch_size=32, verbose=0)
        for tap in taps:
            reached = np.moveaxis((outputs[tap] > 0).any(-1), axis + 1, 1).any(-1)
            for position in {0, reached.shape[1] // 2, reached.shape[1] - 1}:
                pixels = np.flatnonzero(reached[:, position])
                found = (pixels[0], pixels[-1])
                assert found == expected(fields[meanings[tap]], axis, position, size[axis]), (tap, axis, position)
    keras.backend.clear_session()
