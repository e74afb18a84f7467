"""Document -> Recipe: what it extends, what a caller sets, every value checked at its place."""

from __future__ import annotations

import os
from typing import Any

from archspec.api import documents
from training.recipe.keys import Keyed, keys_of, written
from training.recipe.language import Recipe
from training.recipe.rules import broken
from training.recipe.schema import schema, strict

Mapping = documents.Mapping
OWN = {"name", "title", "paper", "extends", "deviations"}
"""Keys that speak of one file alone."""
LENGTH = {"epochs", "steps", "min_steps"}
"""Keys that go together: whoever says how long the training is says all of it."""
KINDS = {key.name: key.kind for key in keys_of(Recipe)}
MAIN = {name: kind.main for name, kind in KINDS.items() if isinstance(kind, Keyed) and kind.main}
NAMES = {
    key.name: key.default["name"] for key in keys_of(Recipe) if MAIN.get(key.name) == "name" and len(key.default) > 1
}
"""Key -> what its mapping is of where it does not say: the optimizer and the loss that are the defaults."""
MERGED = {*MAIN, "warmup", "initializers", "dropout", "loss_weights", "preprocessing"}
"""Keys whose mappings merge key by key over those of the base."""


def load(recipe: str | os.PathLike[str], overrides: documents.Mapping | None = None) -> Recipe:
    """Read and check a recipe.

    Args:
        recipe: a path, the name of a shipped recipe, or (with a line break) the text itself.
        overrides: `optimizer.learning_rate` and the like -> the value to put there.

    Raises:
        SpecError: with every diagnostic of it.

    >>> load("resnet").optimizer.keys["learning_rate"]
    0.1
    """
    return read(documents.checked(documents.read(recipe, documents.RECIPES), documents.RECIPES), overrides)


def read(document: documents.Document, overrides: documents.Mapping | None = None) -> Recipe:
    """A document as a recipe.

    Raises:
        SpecError: with every place where it is wrong.
    """
    root = _over_base(document)
    if overrides:
        for path in sorted(overrides.items, key=lambda path: not path.endswith("name")):
            root = _expanded(_set(root, path, overrides))
    root = _named(root)
    found = documents.departures(strict(), root)
    if not found:
        found = documents.in_order(broken(root))
    if found:
        raise documents.SpecError(found)
    values: dict[str, Any] = documents.plain(root)
    return Recipe(**{name: KINDS[name].read(value) for name, value in values.items()})


def _over_base(document: documents.Document) -> documents.Mapping:
    """A document's keys over those of the recipe that it extends, each file of which is checked alone."""
    found = documents.departures(schema(), document.root)
    word = document.root.scalar("extends")
    if found or not word:
        if found:
            raise documents.SpecError(found)
        return _expanded(document.root)
    base = documents.read_named(str(word.value), word, shelf=documents.RECIPES)
    return _over(_expanded(document.root), _over_base(base))


def _over(own: documents.Mapping, base: documents.Mapping) -> documents.Mapping:
    base = base.without(*OWN, *(LENGTH if {"epochs", "steps"} & own.items.keys() else ()))
    both = {key: _merged(value, base.items[key], key) for key, value in own.items.items() if key in base.items}
    own = own.without("extends")
    return Mapping({**base.items, **own.items, **both}, {**base.keys, **own.keys}, own.span)


def _merged(own: documents.Value, base: documents.Value, key: str) -> documents.Value:
    """A mapping over the base's, where both are of one name; else what the file itself says."""
    if key not in MERGED or not (isinstance(own, Mapping) and isinstance(base, Mapping)):
        return own
    other_name = "name" in own.items and own.text("name") != base.text("name")
    return own if MAIN.get(key) == "name" and other_name else own.over(base)


def _set(root: documents.Mapping, path: str, overrides: documents.Mapping) -> documents.Mapping:
    """The root with one value set; another name brings its own keys, and one length takes the other's place."""
    value, at = overrides.items[path], overrides.keys[path]
    section, _, inner = path.partition(".")
    before = root.mapping(section)
    renamed = before is not None and before.text("name") != str(documents.plain(value))
    if inner == "name" == MAIN.get(section) and renamed:
        root = root.without(section)
    if path in ("epochs", "steps"):
        root = root.without(*LENGTH)
    return documents.put(root, path, value, at)


def _expanded(root: documents.Mapping) -> documents.Mapping:
    """The root with `key: value` as `key: {main: value}`, where the key's value is a mapping."""
    for key, main in MAIN.items():
        value = root.scalar(key)
        if value and value.value is not None:
            keyed = Mapping({main: value}, {main: value.span}, value.span)
            root = Mapping({**root.items, key: keyed}, root.keys, root.span)
    return root


def _named(root: documents.Mapping) -> documents.Mapping:
    """The root with the default's name in a choice that has none."""
    for key, name in NAMES.items():
        choice = root.mapping(key)
        if choice and "name" not in choice.items:
            named = choice.put("name", documents.Scalar(name, choice.span))
            root = Mapping({**root.items, key: named}, root.keys, root.span)
    return root


def text(recipe: Recipe) -> str:
    """A recipe with nothing left to look up: every key with its value, a line each; it reads back as itself."""
    values = written(recipe)
    return "".join(
        f"{name}: {documents.flow(value)}\n"
        for name, value in values.items()
        if value is not None and name != "extends"
    )
