"""Picture files made on the spot: plain ones, odd ones beside what a viewer shows of them, broken ones."""

import io
import struct
import zlib

import numpy as np
from PIL import Image

HEIGHT, WIDTH = 12, 20


def _ramp(*shape):
    return np.linspace(0, 255, int(np.prod(shape))).reshape(shape).round().astype(np.uint8)


GREY = _ramp(HEIGHT, WIDTH)
COLOUR = np.stack([GREY, GREY[:, ::-1], _ramp(WIDTH, HEIGHT).T], axis=2)
ALPHA = _ramp(HEIGHT, WIDTH)[::-1]
SIXTEEN = GREY.astype(np.uint16) * 257
BETWEEN = SIXTEEN.astype(int) + np.where(GREY % 2, 127, -127).clip(-SIXTEEN.astype(int), 65535 - SIXTEEN.astype(int))


def on_white(values):
    alpha = ALPHA[..., np.newaxis] / 255
    return values * alpha + 255 * (1 - alpha)


def saved(values, form, mode=None, **options):
    """A file's bytes; `values` are an array, or a picture of Pillow's."""
    image = values if isinstance(values, Image.Image) else Image.fromarray(values)
    file = io.BytesIO()
    (image.convert(mode) if mode else image).save(file, form, **options)
    return file.getvalue()


def jpeg(values=COLOUR, mode=None, **options):
    return saved(values, "JPEG", mode, quality=95, subsampling=0, **options)


def turned(number, form="JPEG"):
    """A file whose EXIF data have this orientation."""
    exif = Image.Exif()
    exif[0x0112] = number
    return jpeg(exif=exif) if form == "JPEG" else saved(COLOUR, form, exif=exif, **LOSSLESS.get(form, {}))


LOSSLESS = {"WEBP": {"lossless": True, "exact": True}}
FRAMES = [Image.fromarray(COLOUR), Image.fromarray(255 - COLOUR)]


def animated(form, **options):
    return saved(FRAMES[0], form, save_all=True, append_images=FRAMES[1:], **options)


def adobe_cmyk():
    """CMYK as Photoshop writes it: all values inverted, and a marker that says so."""
    return jpeg(Image.fromarray(COLOUR).convert("CMYK"))


def adobe_ycck():
    """The same as brightness and colour differences of its negative, and black; Pillow writes no such file itself."""
    negative = np.asarray(Image.fromarray(255 - COLOUR).convert("YCbCr"))
    planes = np.dstack([negative, np.full_like(GREY, 255)])
    data = jpeg(Image.frombytes("CMYK", (WIDTH, HEIGHT), (255 - planes).tobytes()))  # Pillow inverts what it writes
    place = data.index(b"Adobe") + 11
    return data[:place] + b"\x02" + data[place + 1 :]


def palette(values=COLOUR, **options):
    return saved(Image.fromarray(values).quantize(16, dither=Image.Dither.NONE), "PNG", **options)


QUANTIZED = np.asarray(Image.fromarray(COLOUR).quantize(16, dither=Image.Dither.NONE).convert("RGB"))
RGBA = np.dstack([COLOUR, ALPHA])
GREY_ALPHA = Image.merge("LA", [Image.fromarray(GREY), Image.fromarray(ALPHA)])


def keyed_grey():
    """Grey of which one value is transparent."""
    return saved(GREY, "PNG", transparency=int(GREY[3, 3]))


def grey_without(value):
    return np.where(value == GREY, 255, GREY)


