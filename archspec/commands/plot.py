"""archspec plot"""

from __future__ import annotations

import argparse
from collections.abc import Callable

from archspec import api
from archspec.atomic import target
from archspec.commands._shared import loaded
from archspec.drawing.picture import FORMATS
from archspec.errors import EXIT_OK


def configure(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], int]:
    """Draw a network: a picture, or a page whose blocks fold and tell their figures; without TensorFlow.

    archspec plot googlenet -o googlenet.html
    """
    parser.add_argument("spec", metavar="SPEC", help="a path, or the name of a shipped network")
    parser.add_argument("-o", "--output", metavar="FILE", required=True, help="what to write: .svg, .html or .png")
    parser.add_argument(
        "--collapse",
        choices=("none", "block", "stage"),
        help="what is folded: nothing, every block, or every stage (default: all but the first block of a sort)",
    )
    parser.add_argument("--force", action="store_true", help="replace FILE where it exists")
    api.add_set(parser)
    return run


def run(args: argparse.Namespace) -> int:
    """Draw, and say where."""
    path = target(args.output, FORMATS, force=args.force)
    network = loaded(args.spec, args)
    api.plot(network, collapse=args.collapse).save(path)
    print(f"{path}: {network.name}, {path.stat().st_size / 1e3:,.0f} kB")
    return EXIT_OK
