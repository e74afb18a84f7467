"""archspec reference"""

from __future__ import annotations

import argparse
from collections.abc import Callable

from archspec import documents, manual, reference
from archspec.blocks import registry
from archspec.commands._shared import warn_of_plugins
from archspec.errors import EXIT_OK, did_you_mean, fail, listing


def configure(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], int]:
    """Print the reference of the language, of one step, or of the commands, as Markdown."""
    parser.add_argument("step", nargs="?", metavar="STEP", help="a step's name: conv, inception, ...")
    parser.add_argument("--commands", action="store_true", help="the commands instead of the language")
    parser.add_argument("--recipes", action="store_true", help="the language of recipes instead of that of specs")
    return run


def run(args: argparse.Namespace) -> int:
    """Print the page, or the section of one step."""
    warn_of_plugins()
    blocks = registry()
    if args.commands:
        print(manual.page(), end="")
    elif args.recipes:
        print(documents.of_kind("recipe").page(), end="")
    elif args.step is None:
        print(reference.page(), end="")
    elif args.step in blocks:
        print(reference.section(blocks[args.step]), end="")
    else:
        raise fail(
            "unknown-step",
            f"there is no step '{args.step}'",
            expected=listing(blocks),
            suggestion=did_you_mean(args.step, blocks),
        )
    return EXIT_OK
