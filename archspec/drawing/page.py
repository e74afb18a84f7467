"""A network -> one HTML file with everything in it: picture, program, words."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from typing import Any

from archspec.drawing import program

HEIGHT = 640
"""Pixels of the frame that a notebook shows the page in."""


def page(network: Mapping[str, Any]) -> str:
    """The text of the file; the picture is in it as it begins, and the program folds and searches it."""
    words = json.dumps(network, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    parts = {
        "TITLE": html.escape(network["title"]),
        "FIGURES": html.escape(network["figures"]),
        "STYLE": program.read("picture.css") + program.read("page.css"),
        "PICTURE": program.picture(network, network["open"], live=True),
        "NETWORK": words,
        "PROGRAM": program.source() + program.read("page.js"),
    }
    text, *rest = program.read("page.html").split("{{")
    for piece in rest:
        name, _, after = piece.partition("}}")
        text += parts[name] + after
    return text


def framed(text: str) -> str:
    """A page as a part of another: a frame of its own, so that neither's style reaches the other."""
    return f'<iframe srcdoc="{html.escape(text)}" style="width:100%;height:{HEIGHT}px;border:0"></iframe>'
