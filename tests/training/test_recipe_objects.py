"""What a recipe's optimizer, schedule, weight decay and loss compute, number by number."""

from __future__ import annotations

import inspect

import keras
import numpy as np
import pytest

from archspec import SpecError, api
from tests.training.tiny import TINY, network, said
from training import objective, optimizers, schedules
from training.length import Length
from training.recipe.keys import keys_of
from training.recipe.optimizers import OPTIMIZERS


@pytest.mark.parametrize("word", OPTIMIZERS)
def test_optimizers_have_kerass_names_and_defaults(word: str) -> None:
    ours = {key.name: key.default for key in keys_of(OPTIMIZERS[word])}
    theirs = {name: p.default for name, p in inspect.signature(optimizers.CLASSES[word]).parameters.items()}
    assert ours == {name: theirs[name] for name in ours}
    left = {"weight_decay", "use_ema", "ema_momentum", "ema_overwrite_frequency", "name", "kwargs"}
    assert theirs.keys() - ours.keys() <= {*left, "loss_scale_factor", "gradient_accumulation_steps"}


RATES = [
    # a schedule, then step -> rate, with 10 steps an epoch and 100 in all, from 0.1
    ("schedule: constant", {0: 0.1, 99: 0.1}),
    ("schedule: {name: piecewise, boundaries: [3, 6]}", {0: 0.1, 29: 0.1, 30: 0.01, 59: 0.01, 60: 0.001}),
    ("schedule: {name: piecewise, boundaries: [30], unit: steps, factor: 0.5}", {29: 0.1, 30: 0.05}),
    ("schedule: {name: piecewise, boundaries: [2], values: [1, 2]}", {19: 1, 20: 2}),
    ("schedule: {name: exponential, decay_rate: 0.96, every: 2, staircase: true}", {19: 0.1, 20: 0.096, 40: 0.09216}),
    ("schedule: {name: exponential, decay_rate: 0.25, every: 20, unit: steps}", {10: 0.05}),
    ("schedule: {name: polynomial, end_learning_rate: 0}", {0: 0.1, 50: 0.05, 100: 0}),
    ("schedule: {name: polynomial, end_learning_rate: 0, power: 2, until: 5}", {25: 0.025, 50: 0, 90: 0}),
    ("schedule: cosine", {0: 0.1, 50: 0.05, 100: 0}),
    ("schedule: {name: cosine, alpha: 0.5, until: 10, unit: steps}", {5: 0.075, 10: 0.05}),
    ("warmup: {learning_rate: 0.01, until: 4, mode: constant, unit: steps}", {0: 0.01, 3: 0.01, 4: 0.1}),
    ("warmup: {until: 1}", {0: 0, 5: 0.05, 10: 0.1}),
    ("schedule: cosine\nwarmup: {until: 50, unit: steps}", {25: 0.025, 50: 0.05, 100: 0}),
]


@pytest.mark.parametrize(("text", "expected"), RATES)
def test_a_schedule_step_by_step(text: str, expected: dict[int, float]) -> None:
    made = schedules.rate(said(f"epochs: 10\noptimizer: {{learning_rate: 0.1}}\n{text}"), Length(100, 10))
    found = {step: float(made(step)) if callable(made) else made for step in expected}
    assert found == pytest.approx(expected, abs=1e-7)


def test_a_warmed_up_schedule_is_saved_with_its_arguments() -> None:
    made = schedules.rate(said("epochs: 10\nschedule: cosine\nwarmup: {until: 5}"), Length(100, 10))
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(made))
    assert [float(again(step)) for step in (0, 20, 60)] == [float(made(step)) for step in (0, 20, 60)]


DECAYS = [
    # weight decay, then how often each kernel, bias and gamma is pulled, at a rate of 0.5
    ("{rate: 0.5}", {"kernel"}),
    ("{rate: 0.5, variables: kernels_and_biases}", {"kernel", "bias"}),
    ("{rate: 0.5, variables: all}", {"kernel", "bias", "gamma", "beta"}),
]


