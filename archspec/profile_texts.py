"""The figures of whole networks as people read them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from archspec.passes.shapes import text


def _whole(value: int) -> str:
    return f"{value:,}"


def megabytes(value: int) -> str:
    """Bytes in millions.

    >>> megabytes(27994208)
    '28.0 MB'
    """
    return f"{value / 1e6:,.1f} MB"


TEXTS: dict[str, tuple[str, Callable[[Any], str]]] = {
    "params": ("parameters", _whole),
    "weight_bytes": ("weights as float32", megabytes),
    "macs": ("multiply-adds", _whole),
    "flops": ("FLOPs", _whole),
    "depth": ("depth", _whole),
    "activations": ("activations", _whole),
    "receptive_field": ("receptive field", text),
}
"""Field of `Profile` -> its label, and how its values are written."""
