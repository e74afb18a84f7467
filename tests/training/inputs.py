"""Batches of a recipe's text, without a network."""

from __future__ import annotations

import tensorflow as tf

from training import pipeline
from training.augment import Surroundings
from training.datasets import Dataset
from training.length import length
from training.preparation import Preparation
from training.recipe import Recipe

Shape = tuple[int, int, int]


def bare(shape: Shape, classes: int = 10) -> Preparation:
    """Pictures brought to the size, and nothing else."""
    return Preparation(Surroundings(shape, classes))


def training_batches(data: Dataset, recipe: Recipe, shape: Shape) -> tf.data.Dataset:
    plan = pipeline.Plan(recipe.seed, recipe.batch_size, length(recipe, len(data.train)))
    said = Preparation(Surroundings(shape, data.classes), recipe.augmentation or (), recipe.preprocessing or {})
    return pipeline.training_batches(data.train, said, plan)
