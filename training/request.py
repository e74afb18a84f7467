"""The arguments of `archspec train` -> network, recipe and data, all checked before anything starts."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import cast

from archspec import api
from archspec.api import documents
from archspec.experiments import with_heads
from training import augment, datasets, fitting, recipe as recipes, record
from training.length import length

DEFAULT_RECIPE = "small"
OPTIONS = {
    "epochs": "epochs",
    "batch_size": "batch_size",
    "learning_rate": "optimizer.learning_rate",
    "seed": "seed",
}
"""Option -> the key of the recipe that it sets."""


@dataclass(frozen=True)
class Request:
    """What is to be trained on what, and how."""

    network: api.Network
    recipe: recipes.Recipe
    data: datasets.Dataset

    def told(self) -> Iterator[str]:
        """What will be done, in lines."""
        data, recipe = self.data, self.recipe
        watched = recipe.schedule.name == "plateau" and recipe.schedule.keys["monitor"].startswith("val_")
        chosen = "the learning rate follows them" if watched else "nothing is chosen by it"
        yield (
            f"{self.network.name} on {data.name} by the recipe {recipe.name}: {len(data.train_labels):,} training and "
            f"{len(data.test_labels):,} test images, {length(recipe, len(data.train_labels))} in batches of "
            f"{recipe.batch_size}, learning rate {recipe.optimizer.keys['learning_rate']:g}, seed {recipe.seed}; "
            f"test accuracy is shown, {chosen}"
        )
        [shape] = self.network.graph.inputs.values()
        if said := fitting.told(data.image_shape, cast(fitting.Shape, shape)):
            yield f"note: {said}"


def read(arguments: argparse.Namespace, say: Callable[[str], None]) -> Request:
    """Network, recipe and data of a command line.

    Raises:
        SpecError: for everything in it that is wrong.
    """
    earlier = record.read(arguments.like) if arguments.like else None
    if earlier and (arguments.spec or arguments.recipe):
        raise api.fail("bad-request", "--like names spec and recipe already", expected="--like RUN without them")
    spec = str(earlier.spec) if earlier else arguments.spec
    words = arguments.data or (earlier.data["words"] if earlier else None)
    if spec is None or words is None:
        expected = "archspec train SPEC --data DATA, or archspec train --like RUN"
        raise api.fail("bad-request", f"no {'SPEC' if spec is None else '--data'} to train on", expected=expected)
    settings, others = documents.apart(api.settings([*_options(arguments), *arguments.set]), "recipe")
    network = api.load(spec, overriding=others if others.items else None)
    for warning in network.warnings:
        say(str(warning))
    recipe = _whole(recipes.load(arguments.recipe or _own(network, earlier), settings), network)
    augment.check(recipe.augmentation or ())
    data = datasets.read(words)
    fitting.check_network(network, data, say)
    with_heads(network.graph)  # all of them are trained
    if earlier and not arguments.data:
        record.check_same(data, earlier)
    return Request(network, recipe, data)


def _whole(recipe: recipes.Recipe, network: api.Network) -> recipes.Recipe:
    """The recipe, which takes over how pictures become inputs from the spec where it does not say so itself."""
    said = network.spec.root.get("preprocessing")
    return recipe if recipe.preprocessing or not said else replace(recipe, preprocessing=documents.plain(said))


def _own(network: api.Network, earlier: record.Earlier | None) -> str:
    """The recipe where the command line names none."""
    return str(earlier.recipe if earlier else network.recipe() or DEFAULT_RECIPE)


def _options(arguments: argparse.Namespace) -> Iterator[str]:
    """The options that are short for a setting of the recipe."""
    for option, key in OPTIONS.items():
        if (value := getattr(arguments, option)) is not None:
            yield f"recipe.{key}={value}"
