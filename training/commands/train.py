"""`archspec train`. What it needs is imported when it runs: the help answers without TensorFlow."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from training.commands.arguments import DATA_HELP, positive_float, positive_int, seed

if TYPE_CHECKING:
    from archspec import api
    from training.datasets import Dataset
    from training.run_folder import RunFolder
    from training.stopping import StopRequest

EXIT_OK = 0


def train(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], int]:
    """Train a network on labelled images; leaves the model, its history and its curves in a folder."""
    from archspec import api

    parser.add_argument("spec", metavar="SPEC", help="a path, or the name of a shipped network")
    parser.add_argument(
        "--data",
        required=True,
        metavar="DATA",
        help=DATA_HELP,
    )
    parser.add_argument(
        "--epochs",
        type=positive_int,
        metavar="N",
        help="passes over the training images (default: 20, more for small sets)",
    )
    parser.add_argument("--batch-size", type=positive_int, default=64, metavar="N", help="images a step (default: 64)")
    parser.add_argument(
        "--learning-rate",
        type=positive_float,
        default=0.1,
        metavar="X",
        help="first learning rate, which falls to 0 along a half cosine (default: 0.1)",
    )
    parser.add_argument(
        "--seed", type=seed, default=0, metavar="N", help="draws weights, order and shifts (default: 0)"
    )
    parser.add_argument(
        "-o", "--output", type=Path, metavar="RUN", help="a new or empty folder (default: the next free runs/SPEC-DATA)"
    )
    api.add_set(parser)
    return _train


def _train(arguments: argparse.Namespace) -> int:
    """Refuse what cannot work, then make the folder, then start TensorFlow: mistakes show at once."""
    from archspec import api
    from archspec.experiments import with_heads
    from training import datasets, fitting, run_folder, stopping

    network = api.load(arguments.spec, overriding=api.settings(arguments.set) if arguments.set else None)
    for warning in network.warnings:
        _say(str(warning))
    data = datasets.read(arguments.data)
    fitting.check_network(network, data, _say)
    with_heads(network.graph)  # all of them are trained
    folder = run_folder.create(arguments.output, f"{network.name}-{arguments.data.partition(':')[0]}")
    try:
        with stopping.listening() as request:
            accuracy = _fit(arguments, network, data, folder, request)
    except stopping.StopRequestedError as stop:
        _say(f"stopped by {stop.name}: {folder.told()}")
        return stop.exit_code
    finally:
        folder.remove_if_empty()
    print(f"saved in {folder.path}: {', '.join(sorted(path.name for path in folder.path.iterdir()))}")
    print(f"test accuracy: {accuracy:.4f}", flush=True)
    return EXIT_OK


def _fit(
    arguments: argparse.Namespace, network: api.Network, data: Dataset, folder: RunFolder, request: StopRequest
) -> float:
    from archspec import api

    api.start_keras()
    from training import loop
    from training.settings import Settings, default_epochs

    images = len(data.train_labels)
    epochs = arguments.epochs or default_epochs(images, arguments.batch_size)
    settings = Settings(epochs, arguments.batch_size, arguments.learning_rate, arguments.seed)
    _say(
        f"{network.name} on {data.name}: {images:,} training and {len(data.test_labels):,} test images, "
        f"{epochs} epochs in batches of {settings.batch_size}, learning rate {settings.learning_rate:g}, "
        f"seed {settings.seed}; test accuracy is shown, nothing is chosen by it"
    )
    return loop.train(network, data, settings, loop.Run(folder, request, _say))


def _say(line: str) -> None:
    """Progress goes to the error stream: the output's last line is the result."""
    print(line, file=sys.stderr, flush=True)
