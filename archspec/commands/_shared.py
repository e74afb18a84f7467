"""Arguments that several commands share."""

from __future__ import annotations

import argparse
import sys

from archspec import api


def loaded(spec: str, args: argparse.Namespace) -> api.Network:
    """The network that a command was asked for; figures that no longer hold are said, not fatal."""
    network = api.load(spec, overriding=api.settings(args.set) if args.set else None)
    for warning in network.warnings:
        print(warning, file=sys.stderr)
    return network
