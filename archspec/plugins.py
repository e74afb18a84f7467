"""Blocks of other packages, which declare them as entry points.

They are looked for where the blocks at hand do not suffice, and nowhere else: to list entry points
takes as long as to check a spec.
"""

from __future__ import annotations

import functools
from typing import Any

from archspec.errors import Diagnostic

GROUP = "archspec.blocks"


@functools.cache
def load() -> tuple[Diagnostic, ...]:
    """Import every package that declares blocks, once; gives a diagnostic for each that cannot be imported."""
    from importlib.metadata import entry_points

    return tuple(trouble for point in entry_points(group=GROUP) if (trouble := _load(point)))


def _load(point: Any) -> Diagnostic | None:
    try:
        point.load()
    except (Exception, SystemExit) as error:  # whatever a package does while it is imported
        whose = f"'{point.name}'" + (f" of {point.dist.name}" if point.dist else "")
        message = f"the blocks {whose} ({point.value}) cannot be loaded: {type(error).__name__}: {error}"
        expected = "a module that imports without an error; or uninstall the package"
        return Diagnostic("broken-plugin", message, expected=expected)
    return None
