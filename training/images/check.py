"""All picture files of a set, before they are trained on: each is read and decoded once, in parallel threads."""

from __future__ import annotations

import hashlib
import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from training.images.decode import UnreadableError, bombs_refused, content, opened, reasons
from training.images.header import Header, header
from training.images.listing import is_utf8

AT_ONCE = 256  # files handed to the threads together; what is said comes after each of these
SECONDS = 5.0
MOST_SAID = 5
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class PictureFile:
    """A file that was looked at: its path within the set, its head and the sha256 of its bytes."""

    name: str
    header: Header
    digest: bytes


@dataclass(frozen=True, slots=True)
class BrokenFile:
    """A file that gives no picture, and why, as the end of a sentence that begins with its name."""

    name: str
    reason: str

    def __str__(self) -> str:
        return f"'{self.name}' {self.reason}" if is_utf8(self.name) else f"{self.name!r} {self.reason}"


def check(root: Path, names: Sequence[str], say: Say) -> list[PictureFile | BrokenFile]:
    """Look at every file: whether all of it can be decoded, and what its head says.

    Args:
        root: the folder in which they lie.
        names: their paths in it.
        say: takes a line every few seconds.

    Returns:
        one for each name, in the same order.
    """
    found: list[PictureFile | BrokenFile] = []
    began = said = time.monotonic()
    with bombs_refused(), ThreadPoolExecutor(os.cpu_count()) as pool:
        for first in range(0, len(names), AT_ONCE):
            found += pool.map(partial(look, root), names[first : first + AT_ONCE])
            now = time.monotonic()
            if now - said > SECONDS and len(found) < len(names):
                said, speed = now, len(found) / (now - began)
                left = (len(names) - len(found)) / speed
                say(f"checked {len(found):,} of {len(names):,} pictures, {speed:,.0f} a second, {left:,.0f} s left")
    return found


def look(root: Path, name: str) -> PictureFile | BrokenFile:
    """One file, decoded as far as it takes to know that it is whole."""
    try:
        if not is_utf8(name):
            raise UnreadableError("has a name that is no UTF-8")
        with reasons():
            data = content(root / name)
            image = opened(data)
            head = header(image, data)
            image.draft("L", (1, 1))  # of a JPEG: all is read, an eighth of it made into pixels; 1.6 times as fast
            image.load()
            if image.format == "PNG":  # the sums of its parts, which loading does not look at
                opened(data).verify()
            return PictureFile(name, head, hashlib.sha256(data).digest())
    except UnreadableError as error:
        return BrokenFile(name, str(error))


def listed(broken: Sequence[BrokenFile]) -> str:
    """The first of them, and how many more there are."""
    more = len(broken) - MOST_SAID
    return "; ".join(map(str, broken[:MOST_SAID])) + (f"; and {more:,} more" if more > 0 else "")


def oddities(files: Iterable[PictureFile]) -> list[str]:
    """What is done to pictures that their owner may not expect, with how many there are of each."""
    counts = Counter(words for file in files for words in file.header.odd)
    return [f"{count:,} {'picture is' if count == 1 else 'pictures are'} {words}" for words, count in counts.items()]
