"""What is evaluated: a run of `archspec train`, or a spec with weights; several are an ensemble."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from archspec import api
from archspec.api import documents
from archspec.experiments import convolutional, ends_in_distances, ends_in_softmax
from training import fitting, recipe as recipes, record
from training.evaluation import named
from training.evaluation.dense import DenseModels
from training.evaluation.protocols import Protocol, choose
from training.fitting import Shape

if TYPE_CHECKING:
    import keras

    from training.fitting import AnyShape
    from training.preparation import Preparation

MODEL, SAFETENSORS = "model.keras", ".safetensors"
DEFAULT_RECIPE = "small"


@dataclass(frozen=True, eq=False)
class Member:
    """A network, where its weights are, and how it was trained; nothing is built yet.

    Args:
        name: as it was asked for.
        network: with its first output alone.
        recipe: of its training; with the preprocessing that belongs to the weights.
        weights: a file, or a word of the spec.
        earlier: the record of the run that it is.
    """

    name: str
    network: api.Network
    recipe: recipes.Recipe
    weights: str
    earlier: record.Earlier | None = None

    @property
    def shape(self) -> Shape:
        """(height, width, channels) of its input."""
        [shape] = self.network.graph.inputs.values()
        return cast(Shape, shape)

    @property
    def classes(self) -> int:
        """How many classes it tells apart."""
        return fitting.classes(self.network)

    @property
    def kind(self) -> str:
        """What its outputs are, see `scores.shares`."""
        graph = self.network.graph
        return "softmax" if ends_in_softmax(graph) else "distances" if ends_in_distances(graph) else "logits"


def read(words: Sequence[str], weights: str | None, settings: Sequence[str] = ()) -> list[Member]:
    """What a command line names: run folders, or specs with weights.

    Args:
        words: run folders, or a spec's path or name.
        weights: of the one spec among them; runs have their own.
        settings: as `--set` has them, for the spec.

    Raises:
        SpecError: for what is neither, for a spec without weights, and for weights beside runs alone.
    """
    for word in words:
        named.check(word)
    runs = [(Path(word) / record.RECORD).is_file() or (Path(word).is_dir() and not weights) for word in words]
    if weights and runs.count(False) != 1:
        raise api.fail("bad-request", "--weights are of one SPEC", expected="one SPEC for --weights; runs have theirs")
    if settings and all(runs):
        raise api.fail("bad-option", "--set changes a spec, and a run has its own", expected="a SPEC for --set")
    return [_run(word) if run else _spec(word, weights, settings) for word, run in zip(words, runs, strict=True)]


def test_share(found: Sequence[Member]) -> float | None:
    """The share of test pictures that the first run among the networks has recorded."""
    return next((member.earlier.data["test_share"] for member in found if member.earlier), None)


def _run(word: str) -> Member:
    folder = Path(word)
    earlier = record.read(folder)
    if not (folder / MODEL).is_file():
        raise api.fail("bad-run", f"'{word}' has no file {MODEL}", expected="a run with a finished epoch")
    network = _first_output(api.load(earlier.spec))
    return Member(word, network, recipes.load(earlier.recipe), str(folder / MODEL), earlier)


def _spec(word: str, weights: str | None, settings: Sequence[str]) -> Member:
    network = api.load(word, overriding=api.settings(settings) if settings else None)
    if weights is None:
        known = ["members", *network.published_weights] if network.nets else [*network.published_weights]
        words = f", or {' or '.join(known)}" if known else ""
        message = f"{network.name} is a spec, whose fresh weights know nothing"
        raise api.fail("bad-request", message, expected=f"--weights FILE{words}; or the folder of a run")
    recipe = recipes.load(network.recipe() or DEFAULT_RECIPE)
    said = _preprocessing(network, weights) or recipe.preprocessing
    return Member(word, _first_output(network), replace(recipe, preprocessing=said), weights)


def _preprocessing(network: api.Network, weights: str) -> dict[str, Any]:
    """How pictures become inputs for some weights: as their file says, or the spec, or the first net of an ensemble."""
    file = Path(weights)
    in_file = api.describe_weights(file).origin.preprocessing if file.suffix == SAFETENSORS and file.is_file() else {}
    specs = [network.spec, *(net.spec for net in network.nets[:1])]
    in_specs = (documents.plain(found) for spec in specs if (found := spec.root.get("preprocessing")))
    return dict(in_file) or next(in_specs, {})


def _first_output(network: api.Network) -> api.Network:
    """The network without what only its further outputs need; training counts the first one's accuracy too."""
    name, end = next(iter(network.graph.outputs.items()))
    return replace(network, graph=replace(network.graph, outputs={name: end}, heads={}, unfit={}))


@dataclass(frozen=True)
class Request:
    """What of a command line concerns the protocol; what is not asked for follows from recipe and paper."""

    name: str | None = None
    scales: tuple[int, ...] = ()
    mirrored: bool = True

    def of(self, member: Member, pictures: AnyShape) -> Protocol:
        """The protocol of a member for pictures of a shape.

        Raises:
            SpecError: where the member cannot follow it.
        """
        said = member.recipe.evaluation
        name, scales = self.name or said.protocol, self.scales
        if not scales and name == said.protocol:
            scales = said.scales or ()
        found = choose(name, scales, member.shape, member.recipe, pictures)
        if found.dense:
            convolutional(member.network.graph)
        return replace(found, mirrored=self.mirrored)


@dataclass(frozen=True, eq=False)
class Loaded:
    """A member with its model.

    Args:
        member: what it is.
        protocol: what it sees of pictures.
        prepared: how they become inputs.
        model: one input, one output.
    """

    member: Member
    protocol: Protocol
    prepared: Preparation
    model: keras.Model

    @cached_property
    def dense(self) -> DenseModels:
        """Its models for larger pictures, one for each scale of a picture."""
        return DenseModels(self.member.network.graph, self.model, max(1, len(self.protocol.scales)))


def load(member: Member, protocol: Protocol, say: Callable[[str], None]) -> Loaded:
    """Build a member and fill it with its weights.

    Raises:
        SpecError: where the weights, or the figures of its training set, cannot be had or do not fit.
    """
    from training import preparation, statistics
    from training.augment import Surroundings
    from training.precision import precision

    recipe = member.recipe
    with precision(recipe.precision):
        model = api.build(member.network, weights=member.weights)
    figures = record.statistics(member.earlier.path) if member.earlier else statistics.NONE
    if figures is statistics.NONE and any(step.name == "per_pixel_mean" for step in recipe.augmentation or ()):
        say(f"note: {member.name} subtracts no mean picture, which only a run has; its preprocessing is all")
    around = Surroundings(member.shape, member.classes, figures)
    prepared = preparation.Preparation(around, (), recipe.preprocessing or {})
    return Loaded(member, protocol, prepared, model)
