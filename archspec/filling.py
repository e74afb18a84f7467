"""Weights for a model that is built: from a file, or the published ones that its spec names."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from archspec import files
from archspec.document import plain
from archspec.ensemble import Net
from archspec.errors import did_you_mean, fail, listing
from archspec.ir import Graph
from archspec.network import Network
from archspec.weight_file import describe
from archspec.weights import Origin, Report

if TYPE_CHECKING:
    import keras

Weights = str | os.PathLike[str]
MEMBERS = "members"
"""The word for the files that an ensemble names itself."""


def check(network: Network, weights: Weights | None) -> None:
    """Refuse, before anything is built, what is neither under the spec's `weights` nor a file that can be read.

    Raises:
        SpecError: for such a word or file.
    """
    known = network.published_weights
    if weights == MEMBERS and network.nets:
        for net in network.nets:
            _file_of(net)
        return
    if weights is None or os.fspath(weights) in known:
        return
    if isinstance(weights, str) and weights.isidentifier() and not Path(weights).exists():
        raise fail(
            "no-such-weights",
            f"{network.name} names no weights '{weights}', and there is no such file",
            expected=f"a file, or {listing(known)}" if known else "a file: this spec has no `weights`",
            suggestion=did_you_mean(weights, known),
        )
    if Path(weights).suffix != ".keras":  # Keras alone can read that
        describe(weights)


def fill(model: keras.Model, network: Network, weights: Weights, *, include_top: bool) -> Report:
    """Fill all of a model from the file `weights`, or with the published weights of that name.

    Raises:
        SpecError: where they cannot be had or do not fit.
    """
    if weights == MEMBERS and network.nets:
        return _fill_members(model, network)
    counterpart = network.published_weights.get(os.fspath(weights))
    if counterpart:
        from archspec.importers import keras_applications

        theirs = keras_applications.published(counterpart, os.fspath(weights), include_top=include_top)
        return keras_applications.take_over(model, theirs, counterpart)
    from archspec.backends.keras import weights as keras_weights

    return keras_weights.load(model, weights)


def _file_of(net: Net) -> Path:
    """The file of a net's weights, which is there and can be read."""
    if net.weights is None:
        expected = "`weights` beside its `spec`: the member's files"
        raise fail("no-such-weights", f"{net.name} has no weights", net.span, expected=expected)
    path = files.named(str(net.weights.value), net.weights.span)
    if path.suffix != ".keras":
        describe(path)
    return path


def _fill_members(model: keras.Model, network: Network) -> Report:
    """Give each net of an ensemble the weights of its file, net by net."""
    from archspec.backends.keras import build, weights

    transferred: dict[str, str] = {}
    for net in network.nets:
        alone = build.build(net.graph, name=net.name)
        weights.remember(alone, Origin(network=net.spec.name, unnamed=net.graph.unnamed))
        report = weights.load(alone, _file_of(net))
        weights.copy_into(alone, model, f"{net.name}.")
        transferred |= {f"{net.name}.{ours}": theirs for ours, theirs in report.transferred.items()}
    return Report(transferred, {}, {})


def origin(network: Network, graph: Graph) -> Origin:
    """What a weight file says of a network that was built as this graph."""
    from archspec.passes.digest import digest  # only who builds pays for hashlib
    from archspec.passes.shapes import shapes

    classes = network.spec.classes
    names = classes.names if classes else ()
    shown = shapes(graph)
    outputs = {shown[node][-1] for node in graph.outputs.values()}
    said = network.spec.root.get("preprocessing")
    return Origin(
        network=network.name,
        digest=digest(graph),
        preprocessing=plain(said) if said else {},
        classes=names if len(names) in outputs else (),
        unnamed=network.counts,
    )