@pytest.mark.parametrize(("decay", "pulled"), DECAYS)
@pytest.mark.parametrize("mode", ["gradient", "decoupled"])
def test_weight_decay_is_the_papers_or_kerass_on_the_variables_asked_for(
    decay: str, pulled: set[str], mode: str
) -> None:
    """Three steps of a gradient of 1 against v = 0.9 v - rate (gradient + decay w), or w (1 - rate decay) beside it."""
    text = f"epochs: 1\noptimizer: {{learning_rate: 0.1, momentum: 0.9}}\nweight_decay: {decay[:-1]}, mode: {mode}}}"
    model = api.build(network(), auxiliary=True)
    made = optimizers.optimizer(said(text), network(), model, Length(3, 3))
    for variable in model.trainable_variables:
        variable.assign(keras.ops.ones_like(variable))
    for _ in range(3):
        made.apply([keras.ops.ones_like(v) for v in model.trainable_variables], model.trainable_variables)
    for variable in model.trainable_variables:
        w, v, rate = 1.0, 0.0, 0.5 if variable.name in pulled else 0.0
        for _ in range(3):
            w -= 0.1 * rate * w if mode == "decoupled" else 0.0
            v = 0.9 * v - 0.1 * (1 + (rate * w if mode == "gradient" else 0.0))
            w += v
        assert np.allclose(variable, w, atol=1e-6), variable.path


def test_weight_decay_leaves_rows_out() -> None:
    model = api.build(network(), auxiliary=True)
    found = optimizers.decaying(
        said("epochs: 1\nweight_decay: {rate: 1, exclude: [c1, side]}").weight_decay, network(), model
    )
    assert {variable.path.partition("/")[0] for variable in found} == {"f1", "output"}


def test_a_smoothed_loss_is_the_formula() -> None:
    shares, label = np.array([[0.7, 0.2, 0.1]], np.float32), 0
    smooth = 0.7 * np.eye(3)[label] + 0.3 / 3
    found = objective.loss(said("epochs: 1\nloss: {label_smoothing: 0.3}"), network())
    assert float(found(np.eye(3, dtype=np.float32)[[label]], shares)) == pytest.approx(
        -(smooth * np.log(shares[0])).sum()
    )


NEAREST = """
archspec: 1
name: nearest
input: [7, 12, 1]
layers:
  - flatten
  - rbf: {name: output, units: 10, prototypes: digits_7x12}
"""


def test_the_nearest_prototype_is_the_answer_and_its_distance_the_loss() -> None:
    net = api.load(NEAREST)
    distances = np.array([[3.0, 1.0, 2.0], [0.5, 4.0, 0.25]], np.float32)
    labels = np.array([1, 0])
    shares = np.exp(-distances) / np.exp(-distances).sum(1, keepdims=True)
    found = objective.loss(said("epochs: 1"), net)(labels, distances)
    assert float(found) == pytest.approx(-np.log(shares[[0, 1], labels]).mean(), rel=1e-6)
    model = api.build(net)
    counted = objective.metrics(said("epochs: 1\nevaluation: {top: [1, 2]}"), net, model)
    hits = [float(metric(labels, distances)) for metric in counted]
    assert ([metric.name for metric in counted], hits) == (["accuracy", "top2"], [0.5, 1.0])
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(counted[1]))
    assert float(again(labels, distances)) == 1


def test_a_rubbish_class_stands_at_its_distance_from_all() -> None:
    """Equation 9 of LeCun et al., 1998: y_D + log(e^-j + the sum of e^-y_i)."""
    distances = np.array([[3.0, 1.0, 2.0], [0.5, 400.0, 0.25]], np.float32)
    labels, j = np.array([1, 1]), 1.5
    formula = distances[[0, 1], labels] + np.log(np.exp(-j) + np.exp(-distances).sum(1))
    found = objective.loss(said(f"epochs: 1\nloss: {{rubbish_distance: {j}}}"), api.load(NEAREST))
    assert float(found(labels, distances)) == pytest.approx(formula.mean(), rel=1e-6)
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(found))
    assert float(again(labels[:, None], distances)) == float(found(labels, distances))


@pytest.mark.parametrize(
    ("loss", "spec", "message"),
    [
        ("label_smoothing: 0.1", NEAREST, "compares shares of classes, and nearest gives distances"),
        ("rubbish_distance: 1", TINY, "has a rubbish class at a distance, and tiny gives no distances"),
    ],
)
def test_distances_are_no_shares(loss: str, spec: str, message: str) -> None:
    with pytest.raises(SpecError, match=message):
        objective.loss(said(f"epochs: 1\nloss: {{{loss}}}"), api.load(spec))
