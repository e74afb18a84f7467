"""The steps that change training pictures, in the order in which a recipe lists them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from archspec.api import documents
from training.recipe.keys import key, listed, number, optional, whole, words

PAIR = "[least, most]"
SIDE = optional(whole(1, 100_000))
PIXELS = whole(0, 100_000)
SHARE = number(0, 1)
STRENGTH = number(0, 10)


def _range(kind: documents.Kind) -> documents.Kind:
    return listed(kind, PAIR, 2, 2)


@dataclass(frozen=True, kw_only=True)
class Resize:
    """Scale the picture until its shorter side has a length."""

    size: int = key(whole(1, 100_000), "pixels of the shorter side", main=True)


@dataclass(frozen=True, kw_only=True)
class ScaleJitter:
    """Scale the picture until its shorter side has a length drawn from a range (arXiv:1409.1556)."""

    size: tuple[int, int] = key(_range(whole(1, 100_000)), "pixels of the shorter side", main=True)


@dataclass(frozen=True, kw_only=True)
class RandomCrop:
    """Cut a square of the picture, anywhere in it."""

    size: int | None = key(SIDE, "pixels of each side; ~ those of the network's input", None, main=True)


@dataclass(frozen=True, kw_only=True)
class AreaAndAspectCrop:
    """Cut a part of a random area and aspect and scale it to the input (arXiv:1409.4842, Section 6)."""

    area: tuple[float, float] = key(_range(number(above=0, maximum=1)), "share of the picture's area", (0.08, 1.0))
    aspect: tuple[float, float] = key(
        _range(number(above=0, maximum=100)),
        "width over height, as evenly as its logarithm",
        (3 / 4, 4 / 3),
    )


@dataclass(frozen=True, kw_only=True)
class PadAndCrop:
    """Put zeros around the picture and cut its own size anywhere: a shift by that many pixels at most."""

    padding: int = key(PIXELS, "pixels on each side", main=True)


@dataclass(frozen=True, kw_only=True)
class Mirror:
    """Turn the picture left to right."""

    rate: float = key(SHARE, "how often", 0.5, main=True)


@dataclass(frozen=True, kw_only=True)
class PcaLighting:
    """Add the data's principal colours in random amounts (AlexNet, Section 4.1)."""

    sigma: float = key(STRENGTH, "deviation of an amount, in deviations of the colour", 0.1, main=True)


@dataclass(frozen=True, kw_only=True)
class Colour:
    """Change brightness, contrast and saturation by random factors, in a random order (arXiv:1312.5402)."""

    brightness: float = key(SHARE, "most that the factor differs from 1", 0.4)
    contrast: float = key(SHARE, "most that the factor differs from 1", 0.4)
    saturation: float = key(SHARE, "most that the factor differs from 1", 0.4)


@dataclass(frozen=True, kw_only=True)
class PerPixelMean:
    """Subtract the mean picture of the training set, in training and afterwards."""


@dataclass(frozen=True, kw_only=True)
class Symmetries:
    """Turn and mirror a square picture in one of its eight ways."""

    labels: str = key(
        words("classes", "points"),
        "`points`: labels are points of the picture, numbered row by row, and move along",
        "classes",
        main=True,
    )


@dataclass(frozen=True, kw_only=True)
class Mixup:
    """Mix pairs of pictures and their labels, in shares drawn from Beta(alpha, alpha) (arXiv:1710.09412)."""

    alpha: float = key(number(above=0, maximum=100), "both parameters of the distribution", 0.2, main=True)


STEPS: dict[str, type[Any]] = {
    "resize": Resize,
    "scale_jitter": ScaleJitter,
    "random_crop": RandomCrop,
    "area_and_aspect_crop": AreaAndAspectCrop,
    "pad_and_crop": PadAndCrop,
    "mirror": Mirror,
    "pca_lighting": PcaLighting,
    "colour": Colour,
    "per_pixel_mean": PerPixelMean,
    "symmetries": Symmetries,
    "mixup": Mixup,
}
"""Word -> its keys."""

SIZES = ("resize", "scale_jitter", "random_crop", "area_and_aspect_crop")
"""Steps that change the size of pictures."""

BY_BATCH = ("mixup",)
"""Steps that need a whole batch, of pictures of one size."""

BEHIND_SIZES = ("per_pixel_mean", *BY_BATCH)
"""Steps for pictures of the network's size: they cannot stand in front of one that changes sizes."""
