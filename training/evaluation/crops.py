"""Where the papers' crops lie, and how they are cut; plain arithmetic of pixels.

A crop is a window (top, left, height, width) of a picture that has been scaled before. Odd remainders go to the
bottom and to the right: the middle of 7 pixels that 4 are taken of begins at pixel 1. The papers do not say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tensorflow as tf

Pair = tuple[int, int]
"""(height, width)"""

REFERENCE, SCALE, SCALES = 224, 256, (256, 288, 320, 352)
"""The papers' input, the shorter side of AlexNet's pictures, and those of GoogLeNet's."""
AS_WRITTEN = (224, 227)
"""Inputs whose papers say 256 itself: 227 is AlexNet's, which its paper calls 224."""


@dataclass(frozen=True)
class Window:
    """A part of a picture, in pixels of it."""

    top: int
    left: int
    height: int
    width: int

    def cut(self, pictures: tf.Tensor) -> tf.Tensor:
        """This part of pictures (n, height, width, channels), tensors or arrays."""
        return pictures[:, self.top : self.top + self.height, self.left : self.left + self.width]


def shorter_side(size: int, scale: int = SCALE) -> int:
    """The shorter side of pictures that crops of `size` are cut from, where the papers have `scale` for 224.

    >>> shorter_side(224), shorter_side(227), shorter_side(32), shorter_side(32, 352)
    (256, 256, 37, 50)
    """
    return scale if size in AS_WRITTEN else round(size * scale / REFERENCE)


def scaled(picture: Pair, shorter: int) -> Pair:
    """The size of a picture whose shorter side becomes `shorter`, its aspect kept.

    >>> scaled((375, 500), 256)
    (256, 341)
    """
    height, width = picture
    if height <= width:
        return shorter, max(shorter, round(width * shorter / height))
    return max(shorter, round(height * shorter / width)), shorter


def center(picture: Pair, crop: Pair) -> Window:
    """The middle of a picture."""
    return Window((picture[0] - crop[0]) // 2, (picture[1] - crop[1]) // 2, *crop)


def corners_and_center(picture: Pair, crop: Pair) -> tuple[Window, ...]:
    """The four corners and the middle: AlexNet's five (Krizhevsky et al. 2012, Section 4.1).

    Together with their mirrors they are the ten crops whose shares are averaged.
    """
    down, across = picture[0] - crop[0], picture[1] - crop[1]
    return (*(Window(top, left, *crop) for top, left in product((0, down), (0, across))), center(picture, crop))


def squares(picture: Pair) -> tuple[Window, ...]:
    """The left, middle and right square of a picture, of a portrait the top, middle and bottom one.

    GoogLeNet (arXiv:1409.4842, Section 7). A picture that is a square is all three.
    """
    side = min(picture)
    down, across = picture[0] - side, picture[1] - side
    places = [(share * down // 2, share * across // 2) for share in (0, 1, 2)]
    return tuple(Window(top, left, side, side) for top, left in places)


def crops_of_squares(picture: Pair, crop: Pair) -> tuple[Window, ...]:
    """Of each of the three squares: corners, middle, and the whole, which is resized to the crop's size.

    GoogLeNet (arXiv:1409.4842, Section 7): at four scales and with mirrors they are the 4 x 3 x 6 x 2 = 144 crops.
    """
    found = []
    for square in squares(picture):
        inside = corners_and_center((square.height, square.width), crop)
        found += [Window(square.top + w.top, square.left + w.left, *crop) for w in inside]
        found.append(square)
    return tuple(found)


def cut(pictures: tf.Tensor, windows: Sequence[Window], crop: Pair, *, mirrored: bool = True) -> tf.Tensor:
    """The windows of pictures, then the mirror of each: (n, crops, height, width, channels), float32.

    Args:
        pictures: (n, height, width, channels), float32, of one size, scaled already.
        windows: those of another size than `crop` are resized to it.
        crop: the size of all.
        mirrored: whether there are mirrors.
    """
    import tensorflow as tf

    from training.augment import geometry

    parts = [(window.cut(pictures), (window.height, window.width) == crop) for window in windows]
    found = tf.stack([part if fits else geometry.resized(part, crop) for part, fits in parts], axis=1)
    return tf.concat([found, tf.reverse(found, [3])], axis=1) if mirrored else found
