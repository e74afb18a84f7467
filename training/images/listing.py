"""The picture files below a folder, a folder a class; nothing is opened."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SUFFIXES = (".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff")
HIDDEN = (".", "__MACOSX")  # how names begin that systems leave behind


@dataclass(frozen=True)
class Listing:
    """What was found: class -> its files, by their paths from the root, both in the order of names.

    What was passed over is counted: `others` by what their names end in, `links` those symbolic links that lead
    out or to a folder, `loose` pictures that lie in no class.
    """

    classes: dict[str, tuple[str, ...]]
    others: Counter[str]
    links: int
    loose: int

    def notes(self) -> Iterator[str]:
        """What was passed over, in sentences."""
        if self.others:
            ends = ", ".join(f"{count:,} {end or 'without an ending'}" for end, count in self.others.most_common(4))
            yield f"left out, because they are no pictures by their names: {self.others.total():,} files ({ends})"
        if self.links:
            yield f"not followed, because they lead out or to a folder: {self.links:,} symbolic links"
        if self.loose:
            yield f"left out, because they lie beside the folders of classes: {self.loose:,} pictures"


def listing(root: Path, part: str = "") -> Listing:
    """The classes of `root`, or of its folder `part`: folders below a class's are that class, hidden files nobody's."""
    others: Counter[str] = Counter()
    classes: dict[str, list[str]] = {}
    links = loose = 0
    start = root / part
    for folder, folders, files in os.walk(start):
        here = Path(folder)
        linked = [name for name in folders if (here / name).is_symlink()]
        folders[:] = sorted(name for name in folders if name not in linked and not name.startswith(HIDDEN))
        links += len(linked)
        inside = here.relative_to(start).parts
        if len(inside) == 0:
            classes = {name: [] for name in folders}
        for name in files:
            end = os.path.splitext(name)[1].lower()  # noqa: PTH122  a Path for each of a million names is slow
            if name.startswith("."):
                continue
            if end not in SUFFIXES:
                others[end] += 1
            elif _leads_out(here / name, root):
                links += 1
            elif not inside:
                loose += 1
            else:
                classes[inside[0]].append(os.path.join(part, *inside, name))  # noqa: PTH118, os.path is faster on millions of names
    return Listing({name: tuple(sorted(found)) for name, found in classes.items()}, others, links, loose)


def _leads_out(path: Path, root: Path) -> bool:
    """Whether it is a symbolic link to a file elsewhere, or to none."""
    try:
        return path.is_symlink() and not path.resolve(strict=True).is_relative_to(root)
    except (OSError, RuntimeError):  # to nothing, or in a circle
        return True


def is_utf8(name: str) -> bool:
    """Whether a name of the file system is text at all."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
