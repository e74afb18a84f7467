"""Where images come from. A new source is one new file in this folder (see `base.source`)."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import replace
from pathlib import Path

from archspec.api import did_you_mean, fail
from training.datasets.base import SOURCES, Dataset, Options, Split, Stream, arrays

__all__ = ["AS_USUAL", "SOURCES", "Dataset", "Options", "Split", "Stream", "arrays", "read"]

AS_USUAL = Options()
"""What is not asked for."""

for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")


def read(words: str, options: Options = AS_USUAL) -> Dataset:
    """The data that `--data` names, such as `digits` or `idx:DIR`.

    Raises:
        SpecError: for an unknown source, and for files that are missing or damaged.
    """
    kind, _, argument = words.partition(":")
    if kind not in SOURCES:
        raise fail(
            "unknown-data",
            f"there is no data source '{kind}'",
            expected=" or ".join(SOURCES[name].form for name in sorted(SOURCES)),
            suggestion=did_you_mean(kind, SOURCES),
        )
    found = SOURCES[kind].read(argument, options)
    again = f"{kind}:{Path(argument).expanduser().resolve()}" if argument else kind
    return found if found.words else replace(found, words=again)
