"""What happens at the end of batches and epochs: stop, save, tell."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import keras
from keras import ops

from training.curves import draw
from training.history import Epoch, History
from training.run_folder import RunFolder, replace
from training.stopping import StopRequest

Say = Callable[[str], None]
Writer = Callable[[Path], None]
SECONDS_BETWEEN_DRAWINGS = 10.0


class StopAfter(keras.callbacks.Callback):
    """Ends the last epoch at the last step, where that is no whole epoch."""

    def __init__(self, steps: int) -> None:
        super().__init__()
        self.left = steps

    def on_train_batch_begin(self, batch: int, logs: Mapping[str, float] | None = None) -> None:
        """Count a step; Keras looks at the wish behind it."""
        self.left -= 1
        if self.left == 0:
            self.model.stop_training = True


class Keeper(keras.callbacks.Callback):
    """Saves model and history after every epoch, and says how it went.

    Args:
        request: a wish to stop, which waits while files are written.
        files: file name -> what writes it, of all that is kept beside them, with the first epoch.
        output: the name of the output whose accuracy counts, where there are several.
        keep: writes what the run could go on from.
    """

    def __init__(
        self,
        folder: RunFolder,
        history: History,
        say: Say,
        *,
        request: StopRequest,
        files: Mapping[str, Writer],
        output: str | None,
        keep: Callable[[], None],
    ) -> None:
        super().__init__()
        self.folder, self.history, self.say, self.files, self.keep = folder, history, say, files, keep
        self.request, self.earlier = request, len(history.epochs)
        self.accuracy = f"{output}_accuracy" if output else "accuracy"
        self.started = self.began = self.drawn = time.monotonic()

    def on_epoch_begin(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """Start the epoch's clock."""
        self.began = time.monotonic()

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Model first: the history never tells of an epoch that cannot be loaded."""
        found = logs or {}
        seconds = time.monotonic() - self.began
        row = Epoch(
            epoch=epoch + 1,
            loss=float(found["loss"]),
            accuracy=float(found[self.accuracy]),
            test_loss=_number(found, "val_loss"),
            test_accuracy=_number(found, f"val_{self.accuracy}"),
            learning_rate=float(found.get("learning_rate") or ops.convert_to_numpy(self.model.optimizer.learning_rate)),
            seconds=round(seconds, 3),
            test_top=_top(found, f"val_{self.accuracy.removesuffix('accuracy')}top"),
        )
        with self.request.held():
            self._save(row)
        if time.monotonic() - self.drawn > SECONDS_BETWEEN_DRAWINGS:
            self.draw()
        self.say(self._line(row))

    def _save(self, row: Epoch) -> None:
        if not self.history.epochs:
            for name, put in self.files.items():
                replace(self.folder.path / name, put)
        replace(self.folder.model, self.model.save)
        self.history.epochs.append(row)
        replace(self.folder.history, self.history.write)
        replace(self.folder.table, self.history.write_table)
        self.keep()

    def draw(self) -> None:
        """Draw the finished epochs, where there are any."""
        if self.history.epochs:
            replace(self.folder.curves, lambda path: draw(self.history, path))
        self.drawn = time.monotonic()

    def _line(self, row: Epoch) -> str:
        total = self.history.planned
        each = (time.monotonic() - self.started) / (row.epoch - self.earlier)
        left = f"{duration(each * (total - row.epoch))} left" if row.epoch < total else "done"
        number = f"{row.epoch:>{len(str(total))}}/{total}"
        top = "".join(f" (first {k}: {share:.4f})" for k, share in row.test_top.items())
        test = "" if row.test_accuracy is None else f"test accuracy {row.test_accuracy:.4f}{top}  "
        return f"epoch {number}  loss {row.loss:.4f}  accuracy {row.accuracy:.4f}  {test}{row.seconds:.1f} s, {left}"


def _number(logs: Mapping[str, float], name: str) -> float | None:
    return float(logs[name]) if name in logs else None


def _top(logs: Mapping[str, float], prefix: str) -> dict[str, float]:
    """k -> the share of hits among the first k."""
    return {name.removeprefix(prefix): float(share) for name, share in logs.items() if name.startswith(prefix)}


def duration(seconds: float) -> str:
    """Seconds in words.

    >>> duration(9.6), duration(75), duration(7300)
    ('10 s', '1 min 15 s', '2 h 2 min')
    """
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
