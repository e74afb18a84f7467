"""A file that a spec names: read from the spec's own folder, and from nowhere else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from archspec.errors import Source, Span, SpecError, fail
from archspec.source import read_text


def inside(name: str, at: Span) -> Path:
    """The path of a file that a spec names.

    Args:
        name: a path from the spec's folder; where it leads, links followed, must lie in that folder.
        at: where the spec says it.

    Raises:
        SpecError: for a spec that is no file, an absolute path, or a path that leaves the folder.
    """
    spec = Path(at.source.name)
    if not spec.is_file():
        raise fail("no-folder", "a spec that is not a file has no folder to read from", at, expected="a spec in a file")
    folder, path = spec.resolve().parent, Path(name)
    expected = "a path from the spec's folder that stays in it"
    if "\0" in name or path.is_absolute() or not (folder / path).resolve().is_relative_to(folder):
        raise fail("outside-folder", f"'{name}' is not in the spec's folder", at, expected=expected)
    return spec.parent / path


def read_beside(name: str, at: Span) -> Source:
    """The text of a file that a spec names (see `inside`); every error stands where the spec says the name.

    Raises:
        SpecError: where it cannot be read, is too large, or is not UTF-8.
    """
    path = inside(name, at)
    try:
        return Source(str(path), read_text(path))
    except SpecError as error:
        raise SpecError([d if d.span else replace(d, span=at) for d in error.diagnostics]) from None
