"""Networks and variants -> the graphs to measure, checked before TensorFlow starts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from archspec.api import Network, fail
from archspec.experiments import Graph, Variant, vary, weight_layers
from training import fitting
from training.datasets import Dataset

Say = Callable[[str], None]


@dataclass(frozen=True)
class Case:
    """A network's graph in one variant."""

    network: str
    variant: Variant
    graph: Graph

    @property
    def name(self) -> str:
        """The network's name and what differs from its spec."""
        return ", ".join((self.network, *self.variant.words))


def cases(network: Network, variants: Sequence[Variant], data: Dataset, say: Say) -> Iterator[Case]:
    """A network in each variant, held against the data.

    Raises:
        SpecError: where they do not fit, or a variant changes what the network does not have.
    """
    if not weight_layers(network.graph):
        raise fail("data-mismatch", f"{network.name} has no weights", expected="convolutions or fully-connected layers")
    fitting.check_network(network, data, say)
    for variant in variants:
        yield Case(network.name, variant, vary(network.graph, variant))
