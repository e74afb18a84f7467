"""archspec show"""

from __future__ import annotations

import argparse
from collections.abc import Callable

from archspec import api
from archspec.errors import EXIT_OK
from archspec.extends import copyable
from archspec.modeline import modeline, without_modeline


def configure(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], int]:
    """Print a spec, ready to be copied: its first line finds the schema from anywhere.

    archspec show googlenet > mine.yaml
    """
    parser.add_argument("spec", metavar="SPEC", help="a path, or the name of a shipped network")
    return run


def run(args: argparse.Namespace) -> int:
    """Print the text of a spec that can be read."""
    document = api.read(args.spec)
    print(modeline())
    print(without_modeline(copyable(document)), end="")
    return EXIT_OK
