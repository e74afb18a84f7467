"""What `archspec gradients` finds, as typed results."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from archspec.experiments import Variant


@dataclass(frozen=True)
class Settings:
    """With what gradients are measured.

    Args:
        batch_size: images of a step, each batch another part of the training set.
        steps: steps of gradient descent; norms are those before the first, and behind each.
        learning_rate: of these steps, which know no momentum.
        seeds: one run each.
    """

    batch_size: int = 32
    steps: int = 0
    learning_rate: float = 0.01
    seeds: tuple[int, ...] = (0, 1, 2)


@dataclass(frozen=True)
class Spread:
    """A figure over the seeds: arithmetic mean, least and most."""

    mean: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """The spread of one value a seed.

        >>> Spread.of([1.0, 2.0, 6.0])
        Spread(mean=3.0, least=1.0, most=6.0)
        """
        return cls(math.fsum(values) / len(values), min(values), max(values))


@dataclass(frozen=True)
class Norms:
    """Euclidean norms in one layer before one step; all of the mean loss of the batch.

    Args:
        gradient: of the loss's gradient with respect to the layer's kernel.
        relative: the same, divided by the norm of the kernel; None where the kernel is all zeros.
        rms: the same, as the root of the mean square of one of the kernel's values.
        delta: root of the mean square, over the images, of the norm of an image's own gradient with respect to
            the layer's weighted sums, bias included, before norm and activation: textbooks' delta. It does not
            depend on the batch's size.
    """

    gradient: Spread
    relative: Spread | None
    rms: Spread
    delta: Spread


@dataclass(frozen=True)
class Layer:
    """A convolution or fully-connected layer.

    Args:
        depth: weight layers on the longest path from the input, itself included.
        auxiliary: whether only an auxiliary head needs it.
        norms: before the first step, and behind each.
    """

    name: str
    depth: int
    kernel_shape: tuple[int, ...]
    auxiliary: bool
    norms: tuple[Norms, ...]


@dataclass(frozen=True)
class Series:
    """A network in one variant; `loss` before the first step, and behind each."""

    network: str
    variant: Variant
    input_shape: tuple[int, ...]
    loss: tuple[Spread, ...]
    layers: tuple[Layer, ...]

    @property
    def name(self) -> str:
        """The network's name and what differs from its spec."""
        return ", ".join((self.network, *self.variant.words))

    @property
    def trunk(self) -> tuple[Layer, ...]:
        """The layers but for those of auxiliary heads."""
        return tuple(layer for layer in self.layers if not layer.auxiliary)

    def factor(self, figure: str, step: int = 0) -> float:
        """What a layer multiplies a mean norm (`gradient`, `delta`, ...) with, on the way back to the input.

        The slope of the straight line through the logarithms over depth, by least squares; above 1 gradients
        grow towards the input, below they vanish. Layers of auxiliary heads, and norms of 0, play no part; not
        a number where all layers are of one depth.
        """
        found = [(layer.depth, getattr(layer.norms[step], figure).mean) for layer in self.trunk]
        points = [(depth, math.log(value)) for depth, value in found if value > 0]
        if len({depth for depth, _ in points}) < 2:
            return math.nan
        middle = [sum(values) / len(points) for values in zip(*points, strict=True)]
        spread = sum((x - middle[0]) ** 2 for x, _ in points)
        return math.exp(-sum((x - middle[0]) * (y - middle[1]) for x, y in points) / spread)


@dataclass(frozen=True)
class Gradients:
    """The whole experiment: one series for every network in every variant."""

    data: str
    settings: Settings
    series: tuple[Series, ...]

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of `docs/gradients.md`."""
        return asdict(self)
