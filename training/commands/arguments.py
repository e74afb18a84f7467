"""Arguments that several commands share."""

from __future__ import annotations

import argparse
import math

LARGEST_SEED = 2**31 - 1


def data_help() -> str:
    """The sources of pictures, in words."""
    from training.datasets import SOURCES

    return ", or ".join(f"{known.form} ({known.doc})" for known in SOURCES.values())


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
