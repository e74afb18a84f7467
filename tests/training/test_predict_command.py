"""`archspec predict` within this process: odd and broken pictures, runs as their test sees them, names, refusals."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from archspec import api
from archspec.cli import main
from tests.training.idx_files import write_folder
from tests.training.picture_files import BROKEN, ODD, saved

Output = pytest.CaptureFixture[str]
COLOURS = """
archspec: 1
name: colours
input: [16, 16, 3]
layers:
  - global_avg_pool: {name: mean}
  - fc: {name: output, units: 3, activation: softmax}
classes: [red, green, blue]
"""
TINY = """
archspec: 1
name: tiny
input: [12, 12, 1]
layers:
  - conv: {name: c1, filters: 4, kernel_size: 3, activation: relu}
  - fc: {name: output, units: 10, activation: softmax}
"""
STEEP = 20.0


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`colours` says which of red, green and blue is strongest; its shares are the softmax of 20 times their means."""
    folder = tmp_path_factory.mktemp("predict")
    (folder / "colours.yaml").write_text(COLOURS)
    (folder / "tiny.yaml").write_text(TINY)
    model = api.build(folder / "colours.yaml")
    model.get_layer("output").set_weights([STEEP * np.eye(3, dtype="float32"), np.zeros(3, "float32")])
    api.save_weights(model, folder / "colours.safetensors")
    for name, colour in (("red", (250, 10, 20)), ("green", (10, 200, 150)), ("blue", (0, 100, 130))):
        (folder / f"{name}.png").write_bytes(saved(np.full((20, 30, 3), colour, np.uint8), "PNG"))
    return folder


