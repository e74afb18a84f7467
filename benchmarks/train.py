"""Training: a step of ours beside bare `model.fit`, and our input pipeline beside Keras's, in turn in one run.

    python benchmarks/train.py [step|input] [PAIRS]

A step: the same model, arrays and optimizer, one epoch with all that `archspec train` does at every batch, beside
`fit` on the arrays as floats. Input: 5,000 JPEGs made on the spot, read, scaled, cropped, mirrored and lit.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from paired import Pairs, measure
from PIL import Image

import training
from training import loop, pipeline
from training.datasets import Dataset, arrays
from training.progress import Place
from training.run_folder import RunFolder
from training.setups import Setup
from training.stopping import StopRequest

PICTURES, SIZE, CROP, BATCH = 5_000, 256, 224, 64
PLAIN = "recipe: 1\nname: plain\nbatch_size: 64\nepochs: 1\noptimizer: {learning_rate: 0.01, momentum: 0.9}\n"
AUGMENTED = f"{PLAIN}augmentation: [resize: {SIZE}, random_crop, mirror, pca_lighting]\n"
STEPS = {"lenet5": (6_400, 32, 1), "resnet20_cifar": (1_920, 32, 3)}
"""Network -> how many pictures, of which side and channels."""


SPEC = f"archspec: 1\nname: none\ninput: [{CROP}, {CROP}, 3]\nlayers: [global_avg_pool]\n"


def noise(count: int, side: int, channels: int) -> Dataset:
    """Pictures of noise, in ten classes."""
    generator = np.random.default_rng(0)
    both = arrays(generator.integers(0, 256, (count, side, side, channels), np.uint8), np.arange(count) % 10)
    return Dataset("noise", both, None, 10)


def step(name: str, pairs: int) -> Pairs:
    """One epoch of each; both models have the same weights and compile arguments of their own."""
    data = noise(*STEPS[name])
    setup, bare = (training.setup(name, data, PLAIN) for _ in range(2))
    for each in (setup, bare):
        each.model.compile(**each.compile_arguments)
    images = data.train.pictures.array.astype(np.float32) / 255

    def ours() -> None:
        arguments = setup.fit_arguments
        arguments["callbacks"] = [*arguments["callbacks"], *watched(setup)]
        setup.model.fit(setup.training_batches, **arguments, verbose=0)

    def theirs() -> None:
        bare.model.fit(images, data.train.labels, batch_size=64, epochs=1, verbose=0)

    return measure(ours, theirs, pairs)


def watched(setup: Setup) -> list[keras.callbacks.Callback]:
    """What `archspec train` does at every batch."""
    run = loop.Run(RunFolder(Path()), StopRequest(), silent, Place(silent, 30))
    return loop.watching(setup, run)


def silent(line: str) -> None:
    """Tell nobody."""


def write(folder: Path) -> None:
    """5,000 JPEGs of two classes: smooth noise, 300 to 500 pixels a side, 30 to 60 KB each."""
    generator = np.random.default_rng(0)
    for number in range(PICTURES + 2):  # the last two are a test set
        place = folder / ("train" if number < PICTURES else "test") / ("even" if number % 2 == 0 else "odd")
        place.mkdir(parents=True, exist_ok=True)
        coarse = generator.integers(0, 256, (60, 60, 3), np.uint8)
        size = tuple(int(side) for side in generator.integers(300, 501, 2))
        Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC).save(place / f"{number}.jpg", quality=90)


def consumed(batches: Any) -> Callable[[], None]:
    """What reads all batches once."""

    def run() -> None:
        count = 0
        for images, _ in batches:
            count += len(images)
        assert count == PICTURES

    return run


def ours(folder: Path) -> Any:
    """`archspec train`'s batches."""
    data = training.data(f"folder:{folder}")
    setup = training.setup(
        f"archspec: 1\nname: none\ninput: [{CROP}, {CROP}, 3]\nlayers:\n  - global_avg_pool\n", data, AUGMENTED
    )
    plan = pipeline.Plan(0, BATCH, setup.length)
    return pipeline.training_batches(data.train, setup.preparation, plan)


def theirs(folder: Path) -> Any:
    """`image_dataset_from_directory` and Keras's layers; RandomBrightness in the place of lighting."""
    batches = keras.utils.image_dataset_from_directory(
        folder / "train", image_size=(SIZE, SIZE), batch_size=BATCH, crop_to_aspect_ratio=True, verbose=False
    )
    changes = [
        keras.layers.RandomCrop(CROP, CROP),
        keras.layers.RandomFlip("horizontal"),
        keras.layers.RandomBrightness(0.1),
        keras.layers.Rescaling(1 / 255),
    ]

    def change(images: tf.Tensor, labels: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        for layer in changes:
            images = layer(images, training=True) if layer is not changes[-1] else layer(images)
        return images, labels

    return batches.map(change, tf.data.AUTOTUNE).prefetch(tf.data.AUTOTUNE)


def reading(pairs: int) -> Pairs:
    """All pictures once, by either."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder)
        return measure(consumed(ours(folder)), consumed(theirs(folder)), pairs)


def main() -> None:
    """Print what was asked for, or both."""
    wanted = [word for word in sys.argv[1:] if not word.isdigit()] or ["step", "input"]
    pairs = next((int(word) for word in sys.argv[1:] if word.isdigit()), 9)
    if "step" in wanted:
        for name in STEPS:
            print(step(name, pairs).table(f"{name}: archspec train", "model.fit on arrays", target=1.03), flush=True)
    if "input" in wanted:
        found = reading(pairs)
        print(found.table("archspec", "image_dataset_from_directory", target=round(1 / 1.5, 2)))
        ours_rate, theirs_rate = (PICTURES / float(np.median(times)) for times in (found.ours, found.theirs))
        print(f"pictures a second: {ours_rate:,.0f} and {theirs_rate:,.0f}")


if __name__ == "__main__":
    main()
