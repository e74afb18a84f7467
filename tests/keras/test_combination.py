"""Ensembles in Keras: the mean of what the members give alone, with the weights of their files."""

import keras
import numpy as np
import pytest

import archspec

NET = """\
archspec: 1
name: net
input: [8, 8, 3]
layers:
  - conv: {name: conv, filters: 4, kernel_size: 3, norm: batch_norm, activation: relu}
  - fc: {name: last, units: 5, activation: softmax}
"""
MANY = """\
archspec: 1
name: many
combine: COMBINE
members:
  - {spec: net.yaml, weights: [a.safetensors, b.keras]}
  - {spec: net.yaml, weights: c.safetensors, share: 2}
"""


@pytest.fixture
def members(tmp_path, monkeypatch):
    """Three members, their weights saved beside the spec of the ensemble."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.yaml").write_text(NET)
    models = [archspec.build("net.yaml") for _ in range(3)]
    archspec.save_weights(models[0], "a.safetensors")
    models[1].save("b.keras")
    archspec.save_weights(models[2], "c.safetensors")
    return models


@pytest.mark.parametrize("combine", ["average", "geometric"])
def test_mean_of_the_members(combine, members, tmp_path):
    (tmp_path / "many.yaml").write_text(MANY.replace("COMBINE", combine))
    model = archspec.build("many.yaml", weights="members")
    x = np.random.default_rng(0).normal(size=(4, 8, 8, 3)).astype("float32")
    a, b, c = (np.asarray(member(x)) for member in members)
    expected = (a + b + 2 * c) / 4
    if combine == "geometric":
        expected = (a * b * c**2) ** 0.25
        expected /= expected.sum(-1, keepdims=True)
    np.testing.assert_allclose(np.asarray(model(x)), expected, rtol=1e-5)
    assert model.count_params() == sum(member.count_params() for member in members)
    model.save("whole.keras")
    np.testing.assert_allclose(np.asarray(archspec.load_model("whole.keras")(x)), expected, rtol=1e-5)


def test_fresh_weights_and_weights_of_the_whole(members, tmp_path):
    (tmp_path / "many.yaml").write_text(MANY.replace("COMBINE", "average"))
    fresh = archspec.build("many.yaml")
    x = np.ones((1, 8, 8, 3), "float32")
    archspec.save_weights(fresh, "whole.safetensors")
    again = archspec.build("many.yaml", weights="whole.safetensors")
    assert np.array_equal(np.asarray(fresh(x)), np.asarray(again(x)))
    assert isinstance(again, keras.Model)


def test_a_member_of_other_weights_is_refused(members, tmp_path):
    (tmp_path / "many.yaml").write_text(MANY.replace("COMBINE", "average"))
    (tmp_path / "net.yaml").write_text(NET.replace("filters: 4", "filters: 6"))
    with pytest.raises(archspec.SpecError, match="conv/kernel"):
        archspec.build("many.yaml", weights="members")
