"""`archspec train`. What it needs is imported when it runs: the help answers without TensorFlow."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from training.commands.arguments import add_data_options, data_help, positive_float, positive_int, seed


def train(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], int]:
    """Train a network on labelled images by a recipe; leaves model, history, curves and documents in a folder.

    archspec train lenet5 --data digits
    archspec train resnet20_cifar --data idx:pictures --set recipe.optimizer.learning_rate=0.05
    archspec train --like runs/lenet5-digits
    archspec train --resume runs/lenet5-digits
    """
    from archspec import api

    parser.add_argument("spec", nargs="?", metavar="SPEC", help="a path, or the name of a shipped network")
    parser.add_argument(
        "--data",
        metavar="DATA",
        help=data_help(),
    )
    add_data_options(parser)
    parser.add_argument(
        "--recipe",
        metavar="RECIPE",
        help="a path, or the name of a shipped recipe (default: the one that the spec names, or small)",
    )
    parser.add_argument("--like", type=Path, metavar="RUN", help="repeat the run of this folder, on the same data")
    parser.add_argument(
        "--resume", type=Path, metavar="RUN", help="go on with the run of this folder, from its last finished epoch"
    )
    parser.add_argument("--epochs", type=positive_int, metavar="N", help="passes over the training images")
    parser.add_argument("--batch-size", type=positive_int, metavar="N", help="images a step")
    parser.add_argument("--learning-rate", type=positive_float, metavar="X", help="first learning rate")
    parser.add_argument("--seed", type=seed, metavar="N", help="draws weights, order and changes of images")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="RUN", help="a new or empty folder (default: the next free runs/SPEC-DATA)"
    )
    parser.add_argument(
        "--tensorboard",
        type=Path,
        nargs="?",
        const=Path(),
        metavar="DIR",
        help="write losses and rates for TensorBoard (default: the folder tensorboard of the run)",
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="check everything, tell sizes, memory and times; write nothing"
    )
    parser.add_argument(
        "--strategy",
        default="auto",
        metavar="WORD",
        help="auto: all GPUs of the machine where there are several; mirrored: all devices; none: one (default: auto)",
    )
    api.add_set(parser, recipe=True)
    return _train


def _train(arguments: argparse.Namespace) -> int:
    from training import stopping, strategies
    from training.commands.screen import Screen
    from training.commands.sessions import Session

    strategies.check(arguments.strategy)
    screen = Screen()
    try:
        with stopping.listening() as stop:
            return Session(arguments, stop, screen).run()
    except stopping.StopRequestedError as stopped:
        screen.say(f"stopped by {stopped.name}: {stop.left()}")
        return stopped.exit_code
    finally:
        screen.clear()
