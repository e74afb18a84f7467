"""`archspec gradients`: norms against computations that are not ours, the lecture's effect, tables, refusals."""

from __future__ import annotations

import csv
import io
import itertools
import json
import math
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from archspec import api
from archspec.experiments import Variant
from tests.training.inputs import training_batches
from training import recipe
from training.commands.gradients import choices, gradients as command
from training.datasets import Dataset, arrays
from training.gradients import Settings, gradients
from training.gradients.results import Layer, Norms, Series, Spread

DENSE = """
archspec: 1
name: dense
input: [4, 4, 1]
layers:
  - flatten
  - fc: {name: hidden, units: 6, activation: tanh}
  - fc: {name: out, units: 10, activation: softmax}
"""
CONVOLUTIONS = """
archspec: 1
name: convolutions
input: [5, 5, 1]
layers:
  - conv: {name: c, filters: 3, kernel_size: 3, activation: relu}
  - aux: {name: side, weight: 0.3, layers: [flatten, {fc: {name: s, units: 10, activation: softmax}}]}
  - conv: {name: d, filters: 10, kernel_size: 3, activation: sigmoid}
  - flatten
  - fc: {name: out, units: 10, activation: softmax}
"""
DEEP = """
archspec: 1
name: deep
vars: {units: 32}
input: [8, 8, 1]
layers:
  - flatten
  - fc: {name: f, times: 9, units: $units, activation: relu}
  - fc: {name: out, units: 10, activation: softmax}
"""
SIDE = "  - aux: {name: side, weight: 0.3, layers: [{fc: {name: s, units: 10, activation: softmax}}]}\n"
HEADS = DEEP.replace("name: deep", "name: heads").replace("  - fc: {name: out", SIDE + "  - fc: {name: out")


def images(size: int, count: int = 24) -> Dataset:
    """Random images and labels of ten classes."""
    rng = np.random.default_rng(7)
    pictures = rng.integers(0, 256, (count, size, size, 1), np.uint8)
    labels = rng.integers(0, 10, count).astype(np.uint8)
    return Dataset("noise", arrays(pictures, labels), arrays(pictures[:2], labels[:2]), classes=10)


def begun(spec: str, data: Dataset, settings: Settings) -> tuple[dict[str, np.ndarray], np.ndarray, np.ndarray]:
    """The weights that `archspec train` begins with, and its first batch."""
    import keras

    keras.utils.set_random_seed(settings.seeds[0])
    network = api.load(spec)
    model = api.build(network, auxiliary=bool(network.graph.heads))
    [shape] = network.graph.inputs.values()
    small = replace(recipe.load("small"), batch_size=settings.batch_size, seed=settings.seeds[0])
    batches = training_batches(data, small, shape)
    x, y = next(iter(batches))
    weights = {weight.path: weight.numpy().astype("float64") for weight in model.weights}
    return weights, x.numpy().astype("float64"), y.numpy()


def norms(layer: Layer, step: int = 0) -> list[float]:
    found = layer.norms[step]
    assert found.relative
    return [spread.mean for spread in (found.gradient, found.relative, found.rms, found.delta)]


def expected(kernel: np.ndarray, gradient: np.ndarray, delta: np.ndarray) -> list[float]:
    """The four norms, of a mean loss; `delta` has a row for each image."""
    size, own = np.linalg.norm(gradient), delta * len(delta)
    rms = math.sqrt((gradient**2).mean())
    return [size, size / np.linalg.norm(kernel), rms, math.sqrt((own.reshape(len(own), -1) ** 2).sum(1).mean())]


def test_norms_and_steps_of_a_net_of_two_layers_by_hand() -> None:
    """Backpropagation written out, for three steps of gradient descent over the whole data."""
    data, settings = images(4, count=8), Settings(batch_size=8, steps=2, learning_rate=0.5, seeds=(3,))
    [series] = gradients([DENSE], data=data, settings=settings).series
    w, _, _ = begun(DENSE, data, settings)
    [shape] = api.load(DENSE).graph.inputs.values()
    small = replace(recipe.load("small"), batch_size=8, epochs=3, min_steps=0, seed=3)
    batches = training_batches(data, small, shape)
    for step, (images_, labels) in enumerate(batches):
        x, target = images_.numpy().astype("float64").reshape(8, -1), np.eye(10)[labels.numpy()]
        hidden = np.tanh(x @ w["hidden/kernel"] + w["hidden/bias"])
        scores = np.exp(hidden @ w["out/kernel"] + w["out/bias"])
        shares = scores / scores.sum(1, keepdims=True)
        last = (shares - target) / 8
        first = last @ w["out/kernel"].T * (1 - hidden**2)
        assert series.loss[step].mean == pytest.approx(-np.log((shares * target).sum(1)).mean(), rel=1e-5)
        parts = {"hidden": (x, first), "out": (hidden, last)}
        for layer in series.layers:
            below, delta = parts[layer.name]
            wanted = expected(w[f"{layer.name}/kernel"], below.T @ delta, delta)
            assert norms(layer, step) == pytest.approx(wanted, rel=1e-4)
        for name, (below, delta) in parts.items():
            w[f"{name}/kernel"] -= 0.5 * below.T @ delta
            w[f"{name}/bias"] -= 0.5 * delta.sum(0)


