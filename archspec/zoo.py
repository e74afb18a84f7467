"""The shipped documents, networks and recipes: the folders are the lists."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def folder() -> Path:
    """Where the specs lie: inside an installed package, beside it in a checkout."""
    inside = PACKAGE / "specs"
    return inside if inside.is_dir() else PACKAGE.parent / "specs"


@dataclass(frozen=True)
class Shelf:
    """The shipped documents of one kind, and the words of messages about such.

    `first` is the key that they begin with, `document` what a file of them is called, `noun` what one of
    them is, `under` its folder among the specs, `listed` the command that lists them.
    """

    first: str
    document: str
    noun: str
    under: str
    listed: str

    @property
    def folder(self) -> Path:
        """Where they lie."""
        return folder() / self.under

    @functools.cached_property
    def names(self) -> tuple[str, ...]:
        """Their names, in alphabetical order."""
        return tuple(sorted(path.stem for path in self.folder.glob("*.yaml")))

    def path_of(self, name: str) -> Path:
        """The file of one of them."""
        return self.folder / f"{name}.yaml"


NETWORKS = Shelf("archspec", "spec", "network", "", "archspec list")
RECIPES = Shelf("recipe", "recipe", "recipe", "recipes", "archspec list --recipes")
SHELVES = (NETWORKS, RECIPES)


def names() -> tuple[str, ...]:
    """Names of the shipped networks, in alphabetical order."""
    return NETWORKS.names


def path_of(name: str) -> Path:
    """The file of a shipped network."""
    return NETWORKS.path_of(name)
