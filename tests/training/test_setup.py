"""`training.setup`: user code around `fit` that ends where the command does."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import archspec
import training
from archspec import SpecError
from tests.training.picture_files import saved

ROOT = Path(__file__).parents[2]
COMMAND = ["train", "lenet5", "--data", "digits", "--epochs", "2", "--set", "recipe.min_steps=0"]


def blocks(page: str, word: str) -> list[str]:
    """The Python of a page in which a word stands."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return [code for code in re.findall(r"```python\n(.*?)```", text, re.S) if word in code]


def test_the_lines_of_the_readme_give_the_weights_of_the_command(tmp_path: Path) -> None:
    [code] = blocks("README.md", "training.setup")
    found: dict[str, Any] = {}
    exec(code, found)
    run = tmp_path / "run"
    done = subprocess.run([sys.executable, "-m", "archspec", *COMMAND, "-o", str(run)], check=True, capture_output=True)
    assert b"test accuracy: 0." in done.stdout
    saved = archspec.load_model(run / "model.keras").get_weights()
    assert all(np.array_equal(a, b) for a, b in zip(found["setup"].model.get_weights(), saved, strict=True))


def test_the_lines_of_the_page_hold_back_what_tensorflow_writes() -> None:
    [code] = blocks("docs/training.md", "start_keras")
    more = "import archspec; archspec.build('lenet5')"
    done = subprocess.run([sys.executable, "-c", f"{code}{more}"], check=True, capture_output=True, text=True)
    assert not re.search(r"oneDNN custom|cuda drivers|InitializeLog|To enable", done.stderr)


def test_the_lines_of_the_page_on_gpus_run() -> None:
    [code] = blocks("docs/gpu.md", "training.strategy")
    exec(code, {})


@pytest.fixture
def scans(tmp_path: Path) -> str:
    """Ten pictures of each of two classes, and a text among them."""
    values = np.random.default_rng(0).integers(0, 256, (20, 8, 8), np.uint8)
    for number, pixels in enumerate(values):
        file = tmp_path / "scans" / f"{number % 2}" / f"{number}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(saved(pixels, "PNG"))
    (tmp_path / "scans" / "0" / "text.png").write_text("no picture")
    return f"folder:{tmp_path / 'scans'}"


def test_pictures_are_read_by_the_same_words_everywhere(scans: str, tmp_path: Path) -> None:
    assert len(training.data(scans, test_share=0.5).test or ()) == 10
    spec, weights = "lenet5", tmp_path / "fresh.keras"
    found = training.setup(spec, scans, test_share=0.5)
    assert len(found.data.test or ()) == 10
    found.model.save(weights)
    assert training.evaluate(spec, scans, weights=str(weights), test_share=0.5).scores.count == 10
    assert training.evaluate(spec, scans, weights=str(weights)).scores.count == 4
    for call in (training.data, partial(training.setup, spec), partial(training.evaluate, spec, weights=str(weights))):
        with pytest.raises(SpecError, match=r"'0/text\.png' is no picture"):
            call(scans, strict=True)


def test_changes_of_a_recipe_are_checked_as_on_the_command_line() -> None:
    with pytest.raises(SpecError, match="unknown key 'epoch'"):
        training.setup("lenet5", "digits", changes={"epoch": 2})
    with pytest.raises(SpecError, match="there is no data source 'digit'"):
        training.setup("lenet5", "digit")
