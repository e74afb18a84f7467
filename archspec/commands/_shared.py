"""Arguments that several commands share."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace

from archspec import api, plugins

MAX_DIGITS = 10


def loaded(spec: str, args: argparse.Namespace) -> api.Network:
    """The network that a command was asked for; figures that no longer hold are said, not fatal."""
    network = api.load(spec, overriding=api.settings(args.set) if args.set else None)
    for warning in network.warnings:
        print(warning, file=sys.stderr)
    return network


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
