"""archspec show"""

from __future__ import annotations

import argparse
from collections.abc import Callable

from archspec import api
from archspec.commands._shared import loaded
from archspec.emit import emit
from archspec.errors import EXIT_OK
from archspec.extends import copyable
from archspec.modeline import modeline, without_modeline


def configure(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], int]:
    """Print a spec, ready to be copied: its first line finds the schema from anywhere.

    archspec show googlenet > mine.yaml
    """
    parser.add_argument("spec", metavar="SPEC", help="a path, or the name of a shipped network")
    parser.add_argument(
        "--resolved",
        action="store_true",
        help="with nothing left to look up: base, form, edits and variables put in, defaults on every row",
    )
    parser.add_argument("--origin", action="store_true", help="the same, and behind each value where it came from")
    api.add_set(parser)
    return run


def run(args: argparse.Namespace) -> int:
    """Print the text of a spec that can be read, or its resolved form."""
    if args.resolved or args.origin or args.set:
        print(modeline())
        print(emit(loaded(args.spec, args).spec, origin=args.origin), end="")
        return EXIT_OK
    document = api.read(args.spec)
    print(modeline())
    print(without_modeline(copyable(document)), end="")
    return EXIT_OK
