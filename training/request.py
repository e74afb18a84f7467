"""The arguments of `archspec train` -> network, recipe and data, all checked before anything starts."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import cast

from archspec import api
from archspec.api import documents
from archspec.experiments import with_heads
from training import datasets, fitting, hits, recipe as recipes, record, sizes
from training.commands.arguments import data_options
from training.length import length

Say = Callable[[str], None]
DEFAULT_RECIPE = "small"
OPTIONS = {
    "epochs": "epochs",
    "batch_size": "batch_size",
    "learning_rate": "optimizer.learning_rate",
    "seed": "seed",
}
"""Option -> the key of the recipe that it sets."""
BESIDE_RESUME = ("resume", "data", "strategy", "tensorboard")


@dataclass(frozen=True)
class Request:
    """What is to be trained on what, and how."""

    network: api.Network
    recipe: recipes.Recipe
    data: datasets.Dataset
    options: datasets.Options = datasets.AS_USUAL

    def told(self) -> Iterator[str]:
        """What will be done, in lines."""
        data, recipe = self.data, self.recipe
        watched = recipe.schedule.name == "plateau" and recipe.schedule.keys["monitor"].startswith("val_")
        chosen = "the learning rate follows them" if watched else "nothing is chosen by it"
        tests = f"{len(data.test):,} test images" if data.test else "no test images"
        shown = f"; test accuracy is shown, {chosen}" if data.test else ""
        yield (
            f"{self.network.name} on {data.name} by the recipe {recipe.name}: {len(data.train):,} training and "
            f"{tests}, {length(recipe, len(data.train))} in batches of "
            f"{recipe.batch_size}, learning rate {recipe.optimizer.keys['learning_rate']:g}, seed {recipe.seed}{shown}"
        )
        [shape] = self.network.graph.inputs.values()
        for line in sizes.told(data, cast(fitting.Shape, shape), recipe):
            yield f"note: {line}"
        yield from hits.told(recipe.evaluation.top, fitting.classes(self.network))


def read(arguments: argparse.Namespace, say: Say) -> Request:
    """Network, recipe and data of a command line.

    Raises:
        SpecError: for everything in it that is wrong.
    """
    said = arguments.resume or arguments.like
    earlier = record.read(said) if said else None
    if earlier and (arguments.spec or arguments.recipe):
        raise api.fail("bad-request", "--like names spec and recipe already", expected="--like RUN without them")
    spec = str(earlier.spec) if earlier else arguments.spec
    words = arguments.data or (earlier.data["words"] if earlier else None)
    if spec is None or words is None:
        expected = "archspec train SPEC --data DATA, or archspec train --like RUN"
        raise api.fail("bad-request", f"no {'SPEC' if spec is None else '--data'} to train on", expected=expected)
    settings = api.settings([*_options(arguments), *arguments.set])
    recipe = arguments.recipe or (str(earlier.recipe) if earlier else None)
    same = earlier and (arguments.resume or not arguments.data)
    shares = earlier.data["test_share"] if earlier and same else None
    request = make(spec, words, recipe, settings, say=say, options=data_options(arguments, say, shares))
    if earlier and same:
        record.check_same(request.data, earlier)
    return request


def check_bare(arguments: argparse.Namespace) -> None:
    """Refuse what would change a run in the middle of it.

    Raises:
        SpecError: for anything beside --resume but --data, --strategy and --tensorboard.
    """
    others = {name: value for name, value in vars(arguments).items() if name not in BESIDE_RESUME}
    found = next((name for name, value in others.items() if value not in (None, []) and value is not False), None)
    if found:
        word = found.upper() if found == "spec" else f"--{found.replace('_', '-')}"
        message = f"--resume goes on with a run as it is, and {word} stands beside it"
        raise api.fail("bad-request", message, expected="--resume RUN alone; or --like RUN, to begin another one")


def make(
    spec: api.SpecLike,
    data: str | datasets.Dataset,
    recipe: str | os.PathLike[str] | None,
    settings: documents.Mapping,
    *,
    say: Say,
    options: datasets.Options = datasets.AS_USUAL,
) -> Request:
    """Network, recipe and data, held against each other.

    Args:
        spec: as for `archspec.load`.
        data: what `--data` takes, or a data set.
        recipe: a path, the name of a shipped recipe, a recipe's text, or None for the one that the spec names.
        settings: what `--set` sets in spec and recipe.
        say: takes what a user should know.
        options: how pictures are read.

    Raises:
        SpecError: for everything in it that is wrong.
    """
    of_recipe, of_spec = documents.apart(settings, "recipe")
    network = api.load(spec, overriding=of_spec if of_spec.items else None)
    for warning in network.warnings:
        say(str(warning))
    read_recipe = _whole(recipes.load(recipe or network.recipe() or DEFAULT_RECIPE, of_recipe), network)
    with_heads(network.graph)  # all of them are trained
    found = datasets.read(data, options) if isinstance(data, str) else data
    for note in found.notes:
        say(f"note: {note}")
    if found.planes:
        read_recipe = as_they_are(read_recipe)
    fitting.check_network(network, found, say, read_recipe.preprocessing)
    return Request(network, read_recipe, found, options)


def _whole(recipe: recipes.Recipe, network: api.Network) -> recipes.Recipe:
    """The recipe, which takes over how pictures become inputs from the spec where it does not say so itself."""
    said = network.spec.root.get("preprocessing")
    return recipe if recipe.preprocessing or not said else replace(recipe, preprocessing=documents.plain(said))


def as_they_are(recipe: recipes.Recipe) -> recipes.Recipe:
    """The recipe for planes, whose values are not divided by 255 where it does not say what becomes of them."""
    said = recipe.preprocessing or {}
    return recipe if {"mean", "scale"} & said.keys() else replace(recipe, preprocessing={**said, "scale": 1})


def _options(arguments: argparse.Namespace) -> Iterator[str]:
    """The options that are short for a setting of the recipe."""
    for option, key in OPTIONS.items():
        if (value := getattr(arguments, option)) is not None:
            yield f"recipe.{key}={value}"
