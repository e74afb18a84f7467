"""What is noted of every epoch, and the file that keeps it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

FORMAT = 1


@dataclass(frozen=True)
class Epoch:
    """Figures of one epoch, numbered from 1; accuracies are shares, the time is in seconds.

    `loss` and `accuracy` are means over the epoch's changed batches while the network changed, the
    test figures belong to its end and are None without a test set. `test_top` is the share of hits
    among the first k, by k.
    """

    number: int
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

    def write(self, path: Path) -> None:
        """Write everything as JSON."""
        found = {"format": FORMAT, **asdict(self)}
        path.write_text(json.dumps(found, indent=2, allow_nan=False) + "\n", encoding="utf-8")
