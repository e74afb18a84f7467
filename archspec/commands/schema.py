"""archspec schema"""

from __future__ import annotations

import argparse
from collections.abc import Callable

from archspec import documents, report
from archspec.commands._shared import warn_of_plugins
from archspec.errors import EXIT_OK
from archspec.modeline import RECIPE_SCHEMA, modeline
from archspec.schema import schema


def configure(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], int]:
    """Print the line that gives editors completion and checks; with --json the schema itself."""
    parser.add_argument("--json", action="store_true", help="print the JSON Schema, made from the blocks' own keys")
    parser.add_argument("--recipe", action="store_true", help="the same for a recipe instead of a spec")
    return run


def run(args: argparse.Namespace) -> int:
    """Print one of the two."""
    if args.recipe:
        print(report.as_json(documents.of_kind("recipe").schema()) if args.json else modeline(RECIPE_SCHEMA))
        return EXIT_OK
    if args.json:
        warn_of_plugins()
    print(report.as_json(schema()) if args.json else modeline())
    return EXIT_OK
