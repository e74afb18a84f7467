"""The steps of the language, one file each; the folder itself is the list."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Mapping

from archspec.blocks.base import BLOCKS, Block


@functools.cache  # asked for every row, and a folder is slow to read
def registry() -> Mapping[str, type[Block]]:
    """Kind -> block: of every file in this folder, and of whoever else has made one."""
    _import_all()
    return BLOCKS


@functools.cache
def _import_all() -> None:
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
