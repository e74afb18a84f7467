"""Bytes: what a network takes to store, to run and to train."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Precision:
    """Bytes of a stored weight and of a computed value."""

    weight: int
    value: int


DTYPES = {
    "float32": Precision(4, 4),
    "float16": Precision(2, 2),
    "bfloat16": Precision(2, 2),
    "mixed_float16": Precision(4, 2),
    "mixed_bfloat16": Precision(4, 2),
}
"""Keras's dtype policy -> its bytes."""

OPTIMIZERS = {"sgd": 0, "momentum": 1, "adam": 2}
"""Optimizer -> values that it remembers for each trainable one."""


def check(batch: int, dtype: str, optimizer: str) -> None:
    """Refuse what there is not.

    Raises:
        ValueError: with what was expected.
    """
    if isinstance(batch, bool) or not isinstance(batch, int) or batch < 1:
        raise ValueError(f"batch is {batch!r}: expected a whole number of at least 1")
    for name, value, known in (("dtype", dtype, [*DTYPES]), ("optimizer", optimizer, [*OPTIMIZERS])):
        if value not in known:
            raise ValueError(f"{name} is {value!r}: expected one of {', '.join(known)}")
