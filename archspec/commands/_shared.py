"""Arguments that several commands share."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace

from archspec import api, plugins


def loaded(spec: str, args: argparse.Namespace, more: Sequence[str] = ()) -> api.Network:
    """The network that a command was asked for, with `more` settings than all have; failing figures are not fatal."""
    asked = [*args.set, *more]
    network = api.load(spec, overriding=api.settings(asked) if asked else None)
    for warning in network.warnings:
        print(warning, file=sys.stderr)
    return network


def warn_of_plugins() -> None:
    """Load the blocks of other packages; say which cannot be."""
    for trouble in plugins.load():
        print(replace(trouble, severity="warning"), file=sys.stderr)
