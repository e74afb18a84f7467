"""archspec compare"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

from archspec import api, columns, report
from archspec.commands._shared import loaded, picture_target
from archspec.compared import COLUMNS, Comparison
from archspec.drawing.points import Axis, Bar, Bubble
from archspec.errors import EXIT_OK, fail, listing

CONTEST = "ILSVRC"
"""The contest whose entries the chart of years shows."""


def configure(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], int]:
    """Show figures and published errors of networks side by side, or draw them, without TensorFlow.

    archspec compare alexnet vgg16 googlenet resnet50
    archspec compare --plot errors.svg                 # all shipped networks: error against multiply-adds
    archspec compare --plot years.svg --chart years    # the entries of ILSVRC, year by year
    """
    parser.add_argument(
        "specs", nargs="*", metavar="SPEC", help="a path, or the name of a shipped network; with --plot none is all"
    )
    parser.add_argument(
        "--format", choices=columns.FORMATS, default="table", help="how to print the figures (default: table)"
    )
    parser.add_argument("--plot", metavar="FILE", help="draw a chart instead, as .svg or .png")
    parser.add_argument(
        "--chart",
        choices=("errors", "years"),
        default="errors",
        help="errors against multiply-adds, or a contest's entries by year (default: errors)",
    )
    parser.add_argument(
        "--error", choices=("top5", "top1"), default="top5", help="which published error is drawn (default: top5)"
    )
    parser.add_argument(
        "--data", default="ImageNet", metavar="TEXT", help="what it was measured on (default: ImageNet)"
    )
    parser.add_argument("--force", action="store_true", help="replace FILE where it exists")
    api.add_set(parser)
    return run


def run(args: argparse.Namespace) -> int:
    """Print a line a network, or draw."""
    path = picture_target(args.plot, force=args.force)
    if args.set and not args.specs:
        raise fail("bad-option", "--set without a network to set", expected="SPEC, as archspec list names them")
    if not (args.specs or path):
        expected = "SPEC, as archspec list names them, or --plot FILE, which draws all of them"
        raise fail("nothing-to-compare", "no network is named", expected=expected)
    found = api.compare(*(loaded(spec, args) for spec in args.specs))
    if path:
        drawn = draw(found, args, path)
        print(f"{path}: {len(drawn)} of {len(found.networks)} networks drawn, those with such an error")
    elif args.format == "json":
        print(report.as_json(found.to_dict()))
    else:
        print(columns.rendered(COLUMNS, found.networks, args.format))
    return EXIT_OK


def draw(found: Comparison, args: argparse.Namespace, path: Path) -> Sequence[Bar | Bubble]:
    """Write the chart that was asked for; gives what is on it.

    Raises:
        SpecError: where no network has such an error.
    """
    words = f"{args.error.replace('top', 'top-')} error"
    bubbles, bars = [*found.bubbles(args.error, args.data)], found.bars(CONTEST, args.error)
    if not (bars if args.chart == "years" else bubbles):
        data = {f"'{result['data']}'" for network in found.networks for result in network.published}
        missing = f"entered in {CONTEST}" if args.chart == "years" else f"published on '{args.data}'"
        expected = f"--error and --data of which there are some, here on {listing(sorted(data)) or 'nothing'}"
        raise fail("nothing-to-compare", f"none of these networks has a {words} {missing}", expected=expected)
    from archspec.drawing import canvas, charts  # matplotlib only for who draws

    if args.chart == "years":
        figure = charts.bars(bars, Axis(f"{words}, %"), f"{CONTEST}: {words} of the entries")
    else:
        axes = Axis("multiply-adds of one image, in 10⁹", log=True), Axis(f"{words} on {args.data}, %", log=True)
        figure = charts.bubbles(bubbles, *axes, "million parameters", f"Published {words} against multiply-adds")
    canvas.save(figure, path)
    return bars if args.chart == "years" else bubbles
