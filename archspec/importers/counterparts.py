"""Published networks whose weights fit ours, as data: a file of the folder `names` has networks, and pairs of names."""

from __future__ import annotations

import functools
from pathlib import Path

from archspec import source
from archspec.document import plain

FOLDER = Path(__file__).resolve().parent / "names"


@functools.cache
def _tables() -> dict[str, dict[str, str]]:
    """Network -> its layers' names and ours; networks of one family have one table."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        table = plain(source.read(path).root)
        found |= dict.fromkeys(table["networks"], table["names"])
    return found


def counterparts() -> tuple[str, ...]:
    """Names of all networks whose weights can be read, in alphabetical order.

    >>> "keras.applications.VGG16" in counterparts()
    True
    """
    return tuple(sorted(_tables()))


def name_pairs(counterpart: str) -> dict[str, str]:
    """Their layers' names -> ours, as `rename` takes them.

    >>> name_pairs("keras.applications.VGG16")["block*_conv*"]
    'conv*_*'
    """
    return _tables()[counterpart]
