"""A network of a few weights, with an auxiliary head, and recipes by their text."""

from __future__ import annotations

from functools import cache

from archspec import api
from training import recipe

TINY = """
archspec: 1
name: tiny
input: [6, 6, 1]
layers:
  - conv: {name: c1, filters: 3, kernel_size: 3, norm: batch_norm, activation: relu}
  - fc: {name: f1, units: 8, activation: tanh, dropout: 0.5}
  - aux: {name: side, weight: 0.3, layers: [{fc: {name: side_output, units: 6, activation: softmax}}]}
  - fc: {name: output, units: 6, activation: softmax}
"""


def said(text: str) -> recipe.Recipe:
    return recipe.load(f"recipe: 1\nname: said\n{text}")


@cache
def network() -> api.Network:
    return api.load(TINY)
