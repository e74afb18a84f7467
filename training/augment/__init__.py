"""Random changes of training pictures: the steps of a recipe, one function each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from training.augment import colours, geometry, labelled
from training.augment.draws import Draws
from training.augment.examples import Examples, Surroundings
from training.recipe import Step
from training.recipe.augmentation import BY_BATCH, SIZES

__all__ = ["STEPS", "Draws", "Examples", "Surroundings", "alone", "augment", "sizing"]

ImageStep = Callable[..., Any]


def _of_images(change: ImageStep) -> Callable[..., Examples]:
    """A step that leaves the labels alone."""

    def step(examples: Examples, draws: Draws, around: Surroundings, **keys: Any) -> Examples:
        return Examples(change(examples.images, draws, around, **keys), examples.labels)

    return step


STEPS: dict[str, Callable[..., Examples]] = {
    "resize": _of_images(geometry.resize),
    "scale_jitter": _of_images(geometry.scale_jitter),
    "random_crop": _of_images(geometry.random_crop),
    "area_and_aspect_crop": _of_images(geometry.area_and_aspect_crop),
    "pad_and_crop": _of_images(geometry.pad_and_crop),
    "mirror": _of_images(geometry.mirror),
    "pca_lighting": _of_images(colours.pca_lighting),
    "colour": _of_images(colours.colour),
    "per_pixel_mean": _of_images(colours.per_pixel_mean),
    "symmetries": labelled.symmetries,
    "mixup": labelled.mixup,
}
"""Word of a recipe -> what it does to examples, from their draws, the surroundings and the step's keys."""

ONE_BY_ONE = ("scale_jitter", "area_and_aspect_crop")
"""Steps that do something else to each picture, which a batch cannot hold."""


def sizing(steps: Sequence[Step]) -> int:
    """How many of the steps, from the first, stand before or are the last that changes the size of pictures."""
    return max((number for number, step in enumerate(steps, 1) if step.name in SIZES), default=0)


def alone(steps: Sequence[Step], *, even: bool) -> int | None:
    """How many of the steps, from the first, see one picture at a time; None where all see whole batches.

    Args:
        steps: of a recipe.
        even: whether all pictures have the same size.
    """
    if even and not any(step.name in ONE_BY_ONE for step in steps):
        return None
    return next((number for number, step in enumerate(steps) if step.name in BY_BATCH), len(steps))


def augment(examples: Examples, draws: Draws, around: Surroundings, steps: Sequence[Step], first: int = 0) -> Examples:
    """Examples after all steps, in order; each step draws its own numbers.

    Args:
        examples: pictures of one size.
        draws: whose `rows` are the pictures' numbers.
        around: the network's input, and what the steps use of the training set.
        steps: of a recipe.
        first: the place of the first of them in the recipe, which chooses its numbers.
    """
    for number, step in enumerate(steps, first):
        examples = STEPS[step.name](examples, draws.of_step(number), around, **step.keys)
    return examples
