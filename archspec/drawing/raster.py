"""SVG -> PNG, by a library that the extra `png` installs."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from archspec.errors import fail

ZOOM = 2
"""Pixels of the PNG for each of the SVG."""


def png(svg: str) -> bytes:
    """The picture in pixels, its text in DejaVu Sans, which comes with matplotlib, whatever the machine has.

    Raises:
        SpecError: where the library is not installed.
    """
    if find_spec("resvg_py") is None:
        expected = "`pip install resvg-py`, or a file name that ends in .svg or .html"
        raise fail("missing-package", "a PNG needs the package resvg-py, which is not installed", expected=expected)
    import resvg_py

    return bytes(resvg_py.svg_to_bytes(svg_string=svg, font_files=_fonts(), skip_system_fonts=True, zoom=ZOOM))


def _fonts() -> list[str]:
    """The fonts in which texts were measured, where matplotlib keeps them; found without importing it."""
    found = find_spec("matplotlib")
    folder = Path(found.origin).parent / "mpl-data" / "fonts" / "ttf" if found and found.origin else Path()
    return [str(folder / f"{name}.ttf") for name in ("DejaVuSans", "DejaVuSans-Bold")]
