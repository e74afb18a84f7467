"""What the head of a picture file says: its size, its colours, what is odd about it, and who decodes it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from PIL import Image

from training.images.decode import GREY, SIXTEEN_BITS, UnreadableError, orientation

SIDEWAYS = range(5, 9)  # orientations that exchange height and width
END_OF_JPEG, START_OF_SCAN = b"\xff\xd9", b"\xff\xda"
END_OF_PNG = b"\0\0\0\0IEND\xaeB`\x82"


class Decoder(IntEnum):
    """Who reads a file: TensorFlow's JPEG or PNG decoder, or Pillow, which is slower and reads all."""

    PILLOW = 0
    JPEG = 1
    PNG = 2


@dataclass(frozen=True, slots=True)
class Header:
    """A picture file as its head describes it; `height` and `width` are those of the upright picture."""

    height: int
    width: int
    colour: bool
    decoder: Decoder
    odd: tuple[str, ...] = ()
    """What is done to it that its owner may not expect, as the end of a sentence about it."""


def header(image: Image.Image, data: bytes) -> Header:
    """What is known of a picture that Pillow has opened from its file's bytes.

    Raises:
        UnreadableError: for values that give no picture of 8 bits.
    """
    if image.mode in ("I", "F"):
        raise UnreadableError("has values of 32 bits, whose range nobody knows")
    turned = orientation(image)
    height, width = image.size if turned in SIDEWAYS else image.size[::-1]
    odd = tuple(_oddities(image, turned))
    return Header(height, width, image.mode not in GREY, _decoder(image, data, odd), odd)


def _oddities(image: Image.Image, turned: int) -> list[str]:
    several = getattr(image, "is_animated", False) and image.format != "MPO"  # a photograph beside its previews
    found = {
        "turned upright, as EXIF data say": turned != 1,
        "laid on white where it is transparent": image.has_transparency_data,
        "brought from 16 bits to 8": image.mode.startswith(SIXTEEN_BITS),
        "brought from CMYK to RGB without its colour profile": image.mode == "CMYK",
        "read by its first frame or page": several,
    }
    return [words for words, holds in found.items() if holds]


def _decoder(image: Image.Image, data: bytes, odd: tuple[str, ...]) -> Decoder:
    """TensorFlow's for plain files alone, whose end is there: of these both give the same pixels."""
    if odd or image.mode not in ("L", "RGB"):
        return Decoder.PILLOW
    ends = {
        "PNG": (Decoder.PNG, END_OF_PNG in data),
        "JPEG": (Decoder.JPEG, data.rfind(END_OF_JPEG) > data.rfind(START_OF_SCAN)),
    }
    decoder, whole = ends.get(image.format or "", (Decoder.PILLOW, True))
    return decoder if whole else Decoder.PILLOW
