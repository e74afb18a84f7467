"""A network as a recipe wants it: other initializers, other rates of dropout."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from archspec import api
from archspec.api import documents
from archspec.experiments import with_dropout, with_initializers
from training.recipe import Recipe


def adapted(network: api.Network, recipe: Recipe) -> api.Network:
    """The network with the recipe's initializers and rates of dropout.

    Raises:
        SpecError: where the recipe names rows that the network does not have.
    """
    initializers = {
        row: {key: documents.initializer(value) for key, value in vars(said).items() if value is not None}
        for row, said in recipe.initializers.items()
    }
    try:
        graph = with_initializers(network.graph, initializers)
    except KeyError as error:
        raise _mismatch(recipe, network, "initializers", error) from None
    try:
        return replace(network, graph=with_dropout(graph, recipe.dropout))
    except KeyError as error:
        raise _mismatch(recipe, network, "dropout", error) from None


def _mismatch(recipe: Recipe, network: api.Network, key: str, error: KeyError) -> api.SpecError:
    name = error.args[0]
    what = "weights of conv or fc" if key == "initializers" else "dropout"
    return api.fail(
        "recipe-mismatch",
        f"`{key}` of the recipe {recipe.name} names '{name}', and {network.name} has no such row with {what}",
        expected=f"a recipe for {network.name}, or none of that name",
        suggestion=api.did_you_mean(name, _rows(network)),
    )


def _rows(network: api.Network) -> Iterable[str]:
    return network.graph.steps
