"""The folder of an evaluation: written beside its place and moved there whole."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy.typing as npt

from archspec.api import SpecError, fail
from archspec.experiments import as_json
from training.evaluation.results import Evaluation

NAMES = {"evaluation.json", "classes.csv", "confusion.png", "confusion.svg", "mistakes.csv", "mistakes.png"}


def check(folder: Path, *, force: bool) -> Path:
    """A folder that can be written, refused before any work where it cannot; nothing is made yet.

    Raises:
        SpecError: for a file, a folder that is not empty (unless `force`), and a place that cannot be written to.
    """
    expected = "a new or an empty folder, or --force to replace what is written"
    try:
        if folder.exists() and not folder.is_dir():
            raise fail("bad-output", f"'{folder}' is a file", expected=expected)
        if folder.is_dir() and any(folder.iterdir()) and not force:
            raise fail("bad-output", f"the folder '{folder}' is not empty", expected=expected)
        nearest = next(place for place in (folder, *folder.parents) if place.exists())
        if not nearest.is_dir():
            raise fail("bad-output", f"'{folder}' cannot be written: '{nearest}' is a file", expected=expected)
        if not os.access(nearest, os.W_OK):
            raise fail("bad-output", f"the folder '{folder}' cannot be written to", expected=expected)
    except OSError as error:
        raise _unwritable(folder, error) from None
    return folder


def write(found: Evaluation, pictures: Mapping[int, npt.NDArray[Any]], folder: Path) -> None:
    """Write evaluation.json, classes.csv, confusion.png and .svg; where there are mistakes, mistakes.csv and .png.

    Raises:
        SpecError: where they cannot be written; nothing is left in the folder then.
    """
    from training.evaluation import drawing

    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".archspec-") as place:
            part = Path(place) / "whole"
            part.mkdir()
            (part / "evaluation.json").write_text(as_json(found.to_dict()) + "\n", encoding="utf-8")
            (part / "classes.csv").write_text(found.as_csv(), encoding="utf-8")
            drawing.confusion(found, part / "confusion.png", part / "confusion.svg")
            if pictures:
                (part / "mistakes.csv").write_text(found.mistakes_csv(), encoding="utf-8")
                drawing.mistakes(found, pictures, part / "mistakes.png")
            _move(part, folder)
    except OSError as error:
        raise _unwritable(folder, error) from None


def _move(part: Path, folder: Path) -> None:
    """The whole folder in one move where its place is free, else file by file."""
    if not folder.is_dir() or not any(folder.iterdir()):
        part.replace(folder)
        return
    names = {path.name for path in part.iterdir()}
    for name in names:
        (part / name).replace(folder / name)
    for name in NAMES - names:
        (folder / name).unlink(missing_ok=True)  # of an evaluation before


def _unwritable(folder: Path, error: OSError) -> SpecError:
    expected = "a folder that can be written to"
    return fail("cannot-write", f"'{folder}' cannot be written: {error.strerror or error}", expected=expected)
