"""Recipes: how networks are trained, as data; read and checked without a framework."""

from __future__ import annotations

from training.recipe.keys import Choice, Step, written
from training.recipe.kind import KIND
from training.recipe.language import Recipe, WeightDecay
from training.recipe.reading import load, read, text
from training.recipe.schedules import Warmup

__all__ = ["KIND", "Choice", "Recipe", "Step", "Warmup", "WeightDecay", "load", "read", "text", "written"]
