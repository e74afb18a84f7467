"""Learning curves as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from archspec.drawing import canvas
from training.history import History

TRAINING, TEST = "#8a97a6", "#c2452d"


def draw(history: History, path: Path) -> None:
    """Draw loss and accuracy of every epoch into a PNG of 1650 x 705 pixels."""
    figure = canvas.blank(11, 4.7)
    loss, accuracy = figure.subplots(1, 2)
    epochs = history.epochs
    _lines(loss, [e.loss for e in epochs], [e.test_loss for e in epochs if e.test_loss is not None], "{:.4f}")
    loss.set(ylabel="loss", yscale="log")
    loss.legend(loc="upper right", frameon=False)
    shares = [100 * e.accuracy for e in epochs], [100 * e.test_accuracy for e in epochs if e.test_accuracy is not None]
    _lines(accuracy, *shares, "{:.2f} %")
    accuracy.set(ylabel="accuracy (%)", ylim=(_floor(*shares), 100.3))
    accuracy.legend(loc="lower right", frameon=False)
    figure.suptitle(f"{history.network} on {history.data}", fontweight="bold")
    figure.savefig(path, format="png")


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


def _floor(*curves: Sequence[float]) -> float:
    """Lowest accuracy shown: the first tenth of the epochs may start below it, the last percents need the room."""
    settled = [value for curve in curves for value in curve[len(curve) // 10 :]]
    return max(0.0, min(settled) - 1.0)
