"""Does it help to begin with what was learned on a distant task? Clothes (Fashion-MNIST) to digits (MNIST).

    python benchmarks/distant_task.py RUN idx:MNIST [SEEDS]

RUN is a run of `archspec train lenet5` on Fashion-MNIST. Each seed draws 1,000 training images of the digits, 100 of
each, and trains LeNet-5 on them by its recipe four times: with random weights or the clothes' under a new last
layer, all of them trained or the last layer alone. The test set is whole.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np

import archspec
import training
from training.datasets import Dataset, arrays

IMAGES = 1_000
CASES = {
    "random": (False, True),
    "clothes": (True, True),
    "random, frozen": (False, False),
    "clothes, frozen": (True, False),
}
"""Case -> whether the clothes' weights are taken over, whether all weights are trained."""


def few(data: Dataset, seed: int) -> Dataset:
    """As many training images of each class, drawn by a seed."""
    order = np.random.default_rng(seed).permutation(len(data.train))
    labels = data.train.labels
    rows = np.concatenate([order[labels[order] == kind][: IMAGES // data.classes] for kind in range(data.classes)])
    return replace(data, train=arrays(data.train.pictures.array[rows], labels[rows]))


def error(data: Dataset, run: Path, seed: int, *, carried: bool, trained: bool) -> float:
    """The test error of one training in percent."""
    setup = training.setup("lenet5", data, changes={"seed": seed})
    if carried:
        report = archspec.load_weights(setup.model, run / "model.keras", rename={"output": None}, strict=False)
        assert set(report.new) == {"output/kernel", "output/bias"}, report
    for layer in setup.model.layers:
        layer.trainable = trained or layer.name == "output"
    setup.model.compile(**setup.compile_arguments)
    setup.model.fit(setup.training_batches, **{**setup.fit_arguments, "validation_data": None}, verbose=0)
    return 100 * (1 - setup.model.evaluate(setup.test_batches, verbose=0, return_dict=True)["accuracy"])


def main() -> None:
    """Print a line for each case, its seeds and their mean."""
    run, data = Path(sys.argv[1]), training.data(sys.argv[2])
    seeds = range(int(sys.argv[3]) if len(sys.argv) > 3 else 3)
    print(f"test error in %, of {IMAGES:,} training images, seeds {list(seeds)}")
    for name, (carried, trained) in CASES.items():
        found = []
        for seed in seeds:
            keras.backend.clear_session()
            found.append(error(few(data, seed), run, seed, carried=carried, trained=trained))
        print(f"{name:16} {'  '.join(f'{each:5.2f}' for each in found)}   mean {np.mean(found):5.2f}", flush=True)


if __name__ == "__main__":
    main()
