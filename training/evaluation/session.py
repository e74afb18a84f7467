"""Networks, data and protocol -> scores."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from typing import Any

import numpy as np
import numpy.typing as npt

from archspec import api
from training import datasets, fitting, hits, record
from training.datasets import Dataset, Split, Stream
from training.evaluation import members, scores
from training.evaluation.members import Member, Request
from training.evaluation.protocols import Protocol
from training.evaluation.results import Evaluation, MemberScore, names
from training.images.files import changes_told
from training.stopping import StopRequest

Say = Callable[[str], None]
Pixels = npt.NDArray[Any]
WORST = 32


@dataclass(frozen=True)
class Settings:
    """How an evaluation goes.

    Args:
        protocol: what is seen of pictures.
        top: k: a hit where the right class is among the first k; empty for the first member's recipe's.
        split: `test` or `train`.
        worst: how many mistakes are kept.
        batch_size: views that go through a network at once.
    """

    protocol: Request = field(default_factory=Request)
    top: tuple[int, ...] = ()
    split: str = "test"
    worst: int = WORST
    batch_size: int = 64


@dataclass(frozen=True, eq=False)
class Session:
    """An evaluation, checked and ready to begin; TensorFlow is not needed until then."""

    members: tuple[Member, ...]
    protocols: tuple[Protocol, ...]
    data: Dataset
    settings: Settings

    @property
    def split(self) -> Split:
        """The pictures that are looked at."""
        found = _split(self.data, self.settings.split)
        assert found
        return found

    def told(self) -> str:
        """What will be done, in a line."""
        ways = dict.fromkeys(protocol.told() for protocol in self.protocols)
        who = self.members[0].name if len(self.members) == 1 else f"{len(self.members)} networks"
        pictures = f"{len(self.split):,} {'test' if self.settings.split == 'test' else 'training'} images"
        return f"{who} on {self.data.name}: {pictures}, {'; '.join(ways)}"

    def run(self, say: Say, request: StopRequest | None = None) -> tuple[Evaluation, dict[int, Pixels]]:
        """Evaluate every network, one after the other; their shares are averaged.

        Args:
            say: takes a line for all that a user should know, and for progress.
            request: ends it.

        Returns:
            what was found, and the pictures of its mistakes by number.

        Raises:
            SpecError: where weights cannot be had or do not fit, or outputs are no numbers.
            StopRequestedError: once a signal has come.
        """
        api.start_keras()
        from training.evaluation.answers import answers
        from training.evaluation.progress import Progress

        progress = Progress(len(self.split) * len(self.members), say, request or StopRequest())
        total: Any = 0.0
        alone = []
        for member, protocol in zip(self.members, self.protocols, strict=True):
            loaded = members.load(member, protocol, say)
            with changes_told():
                found, labels = answers(loaded, self.split, self.settings.batch_size, progress)
            _check_numbers(member, found)
            total = total + found
            own = scores.score(found, labels, self.settings.top)
            alone.append(MemberScore(member.name, member.network.name, protocol.name, protocol.views, own.top))
        together = scores.score(np.asarray(total / len(self.members)), labels, self.settings.top, self.settings.worst)
        evaluation = self._evaluation(tuple(alone), together)
        return evaluation, read(self.split, [each.picture for each in together.mistakes])

    def _evaluation(self, alone: tuple[MemberScore, ...], together: scores.Scores) -> Evaluation:
        classes = self.members[0].network.spec.classes
        called = names(self.data.class_names, classes.names if classes else (), len(together.matrix))
        numbers = [each.picture for each in together.mistakes] if self.split.files else []
        files = {number: self.split.files[number] for number in numbers}
        return Evaluation(alone, self.data.name, self.data.words, self.settings.split, called, together, files)


def prepare(
    found: Sequence[Member],
    pictures: str | Dataset | None,
    settings: Settings,
    *,
    options: datasets.Options = datasets.AS_USUAL,
    say: Say,
) -> Session:
    """Hold networks, data and protocol against each other.

    Args:
        found: the networks.
        pictures: a data set, or what `--data` says; None for what the runs among the networks were trained on.
        settings: how the evaluation goes.
        options: how pictures are read.
        say: takes a line for all that a user should know.

    Raises:
        SpecError: where one does not fit another.
    """
    data = pictures if isinstance(pictures, Dataset) else datasets.read(pictures or _words(found), options)
    for note in data.notes:
        say(f"note: {note}")
    for member in found:
        if member.earlier:
            _check_names(data, member.earlier)
            if pictures is None:
                record.check_same(data, member.earlier)
    split = _split(data, settings.split)
    if split is None:
        raise api.fail("bad-request", f"{data.name} has no test images", expected="--split train, or other --data")
    for member in found:
        fitting.check_network(member.network, data, say, member.recipe.preprocessing)
    _check_classes(found)
    top = settings.top or found[0].recipe.evaluation.top
    for line in hits.told(top, found[0].classes):
        say(line)
    protocols = tuple(settings.protocol.of(member, split.pictures.shape) for member in found)
    return Session(tuple(found), protocols, data, replace(settings, top=hits.counted(top, found[0].classes)))


def read(split: Split, rows: Sequence[int]) -> dict[int, Pixels]:
    """Some pictures by their numbers, as they are."""
    import tensorflow as tf

    pictures = split.pictures
    if isinstance(pictures, Stream):
        last = max(rows, default=-1)
        numbered = enumerate(pictures.dataset().take(last + 1))
        return {row: picture.numpy() for row, (picture, _) in numbered if row in rows}
    return {row: pictures.read(tf.constant([row], tf.int64))[0].numpy() for row in rows}


def _split(data: Dataset, name: str) -> Split | None:
    return data.test if name == "test" else data.train


def _words(found: Sequence[Member]) -> str:
    """What the runs were trained on."""
    known = dict.fromkeys(str(member.earlier.data["words"]) for member in found if member.earlier)
    if len(known) == 1 and next(iter(known)):
        return next(iter(known))
    message = "the runs were trained on different data" if known else "no --data to evaluate on"
    raise api.fail("bad-request", message, expected="--data DATA")


def _check_names(data: Dataset, earlier: record.Earlier) -> None:
    """Refuse classes that are not called, in their order, as those that a run was trained on."""
    trained = tuple(earlier.data.get("class_names") or ())
    if not trained or not data.class_names or trained == data.class_names:
        return
    ours, theirs = next(pair for pair in zip_longest(data.class_names, trained) if pair[0] != pair[1])
    message = f"the classes of '{data.name}' are not those of '{earlier.path}'"
    expected = f"folders of the same classes; the first that differs is '{ours}', and was '{theirs}'"
    raise api.fail("data-mismatch", message, expected=expected)


def _check_classes(found: Sequence[Member]) -> None:
    """Refuse an ensemble of networks whose shares cannot be averaged."""
    first = found[0]
    for member in found[1:]:
        if member.classes != first.classes:
            message = f"{first.name} tells {first.classes} classes apart, {member.name} {member.classes}"
            raise api.fail("ensemble-mismatch", message, expected="networks of the same classes")


def _check_numbers(member: Member, found: scores.Floats) -> None:
    wrong = int((~np.isfinite(found)).any(axis=1).sum())
    if wrong:
        message = f"the outputs of {member.name} for {wrong:,} pictures are no numbers"
        raise api.fail("bad-weights", message, expected="weights of a training that did not diverge")
