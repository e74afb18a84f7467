"""Files written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from archspec.errors import fail


def target(output: str | os.PathLike[str], suffixes: Sequence[str], *, force: bool = False) -> Path:
    """The path that a command was asked to write, refused before any work where it cannot be used.

    Args:
        output: as it was typed.
        suffixes: the endings that the command can write, with their dots.
        force: whether a file that exists may be replaced.

    Raises:
        SpecError: for another ending, a folder that is not there or cannot be written to, and a file that exists.
    """
    try:
        return _writable(Path(output), suffixes, force)
    except OSError as error:  # a name too long, say
        raise fail("bad-output", f"cannot save to '{Path(output)}': {error.strerror or error}") from None


def _writable(path: Path, suffixes: Sequence[str], force: bool) -> Path:
    ending = f"a file name that ends in {' or '.join(suffixes)}"
    if path.suffix not in suffixes:
        suggestion = f"'{path.with_suffix(suffixes[0])}'" if path.name else ""
        raise fail("bad-output", f"cannot save to '{path}'", expected=ending, suggestion=suggestion)
    if not path.parent.is_dir():
        raise fail("bad-output", f"there is no folder '{path.parent}'", expected="a file in a folder that exists")
    if not os.access(path.parent, os.W_OK):
        raise fail("bad-output", f"the folder '{path.parent}' cannot be written to")
    if path.is_dir():
        raise fail("bad-output", f"'{path}' is a folder", expected=ending)
    if path.exists() and not force:
        raise fail("bad-output", f"'{path}' exists", expected="another name, or --force to replace a file")
    return path


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path beside `path` to write to; what stands there at the end takes its place in one move.

    Whoever is killed on the way leaves the old file as it was.

    Raises:
        SpecError: where the folder cannot be written to, or the disk is full.
    """
    try:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".archspec-") as folder:
            part = Path(folder) / path.name
            yield part
            with part.open("rb") as file:
                os.fsync(file.fileno())
            part.replace(path)
    except OSError as error:
        raise fail("unwritable", f"cannot save '{path}': {error.strerror or error}") from None


@contextmanager
def creating(path: Path) -> Iterator[Path]:
    """As `replacing`, for a file that is not there yet.

    Raises:
        SpecError: where something is there already, or there is no such folder.
    """
    if not path.parent.is_dir():
        raise fail("bad-output", f"there is no folder '{path.parent}'", expected="a file in a folder that exists")
    if os.path.lexists(path):
        raise fail("bad-output", f"'{path}' exists", expected="another name: nothing is overwritten")
    with replacing(path) as part:
        yield part
