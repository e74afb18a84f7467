"""Learning curves as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from archspec.drawing import canvas
from training.history import History

TRAINING, TEST = "#8a97a6", "#c2452d"
HIGH = 90
"""Percent above which the last percents need the room of all before them."""
TICKS = (0, 20, 40, 60, 80, 90, 95, 98, 99, 99.5, 100)
MARGIN = 0.5  # percent beyond 100, which has a place on the logarithm of the error too


def draw(history: History, path: Path) -> None:
    """Draw loss and accuracy of every epoch into a PNG of 1650 x 705 pixels."""
    drawn(history).savefig(path, format="png")


def drawn(history: History) -> Figure:
    """Loss and accuracy of every epoch."""
    figure = canvas.blank(11, 4.7)
    loss, accuracy = figure.subplots(1, 2)
    epochs = history.epochs
    _lines(loss, [e.loss for e in epochs], [e.test_loss for e in epochs if e.test_loss is not None], "{:.4f}")
    loss.set(ylabel="loss", yscale="log")
    loss.legend(loc="upper right", frameon=False)
    shares = [100 * e.accuracy for e in epochs], [100 * e.test_accuracy for e in epochs if e.test_accuracy is not None]
    _lines(accuracy, *shares, "{:.2f} %")
    accuracy.set(ylabel="accuracy (%)")
    _scale(accuracy, max(map(max, filter(None, shares))))
    accuracy.legend(loc="lower right", frameon=False)
    figure.suptitle(f"{history.network} on {history.data}", fontweight="bold")
    return figure


def _lines(axes: Axes, training: Sequence[float], test: Sequence[float], form: str) -> None:
    """One value an epoch for each set that there is, the last one in the legend."""
    style = "o-" if len(training) < 3 else "-"  # one point makes no line
    for values, color, label in ((training, TRAINING, "training, as it went"), (test, TEST, "test")):
        if values:
            numbers = range(1, len(values) + 1)
            axes.plot(numbers, values, style, color=color, label=f"{label}: {form.format(values[-1])}")
    axes.set(xlabel="epoch")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    canvas.plain(axes)


def _scale(axes: Axes, best: float) -> None:
    """Limits with every point; of high accuracies the logarithm of the error, for first epochs and last percents."""
    low, high = axes.get_ylim()
    if best > HIGH:
        axes.set_yscale("function", functions=(_logarithm, lambda y: 100 + MARGIN - np.exp(-y)))
        axes.set_yticks(TICKS, [f"{tick:g}" for tick in TICKS])
        high = 100 + MARGIN / 4
    axes.set_ylim(max(low, 0), high)


def _logarithm(accuracy: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Minus that of the error in percent."""
    return -np.log(np.maximum(100 + MARGIN - np.asarray(accuracy, np.float64), 1e-9))
