"""What a block is: keys with docs, and a function from a tensor to a tensor.

A new block is one new file in this folder:

    @block("fire")
    class Fire(Block):
        \"\"\"SqueezeNet's module (arXiv:1602.07360, figure 1). ...\"\"\"

        squeeze: int = key(whole(), "filters of the 1x1 convolution in front")

        def expand(self, scope: Scope, x: Tensor) -> Tensor:
            ...

Schema, reference, shapes, costs and the Keras model follow from it.
"""

from __future__ import annotations

import functools
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, Protocol, TypeVar, dataclass_transform

from archspec import ir
from archspec.blocks.kinds import ACTIVATION, FLAG, NORM, PADDING, Kind
from archspec.errors import Source, Span, SpecError

REQUIRED: Any = object()
"""Default of a key that must be given."""
INHERIT: Any = "(from defaults.conv)"
"""Default of a key that a block hands to its convolutions only where a row sets it."""


@dataclass(frozen=True)
class Key:
    """A key of a step as the schema and the reference see it."""

    kind: Kind
    doc: str
    default: Any
    name: str
    main: bool = False
    attribute: str = ""

    @property
    def required(self) -> bool:
        """Whether a row must give it."""
        return self.default is REQUIRED


def key(kind: Kind, doc: str, default: Any = REQUIRED, *, name: str = "", main: bool = False) -> Any:
    """A dataclass field for a key of a step.

    `name` is the key's name in YAML where that is no Python name (`3x3`). The `main` key may
    stand alone as the row's value: `max_pool: 2`.
    """
    return field(default=default, metadata={"kind": kind, "doc": doc, "name": name, "main": main})


@dataclass(frozen=True)
class Tensor:
    """A value on its way through the network: the node that makes it, and its shape."""

    node: str
    shape: ir.Shape


class Scope(Protocol):
    """The place where a block is expanded: its name, and what it may do there."""

    @property
    def name(self) -> str:
        """The row's full name: `3a`, or `aux1.SideClassifier.conv`."""

    def add(self, op: ir.Op, *inputs: Tensor, part: str = "") -> Tensor:
        """Add a primitive, named like the row, or `row.part`."""

    def step(self, kind: str, x: Tensor, name: str, suggest: Mapping[str, Any] | None = None, **keys: Any) -> Tensor:
        """Expand another step as `row.name`: `suggest` is weaker than the file's defaults, `keys` stronger."""

    def part(self, kind: str, x: Tensor, **keys: Any) -> Tensor:
        """Expand a step that belongs to this one (its norm, its activation) as `row.kind`."""

    def inner(self, name: str) -> Scope:
        """The place one level below: what is added there is `row.name`, or `row.name.<part>`."""

    def default(self, kind: str, key: str) -> Any:
        """What a step's key is where neither the row nor the block says so: the file's default, else the language's."""

    def rows(self, rows: Any, x: Tensor) -> Tensor:
        """Expand rows below `x`, named `row.<name>`; gives what the last one means."""

    def paths(self, paths: Mapping[str, Any], x: Tensor) -> list[Tensor]:
        """Expand several lists of rows below `x`, each named `row.<path>.<name>`; an empty list gives `x`."""

    def lookup(self, name: str) -> Tensor:
        """What a name above this row means."""

    def head(self, output: Tensor, weight: float) -> None:
        """Declare an auxiliary head, called like the row."""

    def place(self, at: str) -> Span:
        """Where this row says its key `at`; the row itself where it does not."""

    def file(self, name: str, at: str) -> Source:
        """The text of a file in the spec's folder, which the row's key `at` names."""

    def error(self, code: str, message: str, at: str = "", expected: str = "") -> SpecError:
        """An error on this row, at its key `at`, to be raised."""


