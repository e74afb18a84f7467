"""One device beside two logical CPUs: the largest difference of any weight after 20 steps, a line for each case."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import tensorflow as tf

[cpu] = tf.config.list_physical_devices("CPU")
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)

import keras  # noqa: E402, the two devices are made first

import archspec  # noqa: E402, the two devices are made first
import training  # noqa: E402, the two devices are made first
from archspec.cli import main  # noqa: E402, the two devices are made first
from training.datasets import Dataset, arrays  # noqa: E402, the two devices are made first

SPEC = """
archspec: 1
name: two  # no biases under batch norm: their gradient is rounding noise, which Adam makes as large as any other
input: [8, 8, 3]
layers:
  - conv: {name: c1, filters: 4, kernel_size: 3, use_bias: false, norm: batch_norm, activation: relu}
  - aux: {name: side, weight: 0.3, layers: [{fc: {name: s, units: 5, activation: softmax}}]}
  - conv: {name: c2, filters: 4, kernel_size: 3, use_bias: false, norm: batch_norm, activation: relu}
  - fc: {name: output, units: 5, activation: softmax}
"""
RECIPE = """
recipe: 1
name: said
batch_size: {batch}
steps: 20
optimizer: {{name: sgd, learning_rate: 0.02, momentum: 0.9, nesterov: true}}
weight_decay: 0.01
augmentation: [pad_and_crop: 1, mirror]
{more}
"""
CASES = {
    "uneven shares": (45, 10, ""),
    "averaged weights": (40, 10, "ema: 0.9"),
    "adam": (37, 8, "optimizer: {name: adam, learning_rate: 0.002}"),
}


FIGURES = ("val_loss", "val_output_accuracy", "val_side_accuracy")


def pictures(count: int) -> Dataset:
    generator = np.random.default_rng(0)
    both = arrays(generator.integers(0, 256, (count, 8, 8, 3), np.uint8), np.arange(count) % 5)
    return Dataset("random", both, both, 5)


def recipe(batch: int, more: str) -> str:
    lines = RECIPE.format(batch=batch, more=more).splitlines()
    mine = more.partition(":")[0]
    return "\n".join(line for line in lines if line == more or not (mine and line.startswith(f"{mine}:")))


def fitted(count: int, batch: int, more: str, word: str) -> tuple[list[np.ndarray], dict[str, float]]:
    with training.strategy(word).scope():
        setup = training.setup(SPEC, pictures(count), recipe(batch, more))
    setup.model.compile(**setup.compile_arguments)
    history = setup.model.fit(setup.training_batches, **setup.fit_arguments, verbose=0).history
    return setup.model.get_weights(), {name: values[-1] for name, values in history.items()}


def own_loop(word: str) -> list[np.ndarray]:
    """The few lines of the README: a built model in a scope, and Keras's `fit` on arrays."""
    keras.utils.set_random_seed(0)
    data = pictures(40).train
    with training.strategy(word).scope():
        model = archspec.build(SPEC)
        model.compile(keras.optimizers.SGD(0.02, momentum=0.9), "sparse_categorical_crossentropy")
    assert all(layer.synchronized == (word == "mirrored") for layer in model.layers if "norm" in layer.name)
    batches = tf.data.Dataset.from_tensor_slices((data.pictures.array / np.float32(255), data.labels)).batch(10)
    model.fit(batches, epochs=5, shuffle=False, verbose=0)
    return model.get_weights()


def command(folder: Path, word: str) -> list[np.ndarray]:
    (folder / "two.yaml").write_text(SPEC.replace("[8, 8, 3]", "[8, 8, 1]").replace("units: 5", "units: 10"))
    (folder / "said.yaml").write_text(recipe(96, ""))
    words = ["train", str(folder / "two.yaml"), "--data", "digits", "--recipe", str(folder / "said.yaml")]
    assert main([*words, "--strategy", word, "-o", str(folder / word)]) == 0
    model = archspec.load_model(folder / word / "model.keras")
    assert not any(layer.synchronized for layer in model.layers if "norm" in layer.name)
    return model.get_weights()


def worst(one: list[np.ndarray], two: list[np.ndarray]) -> float:
    return max(float(np.abs(a - b).max()) for a, b in zip(one, two, strict=True))


if __name__ == "__main__":
    for name, case in CASES.items():
        (one, logs), (two, others) = (fitted(*case, word) for word in ("none", "mirrored"))
        shown = max(abs(logs[key] - others[key]) for key in logs if key in FIGURES)
        print(f"{name}: {worst(one, two):.1e} {shown:.1e}", flush=True)
    for count, batch in ((40, 9), (41, 10), (7, 16), (1, 16)):
        try:
            fitted(count, batch, "", "mirrored")
        except archspec.SpecError as error:
            print(f"{count} by {batch}: {error}", flush=True)
    print(f"own loop: {worst(own_loop('none'), own_loop('mirrored')):.1e} 0", flush=True)
    folder = Path(sys.argv[1])
    print(f"command: {worst(command(folder, 'none'), command(folder, 'mirrored')):.1e} 0", flush=True)
