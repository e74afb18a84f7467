"""The graph of primitives: what every network is lowered to, and all that passes and backends see.

A primitive is one of a closed set. Adding one means one class here and one row in each table
(shapes, costs, depth, connections, receptive field, report, Keras); `tests/test_house.py` names a missing row.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from archspec.errors import Diagnostic, Span

Pair = tuple[int, int]
Sides = tuple[Pair, Pair]
"""((top, bottom), (left, right)), in pixels."""
Shape = tuple[int, ...]
"""(height, width, channels) or (values,); the batch is never part of it."""
Padding = Literal["valid", "same"]


@dataclass(frozen=True)
class Initializer:
    """How weights begin: the word of a Keras initializer and its arguments; the rest has Keras's defaults."""

    name: str
    arguments: tuple[tuple[str, float | int | str | None], ...] = ()


GLOROT = Initializer("glorot_uniform")
ZEROS = Initializer("zeros")


@dataclass(frozen=True)
class Connections:
    """Which filters read which maps: a row for each input map, in it a flag for each filter.

    Found out once, since the units of a row share it.
    """

    rows: tuple[tuple[bool, ...], ...]

    @functools.cached_property
    def count(self) -> int:
        """How many pairs of map and filter are connected."""
        return sum(map(sum, self.rows))

    @functools.cached_property
    def idle(self) -> int | None:
        """The first filter that reads no map, from 0."""
        return next((i for i, column in enumerate(zip(*self.rows, strict=True)) if not any(column)), None)


class Op:
    """A primitive operator; its fields are what it is.

    Written once here, what two dozen dataclasses would each have made at every start.
    """

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((type(self), *vars(self).values()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in vars(self).items())})"


@dataclass(frozen=True, eq=False, repr=False)
class Input(Op):
    """An input of the network."""

    shape: Shape


@dataclass(frozen=True, eq=False, repr=False)
class Conv(Op):
    """2-D convolution; `same` pads as TensorFlow does (the odd pixel at the end).

    Without `connections` every filter reads every map of its group.
    """

    filters: int
    kernel_size: Pair
    strides: Pair = (1, 1)
    padding: Padding = "valid"
    dilation_rate: Pair = (1, 1)
    groups: int = 1
    use_bias: bool = True
    kernel_initializer: Initializer = GLOROT
    bias_initializer: Initializer = ZEROS
    connections: Connections | None = None


@dataclass(frozen=True, eq=False, repr=False)
class FullyConnected(Op):
    """Matrix product on a flat input."""

    units: int
    use_bias: bool = True
    kernel_initializer: Initializer = GLOROT
    bias_initializer: Initializer = ZEROS


@dataclass(frozen=True, eq=False, repr=False)
class MaxPool(Op):
    """Largest value of a window; the border counts as minus infinity."""

    pool_size: Pair
    strides: Pair
    padding: Padding | Sides = "valid"
    ceil_mode: bool = False


@dataclass(frozen=True, eq=False, repr=False)
class AveragePool(Op):
    """Mean of a window; with `count_include_pad` the padding counts as zeros."""

    pool_size: Pair
    strides: Pair
    padding: Padding | Sides = "valid"
    ceil_mode: bool = False
    count_include_pad: bool = False


@dataclass(frozen=True, eq=False, repr=False)
class GlobalPool(Op):
    """Mean or maximum of each whole map."""

    function: Literal["average", "max"]


@dataclass(frozen=True, eq=False, repr=False)
class Flatten(Op):
    """(height, width, channels) -> (values,), row by row, channels last."""


@dataclass(frozen=True, eq=False, repr=False)
class BatchNorm(Op):
    """Batch normalization over all but the last axis."""

    epsilon: float = 1e-3
    momentum: float = 0.99
    center: bool = True
    scale: bool = True


@dataclass(frozen=True, eq=False, repr=False)
class Affine(Op):
    """One trainable scale and one trainable shift per channel."""


@dataclass(frozen=True, eq=False, repr=False)
class LocalResponseNorm(Op):
    """x / (bias + alpha * sum of squares)^beta over `2 * depth_radius + 1` neighbours.

    `alpha` is already divided where a spec asks for `divide_alpha`.
    """

    depth_radius: int
    bias: float
    alpha: float
    beta: float
    region: Literal["channels", "within"] = "channels"


