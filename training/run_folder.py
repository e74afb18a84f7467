"""The folder of one training run: found free, never overwritten, each file whole at any moment."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from archspec.api import SpecError, fail

RUNS = Path("runs")
"""Where runs are kept that nobody has named."""


@dataclass(frozen=True)
class RunFolder:
    """Where a run leaves its model, its history and its curves."""

    path: Path

    @property
    def model(self) -> Path:
        """The network as it was after the last finished epoch."""
        return self.path / "model.keras"

    @property
    def history(self) -> Path:
        """Settings and figures of every finished epoch."""
        return self.path / "history.json"

    @property
    def table(self) -> Path:
        """The same figures as a table, a line an epoch."""
        return self.path / "history.csv"

    @property
    def curves(self) -> Path:
        """The picture of the history."""
        return self.path / "curves.png"

    @property
    def checkpoints(self) -> Path:
        """What the run goes on from, as long as it is not finished."""
        return self.path / "checkpoints"

    def told(self) -> str:
        """What a run that ended early has left, as the end of a sentence."""
        return (
            f"'{self.model}' holds the last finished epoch, `archspec train --resume {self.path}` goes on from it"
            if self.model.exists()
            else "no epoch was finished, nothing was saved"
        )

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes out, as long as this one lives.

        Raises:
            SpecError: where another one trains in this folder.
        """
        try:
            descriptor = os.open(self.path, os.O_RDONLY)
        except OSError as error:
            message = f"'{self.path}' cannot be read: {error.strerror}"
            raise fail("bad-run", message, expected="the folder of a run of `archspec train`") from None
        try:
            _lock(descriptor, self.path)
            yield
        finally:
            os.close(descriptor)

    def remove_if_empty(self) -> None:
        """Leave nothing behind where nothing was saved, an empty `runs` neither."""
        try:
            self.path.rmdir()
            if self.path.parent == RUNS:
                RUNS.rmdir()
        except OSError:
            return


def _lock(descriptor: int, path: Path) -> None:
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise fail("bad-run", f"another process trains in '{path}'", expected="its end, or another folder") from None
    except OSError:
        return  # a file system without locks


def create(wanted: Path | None, stem: str) -> RunFolder:
    """Make the folder `wanted`, or else the first free one of runs/stem, runs/stem-2, ...

    Raises:
        SpecError: where `wanted` is already used, or nothing can be written there.
    """
    path = wanted if wanted is not None else RUNS / re.sub(r"[^\w.-]+", "_", stem)
    try:
        return RunFolder(_explicit(path) if wanted is not None else _first_free(path))
    except OSError as error:
        raise _unwritable(path, error) from error


def check_free(path: Path) -> None:
    """Refuse a folder that is used already.

    Raises:
        SpecError: where it is, or is a file.
    """
    if path.is_dir() and any(path.iterdir()):
        raise fail(
            "run-exists",
            f"the folder '{path}' is not empty",
            expected="a new or an empty folder, so that no run is overwritten",
        )
    if path.exists() and not path.is_dir():
        raise fail("run-exists", f"'{path}' is a file", expected="a new or an empty folder")


def _explicit(path: Path) -> Path:
    check_free(path)
    path.mkdir(parents=True, exist_ok=True)
    probe = path / ".probe"
    probe.touch()
    probe.unlink()
    return path


def _first_free(path: Path) -> Path:
    """Made by `mkdir` itself, so two runs started at once do not get the same one."""
    for number in count(1):
        candidate = path if number == 1 else path.with_name(f"{path.name}-{number}")
        try:
            candidate.mkdir(parents=True)
        except FileExistsError:
            if not path.parent.is_dir():  # a link to nothing
                raise
            continue
        return candidate
    raise AssertionError("count() does not end")


def replace(path: Path, write: Callable[[Path], None], named: Callable[[Path], str] | None = None) -> None:
    """Write a file so that at any moment `path` is the old or the new one, whole, even if power fails.

    Args:
        path: where it shall be.
        write: writes it to another path in the same folder.
        named: gives its name instead, once it is written.

    Raises:
        SpecError: where it cannot be written.
    """
    partial = path.with_name(f".partial-{path.name}")
    try:
        path.parent.mkdir(exist_ok=True)
        write(partial)
        _flush(partial)
        partial.replace(path.with_name(named(partial)) if named else path)
        _flush(path.parent)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise _unwritable(path, error) from error


def write(path: Path, text: str) -> None:
    """Write a text as `replace` does."""

    def put(partial: Path) -> None:
        partial.write_text(text, encoding="utf-8")

    replace(path, put)


def _flush(path: Path) -> None:
    """Have the disk hold what was written to a file, or the names in a folder."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unwritable(path: Path, error: OSError) -> SpecError:
    return fail(
        "cannot-write",
        f"'{path}' cannot be written: {error.strerror or error}",
        expected="a folder that can be written to",
    )
