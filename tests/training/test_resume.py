"""Runs that are stopped and go on: the same weights, to the bit, as without the stop."""

from __future__ import annotations

import json
import os
import shutil
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from archspec.cli import main
from tests.training.idx_files import write_folder
from training.run_folder import RunFolder

DROPPING = """
archspec: 1
name: dropping
input: [12, 12, 1]
layers:
  - conv: {name: c1, filters: 4, kernel_size: 3, norm: batch_norm, activation: relu}
  - fc: {name: f1, units: 16, activation: tanh, dropout: 0.5}
  - fc: {name: output, units: 10, activation: softmax}
"""
WATCHING = """
recipe: 1
name: watching
batch_size: 8
epochs: 6
optimizer: {name: sgd, learning_rate: 0.05, momentum: 0.9}
schedule: {name: plateau, monitor: val_loss, patience: 1, factor: 0.5, cooldown: 1}
warmup: {until: 4, learning_rate: 0.001, unit: epochs, mode: linear}
ema: {momentum: 0.9}
augmentation: [pad_and_crop: 2]
"""
FALLING = """
recipe: 1
name: falling
batch_size: 8
steps: 27
optimizer: {name: adam, learning_rate: 0.01}
schedule: cosine
weight_decay: 0.001
precision: mixed_float16
"""
CENTRED = """
recipe: 1
name: centred
batch_size: 8
epochs: 6
augmentation: [per_pixel_mean]
"""
EPOCHS = 6


def train(*words: str) -> int:
    return main(["train", *words])


def write_all(here: Path) -> None:
    """A spec, two recipes, and data of ten classes in `set`: five batches an epoch."""
    for name, text in (("dropping", DROPPING), ("watching", WATCHING), ("falling", FALLING), ("centred", CENTRED)):
        (here / f"{name}.yaml").write_text(text)
    write_folder(here / "set", size=10, train=38, test=20)


def stop_behind(epochs: int, run: Path) -> threading.Thread:
    """Send SIGTERM to this process once so many epochs of a run are finished."""

    def watch() -> None:
        while not run.joinpath("history.json").exists() or len(figures(run)) < epochs:
            time.sleep(0.001)
        os.kill(os.getpid(), signal.SIGTERM)

    thread = threading.Thread(target=watch)
    thread.start()
    return thread


def stopped(run: str, recipe: str, epochs: int = 2) -> int:
    """Train, stopped by SIGTERM behind some epochs; gives how many were finished."""
    thread = stop_behind(epochs, Path(run))
    words = ["dropping.yaml", "--data", "idx:set", "--recipe", f"{recipe}.yaml", "-o", run]
    assert train(*words) == 128 + signal.SIGTERM
    thread.join()
    return len(figures(Path(run)))


def figures(run: Path) -> list[dict[str, float]]:
    epochs = json.loads((run / "history.json").read_text())["epochs"]
    return [{name: value for name, value in row.items() if name != "seconds"} for row in epochs]


def weights(run: Path) -> list[np.ndarray]:
    import keras

    model = keras.saving.load_model(run / "model.keras")
    return [*model.get_weights(), *(np.asarray(variable) for variable in model.optimizer.variables)]