@pytest.fixture(autouse=True)
def _inside(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(here)


def predict(*words: object) -> int:
    return main(["predict", *map(str, words)])


def answers(capsys: Output, *words: object, code: int = 0) -> list[dict[str, Any]]:
    capsys.readouterr()
    assert predict(*words, "--format", "json") == code
    found = json.loads(capsys.readouterr().out)
    assert isinstance(found, list)
    return found


COLOURS_NET = ("colours.yaml", "--weights", "colours.safetensors")


def test_the_strongest_colour_is_told(capsys: Output) -> None:
    assert predict(*COLOURS_NET, "red.png", "green.png", "blue.png", "--top", "1") == 0
    assert capsys.readouterr().out.splitlines() == [
        "picture    class   share",
        "red.png    red    1.0000",
        "green.png  green  0.9806",
        "blue.png   blue   0.9131",
    ]
    exact = np.exp(STEEP * np.array([0, 100, 130]) / 255)
    exact /= exact.sum()
    [found] = answers(capsys, *COLOURS_NET, "blue.png")
    assert [(each["class"], each["number"]) for each in found["top"]] == [("blue", 2), ("green", 1), ("red", 0)]
    np.testing.assert_allclose([each["share"] for each in found["top"]], exact[[2, 1, 0]], rtol=1e-4)


def test_a_table_of_comma_separated_values_has_a_line_a_class(capsys: Output) -> None:
    assert predict(*COLOURS_NET, "red.png", "--top", "2", "--format", "csv") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "picture,place,class,number,share"
    assert [line.rpartition(",")[0] for line in lines[1:]] == ["red.png,1,red,0", "red.png,2,blue,2"]


def test_odd_pictures_are_predicted_as_what_a_viewer_shows(here: Path, capsys: Output) -> None:
    odd, plain = here / "odd", here / "shown"
    odd.mkdir()
    plain.mkdir()
    for name, (data, shown, _) in ODD.items():
        if shown is not None:
            (odd / f"{name}.jpg").write_bytes(data)
            (plain / f"{name}.png").write_bytes(saved(np.squeeze(np.round(shown).astype(np.uint8)), "PNG"))
    found, expected = (answers(capsys, *COLOURS_NET, folder) for folder in (odd, plain))
    assert len(found) >= 35
    for one, other in zip(found, expected, strict=True):
        shares = [{each["class"]: each["share"] for each in answer["top"]} for answer in (one, other)]
        assert shares[0] == pytest.approx(shares[1], abs=0.05), one["picture"]
    notes = {Path(one["picture"]).stem: one["notes"] for one in found}
    assert notes["animated gif"] == ["read by its first frame or page"]
    assert notes["plain"] == []


def test_broken_pictures_are_named_and_the_others_predicted(here: Path, capsys: Output) -> None:
    folder = here / "broken"
    folder.mkdir()
    for name, (data, _) in BROKEN.items():
        if "sums" not in name:
            (folder / f"{name}.jpg").write_bytes(data)
    found = answers(capsys, *COLOURS_NET, "red.png", folder, "nothing.png", "blue.png", code=2)
    assert [one["top"][0]["class"] for one in (found[0], found[-1])] == ["red", "blue"]
    assert found[-2] == {
        "picture": "nothing.png",
        "top": [],
        "notes": [],
        "error": "cannot be read: No such file or directory",
    }
    for one in found[1:-2]:
        assert BROKEN[Path(one["picture"]).stem][1] in one["error"]
        assert one["top"] == []
    assert predict(*COLOURS_NET, "red.png", folder / "text.jpg") == 2
    captured = capsys.readouterr()
    assert f"error[bad-data]: '{folder}/text.jpg' is no picture of a format that is known" in captured.err
    assert "red.png  red" in captured.out


def test_names_come_from_the_spec_or_the_file_of_weights_or_are_numbers(here: Path, capsys: Output) -> None:
    nameless = COLOURS[: COLOURS.index("classes:")]
    (here / "nameless.yaml").write_text(nameless)
    model = api.build(here / "nameless.yaml", weights=here / "colours.safetensors")
    api.save_weights(model, here / "bare.safetensors", classes=())
    for weights, name in (("colours.safetensors", "red"), ("bare.safetensors", "0")):
        [found] = answers(capsys, "nameless.yaml", "--weights", weights, "red.png")
        assert found["top"][0]["class"] == name
    (here / "names.txt").write_text("rouge\nvert\nbleu\n")
    [found] = answers(capsys, *COLOURS_NET, "red.png", "--classes", "names.txt")
    assert [each["class"] for each in found["top"]] == ["rouge", "bleu", "vert"]


def test_the_preprocessing_of_the_file_of_weights_is_followed(here: Path, capsys: Output) -> None:
    model = api.build(here / "colours.yaml", weights=here / "colours.safetensors")
    said = {"channel_order": "bgr", "scale": 1 / 255}
    api.save_weights(model, here / "bgr.safetensors", preprocessing=said)
    [found] = answers(capsys, "colours.yaml", "--weights", "bgr.safetensors", "red.png")
    assert found["top"][0]["class"] == "blue"


def test_batches_change_nothing(capsys: Output) -> None:
    names = ["red.png", "green.png", "blue.png"] * 2
    one, many = (answers(capsys, *COLOURS_NET, *names, "--batch-size", size) for size in (1, 4))
    for first, second in zip(one, many, strict=True):
        shares = [[each["share"] for each in answer["top"]] for answer in (first, second)]
        np.testing.assert_allclose(*shares, rtol=1e-5)


SIZES = {
    "pictures of one size": (lambda number: 10, "pad_and_crop: 1"),
    "pictures of several sizes": (lambda number: 10 + number % 3, "pad_and_crop: 1"),
    "a mean picture": (lambda number: 10, "per_pixel_mean"),
}


@pytest.mark.parametrize("name", SIZES)
def test_a_run_sees_pictures_as_its_test_did(here: Path, capsys: Output, name: str) -> None:
    """10 pixels are framed with zeros for an input of 12 where all pictures have them, else they are scaled."""
    side, step = SIZES[name]
    root, run = here / name / "set", here / name / "run"
    random = np.random.default_rng(0)
    for kind in ("cat", "dog"):
        (root / kind).mkdir(parents=True)
        for number in range(10):
            values = random.integers(0, 256, (side(number), 10), np.uint8)
            (root / kind / f"{number}.png").write_bytes(saved(values, "PNG"))
    words = ["--epochs", "1", "--batch-size", "8", "--set", "recipe.min_steps=0"]
    augmentation = f"recipe.augmentation=[{{{step}}}]" if ":" in step else f"recipe.augmentation=[{step}]"
    assert main(["train", "tiny.yaml", "--data", f"folder:{root}", *words, "--set", augmentation, "-o", str(run)]) == 0
    tested = expected_of(run)
    found = answers(capsys, run, *tested, "--top", "10")
    for one, (path, shares) in zip(found, tested.items(), strict=True):
        assert one["picture"] == path
        given = {each["number"]: each["share"] for each in one["top"]}
        np.testing.assert_allclose([given[number] for number in range(10)], shares, rtol=1e-5)
    assert {each["class"] for each in found[0]["top"]} == {"cat", "dog", *map(str, range(2, 10))}


def expected_of(run: Path) -> dict[str, Any]:
    """Test picture -> what the run's saved model gives for it, from the batches of training's own test."""
    from training import datasets, pipeline, preparation, recipe, record, statistics
    from training.augment import Surroundings
    from training.datasets.picture_files import apart
    from training.images.check import check
    from training.images.listing import listing

    earlier = record.read(run)
    data = datasets.read(earlier.data["words"])
    assert data.test
    file = run / record.STATISTICS
    figures = statistics.load(file) if file.is_file() else statistics.NONE
    read = recipe.load(str(earlier.recipe))
    prepared = preparation.Preparation(Surroundings((12, 12, 1), 10, figures), (), read.preprocessing or {})
    batches = pipeline.evaluation_batches(data.test, prepared, 4)
    outputs = api.load_model(run / "model.keras").predict(batches, verbose=0)
    root = Path(earlier.data["words"].partition(":")[2])
    found = {name: check(root, files, lambda line: None) for name, files in listing(root).classes.items()}
    test = apart(found, 0.2, root)[1]  # type: ignore[arg-type]
    assert test
    paths = [str(root / file.name) for files in test.values() for file in files]
    return dict(zip(paths, outputs, strict=True))


def test_colours_become_grey_for_a_grey_network(here: Path, capsys: Output) -> None:
    write_folder(here / "digits", size=10, train=40, test=20)
    assert main(["train", "tiny.yaml", "--data", "idx:digits", "--epochs", "1", "-o", "grey"]) == 0
    values = np.random.default_rng(0).integers(0, 256, (12, 12), np.uint8)
    (here / "grey.png").write_bytes(saved(values, "PNG"))
    (here / "coloured.png").write_bytes(saved(np.stack([values] * 3, axis=2), "PNG"))
    grey, coloured = answers(capsys, "grey", "grey.png", "coloured.png")
    assert [each["share"] for each in grey["top"]] == pytest.approx([each["share"] for each in coloured["top"]])


REFUSED = {
    "no weights": (["colours.yaml", "red.png"], "colours is a spec, whose fresh weights know nothing"),
    "no such weights": (["colours.yaml", "red.png", "--weights", "x.safetensors"], "x.safetensors"),
    "no such spec": (["colurs", "red.png", "--weights", "colours.safetensors"], "did you mean 'colours.yaml'?"),
    "no picture there": ([*COLOURS_NET, "a.png", "b.png"], "there is no picture 'a.png', and none of 1 more"),
    "an empty folder": ([*COLOURS_NET, "empty"], "the folder 'empty' has no picture files"),
    "planes": (["planes.yaml", "red.png", "--weights", "colours.safetensors"], "the images have 3 channels"),
    "two inputs": (["two_towers", "red.png", "--weights", "colours.safetensors"], "two_towers has 2 inputs"),
    "no run": (["empty", "red.png"], "'empty/run.json' cannot be read"),
    "too few names": ([*COLOURS_NET, "red.png", "--classes", "two.txt"], "'two.txt' has 2 lines, colours"),
    "no names": ([*COLOURS_NET, "red.png", "--classes", "red.png"], "'red.png' is no text in UTF-8"),
    "no file of names": ([*COLOURS_NET, "red.png", "--classes", "empty"], "'empty' is a folder"),
    "other weights": (["tiny.yaml", "red.png", "--weights", "colours.safetensors"], "weights-misfit"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_work_is_said(here: Path, capsys: Output, name: str) -> None:
    (here / "empty").mkdir(exist_ok=True)
    (here / "two.txt").write_text("a\nb")
    (here / "planes.yaml").write_text(COLOURS.replace("[16, 16, 3]", "[16, 16, 7]"))
    words, said = REFUSED[name]
    assert predict(*words) == 2
    captured = capsys.readouterr()
    assert said in captured.err
    assert captured.out == ""
