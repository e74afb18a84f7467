"""What is noted of every epoch, and the file that keeps it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from training.settings import Settings


@dataclass(frozen=True)
class Epoch:
    """Figures of one epoch, numbered from 1; accuracies are shares, the time is in seconds.

    `loss` and `accuracy` are means over the epoch's shifted batches while the network changed,
    the test figures belong to its end.
    """

    number: int
    loss: float
    accuracy: float
    test_loss: float
    test_accuracy: float
    seconds: float


@dataclass
class History:
    """A run's settings and its finished epochs."""

    network: str
    data: str
    settings: Settings
    epochs: list[Epoch] = field(default_factory=list)

    def write(self, path: Path) -> None:
        """Write everything as JSON."""
        path.write_text(json.dumps(asdict(self), indent=2, allow_nan=False) + "\n", encoding="utf-8")