def test_norms_of_convolutions_and_a_side_head_by_jax() -> None:
    import jax
    import jax.numpy as jnp

    data, settings = images(5), Settings(batch_size=6, seeds=(1,))
    [series] = gradients([CONVOLUTIONS], data=data, settings=settings).series
    w, x, y = begun(CONVOLUTIONS, data, settings)
    kernels = {path.partition("/")[0]: kernel for path, kernel in w.items() if path.endswith("/kernel")}
    zeros = {"c": (6, 3, 3, 3), "side.s": (6, 10), "d": (6, 1, 1, 10), "out": (6, 10)}

    def convolved(below, kernel):
        return jax.lax.conv_general_dilated(
            below, kernel, (1, 1), "VALID", dimension_numbers=("NHWC", "HWIO", "NHWC"), precision="highest"
        )

    def loss(kernels, shifts):
        """`shifts` are 0: the gradients of what is added to the sums are the deltas."""
        c = jax.nn.relu(convolved(x, kernels["c"]) + shifts["c"])
        d = jax.nn.sigmoid(convolved(c, kernels["d"]) + shifts["d"]).reshape(6, -1)
        ends = {"out": (d, 1.0), "side.s": (c.reshape(6, -1), 0.3)}
        shares = {name: jax.nn.log_softmax(below @ kernels[name] + shifts[name]) for name, (below, _) in ends.items()}
        return -sum(share * shares[name][jnp.arange(6), y].mean() for name, (_, share) in ends.items())

    shifts = {name: np.zeros(shape) for name, shape in zeros.items()}
    by_kernel, by_shift = jax.grad(loss, argnums=(0, 1))(kernels, shifts)
    assert series.loss[0].mean == pytest.approx(float(loss(kernels, shifts)), rel=1e-5)
    assert {(layer.name, layer.depth, layer.auxiliary) for layer in series.layers} == {
        *(("c", 1, False), ("side.s", 2, True), ("d", 2, False), ("out", 3, False))
    }
    for layer in series.layers:
        gradient, delta = (np.array(found[layer.name], "float64") for found in (by_kernel, by_shift))
        assert norms(layer) == pytest.approx(expected(kernels[layer.name], gradient, delta), rel=1e-4)


def test_sigmoids_vanish_and_relus_with_he_do_not() -> None:
    """Ten layers. A sigmoid's slope is at most 1/4; He et al. (2015) keep the variance of ReLU's gradients."""
    variants = [Variant("sigmoid", "glorot_uniform"), Variant("relu", "he_normal")]
    sigmoid, relu = gradients([DEEP], variants=variants, settings=Settings(seeds=(0, 1))).series
    for figure in ("gradient", "delta"):
        falling, kept = ([getattr(layer.norms[0], figure).mean for layer in s.layers] for s in (sigmoid, relu))
        assert all(below < above / 2 for below, above in itertools.pairwise(falling))
        assert falling[0] < 1e-5 * falling[-1]
        assert max(kept) < 10 * min(kept)
        assert sigmoid.factor(figure) < 0.3 < 0.8 < relu.factor(figure) < 1.25


@pytest.fixture
def specs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with `deep.yaml` and `heads.yaml`."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "deep.yaml").write_text(DEEP)
    (tmp_path / "heads.yaml").write_text(HEADS)
    return tmp_path


def test_every_combination_is_a_series_and_equal_seeds_give_equal_figures(specs: Path, archspec) -> None:
    words = ("gradients", "heads.yaml", "--seeds", "2", "--steps", "1", "--format", "json")
    result = archspec(*words, "--heads", "with,without", "--activation", "spec,tanh")
    found = json.loads(result.out)
    assert json.loads(archspec(*words).out)["series"] == found["series"][:1]
    assert found["data"] == "digits" and found["settings"]["seeds"] == [0, 1]
    assert [(s["variant"]["activation"], s["variant"]["heads"]) for s in found["series"]] == [
        *((None, True), (None, False), ("tanh", True), ("tanh", False))
    ]
    assert [len(series["layers"]) for series in found["series"]] == [11, 10, 11, 10]
    for series in found["series"]:
        assert len(series["loss"]) == 2 and {len(layer["norms"]) for layer in series["layers"]} == {2}
        spread = series["layers"][0]["norms"][0]["gradient"]
        assert spread["least"] < spread["mean"] < spread["most"]


