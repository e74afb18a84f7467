"""What an evaluation found: as a dictionary for JSON, as tables."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from training.evaluation.scores import ClassScore, Mistake, Scores, by_class

FORMAT = 1
MOST_CLASSES = 40
"""Classes of a printed table; of more, those that were told worst."""
HEADER = ("class", "name", "pictures", "correct", "accuracy", "most often taken for")
RIGHT = (0, 2, 3, 4)


@dataclass(frozen=True)
class MemberScore:
    """A network of an evaluation: its name, what it saw, and how well it did alone."""

    name: str
    network: str
    protocol: str
    views: int
    top: dict[int, float]


@dataclass(frozen=True)
class Evaluation:
    """An evaluation of one network, or of an ensemble.

    Args:
        members: each network alone.
        data: name of the pictures, and what `--data` would be for them.
        words: how to read them again.
        split: `test` or `train`.
        names: a name for each class; a number where nobody named it.
        scores: of all together.
        files: number of a mistaken picture -> its path within the folder of the data; empty where they are no files.
    """

    members: tuple[MemberScore, ...]
    data: str
    words: str
    split: str
    names: tuple[str, ...]
    scores: Scores
    files: Mapping[int, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Everything, for JSON; docs/evaluation.md describes it."""
        scores = self.scores
        return {
            "format": FORMAT,
            "data": {"name": self.data, "words": self.words, "split": self.split, "pictures": scores.count},
            "members": [{**vars(member), "top": _by_word(member.top)} for member in self.members],
            "accuracy": scores.accuracy,
            "top": _by_word(scores.top),
            "tied": scores.tied,
            "classes": [self._class(each) for each in by_class(scores.matrix)],
            "confusion": scores.matrix.tolist(),
            "mistakes": [self._mistake(each) for each in scores.mistakes],
        }

    def _class(self, found: ClassScore) -> dict[str, Any]:
        taken = None if found.taken_for is None else self.names[found.taken_for]
        return {
            "number": found.number,
            "name": self.names[found.number],
            "pictures": found.count,
            "correct": found.correct,
            "accuracy": found.accuracy,
            "taken_for": taken,
            "mistaken": found.mistaken,
        }

    def _mistake(self, found: Mistake) -> dict[str, Any]:
        return {
            "picture": found.picture,
            "file": self.files.get(found.picture),
            "right": self.names[found.label],
            "said": self.names[found.said],
            "share": found.share,
            "right_share": found.right_share,
        }

    def summary(self) -> list[str]:
        """The hits among the first k of each network and of all, a line each; the last line is the accuracy."""
        lines = []
        width = max(len(member.name) for member in self.members)
        if len(self.members) > 1:
            lines += [f"{member.name:{width}}  {_hits(member.top)}" for member in self.members]
            lines += [f"{'all':{width}}  {_hits(self.scores.top)}"]
        else:
            lines += [_hits(self.scores.top)]
        if self.scores.tied:
            lines.append(
                f"note: of {self.scores.tied:,} pictures several classes have the largest share; the first counts"
            )
        return [*lines, f"{self.split} accuracy: {self.scores.accuracy:.4f}"]

    def rows(self) -> list[tuple[str, ...]]:
        """A row of `HEADER` for each class that has pictures."""
        return [self._row(each) for each in by_class(self.scores.matrix) if each.count]

    def worst_rows(self) -> list[tuple[str, ...]]:
        """The rows of at most `MOST_CLASSES` classes: of more, those that were told worst, the worst first."""
        found = [each for each in by_class(self.scores.matrix) if each.count]
        if len(found) > MOST_CLASSES:
            found = sorted(found, key=lambda each: each.accuracy or 0.0)[:MOST_CLASSES]
        return [self._row(each) for each in found]

    def _row(self, found: ClassScore) -> tuple[str, ...]:
        taken = "" if found.taken_for is None else f"{self.names[found.taken_for]} ({found.mistaken:,})"
        name = "" if self.names[found.number] == str(found.number) else self.names[found.number]
        accuracy = f"{found.accuracy:.4f}" if found.accuracy is not None else ""
        return str(found.number), name, f"{found.count:,}", f"{found.correct:,}", accuracy, taken

    def as_csv(self) -> str:
        """The classes that have pictures, a line each, without thousands' commas."""
        return _csv([self._class(each) for each in by_class(self.scores.matrix) if each.count])

    def mistakes_csv(self) -> str:
        """The mistakes, a line each, the surest first; empty where there are none."""
        return _csv([self._mistake(each) for each in self.scores.mistakes])


def _csv(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows of the same keys, and a line of these before them."""
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0] if rows else (), lineterminator="\n")
    if rows:
        writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _by_word(top: dict[int, float]) -> dict[str, float]:
    return {str(k): share for k, share in top.items()}


def _hits(top: dict[int, float]) -> str:
    """
    >>> _hits({1: 0.9722, 5: 0.9986})
    'top-1 error 2.78 %, top-5 error 0.14 %'
    """
    return ", ".join(f"top-{k} error {100 * (1 - share):.2f} %" for k, share in top.items())


def names(data_names: Sequence[str], spec_names: Sequence[str], count: int) -> tuple[str, ...]:
    """A name for each class: the data's, else the spec's, else its number.

    >>> names((), ("cat", "dog", "owl"), 3), names(("cat", "dog"), (), 3)
    (('cat', 'dog', 'owl'), ('cat', 'dog', '2'))
    """
    known = list(data_names or (spec_names if len(spec_names) == count else ()))
    return tuple(known[i] if i < len(known) else str(i) for i in range(count))
