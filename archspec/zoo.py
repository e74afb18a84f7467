"""The shipped specs: the folder is the list."""

from __future__ import annotations

import functools
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def folder() -> Path:
    """Where the specs lie: inside an installed package, beside it in a checkout."""
    inside = PACKAGE / "specs"
    return inside if inside.is_dir() else PACKAGE.parent / "specs"


@functools.cache
def names() -> tuple[str, ...]:
    """Names of the shipped networks, in alphabetical order."""
    return tuple(sorted(path.stem for path in folder().glob("*.yaml")))


def path_of(name: str) -> Path:
    """The file of a shipped network."""
    return folder() / f"{name}.yaml"
