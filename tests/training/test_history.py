"""The file that keeps the figures of epochs."""

from __future__ import annotations

import json
from pathlib import Path

from training.history import Epoch, History, read

WRITTEN = History("net", "pets", "small", 3, [Epoch(i, 1 / i, 0.5, None, None, 0.1, 2.0, {"5": 0.9}) for i in (1, 2)])


def test_what_is_written_is_read(tmp_path: Path) -> None:
    WRITTEN.write(tmp_path / "history.json")
    assert read(tmp_path / "history.json") == WRITTEN
    WRITTEN.write_table(tmp_path / "history.csv")
    header = "epoch,loss,accuracy,test_loss,test_accuracy,learning_rate,seconds,test_top5"
    assert (tmp_path / "history.csv").read_text().splitlines() == [
        header,
        "1,1.0,0.5,,,0.1,2.0,0.9",
        "2,0.5,0.5,,,0.1,2.0,0.9",
    ]


def test_a_history_whose_epochs_have_numbers_is_read(tmp_path: Path) -> None:
    """Format 1."""
    WRITTEN.write(tmp_path / "history.json")
    said = json.loads((tmp_path / "history.json").read_text())
    rows = [{"number": row.pop("epoch"), **row} for row in said["epochs"]]
    (tmp_path / "history.json").write_text(json.dumps({**said, "format": 1, "epochs": rows}))
    assert read(tmp_path / "history.json") == WRITTEN
