"""Arguments that several commands share."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from training.datasets import Options

LARGEST_SEED = 2**31 - 1


def data_help() -> str:
    """The sources of pictures, in words."""
    from training.datasets import SOURCES

    return ", or ".join(f"{known.form} ({known.doc})" for known in SOURCES.values())


def add_data_options(parser: argparse.ArgumentParser) -> None:
    """What a command that reads pictures takes beside `--data`."""
    parser.add_argument(
        "--strict", action="store_true", help="refuse pictures that cannot be read, instead of leaving them out"
    )
    parser.add_argument(
        "--test-share",
        type=share,
        metavar="X",
        help="of pictures without a test set, the share that becomes it; 0 for none (default: 0.2)",
    )


def data_options(arguments: argparse.Namespace, say: Callable[[str], None], recorded: float | None = None) -> Options:
    """How pictures are read; `recorded` is the test share of an earlier run, where none is asked for."""
    from training.datasets import AS_USUAL, Options

    shares = (arguments.test_share, recorded, AS_USUAL.test_share)
    return Options(arguments.strict, next(each for each in shares if each is not None), say)


def share(text: str) -> float:
    """A number from 0 to below 1."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value < 1:
        raise argparse.ArgumentTypeError(f"expected a number from 0 to below 1, found '{text}'")
    return value


def positive_int(text: str) -> int:
    """A whole number of at least 1."""
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number of at least 1, found '{text}'")
    return int(text)


def positive_float(text: str) -> float:
    """A finite number above 0."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError(f"expected a number above 0, found '{text}'")
    return value


def seed(text: str) -> int:
    """A whole number that TensorFlow, NumPy and Python all take as a seed."""
    if not text.isascii() or not text.isdigit() or int(text) > LARGEST_SEED:
        raise argparse.ArgumentTypeError(f"expected a whole number from 0 to {LARGEST_SEED}, found '{text}'")
    return int(text)


def whole(text: str) -> int:
    """A whole number, 0 included."""
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(f"expected a whole number of at least 0, found '{text}'")
    return int(text)
