"""`archspec evaluate` within this process: runs, specs, ensembles, protocols, files, refusals."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from archspec import api
from archspec.cli import main
from tests.training.idx_files import write_folder
from tests.training.picture_files import saved
from tests.training.run_folders import copied, fresh, write_runs

Output = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what `write_runs` writes."""
    here = tmp_path_factory.mktemp("runs")
    write_runs(here)
    return here


@pytest.fixture(autouse=True)
def inside(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(runs)


@pytest.fixture
def evaluated(capsys: Output) -> Callable[..., dict[str, Any]]:
    """The JSON that the command prints."""

    def run(*words: str) -> dict[str, Any]:
        capsys.readouterr()
        assert main(["evaluate", *words, "--format", "json"]) == 0
        found: dict[str, Any] = json.loads(capsys.readouterr().out)
        return found

    return run


def last_epoch(run: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((run / "history.json").read_text())["epochs"][-1]
    return found


@pytest.mark.parametrize("name", ["a", "mean", "near"])
def test_the_center_has_the_accuracy_that_training_ended_with(
    runs: Path, evaluated: Callable[..., dict[str, Any]], name: str
) -> None:
    found = evaluated(name)
    assert found["members"][0]["protocol"] == "center"
    assert found["accuracy"] == pytest.approx(last_epoch(runs / name)["test_accuracy"], abs=1e-7)
    if name == "a":
        assert found["top"]["3"] == pytest.approx(last_epoch(runs / name)["test_top"]["3"], abs=1e-7)


def test_the_last_line_is_that_of_training(runs: Path, capsys: Output) -> None:
    assert main(["evaluate", "a"]) == 0
    said = capsys.readouterr()
    assert said.out.splitlines()[-1] == f"test accuracy: {last_epoch(runs / 'a')['test_accuracy']:.4f}"
    assert "a on set: 30 test images, center" in said.err


def test_the_recipe_says_the_protocol_where_nothing_else_does(evaluated: Callable[..., dict[str, Any]]) -> None:
    by_recipe, asked = evaluated("crops"), evaluated("a", "--protocol", "10crop", "--scales", "16,14")
    for found in (by_recipe, asked):
        assert (found["members"][0]["protocol"], found["members"][0]["views"]) == ("10crop", 20)
    assert evaluated("crops", "--protocol", "center")["members"][0]["views"] == 1
    assert evaluated("crops", "--protocol", "10crop", "--scales", "14")["members"][0]["views"] == 10
    assert by_recipe["confusion"] == asked["confusion"]  # the same weights


def test_a_run_is_its_spec_with_its_weights_and_other_data_count(
    runs: Path, evaluated: Callable[..., dict[str, Any]]
) -> None:
    of_run = evaluated("b")
    found = evaluated("tiny.yaml", "--weights", "b/model.keras", "--data", "idx:set")
    assert found["confusion"] == of_run["confusion"]
    assert evaluated("b", "--split", "train")["data"] | {"words": ""} == {
        **{"name": "set", "split": "train", "pictures": 60},
        "words": "",
    }
    write_folder(runs / "other", size=12, train=5, test=7, classes=5)
    assert evaluated("b", "--data", "idx:other")["data"]["pictures"] == 7


@pytest.mark.parametrize("words", [["--protocol", "144crop"], ["--protocol", "dense"], ["--protocol", "multiscale"]])
def test_shares_are_the_mean_over_the_views(words: list[str], evaluated: Callable[..., dict[str, Any]]) -> None:
    """Few views at once and many give the same."""
    many, few = evaluated("a", *words), evaluated("a", *words, "--batch-size", "5")
    assert many["confusion"] == few["confusion"]
    for one, other in zip(many["mistakes"], few["mistakes"], strict=True):
        assert one["share"] == pytest.approx(other["share"], abs=1e-6)


def shares_of(run: Path) -> np.ndarray:
    """The shares that a run gives to the test pictures, by plain Keras."""
    from training import datasets, fitting

    model = api.load_model(run / "model.keras")
    inputs = fitting.fit(datasets.read("idx:set").test.pictures.array, (12, 12, 1)) / 255.0
    given = model(inputs)
    return np.asarray(given["output"] if isinstance(given, dict) else given, np.float64)


def test_an_ensemble_is_the_mean_of_shares(runs: Path, evaluated: Callable[..., dict[str, Any]]) -> None:
    from training import datasets

    expected = (shares_of(runs / "a") + shares_of(runs / "b")) / 2
    labels = datasets.read("idx:set").test.labels
    found = evaluated("a", "b", "--top", "1,2")
    assert found["accuracy"] == (expected.argmax(axis=1) == labels).mean()
    worst = found["mistakes"][0]
    assert worst["share"] == pytest.approx(expected[worst["picture"]].max(), abs=1e-6)
    assert [member["name"] for member in found["members"]] == ["a", "b"]
    assert found["members"][1]["top"]["1"] == evaluated("b")["accuracy"]


def test_an_ensemble_document_is_the_ensemble_of_its_files(
    runs: Path, evaluated: Callable[..., dict[str, Any]]
) -> None:
    for name in ("a", "b"):
        api.save_weights(api.build("tiny.yaml", weights=runs / name / "model.keras"), runs / f"{name}.safetensors")
    found = evaluated("both.yaml", "--weights", "members", "--data", "idx:set")
    assert found["confusion"] == evaluated("a", "b")["confusion"]


def test_python_gives_what_the_command_gives(runs: Path, evaluated: Callable[..., dict[str, Any]]) -> None:
    import training

    found = training.evaluate("a", protocol="10crop", scales=[14], mirrored=False, top=[1, 2])
    assert found.to_dict() == evaluated("a", *["--protocol", "10crop", "--scales", "14", "--no-mirror", "--top", "1,2"])
    data = training.data("idx:set")
    assert training.evaluate([runs / "a", runs / "b"], data).to_dict()["accuracy"] == evaluated("a", "b")["accuracy"]


def test_hits_that_cannot_miss_are_left_out(evaluated: Callable[..., dict[str, Any]], capsys: Output) -> None:
    assert list(evaluated("a", "--top", "1,9,10,11")["top"]) == ["1", "9"]
    assert list(evaluated("a", "--top", "10")["top"]) == ["1"]
    assert main(["evaluate", "a", "--top", "1,10,11"]) == 0
    out, err = capsys.readouterr()
    assert "note: top-10 and top-11 are left out: with 10 classes every picture is a hit" in err and "top-10" not in out


def test_distances_are_shares_whose_largest_is_the_nearest(evaluated: Callable[..., dict[str, Any]]) -> None:
    found = evaluated("near", "--protocol", "10crop")
    assert found["data"]["pictures"] == 30
    assert all(0.1 <= each["share"] <= 1 and each["right_share"] <= each["share"] for each in found["mistakes"])


def test_the_page_names_all_that_a_run_leaves(runs: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "recipes.md").read_text(encoding="utf-8")
    table = page.split("| file | what it is |", 1)[1].partition("\n\n")[0]
    left = {path.name for path in (runs / "mean").iterdir()}
    assert set(re.findall(r"^\| `(.*?)` \|", table, re.MULTILINE)) == left | {"checkpoints", "tensorboard"}


def test_a_folder_of_pictures_tables_and_json(runs: Path, capsys: Output, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "errors"
    assert main(["evaluate", "a", "-o", str(folder), "--worst", "3"]) == 0
    names = ["classes.csv", "confusion.png", "confusion.svg", "evaluation.json", "mistakes.csv", "mistakes.png"]
    assert sorted(path.name for path in folder.iterdir()) == names
    found = json.loads((folder / "evaluation.json").read_text())
    assert found["format"] == 1 and len(found["mistakes"]) == 3
    assert sum(map(sum, found["confusion"])) == sum(each["pictures"] for each in found["classes"]) == 30
    lines = (folder / "classes.csv").read_text().splitlines()
    assert lines[0] == "number,name,pictures,correct,accuracy,taken_for,mistaken" and len(lines) == 11
    assert (folder / "mistakes.png").read_bytes().startswith(b"\x89PNG")
    assert main(["evaluate", "a", "-o", str(folder)]) == 2
    assert f"the folder '{folder}' is not empty" in capsys.readouterr().err
    (folder / "notes.txt").write_text("mine")
    assert main(["evaluate", "a", "-o", str(folder), "--worst", "0", "--force"]) == 0
    assert sorted(path.name for path in folder.iterdir()) == [*names[:-2], "notes.txt"]
    assert [path.name for path in folder.parent.iterdir()] == ["errors"]


def test_mistakes_of_picture_files_are_named(
    runs: Path, tmp_path: Path, evaluated: Callable[..., dict[str, Any]]
) -> None:
    random = np.random.default_rng(0)
    for number in range(20):
        file = tmp_path / "scans" / f"{number % 10}" / f"scan {number}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(saved(random.integers(0, 256, (12, 12), np.uint8), "PNG"))
    words = ["a", "--data", f"folder:{tmp_path / 'scans'}", "--split", "train", "--test-share", "0"]
    found = evaluated(*words, "-o", str(tmp_path / "errors"))["mistakes"]
    assert found
    for each in found:
        assert (tmp_path / "scans" / each["file"]).is_file()
        assert Path(each["file"]).parent.name == each["right"]
    lines = (tmp_path / "errors" / "mistakes.csv").read_text().splitlines()
    assert lines[0] == "picture,file,right,said,share,right_share"
    assert [line.split(",")[1] for line in lines[1:]] == [each["file"] for each in found]


def test_what_is_no_file_has_no_name(evaluated: Callable[..., dict[str, Any]]) -> None:
    assert {each["file"] for each in evaluated("a")["mistakes"]} == {None}


def test_tables_name_classes_and_confusions(capsys: Output) -> None:
    assert main(["evaluate", "a", "--format", "md"]) == 0
    rows = capsys.readouterr().out.splitlines()
    assert rows[0] == "| class | name | pictures | correct | accuracy | most often taken for |" and len(rows) == 12
    assert main(["evaluate", "a", "--format", "csv"]) == 0
    assert capsys.readouterr().out.startswith("number,name,pictures,correct,accuracy,taken_for,mistaken\n0,0,3,")


REFUSED = {
    "no network": (["nothing", "--data", "idx:set"], "error[no-such-run]: 'nothing' is neither"),
    "fresh weights": (["tiny.yaml", "--data", "idx:set"], "a spec, whose fresh weights know nothing"),
    "no data": (["tiny.yaml", "--weights", "a/model.keras"], "no --data to evaluate on"),
    "no such weights": (["tiny.yaml", "--weights", "no.keras", "--data", "idx:set"], "cannot read 'no.keras'"),
    "weights of another": (
        ["tiny.yaml", "--weights", "near/model.keras", "--data", "idx:set"],
        "error[weights-misfit]",
    ),
    "weights beside runs": (["a", "b", "--weights", "a/model.keras"], "--weights are of one SPEC"),
    "settings beside runs": (["a", "--set", "vars.classes=3"], "--set changes a spec"),
    "a folder that is no run": (["set"], "'set/run.json' cannot be read"),
    "a protocol that it cannot follow": (["near", "--protocol", "dense"], "error[no-dense-form]"),
    "scales for the center": (["a", "--scales", "20"], "--scales is not for the center"),
    "scales below the input": (["a", "--protocol", "10crop", "--scales", "9"], "the network's input is 12"),
    "labels beyond the outputs": (["a", "--data", "idx:many"], "labels up to 11, the output 'output' has 10 classes"),
    "a file for a folder": (["a", "-o", "tiny.yaml"], "'tiny.yaml' is a file"),
    "below a file": (["a", "-o", "tiny.yaml/out"], "cannot be written"),
    "unknown data": (["a", "--data", "digit"], "did you mean 'digits'?"),
}


@pytest.mark.parametrize(("words", "message"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_work_is_said(runs: Path, capsys: Output, words: list[str], message: str) -> None:
    write_folder(runs / "many", size=10, train=20, test=20, classes=12)
    before = sorted(path.name for path in runs.iterdir())
    assert main(["evaluate", *words]) == 2
    said = capsys.readouterr()
    assert message in said.err and not said.out
    assert sorted(path.name for path in runs.iterdir()) == before


def test_changed_data_are_not_those_of_the_run(runs: Path, capsys: Output) -> None:
    write_folder(runs / "set", size=10, train=60, test=29)
    try:
        assert main(["evaluate", "a"]) == 2
        assert "the data 'set' are not those of 'a': 29 test images in place of 30" in capsys.readouterr().err
        assert main(["evaluate", "a", "--data", "idx:set"]) == 0
    finally:
        write_folder(runs / "set", size=10, train=60, test=30)


def test_a_folder_of_other_classes_is_refused(runs: Path, capsys: Output) -> None:
    """Whose labels would mean something else."""
    from PIL import Image

    for name in ("cat", "dog"):
        (runs / "pets" / name).mkdir(parents=True)
        for number in range(2):
            Image.new("L", (12, 12), number).save(runs / "pets" / name / f"{number}.png")
    copied(runs / "a", runs / "owls")
    record = json.loads((runs / "owls" / "run.json").read_text())
    record["data"]["class_names"] = ["cat", "owl"]
    (runs / "owls" / "run.json").write_text(json.dumps(record))
    assert main(["evaluate", "owls", "--data", "folder:pets"]) == 2
    assert "the first that differs is 'dog', and was 'owl'" in capsys.readouterr().err
    assert main(["evaluate", "a", "--data", "folder:pets", "--test-share", "0.5"]) == 0
    assert "    0  cat          1 " in capsys.readouterr().out


def test_runs_without_a_finished_epoch_or_of_other_classes_are_refused(runs: Path, capsys: Output) -> None:
    copied(runs / "a", runs / "eleven", fresh(runs / "tiny.yaml", classes=11))
    spec = (runs / "eleven" / "spec.yaml").read_text()
    (runs / "eleven" / "spec.yaml").write_text(spec.replace("units: 10", "units: 11"))
    assert main(["evaluate", "a", "eleven"]) == 2
    assert "a tells 10 classes apart, eleven 11" in capsys.readouterr().err
    (runs / "eleven" / "model.keras").unlink()
    assert main(["evaluate", "eleven"]) == 2
    assert "'eleven' has no file model.keras" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["--top", "0"], ["--top", "a"], ["--scales", ""], ["--protocol", "11crop"]])
def test_words_without_a_meaning_are_refused(words: list[str], capsys: Output) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["evaluate", "a", *words])
    assert caught.value.code == 2 and f"argument {words[0]}: " in capsys.readouterr().err
