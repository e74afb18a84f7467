"""`archspec data`. What it needs is imported when it runs: the help answers without TensorFlow."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from training.commands.arguments import add_data_options, data_help, data_options, positive_int, seed

if TYPE_CHECKING:
    from training.looking.counts import Counts
    from training.looking.request import Look

EXIT_OK = 0
PICTURES = (".png", ".svg")


def data(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], int]:
    """Count the pictures of each class of a data set, and show what a recipe makes of them.

    archspec data folder:pets
    archspec data cifar:cifar-10-batches-bin --recipe cifar_resnet --plot grid.png
    archspec data folder:pets --network alexnet --plot grid.png --set recipe.augmentation=[mirror]
    """
    from archspec import api

    parser.add_argument("source", metavar="SOURCE", help=data_help())
    add_data_options(parser)
    parser.add_argument("--recipe", metavar="RECIPE", help="a path, or the name of a shipped recipe")
    parser.add_argument(
        "--network",
        metavar="SPEC",
        help="what the pictures are for, and whose recipe is taken (default: a network with an input of their size)",
    )
    parser.add_argument(
        "--plot", metavar="FILE", help="draw some pictures and what the network is given of them: a .png or .svg file"
    )
    parser.add_argument("--force", action="store_true", help="replace FILE where it exists")
    parser.add_argument("--pictures", type=positive_int, default=6, metavar="N", help="rows of the plot (default: 6)")
    parser.add_argument("--epochs", type=positive_int, default=6, metavar="N", help="epochs of the plot (default: 6)")
    parser.add_argument("--seed", type=seed, metavar="N", help="of the changes (default: the recipe's)")
    parser.add_argument("--format", choices=("table", "json"), default="table", help="(default: table)")
    api.add_set(parser, recipe=True)
    return _data


def _data(arguments: argparse.Namespace) -> int:
    """Refuse what cannot work before TensorFlow starts, then read, count, print and draw."""
    from archspec import api
    from archspec.experiments import target
    from training.looking import counts, request

    path = target(arguments.plot, PICTURES, force=arguments.force) if arguments.plot else None
    if path and not (arguments.recipe or arguments.network):
        raise api.fail("bad-request", "no recipe to plot what it does", expected="--recipe RECIPE or --network SPEC")
    recipe = arguments.recipe
    settings = api.settings(([] if arguments.seed is None else [f"recipe.seed={arguments.seed}"]) + arguments.set)
    options = data_options(arguments, _say)
    look = request.make(arguments.source, recipe, arguments.network, settings, options=options, say=_say)
    print(_written(counts.count(look.data), look, arguments.format), flush=True)
    if path:
        _plot(look, arguments, path)
    return EXIT_OK


def _plot(look: Look, arguments: argparse.Namespace, path: Path) -> None:
    from archspec import api

    api.start_keras()
    from training.looking import drawing, grid

    assert look.recipe is not None
    found = grid.grid(look.data, look.prepared(_say), look.recipe.seed, arguments.pictures, arguments.epochs)
    drawing.draw(found, f"{look.data.name} by the recipe {look.recipe.name}, seed {look.recipe.seed}", path)
    _say(f"saved {path}")


def _written(counts: Counts, look: Look, form: str) -> str:
    from archspec.experiments import as_json, table

    if form == "json":
        return as_json({**counts.to_dict(), **look.to_dict()})
    lines = [f"{look.data.name}: {counts.sizes()}", "", table(counts.header, counts.rows(), counts.right)]
    if look.recipe:
        sides = "x".join(map(str, look.shape))
        steps = "; ".join(_step(step) for step in look.steps) or "not changed"
        lines += ["", f"recipe {look.recipe.name}, input {sides}: {steps}", *look.fitted]
    return "\n".join(lines)


def _step(step: str | dict[str, dict[str, object]]) -> str:
    """A step of the augmentation in a few words: `pad_and_crop (padding 4)`."""
    if isinstance(step, str):
        return step
    [(name, keys)] = step.items()
    return f"{name} ({', '.join(f'{key} {value}' for key, value in keys.items())})"


def _say(line: str) -> None:
    """Progress goes to the error stream: the output is the result."""
    print(line, file=sys.stderr, flush=True)
