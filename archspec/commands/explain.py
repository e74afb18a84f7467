"""archspec explain"""

from __future__ import annotations

import argparse
from collections.abc import Callable

from archspec import explain
from archspec.errors import EXIT_OK


def configure(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], int]:
    """Explain an error by its code: what it means, what mends it, an example.

    archspec explain unknown-key
    """
    parser.add_argument("code", nargs="?", metavar="CODE", help="the word in brackets behind 'error'; none lists all")
    parser.add_argument("--all", action="store_true", help="print the whole index, as Markdown")
    return run


def run(args: argparse.Namespace) -> int:
    """Print one section, the whole page, or the codes."""
    if args.all:
        print(explain.page(), end="")
    elif args.code:
        print(explain.section(args.code), end="")
    else:
        print("\n".join(explain.entries()))
    return EXIT_OK
