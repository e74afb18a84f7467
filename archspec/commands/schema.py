"""archspec schema"""

from __future__ import annotations

import argparse
from collections.abc import Callable

from archspec import report
from archspec.commands._shared import warn_of_plugins
from archspec.errors import EXIT_OK
from archspec.modeline import modeline
from archspec.schema import schema


def configure(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], int]:
    """Print the line that gives editors completion and checks; with --json the schema itself."""
    parser.add_argument("--json", action="store_true", help="print the JSON Schema, made from the blocks' own keys")
    return run


def run(args: argparse.Namespace) -> int:
    """Print one of the two."""
    if args.json:
        warn_of_plugins()
    print(report.as_json(schema()) if args.json else modeline())
    return EXIT_OK
