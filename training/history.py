"""What is noted of every epoch, and the file that keeps it."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from archspec.api import fail

FORMAT = 2
"""Of what is written; in format 1, which is read too, the number of an epoch is called `number`."""


@dataclass(frozen=True)
class Epoch:
    """Figures of one epoch; accuracies are shares, the time is in seconds.

    `epoch` is its number, from 1. `loss` and `accuracy` are means over the epoch's changed batches while the network
    changed, the test figures belong to its end and are None without a test set. `test_top` is the share of hits among
    the first k, by k.
    """

    epoch: int
    loss: float
    accuracy: float
    test_loss: float | None
    test_accuracy: float | None
    learning_rate: float
    seconds: float
    test_top: Mapping[str, float] = field(default_factory=dict)


@dataclass
class History:
    """What is trained on what by which recipe, for how many epochs, and those that are finished."""

    network: str
    data: str
    recipe: str
    planned: int
    epochs: list[Epoch] = field(default_factory=list)

    @property
    def finished(self) -> bool:
        """Whether no epoch is left."""
        return len(self.epochs) >= self.planned

    def write(self, path: Path) -> None:
        """Write everything as JSON."""
        found = {"format": FORMAT, **asdict(self)}
        path.write_text(json.dumps(found, indent=2, allow_nan=False) + "\n", encoding="utf-8")

    def write_table(self, path: Path) -> None:
        """Write the epochs as CSV; `test_top5` and the like have columns of their own."""
        with path.open("w", encoding="utf-8", newline="") as file:
            rows = [_flat(epoch) for epoch in self.epochs]
            table = csv.DictWriter(file, rows[0])
            table.writeheader()
            table.writerows(rows)

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> History:
        """From what `dataclasses.asdict` made of one."""
        known = {each.name: said[each.name] for each in fields(cls)}
        return cls(**{**known, "epochs": [_epoch(row) for row in said["epochs"]]})


def _epoch(row: Mapping[str, Any]) -> Epoch:
    return Epoch(**{"epoch" if name == "number" else name: value for name, value in row.items()})


def _flat(epoch: Epoch) -> dict[str, Any]:
    figures = {name: value for name, value in vars(epoch).items() if name != "test_top"}
    return figures | {f"test_top{k}": share for k, share in epoch.test_top.items()}


def read(path: Path) -> History:
    """What `write` wrote.

    Raises:
        SpecError: where it cannot be read.
    """
    try:
        return History.of(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise fail("bad-run", f"'{path}' cannot be read: {error}", expected="the history of a run") from None
