"""The other distribution on PyPI that is called `archspec`: is it installed beside us?

It names processors and has our import name and our command. Whichever was installed last has its
`__init__.py`, `__main__.py`, `cli.py` and command; see `training/entry.py` for what is said when it
was the other one. Folders are listed here, since `importlib.metadata` takes ten times as long to import.
"""

from __future__ import annotations

import sys
from pathlib import Path

MEND = (
    "use an environment of its own for archspec-keras, or `pip uninstall archspec` and then "
    "`pip install --force-reinstall --no-deps archspec-keras` (in a checkout: `pip install --no-deps -e .`)"
)
SITES = ("site-packages", "dist-packages")
RECORDS = (".dist-info", ".egg-info")


def other_distribution() -> str:
    """A sentence where the other `archspec` is installed, with the mend, or ''."""
    for folder in _folders():
        for record in folder.glob("archspec-*"):
            if record.suffix in RECORDS:
                return (
                    f"another distribution called archspec ({record.stem}, names of processors) is installed "
                    f"in {folder}; it has the same import name and command: {MEND}"
                )
    return ""


def _folders() -> set[Path]:
    """Where packages are installed: the folder that holds ours, and the site folders on the path."""
    sites = {path for path in map(Path, sys.path) if path.name in SITES}
    return {Path(__file__).parent.parent, *sites}
