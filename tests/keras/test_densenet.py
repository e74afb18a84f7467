"""densenet121 against keras.applications, an implementation not ours, with the same random weights."""

from collections import defaultdict

import keras
import numpy as np
from conftest import difference, he_scaled

import archspec
from archspec import zoo

SIZE = (64, 64, 3)
MAPS = {
    "relu1": "conv1_relu",
    "dense1": "conv2_block6_concat",
    "trans1": "pool2_pool",
    "dense4": "conv5_block16_concat",
}


def weighted(model):
    """Layers with weights, by their class, in their order."""
    found = defaultdict(list)
    for layer in model.layers:
        if layer.weights:
            found[type(layer)].append(layer)
    return found


def test_maps_and_probabilities(tmp_path):
    (tmp_path / "densenet121.yaml").write_text(zoo.path_of("densenet121").read_text(encoding="utf-8"))
    spec = tmp_path / "keras.yaml"
    spec.write_text("archspec: 1\nname: ours\nextends: densenet121.yaml\ndefaults: {batch_norm: {epsilon: 1.001e-5}}\n")
    ours = he_scaled(archspec.build(spec, input_shape=SIZE, taps=list(MAPS)))
    theirs = keras.applications.DenseNet121(weights=None, input_shape=SIZE)
    mine, others = weighted(ours), weighted(theirs)
    assert mine.keys() == others.keys()
    for kind, layers in mine.items():
        for ours_, theirs_ in zip(layers, others[kind], strict=True):
            theirs_.set_weights(ours_.get_weights())
    x = np.random.default_rng(1).normal(size=(2, *SIZE)).astype("float32")
    found = ours(x)
    expected = keras.Model(theirs.input, [*(theirs.get_layer(name).output for name in MAPS.values()), theirs.output])(x)
    for name, values in zip([*MAPS, "fc"], expected, strict=True):
        assert np.ptp(values) > 0
        assert difference(found[name], values) < 1e-4, name
