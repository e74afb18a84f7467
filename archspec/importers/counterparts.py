"""Published networks whose weights fit ours: the folder `names` is the list, a file holds the pairs of names."""

from __future__ import annotations

from pathlib import Path

from archspec import source
from archspec.document import plain

FOLDER = Path(__file__).resolve().parent / "names"


def counterparts() -> tuple[str, ...]:
    """Names of all networks whose weights can be read, in alphabetical order.

    >>> "keras.applications.VGG16" in counterparts()
    True
    """
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


def name_pairs(counterpart: str) -> dict[str, str]:
    """Their layers' names -> ours, as `rename` takes them.

    >>> name_pairs("keras.applications.VGG16")["block*_conv*"]
    'conv*_*'
    """
    found: dict[str, str] = plain(source.read(FOLDER / f"{counterpart}.yaml").root)
    return found
