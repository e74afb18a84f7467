"""The figures of whole networks as people read them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from archspec.byte_sizes import size_text
from archspec.passes.shapes import text


def _whole(value: int) -> str:
    return f"{value:,}"


TEXTS: dict[str, tuple[str, Callable[[Any], str]]] = {
    "params": ("parameters", _whole),
    "weight_bytes": ("weights", size_text),
    "macs": ("multiply-adds", _whole),
    "flops": ("FLOPs", _whole),
    "depth": ("depth", _whole),
    "activations": ("activations", _whole),
    "inference_bytes": ("inference", size_text),
    "training_bytes": ("training", size_text),
    "receptive_field": ("receptive field", text),
}
"""Field of `Profile` -> its label, and how its values are written."""
