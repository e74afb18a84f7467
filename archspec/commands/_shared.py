"""Arguments that several commands share."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from archspec import api, plugins
from archspec.errors import fail, listing


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


def output(args: argparse.Namespace, suffixes: Sequence[str]) -> Path:
    """The path of `--output`, refused before anything is made where it cannot be used.

    Raises:
        SpecError: for a name of another ending, a folder that is not there or cannot be written to, a file that exists.
    """
    path = Path(args.output)
    if path.suffix not in suffixes:
        raise fail(
            "bad-output",
            f"cannot save to '{path}'",
            expected=f"a file name that ends in {listing(suffixes)}",
            suggestion=f"'{path.with_suffix(suffixes[0])}'" if path.name else "",
        )
    if not path.parent.is_dir():
        raise fail("bad-output", f"there is no folder '{path.parent}'", expected="a file in a folder that exists")
    if not os.access(path.parent, os.W_OK):
        raise fail("bad-output", f"the folder '{path.parent}' cannot be written to")
    if path.is_dir():
        raise fail("bad-output", f"'{path}' is a folder", expected=f"a file name that ends in {listing(suffixes)}")
    if path.exists() and not args.force:
        raise fail("bad-output", f"'{path}' exists", expected="another name, or --force to replace a file")
    return path
