"""The commands that `training` adds to `archspec`, by the entry points of pyproject.toml."""

from training.commands.data import data
from training.commands.evaluate import evaluate
from training.commands.gradients import gradients
from training.commands.predict import predict
from training.commands.train import train

__all__ = ["data", "evaluate", "gradients", "predict", "train"]
