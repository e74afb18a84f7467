"""The figures that a training is run with."""

from __future__ import annotations

from dataclasses import dataclass

LEAST_STEPS = 1200  # a small set is seen more often; 2500 read no more of 300 held-out training digits
LEAST_EPOCHS = 20


@dataclass(frozen=True)
class Settings:
    """`learning_rate` is the first one; it falls along a half cosine to 0 at the last step."""

    epochs: int
    batch_size: int
    learning_rate: float
    seed: int


def default_epochs(images: int, batch_size: int) -> int:
    """As many epochs as make `LEAST_STEPS` steps, and at least `LEAST_EPOCHS`.

    >>> default_epochs(60_000, 64)
    20
    """
    return max(LEAST_EPOCHS, -(-LEAST_STEPS * batch_size // images))