def test_tables_csv_and_a_picture(specs: Path, archspec) -> None:
    words = ("gradients", "deep.yaml", "heads.yaml", "--seeds", "1", "--steps", "1", "--set", "vars.units=12")
    lines = archspec(*words, "--plot", "norms.png").out.splitlines()
    assert lines[0].startswith("deep: input 8x8x1, loss 2.")
    assert [line.split()[:3] for line in lines[2:5]] == [
        *(["depth", "layer", "kernel"], ["1", "f_1", "64x12"], ["2", "f_2", "12x12"])
    ]
    assert [line.split()[:3] for line in lines[-4:]] == [
        *(["deep", "0", "10"], ["deep", "1", "10"], ["heads", "0", "10"], ["heads", "1", "10"])
    ]
    assert (specs / "norms.png").read_bytes().startswith(b"\x89PNG")
    rows = list(csv.DictReader(io.StringIO(archspec(*words, "--format", "csv").out)))
    assert len(rows) == 2 * (10 + 11)
    assert [row["layer"] for row in rows if row["auxiliary"] == "true"] == ["side.s"] * 2
    assert all(float(row["gradient_mean"]) > 0 for row in rows)
    assert "| ---: | --- | --- | ---: |" in archspec(*words, "--format", "md").out


REFUSED = {
    "no spec": ([], "the following arguments are required: SPEC"),
    "unknown activation": (["deep.yaml", "--activation", "relu,step"], "found 'step'"),
    "unknown initializer": (["deep.yaml", "--initializer", "He"], "found 'He'"),
    "steps": (["deep.yaml", "--steps", "-1"], "expected a whole number of at least 0, found '-1'"),
    "unknown data": (["deep.yaml", "--data", "digit"], "did you mean 'digits'?"),
    "another ending": (["deep.yaml", "--plot", "norms.gif"], "expected a file name that ends in .png or .svg"),
    "no folder": (["deep.yaml", "--plot", "none/norms.png"], "there is no folder 'none'"),
    "a file that exists": (["deep.yaml", "--plot", "old.svg"], "'old.svg' exists"),
    "nothing to leave out": (["deep.yaml", "--heads", "without"], "deep has no auxiliary heads"),
    "too large a step": (
        ["deep.yaml", "--steps", "2", "--learning-rate", "1e30", "--seeds", "1"],
        "loss or gradients of deep are no finite numbers behind step",
    ),
}


@pytest.mark.parametrize(("words", "sentence"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_work_is_said(specs: Path, archspec, words: list[str], sentence: str) -> None:
    (specs / "old.svg").write_text("years of work")
    result = archspec("gradients", *words)
    assert (result.code, result.out) == (2, "")
    assert sentence in result.err and "Traceback" not in result.err
    assert (specs / "old.svg").read_text() == "years of work"


def test_another_backend_of_keras_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    import keras

    monkeypatch.setattr(keras.backend, "backend", lambda: "jax")
    with pytest.raises(api.SpecError, match="Keras runs on jax\n  expected KERAS_BACKEND=tensorflow"):
        gradients([DENSE])


def test_the_factor_of_a_layer_is_the_slope_of_the_logarithms() -> None:
    def layer(depth: int, value: float, auxiliary: bool = False) -> Layer:
        spread = Spread(value, value, value)
        return Layer("x", depth, (1,), auxiliary, (Norms(spread, spread, spread, spread),))

    halving = [layer(1, 0.25), layer(2, 0.5), layer(3, 1.0)]
    around = Series("net", Variant(), (8, 8, 1), (), (*halving, layer(2, 1e-9, auxiliary=True), layer(4, 0.0)))
    assert around.factor("gradient") == pytest.approx(0.5)
    assert math.isnan(Series("net", Variant(), (8, 8, 1), (), (layer(1, 1.0),)).factor("delta"))


def test_words_with_commas_are_each_taken_once() -> None:
    assert choices(["with", "without"])("with,without,with") == ("with", "without")


def test_the_help_needs_no_framework() -> None:
    script = (
        "import sys, argparse; from training.commands import gradients; gradients(argparse.ArgumentParser())\n"
        "print({'keras', 'tensorflow', 'matplotlib'} & {*sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()" and command.__doc__
