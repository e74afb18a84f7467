"""The picture of a history: no epoch lies outside it, and the last percents can be told apart."""

from __future__ import annotations

import pytest

from training.curves import drawn
from training.history import Epoch, History


def history(*accuracies: float, tested: bool = True) -> History:
    """Epochs of such accuracies in training, and a little more in the test."""
    tests = [(0.5, min(1.0, value + 0.01)) if tested else (None, None) for value in accuracies]
    epochs = [Epoch(i + 1, 2.0 - value, value, *tests[i], 0.1, 1.0) for i, value in enumerate(accuracies)]
    return History("net", "pets", "small", len(epochs), epochs)


HISTORIES = {
    "slow": history(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.89),
    "steep": history(0.0, 0.5, 0.9, 0.99, 0.999, *[1.0] * 30),
    "one epoch": history(0.95),
    "always right": history(1.0, 1.0),
    "never right": history(0.0, 0.0, tested=False),
}


@pytest.mark.parametrize("name", HISTORIES)
def test_every_epoch_is_seen(name: str) -> None:
    figure = drawn(HISTORIES[name])
    figure.canvas.draw()
    for axes in figure.axes:
        for line in axes.lines:
            for point in line.get_transform().transform(line.get_xydata()):
                assert axes.bbox.padded(1e-6).contains(*point), (name, axes.get_ylabel())


def test_the_last_percent_has_room_beside_the_first_epochs() -> None:
    _, accuracy = drawn(HISTORIES["steep"]).axes
    low, high = (accuracy.transData.transform((1, value))[1] for value in (99, 100))
    assert (high - low) / accuracy.bbox.height > 0.1
    shown = [float(label.get_text()) for label in accuracy.get_yticklabels()]
    assert shown == list(accuracy.get_yticks())
