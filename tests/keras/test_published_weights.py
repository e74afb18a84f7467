"""`weights="imagenet"`: whose weights they are is data; nothing is downloaded in these tests."""

import socket

import keras
import numpy as np
import pytest
from conftest import he_scaled

import archspec
from archspec import zoo
from archspec.importers import counterparts, keras_applications

SPECS = {name: archspec.load(name).published_weights for name in zoo.names()}
NAMING = {name: found for name, found in SPECS.items() if found}


def test_every_counterpart_is_named_by_a_spec_and_is_a_model_of_keras():
    named = {whose for found in NAMING.values() for whose in found.values()}
    assert named == set(counterparts.counterparts())
    for name in named:
        assert callable(getattr(keras.applications, name.removeprefix("keras.applications.")))


@pytest.fixture
def published(monkeypatch):
    """The downloads replaced by random weights; gives the models that were asked for."""
    asked = []

    def random_weights(counterpart, weights, *, include_top):
        make = getattr(keras.applications, counterpart.rpartition(".")[2])
        asked.append(((counterpart, weights), he_scaled(make(weights=None, include_top=include_top))))
        return asked[-1][1]

    monkeypatch.setattr(keras_applications, "published", random_weights)
    return asked


@pytest.mark.parametrize("name", NAMING)
def test_build_fills_a_network_with_its_counterparts_weights(published, name):
    model = archspec.build(name, weights="imagenet", include_top=False, input_shape=(64, 64, 3))
    [(asked, theirs)] = published
    assert asked == (NAMING[name]["imagenet"], "imagenet")
    ours = sorted(w.numpy().tobytes() for w in model.weights)
    assert ours == sorted(w.numpy().tobytes() for w in theirs.weights)


def test_a_file_says_how_pictures_become_inputs(tmp_path):
    text = zoo.path_of("lenet5").read_text(encoding="utf-8")
    names = [f"digit{n}" for n in range(10)]
    text += f"classes: {names}\npreprocessing: {{size: 32, channel_order: gray, mean: [0.1]}}\n"
    path = tmp_path / "w.safetensors"
    archspec.save_weights(archspec.build(text), path)
    origin = archspec.describe_weights(path).origin
    assert origin.preprocessing == {"size": 32, "channel_order": "gray", "mean": [0.1]}
    assert origin.classes == tuple(names)
    archspec.save_weights(archspec.build(text, classes=3), path)
    assert archspec.describe_weights(path).origin.classes == ()


def test_other_classes_than_the_published_ones_are_said(published):
    with pytest.raises(archspec.SpecError, match=r"'fc/kernel' is \(2048, 1000\) in .*, \(2048, 7\) here"):
        archspec.build("resnet50_keras", weights="imagenet", classes=7)


def test_no_connection_is_a_sentence(monkeypatch, tmp_path, archspec):
    def nobody(*_, **__):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    monkeypatch.setattr("keras.src.utils.file_utils.config.keras_home", lambda: str(tmp_path / "cache"))
    before = socket.getdefaulttimeout()
    target = tmp_path / "x.keras"
    result = archspec("build", "resnet50_keras", "--weights", "imagenet", "-o", target)
    assert result.code == 2
    assert (
        "error[weights-unreachable]: the weights 'imagenet' of keras.applications.ResNet50 cannot be had" in result.err
    )
    assert "Name or service not known" in result.err
    assert "Traceback" not in result.err
    assert not target.exists()
    assert socket.getdefaulttimeout() == before


@pytest.mark.parametrize(
    ("name", "word", "sentence"),
    [
        ("lenet5", "imagenet", "expected a file: this spec has no `weights`"),
        ("resnet50_keras", "imagnet", "did you mean 'imagenet'?"),
    ],
)
def test_a_word_that_is_no_weights(archspec, tmp_path, name, word, sentence):
    result = archspec("build", name, "--weights", word, "-o", tmp_path / "x.keras")
    assert (result.code, result.out) == (2, "")
    assert f"error[no-such-weights]: {name} names no weights '{word}', and there is no such file" in result.err
    assert sentence in result.err


def test_nothing_is_filled_where_a_layer_does_not_fit():
    model = archspec.build("vgg16", classes=3, input_shape=(32, 32, 3))
    before = model.get_weights()
    theirs = keras.applications.VGG16(weights=None, classes=4, input_shape=(32, 32, 3))
    with pytest.raises(archspec.SpecError, match="'fc8/kernel' is"):
        keras_applications.take_over(model, theirs, "keras.applications.VGG16")
    assert all(map(np.array_equal, model.get_weights(), before))