@dataclass(frozen=True, eq=False, repr=False)
class Activation(Op):
    """An elementwise function, or the softmax over the last axis."""

    function: Literal["relu", "tanh", "sigmoid", "softmax", "scaled_tanh"]


@dataclass(frozen=True, eq=False, repr=False)
class Dropout(Op):
    """Zeroes a share `rate` of the values while training."""

    rate: float


@dataclass(frozen=True, eq=False, repr=False)
class Pad(Op):
    """Zeros around the map, and before and after the channels."""

    padding: Sides = ((0, 0), (0, 0))
    channels: Pair = (0, 0)


@dataclass(frozen=True, eq=False, repr=False)
class Concat(Op):
    """Stacks its inputs along the channels."""


@dataclass(frozen=True, eq=False, repr=False)
class Merge(Op):
    """Elementwise sum, product or mean of inputs of one shape."""

    function: Literal["add", "multiply", "average"]


@dataclass(frozen=True, eq=False, repr=False)
class PositionBias(Op):
    """One trainable bias per output value."""


@dataclass(frozen=True, eq=False, repr=False)
class Subsample(Op):
    """Sum of each window, times one trainable coefficient per map, plus one bias per map."""

    pool_size: Pair


@dataclass(frozen=True, eq=False, repr=False)
class RadialBasis(Op):
    """Squared distance of a flat input to each of the fixed prototypes."""

    prototypes: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, eq=False, repr=False)
class Combine(Op):
    """Mean of what the nets of an ensemble give, each weighted by its share; the geometric one sums to 1 again."""

    function: Literal["average", "geometric"]
    shares: tuple[float, ...]


PRIMITIVES: tuple[type[Op], ...] = tuple(Op.__subclasses__())


@dataclass(frozen=True)
class Node:
    """A primitive at work. `step` is the row or sub-row that made it, `inputs` name other nodes."""

    name: str
    op: Op
    inputs: tuple[str, ...]
    step: str
    span: Span = field(repr=False, compare=False)


@dataclass(frozen=True)
class Step:
    """A row, or a step inside a block: its kind, the nodes it read, the node its name means."""

    kind: str
    inputs: tuple[str, ...]
    output: str
    span: Span = field(repr=False, compare=False)


@dataclass(frozen=True)
class Head:
    """An auxiliary head: its last node and its weight in the training loss."""

    output: str
    weight: float


@dataclass(frozen=True, eq=False)  # as itself it is a key, so that passes can remember what they found
class Graph:
    """A network: nodes in an order in which inputs come first.

    `outputs` and `heads` map a head's name to its node; `unfit` says of the auxiliary heads that the input
    has no room for, and that are left out, why. `steps` holds every named row; `unnamed` says how many rows
    of a kind in a scope (`conv`, `tower.conv`) are named by counting.
    """

    name: str
    nodes: tuple[Node, ...]
    outputs: Mapping[str, str]
    heads: Mapping[str, Head] = field(default_factory=dict)
    steps: Mapping[str, Step] = field(default_factory=dict)
    unnamed: Mapping[str, int] = field(default_factory=dict)
    unfit: Mapping[str, tuple[Diagnostic, ...]] = field(default_factory=dict)

    @property
    def has_heads(self) -> bool:
        """Whether its spec has auxiliary heads, fit or not."""
        return bool(self.heads or self.unfit)

    def by_name(self) -> dict[str, Node]:
        """Node name -> node."""
        return {node.name: node for node in self.nodes}

    def meanings(self) -> dict[str, str]:
        """Name of a node, of a row, or of a step inside a block -> the node that it means."""
        rows = {name: step.output for name, step in self.steps.items()}
        return {**{node.name: node.name for node in self.nodes}, **rows}

    @functools.cached_property
    def inputs(self) -> dict[str, Shape]:
        """Name -> shape of each input."""
        return {n.name: n.op.shape for n in self.nodes if isinstance(n.op, Input)}
