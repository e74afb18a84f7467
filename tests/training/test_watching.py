"""What a training tells while it runs, and when it has no use any more."""

from __future__ import annotations

import csv
import json
import os
import re
import sys
from pathlib import Path

import pytest

from archspec import api
from archspec.cli import main
from tests.training.idx_files import write_folder
from training.commands.screen import Screen
from training.length import Length

LINEAR = """
archspec: 1
name: linear
input: [12, 12, 1]
layers:
  - conv: {name: c1, filters: 4, kernel_size: 3}
  - fc: {name: output, units: 10}
"""


def train(*words: str) -> int:
    return main(["train", "linear.yaml", "--data", "idx:set", "--set", "recipe.min_steps=1", *words])


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with the spec `linear.yaml` and data of ten classes in `set`, five batches of 8."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "linear.yaml").write_text(LINEAR)
    write_folder(tmp_path / "set", size=10, train=40, test=20)
    return tmp_path


DIVERGING = {
    "growing": (
        ["--set", "recipe.loss=mean_squared_error", "--learning-rate", "10", "--set", "recipe.schedule=constant"],
        r"in epoch \d, step \d of 5: the loss had grown from \S+ to \S+e\+\d+ in \d+ steps before, at a learning rate "
        r"of 10\n  expected a learning rate below 10, a recipe with `warmup`, or `optimizer.clipnorm`",
    ),
    "at once": (
        ["--learning-rate", "1e38", "--set", "recipe.schedule=constant"],
        r"in epoch 1, step 2 of 5: the loss was \d\.\d+ in the step before; one step at a learning rate of 1e\+38",
    ),
    "inputs": (
        ["--set", "recipe.preprocessing={scale: 1e38}"],
        r"in epoch 1, step 1 of 5: as the recipe prepares them, picture \d+ of the training set \(counted from 0\) "
        r"and 7 more of its batch hold values that are not finite",
    ),
    "half precision": (
        ["--set", "recipe.precision=mixed_float16", "--set", "recipe.preprocessing={scale: 300}"],
        r"in epoch 1, step 1 of 5: it is the first step, so that something grew beyond numbers up to 65,504",
    ),
    "the last step": (
        ["--learning-rate", "1e38", "--batch-size", "64"],
        r"on the test images after epoch 1: '\w+' is the first layer whose output is not finite, of weights that are",
    ),
}


@pytest.mark.parametrize("words, message", DIVERGING.values(), ids=DIVERGING)
def test_a_loss_that_is_no_number_stops_with_what_was_found(
    here: Path, capsys: pytest.CaptureFixture[str], words: list[str], message: str
) -> None:
    assert train("--epochs", "9", "--batch-size", "8", *words) == 2
    said = capsys.readouterr().err
    assert re.search(rf"error\[diverged\]: the loss is no longer a number {message}", said), said


def test_losses_are_those_of_the_steps_in_whatever_order_they_come() -> None:
    from training.losses import Losses

    losses = Losses()
    for batch, mean in ((1, 2.0), (0, 1.0), (3, 4.0)):  # the third is on its way
        losses.on_train_batch_end(batch, {"loss": mean})
    assert losses.each() == [1.0, 3.0]
    losses.on_train_batch_end(2, {"loss": float("nan")})
    assert losses.diverged and losses.each()[:2] == [1.0, 3.0]
    losses.on_epoch_begin(1)
    assert losses.before[:2] == [1.0, 3.0] and losses.each() == []


def test_progress_tells_speed_and_times_of_long_epochs_only() -> None:
    from training.losses import Losses
    from training.progress import Place, Progress

    for seconds, expected in ((2.0, True), (0.01, False)):  # a step
        lines: list[str] = []
        time = [0.0]
        place = Place(lines.append, every=30, clock=lambda time=time: time[0])
        progress = Progress(place, Length(steps=250, steps_per_epoch=100), 32, tests=10, losses=Losses())
        progress.on_epoch_begin(1)
        for batch in range(100):
            progress.on_train_batch_begin(batch)
            time[0] += seconds + 50 * (batch == 0)  # the first step compiles
        first = "epoch 2/3  step 16/100  16 images/s, 2 min 48 s left, 4 min 28 s of the run"
        assert lines[:1] == [first] * expected
        assert len(lines) == 6 * expected  # each 30 s of 198 s


