"""What a recipe's steps need to know of the training set as a whole: its mean picture, its principal colours."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from archspec.api import fail

Array = npt.NDArray[np.float32]
LARGEST = 2**30  # bytes of a file; a mean picture of 1024x1024x3 has 12 MB


@dataclass(frozen=True, eq=False)
class Statistics:
    """Figures of a training set, of pictures of the network's size and of 0 to 255; None where no step asks for them.

    Args:
        mean: the mean picture, (height, width, channels).
        colours: the principal colours (channels, channels), one a row: a direction as long as the deviation of
            the pixels along it, the longest first.
    """

    mean: Array | None = None
    colours: Array | None = None

    def holds(self, names: Iterable[str], shape: tuple[int, int, int]) -> bool:
        """Whether these figures are known, and are of pictures (height, width, channels)."""
        shapes = {"mean": shape, "colours": (shape[2], shape[2])}
        return all(getattr(getattr(self, name), "shape", None) == shapes[name] for name in names)

    def save(self, path: Path) -> None:
        """Write what is known as a `.npz` file."""
        with path.open("wb") as file:
            np.savez(file, **{name: value for name, value in vars(self).items() if value is not None})


NONE = Statistics()
STEPS = {"per_pixel_mean": "mean", "pca_lighting": "colours"}
"""Step -> the figure that it uses."""


def load(path: Path) -> Statistics:
    """What `save` wrote.

    Raises:
        SpecError: where the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            content = io.BytesIO(file.read(LARGEST))
        with np.load(content, allow_pickle=False) as found:
            return Statistics(**{name: np.asarray(found[name], np.float32) for name in found.files})
    except (OSError, ValueError, TypeError, KeyError, EOFError) as error:
        raise fail("bad-run", f"'{path}' cannot be read: {error}", expected="the file that `train` wrote") from None


def measure(batches: Iterable[Array], wanted: Iterable[str]) -> Statistics:
    """The figures of pictures that come in batches (n, height, width, channels).

    The sums are exact enough in float64: a billion pixels of 255 stay below 2**53.
    """
    names = set(wanted)
    count, pixels = 0, 0
    total: npt.NDArray[np.float64] | None = None
    products: npt.NDArray[np.float64] | None = None
    for batch in batches:
        values = np.asarray(batch, np.float64)
        flat = values.reshape(-1, values.shape[-1])
        count, pixels = count + len(values), pixels + len(flat)
        total = values.sum(axis=0) if total is None else total + values.sum(axis=0)
        products = flat.T @ flat if products is None else products + flat.T @ flat
    assert total is not None and products is not None, "a training set has pictures"
    mean = total.reshape(-1, total.shape[-1]).sum(axis=0) / pixels
    return Statistics(
        mean=(total / count).astype(np.float32) if "mean" in names else None,
        colours=_principal(products / pixels - np.outer(mean, mean)) if "colours" in names else None,
    )


def _principal(covariance: npt.NDArray[np.float64]) -> Array:
    """Eigenvectors of a covariance as rows, each as long as the root of its eigenvalue, of one sign anywhere."""
    values, vectors = np.linalg.eigh(covariance)
    signs = np.sign(vectors.sum(axis=0))
    rows: npt.NDArray[np.float64] = (vectors * np.where(signs == 0, 1, signs) * np.sqrt(np.maximum(values, 0))).T
    return np.asarray(rows[::-1], np.float32)
