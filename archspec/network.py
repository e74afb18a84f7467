"""A spec read, checked and lowered: what every command and every call begins with."""

from __future__ import annotations

import gc
import os
import warnings
from collections.abc import Iterator, Mapping as Map, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from archspec import ensemble, expect, files, preprocessing, source, zoo
from archspec.document import Document, Mapping, plain
from archspec.errors import Diagnostic, SpecError, did_you_mean, fail
from archspec.extends import whole
from archspec.form import claim
from archspec.ir import Graph
from archspec.lower import lower
from archspec.passes.cut import with_heads
from archspec.resolve import Spec, resolve
from archspec.settings import overrides

NOTHING: Map[str, Any] = MappingProxyType({})
SUFFIXES = (".yaml", ".yml")


class ExpectationWarning(UserWarning):
    """A spec's rows no longer give the figures under its `expect`."""


@dataclass(frozen=True)
class Network:
    """A spec that was read, checked and lowered: its words (`spec`) and its graph."""

    spec: Spec
    graph: Graph
    warnings: tuple[Diagnostic, ...] = ()
    nets: tuple[ensemble.Net, ...] = ()

    @property
    def name(self) -> str:
        """The network's name."""
        return self.spec.name

    @property
    def digest(self) -> str:
        """sha256 of what the network computes, see `archspec.digest`."""
        from archspec.passes.digest import digest  # only who asks pays for hashlib

        return digest(self.graph)

    @property
    def counts(self) -> Map[str, int]:
        """How far names count that are no one's own: unnamed rows of a kind in a scope, stages of a form."""
        return {**self.graph.unnamed, **self.spec.counted}

    @property
    def published_weights(self) -> Map[str, str]:
        """Word -> network of others whose weights fit, as the spec says under `weights`."""
        found = self.spec.document.root.mapping("weights")
        return plain(found) if found else {}

    def recipe(self) -> Path | None:
        """The file of the recipe that the spec names; None where it names none.

        Raises:
            SpecError: where there is no such file.
        """
        word = self.spec.root.scalar("recipe")
        return files.shelved(str(word.value), word.span, zoo.RECIPES) if word else None


SpecLike = str | os.PathLike[str] | Document | Network


def read(spec: str | os.PathLike[str], shelf: zoo.Shelf = zoo.NETWORKS) -> Document:
    """The document of a spec: a path, the name of a shipped network, or (with a line break) the text itself.

    `shelf` says of what kind it is: specs, or recipes.

    Raises:
        SpecError: where there is none, or it is not YAML.
    """
    word = os.fspath(spec)
    if "\n" in word:
        return source.parse(word)
    path = Path(word)
    exists = files.is_there(path)
    found = exists and (word not in ("", *shelf.names) or path.is_file())
    if isinstance(spec, Path) or os.sep in word or path.suffix in SUFFIXES or found:
        if not exists and path.stem in shelf.names:
            expected = f"a path, or '{path.stem}' for the shipped {shelf.noun}"
            raise fail("no-such-file", f"there is no file '{word}'", expected=expected)
        return source.read(spec)
    if word in shelf.names:
        return source.read(shelf.path_of(word))
    expected = f"a path to a {shelf.document}, or a name of `{shelf.listed}`"
    suggestion = did_you_mean(word, shelf.names)
    message = f"no shipped {shelf.noun} is called '{word}'"
    code = "no-such-network" if shelf is zoo.NETWORKS else "no-such-recipe"
    raise fail(code, message, expected=expected, suggestion=suggestion)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Without the garbage collector's search for cycles.

    Nearly all that a spec is read into lives on, and none of it in cycles; to look through it again and again took
    a third of the time of 10,000 rows, and more the longer a spec is.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@_no_collection()
def load(
    spec: SpecLike,
    *,
    vars: Map[str, Any] = NOTHING,
    input_shape: Sequence[int] | Map[str, Sequence[int]] | None = None,
    overriding: Mapping | None = None,
) -> Network:
    """Read, check and lower a spec, without TensorFlow.

    Args:
        spec: a path, the name of a shipped network, a spec's text, a document of `read`, or a `Network`.
        vars: variables to set, by name.
        input_shape: (height, width, channels) instead of the spec's own; by name for several inputs.
        overriding: located overrides instead of the two, as `settings` makes them of `--set` arguments.

    Raises:
        SpecError: with every diagnostic of the spec; not those of auxiliary heads that the input has no room
            for, which `Network.graph.unfit` holds for whoever asks for heads.

    >>> load("lenet5").graph.inputs
    {'input': (32, 32, 1)}
    """
    asked = overriding or overrides(vars, input_shape)
    if isinstance(spec, Network) and not asked.items:
        return spec  # with a graph that may have been changed since
    if isinstance(spec, Network):
        document, asked = spec.spec.document, asked.over(spec.spec.overrides)
    else:
        document = whole(spec if isinstance(spec, Document) else read(spec))
    resolved = resolve(document, asked)
    nets = ensemble.nets(resolved.root)
    graph = ensemble.join(resolved, nets) if nets else lower(resolved)
    failing = [
        *claim.check(resolved.document.root, resolved.blocks, graph),
        *(() if resolved.overrides.items else preprocessing.check(resolved.root, graph)),
        *expect.check(resolved, graph),
    ]  # whoever sets another input or number of classes knows that the file speaks of its own
    return Network(resolved, graph, tuple(replace(d, severity="warning") for d in failing), nets)


def validate(spec: SpecLike, *, overriding: Mapping | None = None) -> Network:
    """Load a spec with its auxiliary heads and hold every case of its `expect` against what the rows give.

    `overriding` are located overrides, as for `load`: figures of the file that speak of another size are then
    computed for theirs.

    Raises:
        SpecError: with every diagnostic, heads that the input has no room for and failing figures among them.
    """
    network = load(spec, overriding=overriding)
    with_heads(network.graph)
    failing = [*network.warnings, *expect.check_others(network.spec)]
    if failing:
        raise SpecError(replace(d, severity="error") for d in failing)
    network.recipe()
    return network


def warn(spec: SpecLike, network: Network) -> None:
    """Say which figures no longer hold; whoever loaded the network themselves has seen them."""
    if isinstance(spec, Network):
        return
    for diagnostic in network.warnings:
        warnings.warn(str(diagnostic), ExpectationWarning, stacklevel=3)
