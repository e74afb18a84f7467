"""archspec list"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Callable

from archspec import documents, report
from archspec.catalogue import entries
from archspec.errors import EXIT_OK, fail

NARROWEST = 120
"""Columns below which a line of the table is not cut further."""


def configure(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], int]:
    """List the shipped networks by year: figures, published errors, whom their outputs are held to, and forms."""
    parser.add_argument(
        "--format",
        choices=("table", "md", "json"),
        default="table",
        help="table as wide as the terminal (a form cut short ends in …), md for Markdown, or JSON (default: table)",
    )
    parser.add_argument("--recipes", action="store_true", help="the shipped recipes instead, as a table")
    return run


def run(args: argparse.Namespace) -> int:
    """Print a line a network, or a line a recipe."""
    if args.recipes and args.format != "table":
        raise fail("bad-option", f"--recipes leaves no use for --format {args.format}", expected="--format table")
    if args.recipes:
        print(report.table(*documents.of_kind("recipe").rows()))
        return EXIT_OK
    found = entries()
    if args.format == "json":
        print(report.as_json([entry.to_dict() for entry in found]))
    elif args.format == "md":
        print(report.networks_markdown(found))
    else:
        print(report.networks(found, max(NARROWEST, shutil.get_terminal_size((120, 24)).columns)))
    return EXIT_OK
