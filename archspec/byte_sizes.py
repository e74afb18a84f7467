"""Sizes in bytes, as people write and read them."""

from __future__ import annotations

import re

from archspec.errors import fail

UNITS = ("B", "KB", "MB", "GB", "TB", "PB")
MAX_DIGITS = 15


def size_text(count: int) -> str:
    """A number of bytes with three digits or more, in powers of 1000.

    >>> size_text(27994208), size_text(980), size_text(1204829864)
    ('28.0 MB', '980 B', '1.20 GB')
    """
    power = min((len(str(count)) - 1) // 3, len(UNITS) - 1)
    if power == 0:
        return f"{count} B"
    value = count / 1000**power
    return f"{value:.{2 if value < 10 else 1 if value < 100 else 0}f} {UNITS[power]}"


def read_size(text: str, option: str) -> int:
    """Bytes of a size: `3GB` (powers of 1000), `3GiB` (of 1024), `1.5 GB`.

    Raises:
        SpecError: where it is none.

    >>> read_size("3GB", "--fit"), read_size("0.5KiB", "--fit")
    (3000000000, 512)
    """
    found = re.fullmatch(r"(\d+(?:\.\d+)?) ?([KMGTP]?)(i?)B", text, re.IGNORECASE)
    if not found or len(found[1]) > MAX_DIGITS or (found[3] and not found[2]):
        expected = "a number and a unit: 3GB (of 1000), 3GiB (of 1024), 512MB"
        raise fail("bad-memory-size", f"{option} is '{text[:40]}', which is no size of memory", expected=expected)
    power = "BKMGTP".index(found[2].upper() or "B")
    size = int(float(found[1]) * (1024 if found[3] else 1000) ** power)
    if not size:
        raise fail("bad-memory-size", f"{option} is '{text[:40]}'", expected="a size above 0")
    return size
