"""Outputs and labels -> hits, confusions, figures of each class. NumPy alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


def shares(outputs: npt.NDArray[Any], kind: str) -> Floats:
    """What a network gives as a share of 1 for each class, in double precision: what protocols and ensembles average.

    Args:
        outputs: (..., classes).
        kind: `softmax` for what are shares already, `logits`, or `distances` to prototypes, whose shares are the
            softmax of minus each (LeCun et al. 1998, equation 9, without the constant of its rubbish class).
    """
    values = np.asarray(outputs, np.float64)
    if kind == "softmax":
        return values
    signed = -values if kind == "distances" else values
    grown = np.exp(signed - signed.max(axis=-1, keepdims=True))
    found: Floats = grown / grown.sum(axis=-1, keepdims=True)
    return found


def ranks(shares: npt.NDArray[Any], labels: npt.NDArray[Any]) -> Whole:
    """The place of the right class of each picture, 0 for the first, (pictures,).

    Classes of equal shares stand in the order of their numbers, whichever of them is right: so a network that gives
    the same for all is right as often as a guess, not always, and the first one is `argmax`'s. (Keras's top-k metrics
    count every class that equals the k-th as a hit.)

    >>> import numpy as np
    >>> ranks(np.array([[0.2, 0.4, 0.4]] * 3), np.array([0, 1, 2])).tolist()
    [2, 0, 1]
    """
    right = np.take_along_axis(shares, labels[:, np.newaxis].astype(np.int64), axis=1)
    before = np.arange(shares.shape[1]) < labels[:, np.newaxis]
    found: Whole = ((shares > right) | ((shares == right) & before)).sum(axis=1)
    return found


def confusion(said: npt.NDArray[Any], labels: npt.NDArray[Any], classes: int) -> Whole:
    """How often pictures of a class (row) were taken for each class (column), (classes, classes).

    >>> confusion(np.array([1, 1, 0]), np.array([1, 0, 0]), 2).tolist()
    [[1, 1], [0, 1]]
    """
    places = labels.astype(np.int64) * classes + said.astype(np.int64)
    return np.bincount(places, minlength=classes * classes).reshape(classes, classes)


@dataclass(frozen=True)
class ClassScore:
    """One class: its pictures, those that were told, and what the others were taken for most often.

    `taken_for` is that class's number, None where no picture was mistaken; `mistaken` says how often. Of several
    that are equally often it is the first.
    """

    number: int
    count: int
    correct: int
    taken_for: int | None
    mistaken: int

    @property
    def accuracy(self) -> float | None:
        """Share of its pictures that were told; None where there are none."""
        return self.correct / self.count if self.count else None


def by_class(matrix: Whole) -> tuple[ClassScore, ...]:
    """The figures of every class of a matrix of confusions."""
    wrong = matrix.copy()
    np.fill_diagonal(wrong, 0)
    return tuple(
        ClassScore(i, int(row.sum()), int(row[i]), int(others.argmax()) if others.any() else None, int(others.max()))
        for i, (row, others) in enumerate(zip(matrix, wrong, strict=True))
    )


@dataclass(frozen=True)
class Mistake:
    """A picture that was taken for another class: its number, the two classes, and the share that each was given."""

    picture: int
    label: int
    said: int
    share: float
    right_share: float


@dataclass(frozen=True)
class Scores:
    """What came of an evaluation.

    `top` maps k to the share of pictures whose class is among the first k; `tied` counts the pictures of which
    several classes have the largest share, where their order decides (see `ranks`).
    """

    count: int
    top: dict[int, float]
    matrix: Whole
    mistakes: tuple[Mistake, ...]
    tied: int

    @property
    def accuracy(self) -> float:
        """Share of pictures that were told."""
        return int(np.trace(self.matrix)) / self.count


def score(found: Floats, labels: npt.NDArray[Any], top: Sequence[int] = (1,), worst: int = 0) -> Scores:
    """The scores of shares, (pictures, classes), and class numbers, (pictures,).

    Args:
        found: means of several networks or crops, as they are.
        labels: from 0 to classes - 1.
        top: k: a hit where the right class is among the first k.
        worst: how many mistakes are listed, the one first whose wrong class got the largest share.

    Raises:
        ValueError: where there is no picture.
    """
    if not len(labels):
        raise ValueError("no pictures")
    said, places = found.argmax(axis=1), ranks(found, labels)
    largest = found.max(axis=1)
    return Scores(
        len(labels),
        {k: float((places < k).mean()) for k in top},
        confusion(said, labels, found.shape[1]),
        tuple(_mistakes(found, said, labels, worst)),
        int(((found == largest[:, np.newaxis]).sum(axis=1) > 1).sum()),
    )


def _mistakes(found: Floats, said: npt.NDArray[Any], labels: npt.NDArray[Any], worst: int) -> list[Mistake]:
    """The mistakes that the network was surest of; of equal ones the earlier picture first."""
    wrong = np.flatnonzero(said != labels)
    ordered = wrong[np.argsort(-found[wrong, said[wrong]], kind="stable")][:worst]
    return [
        Mistake(int(i), int(labels[i]), int(said[i]), float(found[i, said[i]]), float(found[i, labels[i]]))
        for i in ordered
    ]
