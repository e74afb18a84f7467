"""Arguments that several commands share."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from archspec import api, plugins
from archspec.atomic import target

PICTURES = (".svg", ".png")
"""Endings of the pictures that commands draw."""

MAX_DIGITS = 10


def loaded(spec: str, args: argparse.Namespace, more: Sequence[str] = ()) -> api.Network:
    """The network that a command was asked for, with `more` settings than all have; failing figures are not fatal."""
    asked = [*args.set, *more]
    network = api.load(spec, overriding=api.settings(asked) if asked else None)
    for warning in network.warnings:
        print(warning, file=sys.stderr)
    return network


def picture_target(output: str | None, *, force: bool) -> Path | None:
    """The path of the picture that a command was asked for, refused before any work; None without one."""
    return target(output, PICTURES, force=force) if output is not None else None


def warn_of_plugins() -> None:
    """Load the blocks of other packages; say which cannot be."""
    for trouble in plugins.load():
        print(replace(trouble, severity="warning"), file=sys.stderr)


def positive(text: str) -> int:
    """A whole number of at least 1, of an argument.

    Raises:
        argparse.ArgumentTypeError: for anything else.
    """
    if not (text.isascii() and text.isdigit() and len(text) < MAX_DIGITS and int(text) > 0):
        raise argparse.ArgumentTypeError(f"'{text[:40]}' is no whole number of at least 1")
    return int(text)
