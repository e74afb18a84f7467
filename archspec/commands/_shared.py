"""Arguments that several commands share."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace

from archspec import api, plugins


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
