"""`archspec train --data folder:DIR`: from picture files to a run, and the same run again."""

import json
from pathlib import Path

import numpy as np
import pytest

from archspec.cli import main
from tests.training.picture_files import saved

SPEC = """\
archspec: 1
name: tiny
input: [8, 8, 3]
layers:
  - conv: {filters: 4, kernel_size: 3, activation: relu}
  - global_avg_pool: {name: pool}
  - fc: {name: output, units: 2, activation: softmax}
"""


@pytest.fixture
def pets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Red and blue noise of several sizes, and a text among it."""
    monkeypatch.chdir(tmp_path)
    Path("tiny.yaml").write_text(SPEC)
    random = np.random.default_rng(0)
    for channel, name in ((0, "red"), (2, "blue")):
        folder = tmp_path / "pets" / name
        folder.mkdir(parents=True)
        for number in range(20):
            values = random.integers(0, 90, (9 + number % 3, 12, 3), np.uint8)
            values[..., channel] += 160
            (folder / f"{number}.jpg").write_bytes(saved(values, "JPEG"))
    (tmp_path / "pets" / "red" / "text.jpg").write_text("no picture")
    return tmp_path


def history(run: str) -> list[dict[str, float]]:
    epochs = json.loads((Path(run) / "history.json").read_text())["epochs"]
    return [{name: value for name, value in epoch.items() if name != "seconds"} for epoch in epochs]


def test_a_run_on_picture_files_and_its_repetition(pets: Path, capsys: pytest.CaptureFixture[str]) -> None:
    short = ["--epochs", "4", "--batch-size", "8", "--set", "recipe.min_steps=0"]
    words = ["train", "tiny.yaml", "--data", "folder:pets", "--test-share", "0.25"]
    assert main([*words, *short, "-o", "first"]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[-1] == "test accuracy: 1.0000"
    assert "note: 10 of 40 pictures (25%) are the test set, of every class, by their names" in err
    assert "note: left out, because they give no picture: 1 of 41 files: 'red/text.jpg' is no picture" in err
    data = json.loads(Path("first/run.json").read_text())["data"]
    assert (data["class_names"], data["image_shape"], data["test_share"]) == (["blue", "red"], [None, None, 3], 0.25)
    assert main(["train", "--like", "first", "-o", "second"]) == 0
    assert history("first") == history("second")


def test_strict_refuses_broken_pictures(pets: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "tiny.yaml", "--data", "folder:pets", "--strict"]) == 2
    assert "error[bad-data]: 1 of 41 files of '" in capsys.readouterr().err
    assert not Path("runs").exists()


@pytest.mark.parametrize("share", ["1", "-0.1", "nan", "some"])
def test_a_test_share_is_a_share(share: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["train", "tiny.yaml", "--data", "folder:pets", "--test-share", share])
    assert "expected a number from 0 to below 1" in capsys.readouterr().err
