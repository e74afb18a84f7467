"""archspec analyze"""

from __future__ import annotations

import argparse
from collections.abc import Callable

from archspec import api, report
from archspec.commands._shared import loaded
from archspec.errors import EXIT_OK
from archspec.passes.summary import summarize


def configure(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], int]:
    """Show shapes, parameters, multiply-adds and depth of networks, without TensorFlow."""
    parser.add_argument("specs", nargs="+", metavar="SPEC", help="a path, or the name of a shipped network")
    parser.add_argument(
        "--format",
        choices=("table", "json"),
        default="table",
        help="table, or JSON as docs/analyze.md describes it (default: table)",
    )
    api.add_set(parser)
    return run


def run(args: argparse.Namespace) -> int:
    """Print one table a network, or one JSON value for all."""
    networks = [loaded(spec, args) for spec in args.specs]
    found = [summarize(network.graph) for network in networks]
    if args.format == "json":
        objects = [analysis.to_dict() for analysis in found]
        print(report.as_json(objects if len(objects) > 1 else objects[0]))
        return EXIT_OK
    for network, analysis in zip(networks, found, strict=True):
        print(f"{report.heading(network.name, network.spec.title)}\n\n{report.layers(network.graph, analysis)}\n")
    return EXIT_OK
