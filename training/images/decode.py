"""A picture file -> pixels, by Pillow: odd files as people see them, hostile ones refused.

What comes out is 8 bits, grey or RGB, upright, on white where the file is transparent, and of animations the
first frame. Colour profiles are not followed: CMYK becomes RGB by the plain formula.
"""

from __future__ import annotations

import io
import os
import stat
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, UnidentifiedImageError

from archspec.api import fail

FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF")
"""What is tried, whatever a file's name says. Not EPS, which Pillow hands to Ghostscript, a program."""
MAX_PIXELS = 89_478_485  # where Pillow begins to warn of decompression bombs: a quarter of a gigabyte as RGB
MAX_BYTES = 2**30
MAX_ASPECT = 200  # a line of 1 x 10,000 pixels, scaled until it covers 224 x 224, would have half a billion
ORIENTATION = 0x0112  # the EXIF tag
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""Orientation of EXIF -> what makes the picture upright."""
BITS_PER_SAMPLE = 258  # the TIFF tag
GREY = ("1", "L", "LA", "I;16", "I;16L", "I;16B", "I;16N")
SIXTEEN_BITS = "I;16"


class UnreadableError(Exception):
    """A file that gives no picture; the text is what to say behind its name: "is cut short"."""


def decode(path: str | os.PathLike[str], channels: int | None = None) -> npt.NDArray[np.uint8]:
    """One picture, uint8 of (height, width, channels), 0 to 255.

    Args:
        path: a JPEG, PNG, WebP, BMP, GIF or TIFF file, whatever its name.
        channels: 1 or 3, to have grey or RGB; None as the file is. Colours become grey by ITU-R BT.601.

    Raises:
        SpecError: where the file gives no picture.
    """
    try:
        with bombs_refused():
            return pixels(content(Path(path)), channels)
    except UnreadableError as error:
        expected = "a JPEG, PNG, WebP, BMP, GIF or TIFF file"
        raise fail("bad-data", f"'{os.fspath(path)}' {error}", expected=expected) from None


@contextmanager
def bombs_refused() -> Iterator[None]:
    """Make Pillow's warnings of decompression bombs errors; to be entered outside of threads."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=r"PIL\.")  # of odd metadata: what matters ends in an error
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        yield


def content(path: Path) -> bytes:
    """All of a regular file; pipes and devices are not opened.

    Raises:
        UnreadableError: where it cannot be read, is empty or too large.
    """
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            raise UnreadableError("is a folder")
        if not stat.S_ISREG(found.st_mode):
            raise UnreadableError("is no regular file")
        if not found.st_size:
            raise UnreadableError("is empty")
        if found.st_size > MAX_BYTES:
            raise UnreadableError(f"has {found.st_size:,} bytes, {MAX_BYTES:,} are the most")
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise UnreadableError(f"cannot be read: {getattr(error, 'strerror', None) or error}") from None


def pixels(data: bytes, channels: int | None = None) -> npt.NDArray[np.uint8]:
    """The picture of a file's bytes, as `decode` gives it.

    Raises:
        UnreadableError: where there is none.
    """
    with reasons():
        image = flat(upright(opened(data)))
        wanted = {None: image.mode, 1: "L", 3: "RGB"}[channels]
        found = np.array(image if image.mode == wanted else image.convert(wanted))
        return found[..., np.newaxis] if found.ndim == 2 else found


def opened(data: bytes) -> Image.Image:
    """The first frame, whose size is known and whose pixels are not yet read."""
    image = Image.open(io.BytesIO(data), formats=FORMATS)
    size = f"has {image.width:,} x {image.height:,} pixels"
    if image.width * image.height > MAX_PIXELS:
        raise UnreadableError(f"{size}, {MAX_PIXELS:,} are the most")
    if max(image.size) > MAX_ASPECT * min(image.size):
        raise UnreadableError(f"{size}: one side is over {MAX_ASPECT} times the other")
    return image


@contextmanager
def reasons() -> Iterator[None]:
    """Turn whatever Pillow raises on a damaged file, of many types, into words."""
    try:
        yield
    except UnreadableError:
        raise
    except UnidentifiedImageError:
        raise UnreadableError("is no picture of a format that is known") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise UnreadableError(f"has too many pixels, {MAX_PIXELS:,} are the most") from None
    except MemoryError:
        raise UnreadableError("needs more memory than there is") from None
    except Exception as error:  # SyntaxError, struct.error, KeyError, EOFError ...: what hostile files provoke
        words = " ".join(str(error).split())[:100] or type(error).__name__
        cut = "truncated" in words.lower()
        raise UnreadableError("is cut short" if cut else f"is damaged: {words}") from None


def orientation(image: Image.Image) -> int:
    """How a camera was held, 1 to 8 as EXIF has it; 1 where nothing is said, or nothing that has a meaning."""
    if image.format == "TIFF":  # Pillow turns these by itself
        return 1
    try:
        found: Any = image.getexif().get(ORIENTATION, 1)
    except Exception:  # whatever damaged metadata provoke; the picture may be sound
        return 1
    return found if found in TURNS else 1


def upright(image: Image.Image) -> Image.Image:
    """The picture as it was seen, not as the camera was held."""
    turn = TURNS.get(orientation(image))
    return image if turn is None else image.transpose(turn)


def flat(image: Image.Image) -> Image.Image:
    """A picture of mode L or RGB: 8 bits, on white where it is transparent."""
    if image.mode.startswith(SIXTEEN_BITS):
        return _eight_bits(image)
    if image.mode in ("I", "F"):
        raise UnreadableError("has values of 32 bits, whose range nobody knows")
    mode = "L" if image.mode in GREY else "RGB"
    if not image.has_transparency_data:
        return image if image.mode == mode else image.convert(mode)
    full = image.convert("RGBA")
    white = Image.new(mode, image.size, "white")
    white.paste(full.convert(mode), mask=full.getchannel("A"))
    return white


def _eight_bits(image: Image.Image) -> Image.Image:
    """Grey of 16 bits, or of the 12 that some TIFF files have."""
    tags: Any = getattr(image, "tag_v2", {})
    most = 2 ** int(tags.get(BITS_PER_SAMPLE, (16,))[0]) - 1
    values = np.asarray(image).astype(np.uint32)
    return Image.fromarray(np.minimum((values * 255 + most // 2) // most, 255).astype(np.uint8))
