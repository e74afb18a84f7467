"""archspec diff"""

from __future__ import annotations

import argparse
from collections.abc import Callable

from archspec import api, report
from archspec.commands._shared import loaded
from archspec.errors import EXIT_FAILURE, EXIT_OK


def configure(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], int]:
    """Show which rows of two networks differ, and what that does to shapes and costs, without TensorFlow.

    archspec diff vgg16 vgg19
    archspec diff googlenet googlenet --set-b input=96x96x3   # one network, set in two ways
    """
    parser.add_argument("a", metavar="A", help="a path, or the name of a shipped network")
    parser.add_argument("b", metavar="B", help="another, or the same")
    parser.add_argument(
        "--format",
        choices=("table", "json"),
        default="table",
        help="table, or JSON as docs/compare.md describes it (default: table)",
    )
    parser.add_argument("--exit-code", action="store_true", help="end with code 1 where a row differs, as git does")
    api.add_set(parser)
    for option, name in (("--set-a", "A"), ("--set-b", "B")):
        parser.add_argument(
            option, action="append", default=[], metavar="NAME=VALUE", help=f"the same for {name} alone"
        )
    return run


def run(args: argparse.Namespace) -> int:
    """Print the rows that differ and the totals."""
    found = api.diff(loaded(args.a, args, args.set_a), loaded(args.b, args, args.set_b))
    if args.format == "json":
        print(report.as_json(found.to_dict()))
    else:
        from archspec.difference_table import printed

        print(printed(found))
    return EXIT_FAILURE if args.exit_code and found.changes else EXIT_OK
