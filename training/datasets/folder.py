"""`folder:DIR`: picture files, a folder a class.

DIR holds the folders of classes; or `train` and one of `test`, `validation` and `val`, each with folders of the same
classes. Where there is no test set, a share of every class becomes it, chosen by the files' names alone: whatever
the seed, and however the training set is shuffled, the test set is the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from archspec.api import SpecError, fail
from training.datasets.base import Dataset, Options, directory, source
from training.datasets.picture_files import Classes, apart, splits
from training.images.check import BrokenFile, PictureFile, check, listed, oddities
from training.images.listing import Listing, is_utf8, listing

TRAIN, TESTS = "train", ("test", "validation", "val")


@source("folder", form="folder:DIR", doc="pictures, a folder a class")
def read(folder: str, options: Options) -> Dataset:
    """The pictures of a folder, every file of which is looked at first.

    Raises:
        SpecError: for folders that are no such set, and, where `options.strict`, for files that give no picture.
    """
    root = directory(folder, "folder", "pictures, a folder a class")
    try:
        parts = _parts(root)
    except OSError as error:
        raise fail("bad-data", f"'{error.filename}' cannot be read: {error.strerror}") from None
    found = {part: listing(root, part) for part in parts}
    for part in parts:
        _check_classes(root / part, found[part])
    _check_same(root, found)
    sound, broken = _checked(root, found, options)
    if len(parts) == 1:
        [only] = sound.values()
        train, test = apart(only, options.test_share, root)
    else:
        train, test = sound.values()
    return Dataset(
        root.name,
        *splits(root, train, test),
        classes=len(train),
        class_names=tuple(train),
        notes=tuple(_notes(root, found, broken, train, test)),
    )


def _parts(root: Path) -> tuple[str, ...]:
    """The folders of the sets below the root; the root itself where it holds classes."""
    below = sorted(path.name for path in root.iterdir() if path.is_dir() and not path.name.startswith("."))
    tests = [name for name in TESTS if name in below and any(path.is_dir() for path in (root / name).iterdir())]
    if TRAIN not in below or not tests:
        return ("",)
    if others := [name for name in below if name not in (TRAIN, *TESTS)]:
        message = f"'{root}' has '{TRAIN}' and '{tests[0]}' and beside them '{others[0]}'"
        raise fail("bad-data", message, expected="either folders of classes, or a training and a test set")
    return TRAIN, tests[0]


def _check_classes(folder: Path, found: Listing) -> None:
    """Refuse what is no set of two classes or more, with pictures in each."""
    names = list(found.classes)
    passed = "".join(f"; {note}" for note in found.notes())
    if wrong := [name for name in names if not is_utf8(name)]:
        raise fail("bad-data", f"the folder {wrong[0]!r} in '{folder}' has a name that is no UTF-8")
    if len(names) < 2:
        said = f"only one class, '{names[0]}'" if names else "no folder of a class"
        further = f", or --data folder:{folder / names[0]}" if names == [TRAIN] else ""
        raise fail("bad-data", f"'{folder}' has {said}{passed}", expected=f"a folder for each of two classes{further}")
    if empty := [name for name in names if not found.classes[name]]:
        raise fail(
            "bad-data", f"{_said(empty)} of '{folder}' has no picture{passed}", expected="pictures in every class"
        )


def _said(names: Sequence[str]) -> str:
    more = f" (and {len(names) - 1} more)" if len(names) > 1 else ""
    return f"the class '{names[0]}'{more}"


def _check_same(root: Path, found: Mapping[str, Listing]) -> None:
    """Refuse a test set of other classes than those of the training set."""
    (first, ours), *others = ((part, set(each.classes)) for part, each in found.items())
    for part, theirs in others:
        for here, there, missing in ((part, first, sorted(ours - theirs)), (first, part, sorted(theirs - ours))):
            if missing:
                message = f"'{root / here}' has not {_said(missing)}, which '{root / there}' has"
                raise fail("bad-data", message, expected="the same classes in both")


def _checked(root: Path, found: Mapping[str, Listing], options: Options) -> tuple[dict[str, Classes], list[BrokenFile]]:
    """Set -> class -> files that give pictures; and those that do not."""
    names = [name for each in found.values() for files in each.classes.values() for name in files]
    files = {file.name: file for file in check(root, names, options.say)}
    broken = [file for file in files.values() if isinstance(file, BrokenFile)]
    if broken and options.strict:
        message = f"{len(broken):,} of {len(names):,} files of '{root}' give no picture: {listed(broken)}"
        raise fail("bad-data", message, expected="sound files alone; without --strict they are left out")
    sound: dict[str, Classes] = {}
    for part, each in found.items():
        sound[part] = {
            name: [file for path in paths if isinstance(file := files[path], PictureFile)]
            for name, paths in each.classes.items()
        }
        if empty := [name for name, kept in sound[part].items() if not kept]:
            raise _all_broken(root / part, empty, [file for file in broken if file.name in each.classes[empty[0]]])
    return sound, broken


def _all_broken(folder: Path, classes: Sequence[str], broken: Sequence[BrokenFile]) -> SpecError:
    message = f"{_said(classes)} of '{folder}' has no picture that can be read: {listed(broken)}"
    return fail("bad-data", message, expected="pictures in every class")


def _notes(
    root: Path, found: Mapping[str, Listing], broken: Sequence[BrokenFile], train: Classes, test: Classes | None
) -> Iterator[str]:
    """What was done without being asked for, in sentences."""
    count, tests = (sum(map(len, (classes or {}).values())) for classes in (train, test))
    if len(found) == 1 and test:
        share = tests / (tests + count)
        yield f"{tests:,} of {tests + count:,} pictures ({share:.0%}) are the test set, of every class, by their names"
    if unused := [name for name in TESTS if TRAIN in found and name not in found and (root / name).is_dir()]:
        yield f"'{root / unused[0]}' is not used"
    if broken:
        share_of = f"{len(broken):,} of {len(broken) + count + tests:,} files"
        yield f"left out, because they give no picture: {share_of}: {listed(broken)}"
    yield from oddities(file for classes in (train, test or {}) for files in classes.values() for file in files)
    for each in found.values():
        yield from each.notes()