@pytest.mark.parametrize("recipe", ["watching", "falling", "centred"])
def test_a_stopped_run_ends_as_one_that_was_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], recipe: str
) -> None:
    monkeypatch.chdir(tmp_path)
    write_all(tmp_path)
    assert train("dropping.yaml", "--data", "idx:set", "--recipe", f"{recipe}.yaml", "-o", "straight") == 0
    said = capsys.readouterr()
    last = said.out.splitlines()[-1]
    assert ("measuring the training set" in said.err) == (recipe == "centred")
    finished = stopped("run", recipe)
    assert 2 <= finished < EPOCHS
    assert "`archspec train --resume run` goes on from it" in capsys.readouterr().err
    assert train("--resume", "run") == 0
    said = capsys.readouterr()
    assert f"goes on after epoch {finished} of 6" in said.err and said.out.splitlines()[-1] == last
    assert "measuring" not in said.err  # the run has kept the mean picture
    run, straight = tmp_path / "run", tmp_path / "straight"
    assert figures(run) == figures(straight)
    for mine, theirs in zip(weights(run), weights(straight), strict=True):
        np.testing.assert_array_equal(mine, theirs)
    assert {path.name for path in run.iterdir()} == {path.name for path in straight.iterdir()}


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working directory with data and a stopped run in `run`."""
    here = tmp_path_factory.mktemp("left")
    write_all(here)
    before = Path.cwd()
    os.chdir(here)
    try:
        stopped("run", "watching", epochs=3)
    finally:
        os.chdir(before)
    return here


@pytest.fixture
def run(left: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the stopped run, with its data where they were."""
    monkeypatch.chdir(tmp_path)
    return Path(shutil.copytree(left / "run", tmp_path / "run"))


def test_a_damaged_checkpoint_gives_way_to_the_one_before(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    finished = len(figures(run))
    _, newest = sorted((run / "checkpoints").iterdir())
    newest.write_bytes(newest.read_bytes()[:-1] + b"?")
    assert train("--resume", "run") == 0
    said = capsys.readouterr()
    assert f"'{newest.relative_to(run.parent)}' was damaged: its checksum is wrong" in said.err
    assert f"goes on after epoch {finished - 1} of 6" in said.err
    assert [row["epoch"] for row in figures(run)] == [1, 2, 3, 4, 5, 6]
    capsys.readouterr()
    assert train("--resume", "run") == 0  # and once more: a finished run stays as it is
    again = capsys.readouterr()
    assert "the run in 'run' is finished" in again.err and again.out == said.out


def _all_damaged(run: Path) -> None:
    for path in (run / "checkpoints").iterdir():
        path.write_bytes(b"")


def _none_left(run: Path) -> None:
    shutil.rmtree(run / "checkpoints")


def _of_another_spec(run: Path) -> None:
    spec = run / "spec.yaml"
    spec.write_text(spec.read_text().replace("units: 16", "units: 17"))


def _of_another_format(run: Path) -> None:
    (run / "run.json").write_text('{"format": 2}')


def _without_an_epoch(run: Path) -> None:
    shutil.rmtree(run)
    run.mkdir()


def _is_no_folder(run: Path) -> None:
    shutil.rmtree(run)


REFUSED: dict[str, tuple[Callable[[Path], None], list[str], str]] = {
    "all damaged": (_all_damaged, [], "all checkpoints in 'run/checkpoints' are damaged"),
    "no checkpoint": (_none_left, [], "'run' has no checkpoint to go on from\n  expected --like run"),
    "another spec": (_of_another_spec, [], "'spec.yaml' or 'recipe.yaml' in 'run' is not what the run was begun with"),
    "another format": (_of_another_format, [], "'run' has format 2"),
    "no epoch": (_without_an_epoch, [], "'run/run.json' cannot be read: No such file"),
    "no folder": (_is_no_folder, [], "'run' cannot be read: No such file or directory"),
    "other data": (lambda run: None, ["--data", "digits"], "the data 'digits' are not those of 'run'"),
    "a setting": (lambda run: None, ["--epochs", "9"], "as it is, and --epochs stands beside it"),
    "a spec": (lambda run: None, ["lenet5"], "as it is, and SPEC stands beside it"),
}


@pytest.mark.parametrize("change, words, message", REFUSED.values(), ids=REFUSED)
def test_what_cannot_go_on_is_said(
    run: Path, capsys: pytest.CaptureFixture[str], change: Callable[[Path], None], words: list[str], message: str
) -> None:
    change(run)
    assert train(*words, "--resume", "run") == 2
    assert message in capsys.readouterr().err


def test_two_processes_never_train_in_one_folder(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with RunFolder(run).locked():
        assert train("--resume", "run") == 2
    assert "another process trains in 'run'" in capsys.readouterr().err
