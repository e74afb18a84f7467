"""Files of the table of bad inputs (`tests/cases/training`), made from the words of its rows.

A file's content is one of WHOLE, by name, or a mapping:

| content | what is written |
|---|---|
| `text: ...` | a text |
| `hex: ...` | bytes |
| `jpeg: N` | the first N bytes of a JPEG |
| `cut: N` | of the file that is there, the first N bytes |
| `byte: [PLACE, VALUE]` | in the file that is there, another byte |
| `npz: {NAME: ...}` | an archive of arrays: a list of values, or words such as `uint8 20x12x12x1` for zeros |
| `claim: N` | an archive whose `images` claim N bytes in a thousand compressed ones |
| `link: ...` | a symbolic link |

`~` removes what is there. A name that ends in `/` is a folder; `read_only` and `full` make it one on a disk like that.
"""

from __future__ import annotations

import json
import os
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from idx_files import write_folder
from picture_files import GREY, jpeg, saved

from specs import HEADLESS as TINY

RECIPE = "recipe: 1\nname: mine\nbatch_size: 16\nepochs: 1\noptimizer: {name: sgd, learning_rate: 0.1}\n"


def _classes(path: Path) -> None:
    """Pictures, a folder a class."""
    for name in "ab":
        (path / name).mkdir(parents=True)
        for number in range(3):
            (path / name / f"{number}.png").write_bytes(saved(np.roll(GREY, number), "PNG"))


def _cifar(path: Path) -> None:
    path.mkdir()
    records = np.zeros((4, 3073), np.uint8)
    for name in (*(f"data_batch_{number}" for number in range(1, 6)), "test_batch"):
        (path / f"{name}.bin").write_bytes(records.tobytes())


def _run(path: Path) -> None:
    """The folder of a run, as far as `--like` reads it."""
    path.mkdir()
    data = {"words": "idx:set", "name": "set", "sha256": "0" * 64, "test_share": 0.2, "class_names": []}
    (path / "run.json").write_text(json.dumps({"format": 1, "network": "tiny", "recipe": "mine", "data": data}))
    (path / "spec.yaml").write_text(TINY)
    (path / "recipe.yaml").write_text(RECIPE)


WHOLE: dict[str, Callable[[Path], Any]] = {
    "idx": lambda path: write_folder(path, size=10, train=40, test=20),
    "classes": _classes,
    "cifar": _cifar,
    "run": _run,
    "tiny": lambda path: path.write_text(TINY),
    "recipe": lambda path: path.write_text(RECIPE),
    "png": lambda path: path.write_bytes(saved(GREY, "PNG")),
    "jpeg": lambda path: path.write_bytes(jpeg()),
}


def _array(words: Any) -> np.ndarray:
    if not isinstance(words, str):
        return np.array(words)
    kind, shape = words.split()
    return np.zeros([int(side) for side in shape.split("x")], kind)


def _npz(path: Path, arrays: dict[str, Any]) -> None:
    np.savez(path, **{name: _array(words) for name, words in arrays.items()})  # type: ignore[arg-type]


def _claim(path: Path, size: int) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("images.npy", bytes(1000))
        archive.writestr("labels.npy", bytes(1000))
        archive.filelist[0].file_size = size  # of the directory that is written at the end


def _byte(path: Path, change: list[int]) -> None:
    values, (place, value) = bytearray(path.read_bytes()), change
    values[place] = value
    path.write_bytes(values)


MADE: dict[str, Callable[[Path, Any], Any]] = {
    "text": lambda path, text: path.write_text(text),
    "hex": lambda path, digits: path.write_bytes(bytes.fromhex(digits)),
    "jpeg": lambda path, count: path.write_bytes(jpeg()[:count]),
    "cut": lambda path, count: path.write_bytes(path.read_bytes()[:count]),
    "byte": _byte,
    "npz": _npz,
    "claim": _claim,
    "link": lambda path, target: path.symlink_to(target),
}


def put(path: Path, content: Any) -> None:
    """Make one file or folder of a case."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, str):
        WHOLE[content](path)
    elif content is None:
        path.unlink()
    elif content:
        [(how, what)] = content.items()
        MADE[how](path, what)
    else:
        path.mkdir()


@contextmanager
def disk(path: Path, options: str) -> Iterator[None]:
    """A small disk of memory in a folder's place; only root may have one."""
    path.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(path)]
    if os.name == "nt" or os.geteuid() or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("a disk of its own takes root on Linux, with the right to mount")
    try:
        yield
    finally:
        subprocess.run(["umount", str(path)], check=True)


def tree(folder: Path) -> dict[str, bytes | str]:
    """Every file, link and folder below a folder, with what it holds."""
    return {str(path.relative_to(folder)): _held(path) for path in sorted(folder.rglob("*"))}


def _held(path: Path) -> bytes | str:
    if path.is_symlink():
        return str(path.readlink())
    return path.read_bytes() if path.is_file() else "a folder" if path.is_dir() else "no file"
