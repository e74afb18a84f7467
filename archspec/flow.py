"""A plain value as YAML's flow style writes it, on one line."""

from __future__ import annotations

import re
from typing import Any

PLAIN = re.compile(r"[A-Za-z$][\w $()./;|=+*-]*")
"""Texts that need no quotes."""
WORDS = {"true", "false", "null"}
"""Texts that would be something else without quotes."""


def flow(value: Any) -> str:
    """The value in YAML.

    >>> flow({"conv": {"filters": "$n", "norm": None, "kernel_size": [1, 7]}, "arxiv": "1312.4400"})
    '{conv: {filters: $n, norm: ~, kernel_size: [1, 7]}, arxiv: "1312.4400"}'
    """
    if value is None:
        return "~"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(flow, value)) + "]"
    if isinstance(value, str) and not (PLAIN.fullmatch(value) and value not in WORDS):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return str(value)
