"""The arguments of `archspec data` -> a data set, and the network and recipe that it is looked at with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from archspec import api
from archspec.api import documents
from training import datasets, fitting, recipe as recipes, request, sizes

if TYPE_CHECKING:
    from training.preparation import Preparation

UNEVEN = 224
"""The sides of an input that nobody has said, of pictures whose sizes differ: those of most networks of ImageNet."""


@dataclass(frozen=True)
class Look:
    """A data set beside a recipe.

    Args:
        data: the set.
        recipe: what is done to its pictures; None where nobody asked.
        network: what they are given to; None for any that takes them.
    """

    data: datasets.Dataset
    recipe: recipes.Recipe | None
    network: api.Network | None

    @property
    def shape(self) -> fitting.Shape:
        """(height, width, channels) of the input; without a network that of the pictures."""
        if self.network:
            return cast(fitting.Shape, next(iter(self.network.graph.inputs.values())))
        height, width, channels = self.data.image_shape
        return height or UNEVEN, width or UNEVEN, channels

    @property
    def fitted(self) -> list[str]:
        """What makes pictures fit, in sentences; none where nothing does."""
        return sizes.told(self.data, self.shape, self.recipe) if self.recipe else []

    @property
    def steps(self) -> list[Any]:
        """The recipe's augmentation step by step, without keys that say nothing."""
        found = self.recipe.augmentation if self.recipe else None
        said = [
            (step.name, {key: value for key, value in step.keys.items() if value is not None}) for step in found or ()
        ]
        return [{name: keys} if keys else name for name, keys in said]

    def to_dict(self) -> dict[str, Any]:
        """What is done to pictures, for JSON; empty without a recipe."""
        if self.recipe is None:
            return {}
        return {
            "recipe": self.recipe.name,
            "input": list(self.shape),
            "fitted": "; ".join(self.fitted),
            "steps": self.steps,
        }

    def prepared(self, say: request.Say) -> Preparation:
        """How pictures become inputs; with the figures of the training set that steps need."""
        from training import setups

        assert self.recipe is not None
        return setups.prepared(self.shape, self.data.classes, self.data, self.recipe, say)


def make(
    words: str,
    recipe: str | None,
    network: str | None,
    settings: documents.Mapping,
    *,
    options: datasets.Options,
    say: request.Say,
) -> Look:
    """A data set, and a recipe where it or a network is named.

    Raises:
        SpecError: for everything in it that is wrong.
    """
    if network:
        asked = request.make(network, words, recipe, settings, say=say, options=options)
        return Look(asked.data, asked.recipe, asked.network)
    of_recipe, of_spec = documents.apart(settings, "recipe")
    if of_spec.items or (of_recipe.items and not recipe):
        expected = "--recipe, and --network for what is set in a spec"
        raise api.fail("bad-request", "--set or --seed has nothing to set", expected=expected)
    data = datasets.read(words, options)
    for note in data.notes:
        say(f"note: {note}")
    read = recipes.load(recipe, of_recipe) if recipe else None
    return Look(data, request.as_they_are(read) if read and data.planes else read, None)
