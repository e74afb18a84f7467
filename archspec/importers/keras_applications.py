"""Weights of keras.applications' models, taken over by name."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import keras

from archspec.backends.keras.weights import transfer
from archspec.errors import fail
from archspec.importers.counterparts import name_pairs
from archspec.weights import Report

PATIENCE = 20.0
"""Seconds that a server may stay silent."""


def take_over(model: keras.Model, theirs: keras.Model, counterpart: str) -> Report:
    """Fill a model with the weights of its counterpart.

    Args:
        model: ours; every value of it must be found.
        theirs: a model of keras.applications, with any weights.
        counterpart: which one it is, a name of `counterparts()`.

    Raises:
        SpecError: where a layer does not fit; `model` is as it was then.
    """
    return transfer(theirs, model, rename=name_pairs(counterpart), all_used=False)


def published(counterpart: str, weights: str, *, include_top: bool) -> keras.Model:
    """A model of keras.applications with its published weights, which Keras downloads once and keeps.

    Raises:
        SpecError: where they cannot be had.
    """
    make = getattr(keras.applications, counterpart.rpartition(".")[2])
    try:
        with _patience():
            return make(weights=weights, include_top=include_top)
    except Exception as error:  # Keras raises bare exceptions where a download fails
        raise fail(
            "weights-unreachable",
            f"the weights '{weights}' of {counterpart} cannot be had: {error}",
            expected="a connection to where Keras keeps them, or their file in Keras's cache",
        ) from None


@contextmanager
def _patience() -> Iterator[None]:
    """A limit on every wait for a server: Keras sets none."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(PATIENCE)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)
