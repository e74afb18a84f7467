"""The drawing program, which is JavaScript, in an embedded engine."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from archspec.errors import fail

HERE = Path(__file__).resolve().parent
PARTS = ("dagre.min.js", "metrics.js", "layout.js", "arrows.js", "svg.js")


def read(name: str) -> str:
    """A file of this folder."""
    return (HERE / name).read_text(encoding="utf-8")


@functools.cache
def source() -> str:
    """The whole program, as the page has it too."""
    return "\n".join(read(part) for part in PARTS)


@functools.cache
def _picture() -> Any:
    import quickjs

    # The engine has no structuredClone, and hands no string over that is not yet joined.
    clone = "globalThis.structuredClone = (value) => JSON.parse(JSON.stringify(value));"
    return quickjs.Function(
        "answer", f"{clone}\n{source()}\nfunction answer(...words) {{ return [picture(...words)]; }}"
    )


def picture(network: Mapping[str, Any], opened: Iterable[str], *, live: bool = False) -> str:
    """The text of an SVG.

    Args:
        network: as `words.described` makes it.
        opened: ids of the frames to open.
        live: without heading, legend and tips, which the page has itself.

    Raises:
        SpecError: for more boxes beside one another than can be laid out.
    """
    import quickjs

    try:
        style = "" if live else read("picture.css")
        # The engine frees its memory by itself; its `run_gc` is a full search of Python's, long where much is loaded.
        answer = _picture()(dict(network), list(opened), live, style, run_gc=False)
    except quickjs.JSException as error:
        reason = str(error.args[0]).splitlines()[0].removeprefix("Error: ")
        raise fail("too-large", f"{network['title']} cannot be drawn: {reason}") from None
    return str(answer[0])
