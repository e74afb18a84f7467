"""Keys -> the reference page of recipes: docs/recipes.md."""

from __future__ import annotations

import inspect
from collections.abc import Mapping as Map
from pathlib import Path
from typing import Any

from archspec.api import documents
from training.recipe.augmentation import STEPS
from training.recipe.keys import keys_of
from training.recipe.language import LOSSES, Ema, Evaluation, Initialization, Recipe, WeightDecay
from training.recipe.optimizers import OPTIMIZERS
from training.recipe.schedules import SCHEDULES, Warmup
from training.recipe.schema import EXAMPLES

TEMPLATE = Path(__file__).resolve().parent.parent / "resources" / "recipes.md"
GROUPS = {
    "warmup": Warmup,
    "weight_decay": WeightDecay,
    "ema": Ema,
    "initializers": Initialization,
    "evaluation": Evaluation,
}
CHOICES = {"optimizer": OPTIMIZERS, "schedule": SCHEDULES, "loss": LOSSES, "augmentation": STEPS}


def page() -> str:
    """The whole page, as Markdown: the template's prose, with tables where its comments stand."""
    parts = {"keys": documents.keys_table(keys_of(Recipe)), "examples": _examples()}
    parts |= {name: _group(cls) for name, cls in GROUPS.items()}
    parts |= {name: _choices(known) for name, known in CHOICES.items()}
    text = TEMPLATE.read_text(encoding="utf-8")
    for name, part in parts.items():
        text = text.replace(f"<!-- {name} -->", part.strip())
    return text


def _examples() -> str:
    """An example of every key, in a block of YAML."""
    lines = (f"{name}: {documents.flow(value)}\n" for name, value in EXAMPLES.items() if name != "epochs")
    return f"```yaml\n{''.join(lines)}```"


def _group(cls: type[Any]) -> str:
    return f"{inspect.getdoc(cls)}\n\n{documents.keys_table(keys_of(cls))}"


def _choices(known: Map[str, type[Any]]) -> str:
    return "\n".join(f"### {word}\n\n{_choice(cls)}" for word, cls in known.items())


def _choice(cls: type[Any]) -> str:
    return _group(cls) if keys_of(cls) else f"{inspect.getdoc(cls)} It takes no keys.\n"
