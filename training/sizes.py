"""What becomes of the size of pictures, in words: training pictures go by the recipe's steps, others do not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, cast

from training import fitting
from training.datasets import Dataset, Split
from training.fitting import AnyShape, Shape
from training.images.files import FilePictures
from training.recipe import Recipe, Step
from training.recipe.augmentation import SIZES

Size = tuple[int, int]
"""(height, width)"""


def told(data: Dataset, shape: Shape, recipe: Recipe) -> list[str]:
    """What makes pictures fit an input (height, width, channels), a sentence each; of all where none are cut."""
    steps = [step for step in recipe.augmentation or () if step.name in SIZES]
    if not steps:
        found = fitting.told(data.image_shape, shape, recipe.preprocessing)
        return [found] if found else []
    of = fitting.of_size(data.image_shape)
    lines = [f"training pictures {of} are {', '.join(_words(steps, data.image_shape, shape))}"]
    lines += _enlarged(data.train, steps, shape)
    if data.test:
        test = fitting.sized(data.image_shape, shape, recipe.preprocessing or {})
        lines.append(f"test pictures {of} are {test}" if test else f"test pictures keep their size {of}")
    return lines + fitting.repeated(data.image_shape, shape)


def _words(steps: Sequence[Step], image: AnyShape, shape: Shape) -> Iterator[str]:
    """What each step does, and what brings to the input what is of another size behind the last."""
    side: tuple[int | None, int | None] = image[:2]
    for step in steps:
        size: Any = step.keys.get("size")
        if step.name == "random_crop":
            side = (size, size) if size else shape[:2]
            yield f"cut to {side[0]}x{side[1]} anywhere"
        elif step.name == "area_and_aspect_crop":
            side = shape[:2]
            yield f"cut to parts of a random area and aspect, which are scaled to {side[0]}x{side[1]}"
        else:
            side = None, None
            length = size if step.name == "resize" else f"{size[0]} to {size[1]}"
            yield f"scaled to a shorter side of {length}"
    if last := fitting.sized((*side, image[2]), shape, {}):
        yield last


def _enlarged(train: Split, steps: Sequence[Step], shape: Shape) -> list[str]:
    """How many pictures are smaller than what the first step that cuts, a `random_crop`, wants of them."""
    names = [step.name for step in steps]
    first = next(number for number, name in enumerate([*names, "random_crop"]) if name.endswith("_crop"))
    if first == len(steps) or names[first] != "random_crop":
        return []
    size = steps[first].keys["size"]
    crop = (size, size) if size else shape[:2]
    drawn = first > 0 and names[first - 1] == "scale_jitter"
    side: Any = steps[first - 1].keys["size"] if first else None
    count = _smaller(train, crop, side[0] if drawn else side)
    at = " at the smallest scale" if drawn else ""
    if count is None:
        return [
            f"training pictures that are smaller than the crop of {crop[0]}x{crop[1]}{at} are scaled up to cover it"
        ]
    if not count:
        return []
    counted = f"{count:,} of {len(train):,} training pictures are smaller than the crop of {crop[0]}x{crop[1]}{at}"
    return [f"{counted}, and scaled up to cover it"]


def _smaller(train: Split, crop: Size, side: int | None) -> int | None:
    """How many pictures do not cover a crop, once scaled to a shorter side; None where nobody knows their sizes."""
    pictures = train.pictures
    if None not in pictures.shape:
        return len(train) * (not _covers(cast(Size, pictures.shape[:2]), crop, side))
    if isinstance(pictures, FilePictures):
        sizes = ((file.header.height, file.header.width) for file in pictures.files)
        return sum(not _covers(size, crop, side) for size in sizes)
    return 0 if side and side >= max(crop) else None


def _covers(size: Size, crop: Size, side: int | None) -> bool:
    scale = side / min(size) if side else 1
    return all(round(length * scale) >= wanted for length, wanted in zip(size, crop, strict=True))
