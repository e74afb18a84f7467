"""`digits`: 1,797 scanned 8x8 digits that come with the package (see resources/digits.md)."""

from __future__ import annotations

from importlib import resources

import numpy as np

from archspec.api import fail
from training.datasets.base import Dataset, Options, arrays, source

INK = 16  # the file's darkest grey


@source("digits", form="digits", doc="comes with archspec")
def read(argument: str, options: Options) -> Dataset:
    """1,437 training and 360 test images of 8x8x1, ten classes; the split is part of the file.

    Raises:
        SpecError: for `digits:something`.
    """
    if argument:
        raise fail(
            "data-argument", f"'digits' takes nothing after a colon, found '{argument}'", expected="--data digits"
        )
    with (
        resources.as_file(resources.files("training") / "resources" / "digits.npz") as path,
        np.load(path, allow_pickle=False) as file,
    ):
        images, labels, rows = file["images"], file["labels"], file["test"]
    images = np.round(images[..., np.newaxis] * (255.0 / INK)).astype(np.uint8)
    test = np.isin(np.arange(len(labels)), rows)
    names = tuple("0123456789")
    return Dataset("digits", arrays(images[~test], labels[~test]), arrays(images[test], labels[test]), 10, names)
