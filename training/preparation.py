"""How pictures become what a network takes, in training and afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import tensorflow as tf

from training import fitting, statistics
from training.augment import Draws, Examples, Surroundings, augment, sizing
from training.datasets import Split
from training.recipe import Step

MEASURED = 20_000  # pictures that are read for the statistics of a set that does not lie in memory
BATCH = 256


@dataclass(frozen=True)
class Preparation:
    """How pictures become inputs.

    Args:
        around: the network's input and classes, and the figures of the training set.
        steps: what is done to training pictures.
        preprocessing: what spec or recipe say under this key.
    """

    around: Surroundings
    steps: tuple[Step, ...] = ()
    preprocessing: Mapping[str, Any] = field(default_factory=dict)

    def change(self, examples: Examples, draws: Draws, first: int, last: int) -> Examples:
        """Training pictures behind the steps `first` to `last`; behind the last of all they are inputs.

        Between the steps that change sizes and the others they are brought to the network's.
        """
        if first == 0:
            first = sizing(self.steps)
            sized = augment(examples, draws, self.around, self.steps[:first])
            examples = Examples(self.fitted(sized.images, centred=not first), sized.labels)
        changed = augment(examples, draws, self.around, self.steps[first:last], first=first)
        if last < len(self.steps):
            return changed
        return Examples(fitting.normalized(changed.images, self.preprocessing), changed.labels)

    def test(self, images: tf.Tensor) -> tf.Tensor:
        """Pictures (n, height, width, channels) as inputs, unchanged but for their size, mean and scale."""
        return self.inputs(self.fitted(images, centred=True))

    def inputs(self, images: tf.Tensor) -> tf.Tensor:
        """Parts of pictures, float32 of 0 to 255 and of the network's size, as inputs."""
        mean = self.around.statistics.mean
        subtracted = images if mean is None else images - tf.constant(mean, tf.float32)
        return fitting.normalized(subtracted, self.preprocessing)

    def fitted(self, images: tf.Tensor, *, centred: bool) -> tf.Tensor:
        """Pictures of the network's size, 0 to 255; `centred` by the `size` and `crop` of the preprocessing."""
        said = self.preprocessing if centred else {}
        return fitting.fit(fitting.centred(images, said), self.around.shape, self.preprocessing)


def measured(
    split: Split, prepared: Preparation, say: Callable[[str], None], kept: statistics.Statistics = statistics.NONE
) -> statistics.Statistics:
    """The figures of a training set that the steps need: those that are `kept`, else measured.

    Of sets in memory every picture counts, of others at most 20,000, evenly spread over the set.
    """
    wanted = {name: figure for name, figure in statistics.STEPS.items() if any(s.name == name for s in prepared.steps)}
    if not wanted:
        return statistics.NONE
    if kept.holds(wanted.values(), prepared.around.shape):
        return kept
    say(f"measuring the training set for {' and '.join(wanted)}")
    return statistics.measure(_pictures(split, prepared), wanted.values())


def _pictures(split: Split, prepared: Preparation) -> Iterator[Any]:
    from training.pipeline import plain

    every = 1 if None not in split.pictures.shape else -(-len(split) // MEASURED)
    for images, _ in plain(split, lambda images: prepared.fitted(images, centred=True), BATCH, every):
        yield images.numpy()
