"""GoogLeNet's numbers against a model written by hand, and mistakes that must not pass unseen."""

import handwritten
import keras
import numpy as np
import pytest
from conftest import difference, he_scaled

import archspec
from archspec.zoo import path_of

ENDS = ["classifier", "aux1.SideClassifier.fc2", "aux2.SideClassifier.fc2"]  # below the softmax, which hides much
MAPS = ["pool1", "lrn", "pool2", "3b.concat", "4e.concat", "5b.concat"]


def by_hand(name):
    """Our layer's name -> its name in the model written by hand."""
    norms = {"lrn": "norm1", "lrn2": "norm2"}
    return norms.get(name, name.replace(".SideClassifier", "").replace(".", "_"))


def probe(model, names):
    """The outputs of some layers, by our names."""
    return keras.Model(model.input, {ours: model.get_layer(theirs).output for ours, theirs in names.items()})


@pytest.fixture(scope="module")
def hand():
    return he_scaled(handwritten.googlenet(auxiliary=True))


@pytest.fixture(scope="module")
def pictures():
    """As a paper's network sees them: the mean subtracted, not scaled."""
    return np.random.default_rng(0).normal(0, 60, (2, 224, 224, 3)).astype("float32")


@pytest.fixture(scope="module")
def wanted(hand, pictures):
    """What the model written by hand computes, by our names."""
    return probe(hand, {name: by_hand(name) for name in [*ENDS, *MAPS]}).predict_on_batch(pictures)


def largest_difference(spec, hand, pictures, wanted, names, auxiliary=False):
    model = archspec.build(spec, auxiliary=auxiliary)
    for layer in model.layers:
        layer.set_weights(hand.get_layer(by_hand(layer.name)).get_weights() if layer.weights else [])
    found = probe(model, dict(zip(names, names, strict=True))).predict_on_batch(pictures)
    return max(difference(found[name], wanted[name]) for name in names)


def test_maps_and_logits_equal_those_of_the_model_written_by_hand(hand, pictures, wanted):
    assert largest_difference("googlenet", hand, pictures, wanted, [*ENDS, *MAPS], auxiliary=True) < 1e-5


def test_pictures_too_small_for_the_auxiliary_heads():
    model = archspec.build("googlenet", input_shape=(64, 64, 3))
    assert model(np.zeros((1, 64, 64, 3), "float32")).shape == (1, 1000)
    with pytest.raises(archspec.SpecError, match=r"aux1\.SideClassifier\.avg_pool: a window of 5 is larger"):
        archspec.build("googlenet", input_shape=(64, 64, 3), auxiliary=True)


MISTAKES = [
    ("ceil_mode: true", "ceil_mode: false"),
    ("padding: half", "padding: same"),
    ("alpha: 1e-4", "alpha: 1e-4, divide_alpha: true"),
    ("alpha: 1e-4", "alpha: 1e-4, bias: 2"),
    ("depth_radius: 2", "depth_radius: 5"),
    ("pool:  32}", "pool: [avg, 32]}"),
    ("activation: relu, padding: half", "activation: tanh, padding: half"),
    ("global_avg_pool", "global_max_pool"),
]


@pytest.mark.parametrize(("written", "mistaken"), MISTAKES, ids=[mistaken for _, mistaken in MISTAKES])
def test_a_mistake_shows(hand, pictures, wanted, written, mistaken):
    text = path_of("googlenet").read_text()
    assert text.count(written) == 1
    wrong = text.replace(written, mistaken).partition("expect:")[0]
    assert largest_difference(wrong, hand, pictures, wanted, ["classifier"]) > 1e-3
