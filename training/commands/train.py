"""`archspec train`. What it needs is imported when it runs: the help answers without TensorFlow."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from training.commands.arguments import add_data_options, data_help, positive_float, positive_int, seed

if TYPE_CHECKING:
    from training.checkpoints import Checkpoint
    from training.request import Request
    from training.run_folder import RunFolder
    from training.stopping import StopRequest

EXIT_OK = 0


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
        "--strategy",
        default="auto",
        metavar="WORD",
        help="auto: all GPUs of the machine where there are several; mirrored: all devices; none: one (default: auto)",
    )
    api.add_set(parser)
    return _train


def _train(arguments: argparse.Namespace) -> int:
    from training import stopping, strategies

    strategies.check(arguments.strategy)
    try:
        with stopping.listening() as stop:
            return _resume(arguments, stop) if arguments.resume else _begin(arguments, stop)
    except stopping.StopRequestedError as stopped:
        _say(f"stopped by {stopped.name}: {stop.left()}")
        return stopped.exit_code


def _begin(arguments: argparse.Namespace, stop: StopRequest) -> int:
    """Refuse what cannot work, then make the folder, then start TensorFlow: mistakes show at once."""
    from training import request, run_folder

    asked = request.read(arguments, _say)
    folder = run_folder.create(arguments.output, f"{asked.network.name}-{asked.data.words.partition(':')[0]}")
    try:
        with folder.locked():
            return _fit(asked, folder, stop, arguments.strategy)
    finally:
        folder.remove_if_empty()


def _resume(arguments: argparse.Namespace, stop: StopRequest) -> int:
    """Go on where a run stopped; one that is finished stays as it is."""
    from training import checkpoints, history, request, run_folder

    request.check_bare(arguments)
    folder = run_folder.RunFolder(arguments.resume)
    with folder.locked():
        checkpoint = checkpoints.to_resume(folder, _say)
        if checkpoint is None:
            _say(f"the run in '{folder.path}' is finished: nothing is left to do")
            return _result(folder, history.read(folder.history).epochs[-1].test_accuracy)
        asked = request.read(arguments, _say)
        return _fit(asked, folder, stop, arguments.strategy, checkpoint)


def _fit(
    asked: Request, folder: RunFolder, stop: StopRequest, strategy: str, checkpoint: Checkpoint | None = None
) -> int:
    from archspec import api

    stop.left = folder.told
    api.start_keras()
    from training import loop, replicas

    with replicas.strategy(strategy).scope():
        for line in (*asked.told(), *replicas.told(asked.recipe.batch_size)):
            _say(line)
        if checkpoint:
            _say(f"goes on after epoch {len(checkpoint.history.epochs)} of {checkpoint.history.planned}")
        accuracy = loop.train(asked, loop.Run(folder, stop, _say, checkpoint))
    return _result(folder, accuracy)


def _result(folder: RunFolder, accuracy: float | None) -> int:
    print(f"saved in {folder.path}: {', '.join(sorted(path.name for path in folder.path.iterdir()))}")
    if accuracy is not None:
        print(f"test accuracy: {accuracy:.4f}", flush=True)
    return EXIT_OK


def _say(line: str) -> None:
    """Progress goes to the error stream: the output's last line is the result."""
    print(line, file=sys.stderr, flush=True)
