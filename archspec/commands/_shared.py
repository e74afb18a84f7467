"""Arguments that several commands share."""

from __future__ import annotations

import argparse
import sys

from archspec import api


def add_set(parser: argparse.ArgumentParser) -> None:
    """Add `--set name=value`."""
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="set a variable or an input: vars.classes=10, input=96x96x3 (repeat for more)",
    )


def loaded(spec: str, args: argparse.Namespace) -> api.Network:
    """The network that a command was asked for; figures that no longer hold are said, not fatal."""
    network = api.load(spec, overriding=api.settings(args.set) if args.set else None)
    for warning in network.warnings:
        print(warning, file=sys.stderr)
    return network
