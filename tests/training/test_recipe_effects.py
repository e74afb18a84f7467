"""Every key of a recipe changes what is trained, and the changes are those that the words mean."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from archspec import SpecError, api
from tests.training.tiny import network, said
from training import setups
from training.adapted import adapted
from training.datasets import Dataset, arrays
from training.length import length
from training.precision import precision
from training.recipe.language import Recipe

BASE = "batch_size: 4\nsteps: 3\noptimizer: {learning_rate: 0.1}\n"


pytestmark = pytest.mark.filterwarnings("ignore:Even though the `tf.config.experimental_run_functions_eagerly`")


@pytest.fixture(autouse=True, scope="module")
def eager() -> Iterator[None]:
    """A few steps are done sooner than their graph is made."""
    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)


@cache
def data() -> Dataset:
    generator = np.random.default_rng(0)
    images = generator.integers(0, 256, (10, 6, 6, 1), np.uint8)
    both = arrays(images, np.arange(10) % 6)
    return Dataset("random", both, both, 6)


class Noted(keras.callbacks.Callback):
    """The logs of every epoch, the weights at its end, and the rate behind every step."""

    def __init__(self) -> None:
        super().__init__()
        self.logs: list[dict[str, float]] = []
        self.rates: list[float] = []
        self.ends: list[np.ndarray] = []

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self.rates.append(float(self.model.optimizer.learning_rate))

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self.logs.append(dict(logs))
        self.ends.append(self.model.get_weights()[0])


@cache
def trained(text: str) -> tuple[keras.Model, Noted]:
    """A model after its training; what the saved one would hold."""
    found, noted = said(text), Noted()
    keras.utils.set_random_seed(found.seed)
    net = adapted(network(), found)
    with precision(found.precision):
        model = api.build(net, auxiliary=True)
    setup = setups.around(net, model, data(), found, print)
    model.compile(**setup.compile_arguments)
    arguments = setup.fit_arguments
    arguments["callbacks"].append(noted)
    model.fit(setup.training_batches, **arguments, verbose=0)
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


def test_a_plateau_divides_the_rate_behind_a_warm_up() -> None:
    plateau = "schedule: {name: plateau, patience: 1, min_delta: 100, factor: 0.5}\n"
    _, noted = trained(f"batch_size: 5\nepochs: 4\n{plateau}warmup: {{until: 1, unit: steps, mode: constant}}\n")
    assert noted.rates == pytest.approx([0, 0.01, 0.01, 0.01, 0.005, 0.005, 0.0025, 0.0025], abs=1e-7)


def test_averaged_weights_are_tested_and_left_in_the_model() -> None:
    assert np.array_equal(weights(BASE + "ema: 0\n"), weights(BASE))
    model, noted = trained(BASE + "ema: 0.5\n")
    results = model.evaluate(*held(model), verbose=0, return_dict=True)
    assert noted.logs[-1]["val_loss"] == pytest.approx(results["loss"], rel=1e-5)
    assert np.array_equal(noted.ends[-1], model.get_weights()[0])  # what is saved at the end of an epoch


def held(model: keras.Model) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    return data().test.pictures.array / np.float32(255), dict.fromkeys(model.output, data().test.labels)


def test_a_squared_loss_is_taken_against_shares_of_one() -> None:
    _, noted = trained(BASE + "loss: mean_squared_error\n")
    assert 0 < noted.logs[0]["output_loss"] < 0.5 and "val_output_accuracy" in noted.logs[0]


def test_hits_among_the_first_are_counted_where_they_are_asked_for() -> None:
    _, noted = trained(BASE + "evaluation: {top: [1, 5, 6]}\n")
    assert noted.logs[0]["val_output_accuracy"] < noted.logs[0]["val_output_top5"] <= 1
    assert "val_output_top6" not in noted.logs[0]  # of six classes: it would always be 1
    assert "val_output_top5" not in trained(BASE)[1].logs[0]


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
