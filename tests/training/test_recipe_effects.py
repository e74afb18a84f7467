"""Every key of a recipe changes what is trained, and the changes are those that the words mean."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from archspec import SpecError, api
from training import augment, loop, objective, optimizers, recipe, schedules
from training.adapted import adapted
from training.datasets import Dataset
from training.length import Length, length
from training.precision import precision
from training.recipe.keys import keys_of
from training.recipe.language import Recipe
from training.recipe.optimizers import OPTIMIZERS

TINY = """
archspec: 1
name: tiny
input: [6, 6, 1]
layers:
  - conv: {name: c1, filters: 3, kernel_size: 3, norm: batch_norm, activation: relu}
  - fc: {name: f1, units: 8, activation: tanh, dropout: 0.5}
  - aux: {name: side, weight: 0.3, layers: [{fc: {name: side_output, units: 6, activation: softmax}}]}
  - fc: {name: output, units: 6, activation: softmax}
"""
BASE = "batch_size: 4\nsteps: 3\noptimizer: {learning_rate: 0.1}\n"


pytestmark = pytest.mark.filterwarnings("ignore:Even though the `tf.config.experimental_run_functions_eagerly`")


@pytest.fixture(autouse=True, scope="module")
def eager() -> Iterator[None]:
    """A few steps are done sooner than their graph is made."""
    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)


def said(text: str) -> recipe.Recipe:
    return recipe.load(f"recipe: 1\nname: said\n{text}")


@cache
def network() -> api.Network:
    return api.load(TINY)


@cache
def data() -> Dataset:
    generator = np.random.default_rng(0)
    images = generator.integers(0, 256, (10, 6, 6, 1), np.uint8)
    return Dataset("random", images, np.arange(10, dtype=np.uint8) % 6, images, np.arange(10, dtype=np.uint8) % 6, 6)


class Noted(keras.callbacks.Callback):
    """The logs of every epoch, and the rate behind every step."""

    def __init__(self) -> None:
        super().__init__()
        self.logs: list[dict[str, float]] = []
        self.rates: list[float] = []

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self.rates.append(float(self.model.optimizer.learning_rate))

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self.logs.append(dict(logs))


@cache
def trained(text: str) -> tuple[keras.Model, Noted]:
    """A model after its training; what the saved one would hold."""
    found, noted = said(text), Noted()
    keras.utils.set_random_seed(found.seed)
    net = adapted(network(), found)
    with precision(found.precision):
        model = api.build(net, auxiliary=True)
    loop.fit(net, model, data(), found, length(found, 10), callbacks=[noted])
    return model, noted


def weights(text: str) -> np.ndarray:
    return np.concatenate([value.ravel() for value in trained(text)[0].get_weights()])


EFFECTS = {
    "batch_size": "batch_size: 5\nsteps: 3\noptimizer: {learning_rate: 0.1}\n",
    "epochs": "batch_size: 4\nepochs: 2\noptimizer: {learning_rate: 0.1}\n",
    "steps": "batch_size: 4\nsteps: 2\noptimizer: {learning_rate: 0.1}\n",
    "min_steps": "batch_size: 4\nepochs: 1\nmin_steps: 5\noptimizer: {learning_rate: 0.1}\n",
    "optimizer": "batch_size: 4\nsteps: 3\noptimizer: {learning_rate: 0.1, momentum: 0.9}\n",
    "schedule": BASE + "schedule: cosine\n",
    "warmup": BASE + "warmup: {until: 2, unit: steps}\n",
    "weight_decay": BASE + "weight_decay: 0.1\n",
    "ema": BASE + "ema: 0.5\n",
    "loss": BASE + "loss: {label_smoothing: 0.2}\n",
    "loss_weights": BASE + "loss_weights: {side: 1}\n",
    "initializers": BASE + "initializers: {c1: {kernel_initializer: he_normal}}\n",
    "dropout": BASE + "dropout: {f1: 0}\n",
    "augmentation": BASE + "augmentation: [mirror: 1]\n",
    "preprocessing": BASE + "preprocessing: {mean: 128, scale: 0.01}\n",
    "precision": BASE + "precision: mixed_bfloat16\n",
    "seed": BASE + "seed: 1\n",
}
WORDS_ONLY = {"recipe", "name", "title", "paper", "extends", "deviations", "evaluation"}
"""Keys that say nothing of the weights; `evaluation` is tested below."""


def test_every_key_is_tested() -> None:
    assert EFFECTS.keys() | WORDS_ONLY == {field.name for field in fields(Recipe)}


@pytest.mark.parametrize("key", EFFECTS)
def test_a_key_changes_the_weights(key: str) -> None:
    assert weights(EFFECTS[key]).shape == weights(BASE).shape
    assert np.abs(weights(EFFECTS[key]) - weights(BASE)).max() > 1e-4


def test_steps_that_are_no_whole_epochs_are_made_to_the_last_one() -> None:
    model, noted = trained("batch_size: 4\nsteps: 5\n")
    assert (int(model.optimizer.iterations), len(noted.rates), len(noted.logs)) == (5, 5, 2)


def test_min_steps_are_pictures_in_epochs() -> None:
    assert length(said("batch_size: 64\nepochs: 20\nmin_steps: 1200"), 1437).epochs == 54
    assert length(said("batch_size: 64\nepochs: 20\nmin_steps: 1200"), 60_000).epochs == 20


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


def test_a_plateau_divides_the_rate_behind_a_warm_up() -> None:
    plateau = "schedule: {name: plateau, patience: 1, min_delta: 100, factor: 0.5}\n"
    _, noted = trained(f"batch_size: 5\nepochs: 4\n{plateau}warmup: {{until: 1, unit: steps, mode: constant}}\n")
    assert noted.rates == pytest.approx([0, 0.01, 0.01, 0.01, 0.005, 0.005, 0.0025, 0.0025], abs=1e-7)


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


def test_averaged_weights_are_tested_and_left_in_the_model() -> None:
    assert np.array_equal(weights(BASE + "ema: 0\n"), weights(BASE))
    model, noted = trained(BASE + "ema: 0.5\n")
    results = model.evaluate(*held(model), verbose=0, return_dict=True)
    assert noted.logs[-1]["val_loss"] == pytest.approx(results["loss"], rel=1e-5)


def held(model: keras.Model) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    return data().test_images / np.float32(255), dict.fromkeys(model.output, data().test_labels)


def test_a_smoothed_loss_is_the_formula() -> None:
    shares, label = np.array([[0.7, 0.2, 0.1]], np.float32), 0
    smooth = 0.7 * np.eye(3)[label] + 0.3 / 3
    found = objective.loss(said("epochs: 1\nloss: {label_smoothing: 0.3}"), network())
    assert float(found(np.eye(3, dtype=np.float32)[[label]], shares)) == pytest.approx(
        -(smooth * np.log(shares[0])).sum()
    )


def test_a_squared_loss_is_taken_against_shares_of_one() -> None:
    _, noted = trained(BASE + "loss: mean_squared_error\n")
    assert 0 < noted.logs[0]["output_loss"] < 0.5 and "val_output_accuracy" in noted.logs[0]


def test_hits_among_the_first_are_counted_where_they_are_asked_for() -> None:
    _, noted = trained(BASE + "evaluation: {top: [1, 6]}\n")
    assert noted.logs[0]["val_output_top6"] == 1
    assert "val_output_top6" not in trained(BASE)[1].logs[0]


def test_half_precision_keeps_weights_and_heads_in_float32() -> None:
    for policy, dtype in (("mixed_bfloat16", "bfloat16"), ("mixed_float16", "float16"), ("float32", "float32")):
        with precision(policy):
            model = api.build(network(), auxiliary=True)
        assert (model.get_layer("c1").compute_dtype, model.get_layer("c1").variable_dtype) == (dtype, "float32")
        assert {tensor.dtype for tensor in model.output.values()} == {"float32"}
    assert keras.config.dtype_policy().name == "float32"


def test_initializers_of_a_row_count_more_than_those_of_its_kind() -> None:
    text = "initializers: {conv: {kernel_initializer: zeros}, fc: {kernel_initializer: ones, bias_initializer: ones}"
    net = adapted(network(), said(f"epochs: 1\n{text}, f1: {{kernel_initializer: {{constant: {{value: 2}}}}}}}}"))
    model = api.build(net, auxiliary=True)
    means = {name: [float(np.mean(value)) for value in model.get_layer(name).get_weights()] for name in ("c1", "f1")}
    assert means == {"c1": [0, 0], "f1": [2, 1]}


MISMATCHES = {
    "initializers: {c9: {kernel_initializer: zeros}}": "`initializers` of the recipe said names 'c9'",
    "dropout: {c1: 0.5}": "no such row with dropout",
}


@pytest.mark.parametrize(("text", "message"), MISMATCHES.items())
def test_a_recipe_of_another_network_is_refused(text: str, message: str) -> None:
    with pytest.raises(SpecError, match=message):
        adapted(network(), said(f"epochs: 1\n{text}"))


def test_steps_are_done_in_order_and_mirrored_images_are_mirrored() -> None:
    images = np.arange(2 * 3 * 3, dtype=np.float32).reshape(2, 3, 3, 1)
    assert np.array_equal(augment.mirror(images, [1, 2], 1.0), images[:, :, ::-1])
    assert np.array_equal(augment.mirror(images, [1, 2], 0.0), images)
    steps = said("epochs: 1\naugmentation: [mirror: 1, pad_and_crop: 1]").augmentation or ()
    assert np.array_equal(augment.augment(images, [1, 2], steps[:1]), images[:, :, ::-1])
    assert not np.array_equal(augment.augment(images, [1, 2], steps), images[:, :, ::-1])
