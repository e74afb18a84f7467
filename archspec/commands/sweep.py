"""archspec sweep"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from itertools import product
from pathlib import Path

from archspec import api, columns, report
from archspec.commands._shared import picture_target
from archspec.drawing.points import Axis
from archspec.errors import EXIT_OK, fail
from archspec.swept import Sweep

MAX_LINES = 24
"""Lines of a chart, which are as many as its colours and styles."""
PANELS = {"params": "parameters, in 10⁶", "macs": "multiply-adds of one image, in 10⁶"}
"""The figures that are drawn, in millions, and their axes."""


def configure(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], int]:
    """Show what a network costs under every combination of settings, before anything is trained.

    archspec sweep alphago_policy --set vars.k=128,192,256,384
    archspec sweep googlenet --set input=96x96x3,224x224x3 --set vars.classes=10,1000 --plot sweep.svg
    """
    parser.add_argument("spec", metavar="SPEC", help="a path, or the name of a shipped network")
    parser.add_argument(
        "--set",
        action="append",
        required=True,
        metavar="NAME=VALUE,VALUE,...",
        help="a variable or an input, and the values that it takes: input=96x96x3,224x224x3 (repeat for more)",
    )
    parser.add_argument(
        "--format", choices=columns.FORMATS, default="table", help="how to print the figures (default: table)"
    )
    parser.add_argument(
        "--plot", metavar="FILE", help="draw them instead, over the values of the first --set, as .svg or .png"
    )
    parser.add_argument("--force", action="store_true", help="replace FILE where it exists")
    return run


def run(args: argparse.Namespace) -> int:
    """Print a line a combination, or draw."""
    path = picture_target(args.plot, force=args.force)
    choices = _choices(args.set)
    found = api.swept(args.spec, (api.settings(words) for words in product(*choices)))
    if path:
        draw(found, path)
        missing = sum(not each.profile for each in found.combinations)
        more = f"; {missing} of {len(found.combinations)} combinations do not fit: without --plot stands why"
        print(f"{path}: drawn{more if missing else ''}")
    elif args.format == "json":
        print(report.as_json(found.to_dict()))
    else:
        print(columns.rendered(found.columns, found.combinations, args.format))
    return EXIT_OK


def _choices(assignments: Sequence[str]) -> list[list[str]]:
    """For each `name=a,b` its assignments `name=a` and `name=b`.

    Raises:
        SpecError: for one of another form, a name that stands twice, and too many combinations.
    """
    api.settings(assignments)
    found: dict[str, list[str]] = {}
    for text in assignments:
        name, _, values = text.partition("=")
        if name in found:
            expected = f"all its values behind one --set: {name}=1,2"
            raise fail("bad-setting", f"'{name}' is set twice", expected=expected)
        found[name] = [f"{name}={value}" for value in values.split(",")]
    api.check_number(found.values())
    return list(found.values())


def draw(found: Sweep, path: Path) -> None:
    """Write the chart of a sweep.

    Raises:
        SpecError: for more lines than can be told apart.
    """
    if len(found.lines("macs")) > MAX_LINES:
        expected = f"at most {MAX_LINES} combinations of all settings but the first, over which they are drawn"
        raise fail("bad-setting", f"{len(found.lines('macs'))} lines in one chart", expected=expected)
    from archspec.drawing import canvas, charts  # matplotlib only for who draws

    panels = {Axis(label): found.lines(figure) for figure, label in PANELS.items()}
    first = next(iter(found.combinations[0].settings))
    canvas.save(charts.lines(found.values(), panels, Axis(first), f"{found.name}, before anything is trained"), path)
