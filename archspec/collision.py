"""The other distribution on PyPI that is called `archspec`: is it installed beside us?

It names processors and has our import name and our command. Whichever was installed last has its
`__init__.py`, `__main__.py`, `cli.py` and command; see `archspec_keras` for what is said when it was
the other one. Folders are listed here, since `importlib.metadata` takes ten times as long to import.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import archspec_keras

SITES = ("site-packages", "dist-packages")
RECORDS = (".dist-info", ".egg-info")


def other_distribution() -> str:
    """A sentence where the other `archspec` is installed, with the mend, or ''."""
    for folder in _folders():
        record = _record(folder)
        if record:
            return (
                f"another distribution called archspec ({record}, names of processors) is installed in {folder}; "
                f"it has the same import name and command: {archspec_keras.mend()}"
            )
    return ""


def _folders() -> list[str]:
    """Where packages are installed: the folder that holds ours, and the site folders on the path."""
    ours = str(Path(__file__).parent.parent)
    return list(dict.fromkeys([ours, *(entry for entry in sys.path if os.path.basename(entry) in SITES)]))


def _record(folder: str) -> str:
    """Name and version of the other distribution as its record in a folder says it, or ''."""
    try:
        found = [entry for entry in os.listdir(folder) if entry.startswith("archspec-")]
    except OSError:
        return ""
    return next((entry.rpartition(".")[0] for entry in found if entry.endswith(RECORDS)), "")
