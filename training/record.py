"""What a run folder says of its run, so that it can be repeated: spec, recipe, data, versions."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archspec import api
from archspec.api import documents
from training import recipe as recipes
from training.datasets import AS_USUAL, Dataset
from training.statistics import NONE, Statistics, load

if TYPE_CHECKING:
    from training.preparation import Preparation
    from training.request import Request

FORMAT = 1
SPEC, RECIPE, RECORD, STATISTICS = "spec.yaml", "recipe.yaml", "run.json", "statistics.npz"
COUNTS = {"training": "training images", "test": "test images", "classes": "classes"}
Writer = Callable[[Path], None]
MAX_BYTES = 1_000_000
PACKAGES = {"archspec": "archspec-keras", "keras": "keras", "tensorflow": "tensorflow"}


@dataclass(frozen=True)
class Earlier:
    """A run to be repeated: its documents, and what it says of its data."""

    path: Path
    data: Mapping[str, Any]

    @property
    def spec(self) -> Path:
        """Its spec, resolved."""
        return self.path / SPEC

    @property
    def recipe(self) -> Path:
        """Its recipe, resolved."""
        return self.path / RECIPE


def files(request: Request, prepared: Preparation) -> dict[str, Writer]:
    """File name -> what writes it, of all that a run folder holds beside model, history and curves."""
    texts = _texts(request)
    found = {name: _of_text(text) for name, text in texts.items()}
    figures = prepared.around.statistics
    return {**found, STATISTICS: figures.save} if figures is not NONE else found


def _of_text(text: str) -> Writer:
    def put(path: Path) -> None:
        path.write_text(text, encoding="utf-8")

    return put


def _texts(request: Request) -> dict[str, str]:
    versions = {name: _version(package) for name, package in PACKAGES.items()}
    record = {
        "format": FORMAT,
        "network": request.network.name,
        "recipe": request.recipe.name,
        "data": {
            **identity(request.data),
            "image_shape": request.data.image_shape,
            "test_share": request.options.test_share,
        },
        "versions": {**versions, "python": platform.python_version()},
    }
    return {
        SPEC: documents.emit(request.network.spec),
        RECIPE: recipes.text(request.recipe),
        RECORD: json.dumps(record, indent=2) + "\n",
    }


def identity(data: Dataset) -> dict[str, Any]:
    """What tells a set of pictures from another: its name, its counts and classes, a sha256 of all that was read."""
    splits = [split for split in (data.train, data.test) if split]
    found = hashlib.sha256("".join(split.fingerprint() for split in splits).encode())
    counts = {"training": len(data.train), "test": len(data.test) if data.test else 0, "classes": data.classes}
    names = list(data.class_names)
    return {"words": data.words, "name": data.name, **counts, "class_names": names, "sha256": found.hexdigest()}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"


def read(folder: Path) -> Earlier:
    """What a run folder says of its run.

    Raises:
        SpecError: where it is no such folder, or one of another release.
    """
    try:
        with (folder / RECORD).open(encoding="utf-8") as file:
            found = json.loads(file.read(MAX_BYTES))
        if found["format"] != FORMAT:
            expected = f"format {FORMAT}, which this release reads"
            raise api.fail("bad-run", f"'{folder}' has format {found['format']}", expected=expected)
        data = {"test_share": AS_USUAL.test_share, **found["data"]}
        if not 0 <= data["test_share"] < 1:
            raise ValueError("no share")
        return Earlier(folder, {**data, **{key: str(data[key]) for key in ("words", "name", "sha256")}})
    except (OSError, ValueError, KeyError, TypeError) as error:
        reason = getattr(error, "strerror", None) or "it is no record of a run"
        expected = "the folder of a run of `archspec train` that has finished an epoch"
        raise api.fail("bad-run", f"'{folder / RECORD}' cannot be read: {reason}", expected=expected) from None


def statistics(folder: Path) -> Statistics:
    """The figures of the training set that a run has kept; none where its steps use none.

    Raises:
        SpecError: where the file cannot be read.
    """
    return load(folder / STATISTICS) if (folder / STATISTICS).is_file() else NONE


def trained_by(folder: Path) -> str:
    """A sha256 of the spec and the recipe of a run."""
    found = hashlib.sha256()
    for name in (SPEC, RECIPE):
        found.update((folder / name).read_bytes())
    return found.hexdigest()


def check_same(data: Dataset, earlier: Earlier) -> None:
    """Refuse data that are not those of the earlier run.

    Raises:
        SpecError: where their counts or values differ.
    """
    found = identity(data)
    if found["sha256"] != earlier.data["sha256"]:
        others = {key: said for key, said in earlier.data.items() if key in COUNTS and said != found[key]}
        counts = ", ".join(f"{found[key]} {COUNTS[key]} in place of {said}" for key, said in others.items())
        message = f"the data '{data.name}' are not those of '{earlier.path}': {counts or 'their values differ'}"
        expected = "the same files, which --data can name at another place; for others on purpose, --like with --data"
        raise api.fail("other-data", message, expected=expected)
