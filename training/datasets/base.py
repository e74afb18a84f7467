"""What a source of images gives, and the registry in which every source enters itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Dataset:
    """Labelled images, already divided into a training and a test set.

    Images are uint8 of shape (count, height, width, channels), 0 to 255, where 0 is the background;
    labels are uint8 of shape (count,), from 0 to `classes` - 1.
    """

    name: str
    train_images: Bytes
    train_labels: Bytes
    test_images: Bytes
    test_labels: Bytes
    classes: int
    words: str = ""
    """What `--data` would be to read them again, from any folder."""

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """(height, width, channels) of every image."""
        height, width, channels = self.train_images.shape[1:]
        return height, width, channels


@dataclass(frozen=True)
class Source:
    """A way to get images: `form` is how `--data` names it, `read` takes what follows the colon."""

    form: str
    read: Callable[[str], Dataset]


SOURCES: dict[str, Source] = {}


def source(name: str, form: str) -> Callable[[Callable[[str], Dataset]], Callable[[str], Dataset]]:
    """Enter a reader under `name`.

    Raises:
        ValueError: where another reader has the name.
    """

    def enter(read: Callable[[str], Dataset]) -> Callable[[str], Dataset]:
        if name in SOURCES:
            raise ValueError(f"two sources of data are called {name!r}")
        SOURCES[name] = Source(form, read)
        return read

    return enter
