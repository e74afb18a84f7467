"""`archspec train` as a process of its own: output, folder, signals."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

LENET = str(Path(__file__).parents[2] / "specs" / "lenet5.yaml")
FILES = ["curves.png", "history.csv", "history.json", "model.keras", "recipe.yaml", "run.json", "spec.yaml"]
RELOAD = """
import sys
import archspec
model = archspec.load_model(sys.argv[1])  # its schedule is warmed up, and nothing of training is imported
from training import datasets, pipeline
model.compile(metrics=["accuracy"], loss="sparse_categorical_crossentropy")
from tests.training.inputs import bare
batches = pipeline.evaluation_batches(datasets.read("digits").test, bare((32, 32, 1)), 60)
print(f"{model.evaluate(batches, verbose=0)[1]:.4f}")
"""


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "archspec", "train", *arguments]


@dataclass(frozen=True)
class Finished:
    """A run that ended by itself."""

    folder: Path
    stdout: str
    stderr: str

    @property
    def accuracy(self) -> str:
        return self.stdout.splitlines()[-1].removeprefix("test accuracy: ")


@pytest.fixture(scope="module")
def digits_run(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """Two epochs in the default folder of an empty working directory."""
    here = tmp_path_factory.mktemp("work")
    done = subprocess.run(
        command(LENET, "--data", "digits", "--epochs", "2", "--set", "recipe.warmup={until: 1, learning_rate: 0.05}"),
        cwd=here,
        capture_output=True,
        text=True,
        check=True,
    )
    return Finished(here / "runs" / "lenet5-digits", done.stdout, done.stderr)


def test_the_last_line_is_the_test_accuracy(digits_run: Finished) -> None:
    assert digits_run.stdout.endswith(f"\ntest accuracy: {float(digits_run.accuracy):.4f}\n")
    assert 0.5 < float(digits_run.accuracy) < 1


def test_progress_is_a_line_an_epoch(digits_run: Finished) -> None:
    lines = [line for line in digits_run.stderr.splitlines() if line.startswith("epoch")]
    assert [line.split()[1] for line in lines] == ["1/2", "2/2"]
    assert f"test accuracy {digits_run.accuracy}" in lines[-1]
    assert "oneDNN" not in digits_run.stderr and "absl" not in digits_run.stderr


def test_the_folder_holds_model_history_and_curves(digits_run: Finished) -> None:
    assert sorted(path.name for path in digits_run.folder.iterdir()) == FILES
    history = json.loads((digits_run.folder / "history.json").read_text())
    assert (history["format"], history["recipe"], history["planned"]) == (2, "small", 2)
    assert [row["epoch"] for row in history["epochs"]] == [1, 2]
    assert f"{history['epochs'][-1]['test_accuracy']:.4f}" == digits_run.accuracy
    assert (digits_run.folder / "curves.png").read_bytes().startswith(b"\x89PNG")


def test_the_model_scores_the_same_in_a_fresh_process(digits_run: Finished) -> None:
    model = str(digits_run.folder / "model.keras")
    done = subprocess.run([sys.executable, "-c", RELOAD, model], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == digits_run.accuracy


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_run_with_the_last_finished_epoch_saved(tmp_path: Path, number: signal.Signals) -> None:
    folder = tmp_path / "run"
    arguments = command(LENET, "--data", "digits", "--epochs", "500", "-o", str(folder))
    with subprocess.Popen(arguments, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stderr and process.stdout
        seen = next((line for line in process.stderr if line.startswith("epoch   2/500")), "")
        process.send_signal(number)
        rest, out = process.stderr.read(), process.stdout.read()
    assert seen and process.returncode == 128 + number, rest
    assert "Traceback" not in rest and not out
    assert rest.splitlines()[-1] == (
        f"stopped by {number.name}: '{folder / 'model.keras'}' holds the last finished epoch, "
        f"`archspec train --resume {folder}` goes on from it"
    )
    assert sorted(path.name for path in folder.iterdir()) == ["checkpoints", *FILES]
    epochs = json.loads((folder / "history.json").read_text())["epochs"]
    assert f"{_accuracy(folder / 'model.keras'):.4f}" == f"{epochs[-1]['test_accuracy']:.4f}"


def _accuracy(path: Path) -> float:
    import keras

    from tests.training.inputs import bare
    from training import datasets, pipeline

    model = keras.models.load_model(path)
    batches = pipeline.evaluation_batches(datasets.read("digits").test, bare((32, 32, 1)), 60)
    return float(model.evaluate(batches, verbose=0, return_dict=True)["accuracy"])


def test_the_help_needs_no_tensorflow() -> None:
    script = "import sys, training.commands as c; print(c.train.__doc__, {'keras', 'tensorflow'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("set()")