def test_a_terminal_rewrites_the_line_of_progress_in_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = os.openpty()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "12")
    with open(theirs, "w", closefd=True) as stream:  # noqa: PTH123 -- a descriptor
        monkeypatch.setattr(sys, "stderr", stream)
        screen = Screen()
        screen.show("step 1 of a hundred")
        screen.show("step 2")
        screen.say("epoch 1")
        said = ""
        while not said.endswith("\n"):
            said += os.read(ours, 1000).decode()
    os.close(ours)
    assert said == "\rstep 1 of a\x1b[K\rstep 2\x1b[K\r\x1b[Kepoch 1\r\n"


def test_elsewhere_it_is_a_line_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    screen = Screen()
    screen.show("step 1")
    screen.say("epoch 1")
    assert capsys.readouterr().err == "step 1\nepoch 1\n" and screen.every >= 10


def test_tensorboard_and_the_table_hold_what_the_history_holds(here: Path) -> None:
    import tensorflow as tf

    assert train("--epochs", "2", "--batch-size", "8", "-o", "run", "--tensorboard", "--learning-rate", "0.01") == 0
    epochs = json.loads((here / "run" / "history.json").read_text())["epochs"]
    [path] = (here / "run" / "tensorboard").iterdir()
    found: dict[str, dict[int, float]] = {}
    for record in tf.data.TFRecordDataset(str(path)):
        event = tf.compat.v1.Event.FromString(record.numpy())
        for value in event.summary.value:
            found.setdefault(value.tag, {})[event.step] = float(tf.make_ndarray(value.tensor))
            assert value.metadata.plugin_data.plugin_name == "scalars"
    assert found["epoch/loss"] == pytest.approx({5: epochs[0]["loss"], 10: epochs[1]["loss"]})
    assert found["epoch/val_accuracy"] == pytest.approx({5: epochs[0]["test_accuracy"], 10: epochs[1]["test_accuracy"]})
    assert found["epoch/learning_rate"][10] == pytest.approx(epochs[1]["learning_rate"])
    steps = found["step/loss"]
    assert list(steps) == [*range(1, 11)]
    assert sum(steps[i] for i in range(6, 11)) / 5 == pytest.approx(epochs[1]["loss"], rel=1e-4)
    with (here / "run" / "history.csv").open(newline="") as file:
        table = list(csv.DictReader(file))
    assert [float(row["test_loss"]) for row in table] == [row["test_loss"] for row in epochs]
    assert [row["epoch"] for row in table] == ["1", "2"]


def test_a_dry_run_tells_all_and_writes_nothing(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {*here.rglob("*")}
    words = ["--epochs", "3", "--batch-size", "8", "--set", "recipe.optimizer=adam"]
    assert train(*words, "--dry-run") == 0
    lines = capsys.readouterr().out.splitlines()
    figures = api.analyze("linear.yaml", batch=8, optimizer="adam")
    size = f"{figures.memory.training_bytes / 1000:.1f} KB"
    assert lines[0] == f"network: {figures.params:,} parameters, {figures.macs:,} multiply-adds an image"
    assert lines[1].startswith(f"memory: about {size} for a step of 8 images in float32: weights 16.2 KB")
    assert lines[2] == "steps: 5 an epoch of 40 images, 15 in all"
    assert re.fullmatch(r"time: \d+ s until .* about \d\S* ms a step \(\S+ images/s\): .* without evaluation", lines[3])
    assert {*here.rglob("*")} == before


def test_a_dry_run_refuses_what_a_run_refuses(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert train("--dry-run", "-o", "set") == 2
    assert "the folder 'set' is not empty" in capsys.readouterr().err
    assert train("--dry-run", "--set", "vars.classes=7") == 2
