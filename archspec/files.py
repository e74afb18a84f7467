"""The files that a spec may name: below its own folder or the working folder, never beyond them.

A spec may come from anywhere, so a path in it is held back: no absolute path, no way up and out,
no symbolic link that leads out. Devices and pipes are refused where the file is read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path, PurePosixPath, PureWindowsPath

from archspec import zoo
from archspec.errors import Source, Span, SpecError, did_you_mean, fail
from archspec.source import read_text


def text(word: str, at: Span) -> Source:
    """The text of a file that a spec names and that is no spec.

    Raises:
        SpecError: where `named` or the reading of it refuses.
    """
    path = named(word, at, "a name of what archspec ships")
    try:
        return Source(str(path), read_text(path, str(path)), path)
    except SpecError as error:
        raise SpecError([d if d.span else replace(d, span=at) for d in error.diagnostics]) from None


def is_folder(path: Path) -> bool:
    """Whether there is such a folder; no for a name that no system would take."""
    try:
        return path.is_dir()
    except OSError:
        return False


def is_there(path: Path) -> bool:
    """Whether there is such a file or folder; no for a name that no system would take."""
    try:
        return path.exists()
    except OSError:
        return False


def named(word: str, at: Span, otherwise: str = "the name of a shipped network", known: Iterable[str] = ()) -> Path:
    """The file that a spec means by a path, relative to the file in which the path stands.

    It lies below the folder of the spec that a caller named, below the working folder, or among
    the shipped specs. A spec that was given as text has no folder, and names no files. `otherwise`
    says what else could be meant, `known` are the words for it.

    Raises:
        SpecError: for a path that leads elsewhere, and one to nothing.
    """
    if at.source.path is None:
        expected = f"the spec in a file of its own, or {otherwise} here"
        raise fail("no-folder", f"nothing is beside a spec given as text: there is no '{word}'", at, expected=expected)
    path = at.source.path.parent / word
    try:
        real, exists = path.resolve(), path.exists()
    except (OSError, RuntimeError, ValueError):  # a name too long, links in a circle, a NUL
        raise fail("bad-path", f"{word[:60]!r} is no path to a file", at) from None
    if not _relative(word) or not any(real.is_relative_to(root) for root in _roots(at.source)):
        expected = "a relative path that stays below the spec's folder, or the working folder"
        raise fail("outside", f"'{word}' leads out of the spec's folder", at, expected=expected)
    if not exists:
        beside = {p.stem: p.name for p in sorted(path.parent.glob(f"*{path.suffix or '.yaml'}"))}
        near = did_you_mean(path.stem, {**beside, **dict.fromkeys(known)}).strip("'")
        expected = f"a path from this file's folder, or {otherwise}"
        raise fail(
            "no-such-file",
            f"there is no file '{path}'",
            at,
            expected=expected,
            suggestion=near and f"'{beside.get(near, near)}'",
        )
    return path


def shelved(word: str, at: Span, shelf: zoo.Shelf) -> Path:
    """The file that a spec means by the name of a shipped document, or by a path.

    Raises:
        SpecError: as `named` does.
    """
    if word in shelf.names:
        return shelf.path_of(word)
    return named(word, at, f"the name of a shipped {shelf.noun}", shelf.names)


def _relative(word: str) -> bool:
    return not (PurePosixPath(word).is_absolute() or PureWindowsPath(word).anchor)


def _roots(source: Source) -> list[Path]:
    """Where the files of a spec may lie: the spec that began it, the working folder, the shipped ones."""
    while source.extended:
        source = source.extended.source
    return [folder.resolve() for folder in ((source.path or Path()).parent, Path(), zoo.folder())]
