"""How long a training is, in steps and in epochs."""

from __future__ import annotations

from dataclasses import dataclass

from training.recipe import Recipe


@dataclass(frozen=True)
class Length:
    """`steps` in all, `steps_per_epoch` of which see every picture once; the last epoch may be cut short."""

    steps: int
    steps_per_epoch: int

    @property
    def epochs(self) -> int:
        """Epochs that are begun."""
        return -(-self.steps // self.steps_per_epoch)

    def in_steps(self, time: float, unit: str) -> float:
        """A time of a recipe in steps.

        >>> Length(steps=1000, steps_per_epoch=100).in_steps(2.5, "epochs")
        250.0
        """
        return time * self.steps_per_epoch if unit == "epochs" else time

    def __str__(self) -> str:
        cut = self.steps % self.steps_per_epoch
        return f"{self.steps:,} steps" if cut else f"{self.epochs:,} epoch{'s' * (self.epochs > 1)}"


def steps_per_epoch(images: int, batch_size: int) -> int:
    """Batches in which every picture appears once; the last may be smaller."""
    return -(-images // batch_size)


def length(recipe: Recipe, images: int) -> Length:
    """The length that a recipe means on so many training pictures; the last batch of an epoch may be smaller.

    A recipe's `min_steps` are turned into epochs by the pictures that they see: 1,200 steps of 64 are
    76,800 pictures.
    """
    per_epoch = steps_per_epoch(images, recipe.batch_size)
    if recipe.steps:
        return Length(recipe.steps, per_epoch)
    least = -(-recipe.min_steps * recipe.batch_size // images)
    return Length(max(recipe.epochs or 1, least) * per_epoch, per_epoch)
