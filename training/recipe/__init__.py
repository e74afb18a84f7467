"""Recipes: how networks are trained, as data; read and checked without a framework."""

from __future__ import annotations

from training.recipe.keys import Choice, Step, written
from training.recipe.kind import KIND
from training.recipe.language import Recipe
from training.recipe.reading import load, read, text

__all__ = ["KIND", "Choice", "Recipe", "Step", "load", "read", "text", "written"]
