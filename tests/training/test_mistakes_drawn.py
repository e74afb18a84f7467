"""The picture of mistakes: cells of one size, and the file below each."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from training.evaluation.drawing import mistakes
from training.evaluation.results import Evaluation, MemberScore
from training.evaluation.scores import score

RED = np.broadcast_to(np.array([255, 0, 0], np.uint8), (4, 4, 3))


def evaluation(count: int) -> Evaluation:
    """One with so many mistakes, whose pictures are files."""
    found = score(np.tile([0.9, 0.1], (count, 1)), np.ones(count, np.int64), worst=count)
    files = {number: f"cat/{'x' * 40}/{number}.jpg" for number in range(count)}
    member = MemberScore("run", "a network", "center", 1, found.top)
    return Evaluation((member,), "pets", "folder:pets", "test", ("cat", "dog"), found, files)


@pytest.mark.parametrize("count", [1, 2, 3, 9])
def test_a_cell_has_the_same_size_however_many_there_are(tmp_path: Path, count: int) -> None:
    mistakes(evaluation(count), dict.fromkeys(range(count), RED), tmp_path / "mistakes.png")
    with Image.open(tmp_path / "mistakes.png") as image:
        pixels = np.asarray(image.convert("RGB")).astype(int)
    red = (pixels == [255, 0, 0]).all(axis=2)
    assert red.sum() / count == pytest.approx(240 * 240, rel=0.02)
    assert image.width == 270 * min(max(count, 2), 8)
    assert not red[[0, -1]].any() and not red[:, [0, -1]].any()


def test_the_file_stands_below_its_picture(tmp_path: Path) -> None:
    mistakes(evaluation(2), dict.fromkeys(range(2), RED), tmp_path / "mistakes.svg")
    comments = (tmp_path / "mistakes.svg").read_text()
    for number in range(2):
        assert f"<!-- ...{'x' * 23}/{number}.jpg -->" in comments