@dataclass(frozen=True)
class Block(ABC):
    """A step of the language. Subclasses are made by `@block(kind)`."""

    kind: ClassVar[str]
    side: ClassVar[bool] = False
    """Whether the trunk goes on from the row above (an auxiliary head)."""
    merges: ClassVar[bool] = False
    """Whether it reads the rows that it names, and not the row above."""
    weightless: ClassVar[bool] = False
    """Whether it never has weights, so that an edit may add it without a name."""
    level: ClassVar[bool] = True
    """Whether an unnamed row of it is a level in the names of what it holds."""
    example: ClassVar[str] = ""
    """Rows in YAML below an input of 28x28x64, for the reference."""

    @abstractmethod
    def expand(self, scope: Scope, x: Tensor) -> Tensor:
        """Lower the step to primitives below `x`; gives the tensor that the row's name means."""

    @classmethod
    @functools.cache
    def all_keys(cls) -> tuple[Key, ...]:
        """Its keys, in the order of the class."""
        return tuple(
            Key(default=f.default, attribute=f.name, **{**f.metadata, "name": f.metadata["name"] or f.name})
            for f in fields(cls)
        )

    @classmethod
    @functools.cache
    def required_keys(cls) -> tuple[Key, ...]:
        """Those that a row must give."""
        return tuple(key for key in cls.all_keys() if key.required)

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> Block:
        """An instance from checked values by their names in YAML."""
        given = (key for key in cls.all_keys() if key.name in values)
        return cls(**{key.attribute: key.kind.read(values[key.name]) for key in given})


B = TypeVar("B", bound=Block)

BLOCKS: dict[str, type[Block]] = {}
"""Kind -> block; filled by `@block`, never by hand."""


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(key,))
def block(kind: str) -> Callable[[type[B]], type[B]]:
    """Class decorator: a frozen dataclass, known to the language as `kind`.

    Raises:
        ValueError: where another class has that kind, or it is no name for a step.
        TypeError: for a field that is no `key(...)`.
    """
    if not re.fullmatch("[a-z][a-z0-9_]*", kind):
        raise ValueError(f"'{kind}' is no name for a step: expected small letters, digits and _, a letter first")

    def register(cls: type[B]) -> type[B]:
        known = BLOCKS.get(kind)
        if known and (known.__module__, known.__qualname__) != (cls.__module__, cls.__qualname__):
            raise ValueError(f"two blocks are called '{kind}': {known.__module__} and {cls.__module__}")
        # Blocks are made by the dozen at every start and never compared: half the methods, half the time.
        made = dataclass(frozen=True, kw_only=True, eq=False, repr=False)(cls)
        for wrong in (f.name for f in fields(made) if "kind" not in f.metadata):
            raise TypeError(f"{cls.__name__}.{wrong}: expected `{wrong}: TYPE = key(KIND, TEXT, DEFAULT)`")
        made.kind = kind
        BLOCKS[kind] = made
        return made

    return register


def finish(scope: Scope, x: Tensor, norm: Any, activation: str | None, dropout: float | None = None) -> Tensor:
    """What conv and fc do behind their sum: norm, activation, dropout, in this order."""
    if norm:
        [(kind, keys)] = norm.items() if isinstance(norm, dict) else [(norm, {})]
        x = scope.part(kind, x, **keys)
    if activation:
        x = scope.part(activation, x)
    if dropout is not None:
        x = scope.part("dropout", x, rate=dropout)
    return x


@dataclass(frozen=True, kw_only=True)
class Convolutional(Block):
    """A block made of convolutions: hands these keys to each of them."""

    padding: Any = key(PADDING, "padding of each convolution", INHERIT)
    use_bias: bool = key(FLAG, "whether each convolution has a bias", INHERIT)
    norm: Any = key(NORM, "norm behind each convolution", INHERIT)
    activation: str | None = key(ACTIVATION, "activation behind each convolution", INHERIT)

    def inherited(self, scope: Scope, name: str) -> Any:
        """One of these keys as each convolution has it: from the row, or else from the file's defaults."""
        value = getattr(self, name)
        return scope.default("conv", name) if value is INHERIT else value

    def conv(
        self, scope: Scope, x: Tensor, name: str, filters: int, kernel_size: int | ir.Pair, **fixed: Any
    ) -> Tensor:
        """One of the block's convolutions; `same` padding unless the file or the row says otherwise."""
        handed = {k: getattr(self, k) for k in ("padding", "use_bias", "norm", "activation")}
        keys = (
            {k: v for k, v in handed.items() if v is not INHERIT}
            | {"filters": filters, "kernel_size": kernel_size}
            | fixed
        )
        return scope.step("conv", x, name, {"padding": "same"}, **keys)