ODD = {
    # name: (bytes, what a viewer shows, the largest difference allowed)
    "plain": (jpeg(), COLOUR, 12),
    "progressive": (jpeg(progressive=True), COLOUR, 12),
    "grey jpeg": (jpeg(GREY), GREY, 3),
    "cmyk": (adobe_cmyk(), COLOUR, 14),
    "ycck": (adobe_ycck(), COLOUR, 14),
    "mpo": (saved(FRAMES[0], "MPO", save_all=True, append_images=FRAMES[1:], quality=95, subsampling=0), COLOUR, 12),
    "orientation 2": (turned(2), COLOUR[:, ::-1], 12),
    "orientation 3": (turned(3), COLOUR[::-1, ::-1], 12),
    "orientation 4": (turned(4), COLOUR[::-1], 12),
    "orientation 5": (turned(5), COLOUR.transpose(1, 0, 2), 12),
    "orientation 6": (turned(6), COLOUR.transpose(1, 0, 2)[:, ::-1], 12),
    "orientation 7": (turned(7), COLOUR.transpose(1, 0, 2)[::-1, ::-1], 12),
    "orientation 8": (turned(8), COLOUR.transpose(1, 0, 2)[::-1], 12),
    "orientation 9, of no meaning": (turned(9), COLOUR, 12),
    "turned png": (turned(6, "PNG"), COLOUR.transpose(1, 0, 2)[:, ::-1], 0),
    "turned webp": (turned(3, "WEBP"), COLOUR[::-1, ::-1], 0),
    "turned tiff": (turned(6, "TIFF"), COLOUR.transpose(1, 0, 2)[:, ::-1], 0),
    "png": (saved(COLOUR, "PNG"), COLOUR, 0),
    "grey png": (saved(GREY, "PNG"), GREY, 0),
    "png of one bit": (saved(GREY > 99, "PNG"), np.where(GREY > 99, 255, 0), 0),
    "png of 16 bits": (saved(SIXTEEN, "PNG"), GREY, 0),
    "tiff of 16 bits": (saved(SIXTEEN, "TIFF"), GREY, 0),
    "values between those of 8 bits": (saved(BETWEEN.astype(np.uint16), "PNG"), GREY, 0),
    "transparent": (saved(RGBA, "PNG"), on_white(COLOUR), 1),
    "transparent grey": (saved(GREY_ALPHA, "PNG"), on_white(GREY[..., np.newaxis]), 1),
    "transparent webp": (saved(RGBA, "WEBP", **LOSSLESS["WEBP"]), on_white(COLOUR), 1),
    "one transparent grey": (keyed_grey(), grey_without(GREY[3, 3]), 0),
    "palette": (palette(), QUANTIZED, 0),
    "palette with a transparent colour": (palette(transparency=0), None, 0),
    "gif": (saved(Image.fromarray(COLOUR).quantize(16, dither=Image.Dither.NONE), "GIF"), QUANTIZED, 0),
    "animated gif": (animated("GIF"), COLOUR, 60),
    "animated webp": (animated("WEBP", lossless=True), COLOUR, 0),
    "animated png": (animated("PNG"), COLOUR, 0),
    "webp": (saved(COLOUR, "WEBP", lossless=True), COLOUR, 0),
    "bmp": (saved(COLOUR, "BMP"), COLOUR, 0),
    "tiff": (saved(COLOUR, "TIFF"), COLOUR, 0),
    "tiff of cmyk": (saved(Image.fromarray(COLOUR).convert("CMYK"), "TIFF"), COLOUR, 1),
    "damaged exif data": (jpeg(exif=b"Exif\0\0II*\0\x08\0\0\0\xff\xff\x12\x01"), COLOUR, 12),
    "text behind its end": (jpeg() + b"and a text", COLOUR, 12),
    "one pixel": (saved(np.uint8([[[1, 2, 3]]]), "PNG"), np.uint8([[[1, 2, 3]]]), 0),
}


def _chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb(side):
    """A PNG of a few hundred bytes that claims to be `side` pixels wide and high."""
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    data = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def cut(data, share=0.6):
    return data[: int(len(data) * share)]


NOISE = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
PNG_OF_NOISE = saved(NOISE, "PNG")

BROKEN = {
    # name: (bytes, what is said of them)
    "empty": (b"", "is empty"),
    "text": (b"not a picture, for all its name", "is no picture of a format that is known"),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "is no picture of a format that is known"),
    "postscript": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "is no picture of a format that is known"),
    "only the first bytes": (jpeg()[:3], "is no picture of a format that is known"),
    "jpeg cut short": (cut(jpeg(NOISE)), "is cut short"),
    "jpeg cut by two bytes and more": (jpeg(NOISE)[:-9], "is cut short"),
    "progressive cut short": (cut(jpeg(NOISE, progressive=True)), "is cut short"),
    "png cut short": (cut(PNG_OF_NOISE), "is cut short"),
    "png whose sums do not fit": (
        PNG_OF_NOISE[:2000] + bytes([PNG_OF_NOISE[2000] ^ 255]) + PNG_OF_NOISE[2001:],
        "is damaged: ",
    ),
    "webp cut short": (cut(saved(NOISE, "WEBP")), "is damaged: "),
    "gif cut short": (cut(saved(NOISE, "GIF")), "is cut short"),
    "bmp cut short": (cut(saved(NOISE, "BMP")), "is cut short"),
    "tiff cut short": (cut(saved(NOISE, "TIFF")), "is "),
    "whole numbers of 32 bits": (saved(GREY.astype(np.int32), "TIFF"), "has values of 32 bits"),
    "floating-point numbers": (saved(GREY.astype(np.float32), "TIFF"), "has values of 32 bits"),
    "more pixels than allowed": (bomb(10_000), "pixels, 89,478,485 are the most"),
    "a line": (saved(np.zeros((1, 201), np.uint8), "PNG"), "has 201 x 1 pixels: one side is over 200 times the other"),
    "more pixels than Pillow allows": (bomb(30_000), "pixels, 89,478,485 are the most"),
}
