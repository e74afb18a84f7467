"""`archspec gradients`. What it needs is imported when it runs: the help answers without TensorFlow."""

from __future__ import annotations

import argparse
import itertools
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from training.commands.arguments import data_help, positive_float, positive_int, seed, whole

if TYPE_CHECKING:
    from archspec.experiments import Variant
    from training.gradients import Gradients

EXIT_OK = 0
PICTURES = (".png", ".svg")
AS_IN_SPEC = "spec"


def gradients(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], int]:
    """Measure how gradients vanish or grow on their way back to the input, at initialization and over first steps."""
    from archspec import api
    from archspec.experiments import FUNCTIONS, INITIALIZERS

    parser.add_argument("specs", nargs="+", metavar="SPEC", help="a path, or the name of a shipped network")
    parser.add_argument(
        "--activation",
        type=choices((AS_IN_SPEC, *FUNCTIONS)),
        default=(AS_IN_SPEC,),
        metavar="WORDS",
        help="relu,sigmoid measures each network with either in place of every activation between layers; "
        f"of {', '.join(FUNCTIONS)}, and spec for those of the spec (default: spec)",
    )
    parser.add_argument(
        "--initializer",
        type=choices((AS_IN_SPEC, *INITIALIZERS)),
        default=(AS_IN_SPEC,),
        metavar="WORDS",
        help="the same for the initializer of every kernel, by Keras's words: he_normal,glorot_uniform (default: spec)",
    )
    for option, what in (("--batch-norm", "batch norms"), ("--heads", "auxiliary heads")):
        parser.add_argument(
            option,
            type=choices(("with", "without")),
            default=("with",),
            metavar="WORDS",
            help=f"with,without measures each network with and without its {what} (default: with)",
        )
    parser.add_argument("--steps", type=whole, default=0, metavar="N", help="steps of gradient descent (default: 0)")
    parser.add_argument("--batch", type=positive_int, default=32, metavar="N", help="images a step (default: 32)")
    parser.add_argument(
        "--learning-rate", type=positive_float, default=0.01, metavar="X", help="of the steps (default: 0.01)"
    )
    parser.add_argument("--seed", type=seed, default=0, metavar="N", help="the first seed (default: 0)")
    parser.add_argument(
        "--seeds",
        type=positive_int,
        default=3,
        metavar="N",
        help="seeds, each a run; tables have their mean (default: 3)",
    )
    parser.add_argument("--data", default="digits", metavar="DATA", help=f"{data_help()} (default: digits)")
    parser.add_argument("--plot", metavar="FILE", help="draw the norms by depth: a .png or .svg file")
    parser.add_argument("--force", action="store_true", help="replace FILE where it exists")
    parser.add_argument(
        "--format",
        choices=("table", "json", "csv", "md"),
        default="table",
        help="tables, JSON as docs/gradients.md describes it, CSV or Markdown (default: table)",
    )
    api.add_set(parser)
    return _gradients


def choices(words: Sequence[str]) -> Callable[[str], tuple[str, ...]]:
    """An argument of one or several of these words, with commas between them."""

    def read(text: str) -> tuple[str, ...]:
        found = tuple(dict.fromkeys(text.split(",")))
        if wrong := [word for word in found if word not in words]:
            raise argparse.ArgumentTypeError(f"expected one or more of {','.join(words)}, found '{wrong[0]}'")
        return found

    return read


def _gradients(arguments: argparse.Namespace) -> int:
    """Refuse what cannot work before TensorFlow starts, then measure, draw and print."""
    from archspec import api
    from archspec.experiments import target
    from training.gradients import Settings, gradients as measured

    path = target(arguments.plot, PICTURES, force=arguments.force) if arguments.plot else None
    overriding = api.settings(arguments.set) if arguments.set else None
    networks = [api.load(spec, overriding=overriding) for spec in arguments.specs]
    for warning in (warning for network in networks for warning in network.warnings):
        _say(str(warning))
    settings = Settings(
        batch_size=arguments.batch,
        steps=arguments.steps,
        learning_rate=arguments.learning_rate,
        seeds=tuple(range(arguments.seed, arguments.seed + arguments.seeds)),
    )
    found = measured(networks, variants=variants(arguments), data=arguments.data, settings=settings, say=_say)
    print(_written(found, arguments.format), flush=True)
    if path:
        from training.gradients.drawing import draw

        draw(found, path)
    return EXIT_OK


def variants(arguments: argparse.Namespace) -> list[Variant]:
    """Every combination of what the options name."""
    from archspec.experiments import Variant

    words = (arguments.activation, arguments.initializer, arguments.batch_norm, arguments.heads)
    return [
        Variant(
            activation=None if activation == AS_IN_SPEC else activation,
            initializer=None if initializer == AS_IN_SPEC else initializer,
            batch_norm=batch_norm == "with",
            heads=heads == "with",
        )
        for activation, initializer, batch_norm, heads in itertools.product(*words)
    ]


def _written(found: Gradients, form: str) -> str:
    from archspec.experiments import as_json, markdown, table
    from training.gradients import tables

    if form == "json":
        return as_json(found.to_dict())
    if form == "csv":
        return tables.as_csv(found).rstrip("\n")
    make = markdown if form == "md" else table
    mark = "### " if form == "md" else ""
    return "\n\n".join(f"{mark}{t.title}\n\n{make(t.header, t.rows, t.right)}" for t in tables.tables(found))


def _say(line: str) -> None:
    """Progress goes to the error stream: the output is the result."""
    print(line, file=sys.stderr, flush=True)
