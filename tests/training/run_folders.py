"""Run folders for tests: trained ones, and copies of them that say something else."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from archspec import api
from archspec.cli import main
from tests.training.idx_files import write_folder
from tests.training.specs import HEADS as TINY

DISTANCES = """
archspec: 1
name: distances
input: [12, 12, 1]
layers:
  - conv: {name: c1, filters: 4, kernel_size: 3, activation: tanh}
  - fc: {name: f1, units: 84, activation: tanh}
  - rbf: {name: output, units: 10, prototypes: digits_7x12}
"""
CROPS = "protocol: 10crop, scales: [14, 16]"
ENSEMBLE = """
archspec: 1
name: both
members:
  - spec: tiny.yaml
    weights: [a.safetensors, b.safetensors]
combine: average
"""


def write_runs(here: Path) -> None:
    """Write data, specs, and runs.

    `a`, `mean` (with a mean picture, in half precision) and `near` (by distances) are trained; `b` has other weights
    than `a`, and `crops` another protocol in its recipe.
    """
    for name, text in {"tiny": TINY, "distances": DISTANCES, "both": ENSEMBLE}.items():
        (here / f"{name}.yaml").write_text(text)
    write_folder(here / "set", size=10, train=60, test=30)
    words = ["--data", f"idx:{here / 'set'}", "--epochs", "1", "--batch-size", "10"]
    mean = "recipe.augmentation=[mirror, per_pixel_mean]"
    more = {
        "a": ["tiny", "--set", "recipe.evaluation.top=[1, 3]"],
        "mean": ["tiny", "--set", mean, "--set", "recipe.precision=mixed_bfloat16"],
        "near": ["distances", "--learning-rate", "0.001"],
    }
    for name, (spec, *rest) in more.items():
        assert main(["train", str(here / f"{spec}.yaml"), *words, *rest, "-o", str(here / name)]) == 0
    copied(here / "a", here / "b", model=fresh(here / "tiny.yaml"))
    copied(here / "a", here / "crops", recipe=lambda text: text.replace("protocol: center, scales: ~", CROPS))


def fresh(spec: Path, **keys: Any) -> Any:
    """A model of a spec that nobody trained."""
    import keras

    keras.utils.set_random_seed(1)
    return api.build(spec, **keys)


def copied(run: Path, to: Path, model: Any = None, recipe: Callable[[str], str] | None = None) -> None:
    """A run with another model or recipe."""
    shutil.copytree(run, to)
    if model:
        model.save(to / "model.keras")
    if recipe:
        text = (to / "recipe.yaml").read_text()
        assert recipe(text) != text
        (to / "recipe.yaml").write_text(recipe(text))
