"""What a stopped run goes on from: files that are kept after every epoch, the last two, each with its checksum.

A checkpoint's name ends in the sha256 of its content, so that nothing beside it has to be right for it to be read.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archspec.api import fail
from training import history, record
from training.history import History
from training.run_folder import RunFolder, replace

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Values = Mapping[str, npt.NDArray[np.generic]]

FORMAT, KEPT, ENDING = 1, 2, ".safetensors"
Notes = Mapping[str, Any]
Say = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """All that changes while a run trains, as it was at the end of an epoch.

    Args:
        history: the finished epochs.
        values: name -> value, of the variables of model and optimizer.
        callbacks: what each of the recipe's callbacks remembers, in their order.
        trained_by: what tells the documents of a run from others.
    """

    history: History
    values: Values
    callbacks: Sequence[Notes]
    trained_by: str


def save(folder: Path, checkpoint: Checkpoint) -> None:
    """Write a checkpoint, and remove all but the last two.

    Raises:
        SpecError: where it cannot be written.
    """
    from safetensors.numpy import save_file

    notes = {
        "format": FORMAT,
        "history": asdict(checkpoint.history),
        "callbacks": list(checkpoint.callbacks),
        "trained_by": checkpoint.trained_by,
    }
    metadata = {"archspec": json.dumps(notes, allow_nan=False)}
    number = f"epoch-{len(checkpoint.history.epochs):06}"
    replace(
        folder / f"{number}{ENDING}",
        lambda path: save_file(dict(checkpoint.values), path, metadata=metadata),
        lambda path: f"{number}-{_digest(path)}{ENDING}",
    )
    for old in _all(folder)[:-KEPT]:
        old.unlink()


def to_resume(run: RunFolder, say: Say) -> Checkpoint | None:
    """What a run goes on from; None where it is finished.

    Raises:
        SpecError: where there is nothing to go on from, or another spec or recipe beside it.
    """
    record.read(run.path)
    found = newest(run.checkpoints, say)
    if found is None:
        if history.read(run.history).finished:
            return None
        message = f"'{run.path}' has no checkpoint to go on from"
        raise fail("bad-run", message, expected=f"--like {run.path}, which begins it anew")
    if found.trained_by != record.trained_by(run.path):
        message = f"'{record.SPEC}' or '{record.RECIPE}' in '{run.path}' is not what the run was begun with"
        raise fail("bad-run", message, expected=f"--like {run.path}, which begins another run with them")
    if found.history.finished:
        clear(run.checkpoints)
        return None
    return found


def newest(folder: Path, say: Say) -> Checkpoint | None:
    """The last checkpoint that is whole; damaged ones behind it are told and removed. None where there is none at all.

    Raises:
        SpecError: where all are damaged, or of another release.
    """
    damaged: list[Path] = []
    for path in reversed(_all(folder)):
        if path.stem.endswith(_digest(path)):
            for other in damaged:
                other.unlink()
                say(f"'{other}' was damaged: its checksum is wrong; the one before it is taken")
            return _read(path)
        damaged.append(path)
    if damaged:
        raise fail("bad-run", f"all checkpoints in '{folder}' are damaged", expected="a run begun anew, with --like")
    return None


def clear(folder: Path) -> None:
    """Remove all checkpoints: nothing goes on from a finished run."""
    shutil.rmtree(folder, ignore_errors=True)


def _all(folder: Path) -> list[Path]:
    """By their epochs, the last one at the end."""
    return sorted(folder.glob(f"epoch-*-*{ENDING}"))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read(path: Path) -> Checkpoint:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as file:
            notes = json.loads(file.metadata()["archspec"])
            if notes["format"] != FORMAT:
                raise fail(
                    "bad-run",
                    f"'{path}' has format {notes['format']}",
                    expected=f"format {FORMAT}, which this release reads",
                )
            values = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 -- it is no mapping
        return Checkpoint(History.of(notes["history"]), values, notes["callbacks"], notes["trained_by"])
    except (SafetensorError, ValueError, KeyError, TypeError) as error:
        raise fail("bad-run", f"'{path}' is no checkpoint: {error}", expected="one that `train` wrote") from None
