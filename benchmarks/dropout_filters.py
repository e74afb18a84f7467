"""What do the filters of a first layer look like, learned with dropout and without it?

    python benchmarks/dropout_filters.py idx:MNIST filters.png [EPOCHS]

Two networks, each trained with dropout of 0.5 in its hidden layer and with none, all else alike: one whose hidden
layer of 256 units sees all pixels (as in Figure 7 of Srivastava et al., JMLR 15, 2014), and one with 32 filters of
9x9 in front of it. Of each: test error, how sparse the hidden layer's answers to test images are (Figure 8), how much
of a filter's energy lies in its strongest tenth; and a picture of the first 32 filters.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
import numpy.typing as npt

import training
from training.datasets import Dataset

HEAD = "archspec: 1\nname: {name}\ninput: [28, 28, 1]\nlayers:\n"
TAIL = "  - fc: {name: hidden, units: 256, activation: relu, dropout: 0.5}\n  - fc: {units: 10, activation: softmax}\n"
FIRST = "  - conv: {name: first, filters: 32, kernel_size: 9, activation: relu}\n  - max_pool: 2\n"
SPECS = {"256 units": HEAD.format(name="units") + TAIL, "32 filters 9x9": HEAD.format(name="filters") + FIRST + TAIL}
RECIPE = """
recipe: 1
name: plain
batch_size: 128
optimizer: {learning_rate: 0.05, momentum: 0.9}
schedule: {name: cosine}
"""
RATES = {"without": 0.0, "with dropout": 0.5}
SHOWN, ROW = 32, 16
Array = npt.NDArray[np.floating]


@dataclass(frozen=True)
class Learned:
    """What came of one training.

    Args:
        error: of the test set, in percent.
        mean: activation of the hidden layer, over units and test images.
        active: the share of these activations that are above zero.
        filters: of the first layer, (count, side, side).
    """

    error: float
    mean: float
    active: float
    filters: Array

    @property
    def local(self) -> float:
        """The share of a filter's energy in the strongest tenth of its weights, on average."""
        energy = np.sort(self.filters.reshape(len(self.filters), -1) ** 2, axis=1)[:, ::-1]
        return float(np.mean(energy[:, : energy.shape[1] // 10].sum(axis=1) / energy.sum(axis=1)))


def learn(spec: str, data: Dataset, rate: float, epochs: int) -> Learned:
    """Train once, SGD with momentum at a rate that falls along a cosine."""
    keras.backend.clear_session()
    setup = training.setup(spec, data, RECIPE, changes={"epochs": epochs, "dropout": {"hidden": rate}})
    setup.model.compile(**setup.compile_arguments)
    setup.model.fit(setup.training_batches, **{**setup.fit_arguments, "validation_data": None}, verbose=0)
    error = 100 * (1 - setup.model.evaluate(setup.test_batches, verbose=0, return_dict=True)["accuracy"])
    hidden = keras.Model(setup.model.inputs, setup.model.get_layer("hidden").output)
    answers = hidden.predict(setup.test_batches, verbose=0)
    kernel = next(weight for weight in setup.model.weights if weight.path.endswith("kernel")).numpy()
    side = round((kernel.size / kernel.shape[-1]) ** 0.5)
    return Learned(
        error,
        float(answers.mean()),
        float((answers > 0).mean()),
        kernel.reshape(-1, kernel.shape[-1]).T.reshape(-1, side, side),
    )


def draw(found: dict[str, Learned], path: Path) -> None:
    """The first filters of all trainings: grey is zero, each filter by its own largest weight."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 1.3 * len(found)), layout="constrained")
    for axes, (name, learned) in zip(figure.subplots(len(found)), found.items(), strict=True):
        shown = [np.pad(each / np.abs(each).max(), 1, constant_values=1.0) for each in learned.filters[:SHOWN]]
        rows = [np.concatenate(shown[first : first + ROW], axis=1) for first in range(0, SHOWN, ROW)]
        axes.imshow(np.concatenate(rows), cmap="gray", vmin=-1, vmax=1, interpolation="nearest")
        axes.set_title(name, loc="left", fontsize=9)
        axes.set_axis_off()
    figure.savefig(path, dpi=110)


def main() -> None:
    """Print a line for each training, and draw the picture."""
    data, path = training.data(sys.argv[1]), Path(sys.argv[2])
    epochs = int(sys.argv[3]) if len(sys.argv) > 3 else 20
    found = {}
    print(f"{'':32} test error %   mean activation   active %   energy in the strongest tenth %")
    for network, spec in SPECS.items():
        for words, rate in RATES.items():
            name = f"{network}, {words}"
            found[name] = one = learn(spec, data, rate, epochs)
            print(
                f"{name:32} {one.error:12.2f} {one.mean:17.3f} {100 * one.active:10.1f} {100 * one.local:20.1f}",
                flush=True,
            )
    draw(found, path)


if __name__ == "__main__":
    main()
