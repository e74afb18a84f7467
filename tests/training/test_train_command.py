"""`archspec train` within this process: repeatable runs, heads, refusals, and how well digits are read."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from archspec import api
from archspec.cli import main
from tests.training.idx_files import write_folder
from tests.training.specs import HEADLESS as TINY, HEADS

LENET = str(Path(__file__).parents[2] / "specs" / "lenet5.yaml")


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with the specs `tiny.yaml` and `heads.yaml` and data of ten classes in `set`."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tiny.yaml").write_text(TINY)
    (tmp_path / "heads.yaml").write_text(HEADS)
    write_folder(tmp_path / "set", size=10, train=40, test=20)
    return tmp_path


def train(*arguments: str) -> int:
    return main(["train", *arguments])


def figures(folder: Path) -> list[dict[str, float]]:
    epochs = json.loads((folder / "history.json").read_text())["epochs"]
    return [{name: value for name, value in row.items() if name != "seconds"} for row in epochs]


def test_equal_seeds_give_equal_runs_and_no_run_is_overwritten(small: Path) -> None:
    for seed in ("5", "5", "6"):
        assert train("tiny.yaml", "--data", "idx:set", "--epochs", "3", "--batch-size", "16", "--seed", seed) == 0
    first, second, third = (small / "runs" / f"tiny-idx{end}" for end in ("", "-2", "-3"))
    assert figures(first) == figures(second) != figures(third)


def test_auxiliary_heads_are_trained_and_the_main_one_counts(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import keras

    assert train("heads.yaml", "--data", "idx:set", "--epochs", "1", "-o", "run") == 0
    model = keras.models.load_model(small / "run" / "model.keras")
    assert list(model.output) == ["output", "side"]
    assert model.get_compile_config()["loss_weights"] == {"output": 1.0, "side": 0.3}
    keras.utils.set_random_seed(0)
    fresh = api.build(str(small / "heads.yaml"), auxiliary=True)
    for layer in ("c1", "output", "side.side_output"):
        assert not np.array_equal(fresh.get_layer(layer).get_weights()[0], model.get_layer(layer).get_weights()[0])
    assert (
        capsys.readouterr().out.splitlines()[-1] == f"test accuracy: {figures(small / 'run')[-1]['test_accuracy']:.4f}"
    )


def test_more_classes_than_labels_are_told_with_the_cure(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert train("tiny.yaml", "--data", "idx:set", "--epochs", "1", "--set", "vars.classes=1000") == 0
    assert "note: tiny tells 1000 classes apart, set has 10: --set vars.classes=10" in capsys.readouterr().err


def test_hits_that_cannot_miss_are_not_noted(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--epochs", "1", "-o", "run", "--set", "recipe.evaluation.top=[1, 3, 10]"]
    assert train("tiny.yaml", "--data", "idx:set", *words) == 0
    assert "note: top-10 is left out: with 10 classes every picture is a hit" in capsys.readouterr().err
    assert list(figures(small / "run")[0]["test_top"]) == ["3"]  # type: ignore[call-overload]


def test_a_used_folder_stays_as_it_is(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (small / "mine").mkdir()
    (small / "mine" / "thesis.tex").write_text("years of work")
    assert train("tiny.yaml", "--data", "idx:set", "-o", "mine") == 2
    assert "the folder 'mine' is not empty" in capsys.readouterr().err
    assert [path.name for path in (small / "mine").iterdir()] == ["thesis.tex"]


def test_a_run_is_repeated_from_its_folder(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (small / "mine.yaml").write_text("recipe: 1\nname: mine\nextends: small\nepochs: 2\nbatch_size: 16\n")
    spec = (small / "tiny.yaml").read_text().replace("name: tiny", "name: tiny\nrecipe: mine.yaml")
    (small / "tiny.yaml").write_text(spec)
    settings = ["--set", "recipe.optimizer.learning_rate=0.02", "--seed", "5"]
    assert train("tiny.yaml", "--data", "idx:set", *settings, "-o", "first") == 0
    assert "tiny on set by the recipe mine: 40 training and 20 test images, 2 epochs in" in capsys.readouterr().err
    (small / "mine.yaml").unlink()  # a folder needs nothing but itself and the data
    (small / "tiny.yaml").unlink()
    assert train("--like", "first", "-o", "second") == 0
    assert figures(small / "first") == figures(small / "second")
    for name in ("spec.yaml", "recipe.yaml", "run.json"):
        assert (small / "first" / name).read_text() == (small / "second" / name).read_text()
    assert train("--like", "first", "-o", "third", "--seed", "6") == 0
    assert figures(small / "first") != figures(small / "third")


def test_a_run_on_changed_data_is_no_repetition(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert train("tiny.yaml", "--data", "idx:set", "--epochs", "1", "-o", "first") == 0
    write_folder(small / "set", size=10, train=40, test=19)
    assert train("--like", "first", "-o", "second") == 2
    assert "the data 'set' are not those of 'first': 19 test images in place of 20" in capsys.readouterr().err
    assert train("--like", "first", "--data", "idx:set", "-o", "second") == 0


@pytest.mark.parametrize("text", ["", "[]", "{", '{"format": 1}', '{"format": 1, "data": 3}', "\xff"])
def test_what_is_no_record_of_a_run_is_refused(small: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    (small / "run").mkdir()
    (small / "run" / "run.json").write_bytes(text.encode("latin-1"))
    assert train("--like", "run") == 2
    assert "error[bad-run]: 'run/run.json' cannot be read: it is no record of a run" in capsys.readouterr().err


def test_pictures_become_inputs_as_recipe_or_spec_say(small: Path) -> None:
    said = (small / "tiny.yaml").read_text()
    (small / "told.yaml").write_text(
        said.replace("layers:", "preprocessing: {channel_order: gray, scale: 0.001}\nlayers:")
    )
    asked: dict[str, list[str]] = {"told": [], "other": ["--set", "recipe.preprocessing={scale: 0.004}"]}
    for name, words in asked.items():
        assert train("told.yaml", "--data", "idx:set", "--epochs", "1", "-o", name, *words) == 0
    assert "preprocessing: {channel_order: gray, scale: 0.001}" in (small / "told" / "recipe.yaml").read_text()
    assert "preprocessing: {scale: 0.004}" in (small / "other" / "recipe.yaml").read_text()
    assert figures(small / "told") != figures(small / "other")


def test_a_run_of_another_format_is_refused(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert train("tiny.yaml", "--data", "idx:set", "--epochs", "1", "-o", "run") == 0
    record = small / "run" / "run.json"
    record.write_text('{"format": 2}')
    assert train("--like", "run") == 2
    assert "'run' has format 2\n  expected format 1, which this release reads" in capsys.readouterr().err


def test_a_run_folder_says_what_it_is(small: Path) -> None:
    assert train("tiny.yaml", "--data", "idx:set", "--epochs", "1", "-o", "run") == 0
    record = json.loads((small / "run" / "run.json").read_text())
    assert (record["format"], record["network"], record["recipe"]) == (1, "tiny", "small")
    assert record["versions"].keys() == {"archspec", "keras", "tensorflow", "python"}
    data = record["data"]
    assert (data["name"], data["training"], data["test"], data["classes"]) == ("set", 40, 20, 10)
    assert data["words"] == f"idx:{(small / 'set').resolve()}"
    assert api.load(small / "run" / "spec.yaml").digest == api.load(small / "tiny.yaml").digest


REFUSED = {
    "nothing to train": (["--data", "idx:set", "--like", "set"], "'set/run.json' cannot be read: No such file"),
    "an unknown recipe": (["--data", "idx:set", "--recipe", "smal"], "did you mean 'small'?"),
    "a spec for a recipe": (["--data", "idx:set", "--recipe", "tiny.yaml"], "a spec, by its first key, where a recipe"),
    "a wrong setting": (
        ["--data", "idx:set", "--set", "recipe.optimizer.momentom=1"],
        "--set:1:1: error[unknown-key]: unknown key 'momentom' in sgd",
    ),
    "rows of another network": (["--data", "idx:set", "--recipe", "lenet"], "names 'C1', and tiny has no such row"),
    "a head that is not there": (
        ["--data", "idx:set", "--set", "recipe.loss_weights.aux1=1"],
        "`loss_weights` of the recipe small names 'aux1', no head of tiny",
    ),
    "labels beyond the outputs": (
        ["--data", "idx:set", "--set", "vars.classes=7"],
        "the output 'output' has 7 classes\n  expected at least 10 classes: --set vars.classes=10",
    ),
    "diverging": (["--data", "idx:set", "--learning-rate", "1e38"], "the loss is no longer a number"),
    "file for a folder": (["--data", "idx:set", "-o", "tiny.yaml"], "'tiny.yaml' is a file"),
    "below a file": (
        ["--data", "idx:set", "-o", "tiny.yaml/run"],
        "'tiny.yaml/run' cannot be written: Not a directory",
    ),
    "unknown data": (["--data", "digit"], "did you mean 'digits'?"),
}


@pytest.mark.parametrize("arguments, message", REFUSED.values(), ids=REFUSED)
def test_what_cannot_work_is_said_and_leaves_no_folder(
    small: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    before = {path.name for path in small.iterdir()}
    assert train(*([] if "--like" in arguments else ["tiny.yaml"]), *arguments) == 2
    assert message in capsys.readouterr().err
    assert not list((small / "runs").glob("*"))
    assert {path.name for path in small.iterdir()} - {"runs"} == before


def test_a_request_without_a_network_or_data_says_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    for words, message in (
        (["--data", "digits"], "no SPEC"),
        (["lenet5"], "no --data"),
        (["x", "--like", "y"], "run.json"),
    ):
        assert train(*words) == 2
        assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["--epochs", "0"],
        ["--batch-size", "-1"],
        ["--learning-rate", "nan"],
        ["--learning-rate", "0"],
        ["--seed", "1.5"],
    ],
)
def test_figures_without_a_meaning_are_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        train("lenet5", "--data", "digits", *arguments)
    assert caught.value.code == 2
    assert f"argument {arguments[0]}: expected a " in capsys.readouterr().err


@pytest.mark.parametrize("seed", ["0", *(pytest.param(seed, marks=pytest.mark.slow) for seed in "12")])
def test_digits_are_read_by_default_settings_whatever_the_seed(small: Path, seed: str) -> None:
    """LeNet-5, as the README trains it. A support vector machine reads 98.9 % of these images."""
    assert train(LENET, "--data", "digits", "--seed", seed, "-o", "run") == 0
    assert figures(small / "run")[-1]["test_accuracy"] >= 0.98
