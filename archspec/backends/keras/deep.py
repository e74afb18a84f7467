"""Networks of more layers than Python's stack has frames: Keras follows a model from its end, layer by layer."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

DEEPEST = 50_000
"""Layers of a saved model whose depth is not known: as many as a spec may have."""


@contextmanager
def deep(layers: int = DEEPEST) -> Iterator[None]:
    """Room for a chain of so many layers (ResNet-1202 has 4,213 in all), and the old limit again behind it."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, before + 2 * layers))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
