"""The typed results of `analyze`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from archspec.ir import Shape
from archspec.passes.memory import Memory
from archspec.passes.receptive import ReceptiveField

LEADING = ("name", "op", "inputs", "outputs", "output_shape")
"""What a JSON object begins with."""


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What can be added up over layers; counts are of one image, bytes of the batch.

    Attributes:
        params: trainable values.
        params_non_trainable: other stored values (batch norm's moving statistics).
        weight_bytes: storage of both.
        macs: multiply-adds of convolutions and fully-connected layers, nothing else counted.
        connections: as counted in `passes/connections.py`.
        neurons: output values of layers with weights.
        activations: values written into tensors of their own; what overwrites its input writes none.
        activation_bytes: the same in bytes, for the whole batch.
        kept_bytes: what the backward pass reads again of their outputs, for the whole batch.
        moved_bytes: weights and activations that are read, and activations that are written, for the whole batch.
        batch: images that go through at once.
    """

    params: int
    params_non_trainable: int
    weight_bytes: int
    macs: int
    connections: int
    neurons: int
    activations: int
    activation_bytes: int
    kept_bytes: int
    moved_bytes: int
    batch: int

    @property
    def flops(self) -> int:
        """Floating-point operations of one image: two for each multiply-add."""
        return 2 * self.macs

    @property
    def arithmetic_intensity(self) -> float:
        """FLOPs for each byte moved, of the whole batch; 0 where nothing is multiplied."""
        return self.flops * self.batch / self.moved_bytes if self.macs else 0.0

    def to_dict(self) -> dict[str, Any]:
        """Every field by name, and the figures that follow from others, as JSON has them (docs/analyze.md)."""
        own = {name: plain(value) for name, value in vars(self).items()}
        first = {name: own.pop(name) for name in LEADING if name in own}
        return first | own | {"flops": self.flops, "arithmetic_intensity": round(self.arithmetic_intensity, 3)}


def plain(value: Any) -> Any:
    """A result as dicts and lists; `dataclasses.asdict` would take ten times as long."""
    if isinstance(value, Figures | Memory):
        return value.to_dict()
    if isinstance(value, ReceptiveField):
        return dict(vars(value))
    if isinstance(value, Mapping):
        return {name: plain(each) for name, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, tuple) else value


@dataclass(frozen=True, kw_only=True)
class Layer(Figures):
    """One primitive: its name, operator, output shape (without the batch), place and figures.

    Attributes:
        name: a layer of the built Keras model has the same one.
        op: the primitive, as `archspec/ir.py` calls it.
        output_shape: (height, width, channels) or (values,).
        row: the row of the file, or the step inside a block, that made it.
        block, stage: the groups that it is in, see `passes/grouping.py`.
        inputs: names of the layers that it reads.
        receptive_field: in pixels of the input; where paths meet, the largest.
        paths: where several paths meet, the receptive field through each of `inputs`.
    """

    name: str
    op: str
    output_shape: Shape
    row: str
    block: str
    stage: str
    inputs: tuple[str, ...]
    receptive_field: ReceptiveField
    paths: Mapping[str, ReceptiveField]


@dataclass(frozen=True, kw_only=True)
class Group(Figures):
    """The layers of a block or of a stage, added up; shape and receptive field are those of its last layer."""

    name: str
    layers: tuple[str, ...]
    output_shape: Shape
    receptive_field: ReceptiveField


@dataclass(frozen=True, kw_only=True)
class Analysis(Figures):
    """What a network is and costs; its own figures leave auxiliary heads out.

    Attributes:
        name: the network's name.
        inputs, outputs: name -> shape, without the batch; auxiliary heads are no outputs.
        params_with_aux, macs_with_aux: the same with the auxiliary heads.
        depth: convolutions and fully-connected layers on the longest path.
        dtype, optimizer: what the bytes are for.
        memory: bytes for inference and training, see `docs/memory.md`.
        layers: every primitive in the order of the file, those of auxiliary heads too, so that their parameters
            add up to `params_with_aux`.
        blocks, stages: the same layers in groups.
        unfit_heads: auxiliary heads that the input has no room for, and that are in no figure.
    """

    name: str
    inputs: Mapping[str, Shape]
    outputs: Mapping[str, Shape]
    params_with_aux: int
    macs_with_aux: int
    depth: int
    dtype: str
    optimizer: str
    memory: Memory
    layers: tuple[Layer, ...]
    blocks: tuple[Group, ...]
    stages: tuple[Group, ...]
    unfit_heads: tuple[str, ...] = ()

    def _repr_html_(self) -> str:
        from archspec.passes.notebook import as_html

        return as_html(self)
