"""Recipes as a kind of document: what `archspec validate`, `list`, `schema` and `reference` ask of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archspec.api import documents
from training.recipe import page
from training.recipe.language import Recipe
from training.recipe.reading import load, read
from training.recipe.schema import schema

HEADER = ("name", "year", "optimizer", "rate", "batch", "length", "schedule", "title")


def check(document: documents.Document) -> str:
    """A recipe in a line.

    Raises:
        SpecError: with every place where it is wrong.
    """
    _, _, optimizer, rate, batch, length, schedule, _ = cells(read(document))
    return f"{optimizer} {rate}, batches of {batch}, {length}, {schedule}"


def cells(recipe: Recipe) -> tuple[str, ...]:
    """What a list of recipes says of one."""
    length = f"{recipe.epochs:,} epochs" if recipe.epochs else f"{recipe.steps:,} steps"
    rate = f"{recipe.optimizer.keys['learning_rate']:g}"
    schedule = recipe.schedule.name + (", warm-up" if recipe.warmup else "")
    year = str((recipe.paper or {}).get("year", ""))
    return recipe.name, year, recipe.optimizer.name, rate, str(recipe.batch_size), length, schedule, recipe.title


def rows() -> tuple[Sequence[str], Iterator[Sequence[str]]]:
    """A header, and a row for each shipped recipe, by year."""
    found = [cells(load(name)) for name in documents.RECIPES.names]
    return HEADER, iter(sorted(found, key=lambda row: (row[1], row[0])))


KIND = documents.DocumentKind(schema=schema, check=check, rows=rows, page=page.page)
