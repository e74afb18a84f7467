"""A test set out of pictures that come without one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, cast

import numpy as np
import numpy.typing as npt

from training.datasets.base import Labels, Pictures, Split


def share_of(count: int, share: float) -> int:
    """How many of a class's pictures become test pictures: at least one and all but one, where there are two.

    >>> share_of(100, 0.2), share_of(3, 0.1), share_of(1, 0.5), share_of(100, 0)
    (20, 1, 0, 0)
    """
    return min(max(1, round(share * count)), count - 1) if share and count else 0


def drawn(digests: Sequence[bytes], share: float) -> list[int]:
    """The places of a class's test pictures: those whose sha256 are the smallest, in the order of the class.

    Whatever the seed they are the same, and a picture that is added moves at most one other.
    """
    order = sorted(range(len(digests)), key=digests.__getitem__)
    return sorted(order[: share_of(len(digests), share)])


class InMemory(Pictures, Protocol):
    """Pictures that can be divided."""

    def digests(self) -> list[bytes]:
        """A sha256 of each."""
        ...

    def some(self, rows: npt.NDArray[Any]) -> InMemory:
        """Those where a mask is true."""
        ...


def apart(split: Split, share: float) -> tuple[Split, Split | None, tuple[str, ...]]:
    """A training set, a test set of every class, and what to say of it.

    A class with a single picture has it in the training set.

    Args:
        split: pictures in memory, and their labels.
        share: of every class, that becomes the test set.
    """
    pictures, labels = cast(InMemory, split.pictures), cast(Labels, split.labels)
    chosen, digests = np.zeros(len(labels), bool), pictures.digests() if share else []
    order = np.argsort(labels, kind="stable")
    for places in np.split(order, np.flatnonzero(np.diff(labels[order])) + 1) if share else []:
        chosen[places[drawn([digests[place] for place in places], share)]] = True
    if not chosen.any():
        return split, None, ()
    train, test = (Split(pictures.some(rows), labels[rows]) for rows in (~chosen, chosen))
    said = f"{chosen.sum():,} of {len(labels):,} pictures ({chosen.mean():.0%}) are the test set"
    return train, test, (f"{said}, of every class, by their values",)
