"""archspec show"""

from __future__ import annotations

import argparse
from collections.abc import Callable

from archspec import api
from archspec.commands._shared import loaded
from archspec.emit import emit
from archspec.errors import EXIT_OK, fail
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
    parser.add_argument("--form", action="store_true", help="print the network as a form: [(CONV-RELU)*2-POOL]*3-...")
    parser.add_argument("--full", action="store_true", help="the form with every layer, and what each block is made of")
    api.add_set(parser)
    return run


def run(args: argparse.Namespace) -> int:
    """Print the text of a spec that can be read, its form, or the spec after everything."""
    if args.form or args.full:
        print("\n".join(api.form(loaded(args.spec, args), full=args.full)))
        return EXIT_OK
    if args.resolved or args.origin:
        print(modeline())
        print(emit(loaded(args.spec, args).spec, origin=args.origin), end="")
        return EXIT_OK
    if args.set:
        raise fail("bad-setting", "the text of a spec has no settings", expected="--form or --resolved beside --set")
    document = api.read(args.spec)
    print(modeline())
    print(without_modeline(copyable(document)), end="")
    return EXIT_OK
