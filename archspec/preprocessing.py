"""What a spec says of its classes and its pictures: names, and how pixels become inputs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from archspec.document import Mapping, Scalar, Sequence, Value, plain
from archspec.errors import Diagnostic
from archspec.ir import Graph
from archspec.passes.shapes import shapes

NAMED_SETS: dict[str, int | tuple[str, ...]] = {
    "imagenet": 1000,
    "digits": tuple("0123456789"),
    "cifar10": ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"),
}
"""Word -> names of the classes in order; their number alone where the names are not archspec's to ship."""


@dataclass(frozen=True)
class Classes:
    """The classes of a network: how many, and their names, which are empty where only a set is named.

    `name` is the set's word, empty for a list of the spec's own.
    """

    count: int
    names: tuple[str, ...] = ()
    name: str = ""


@dataclass(frozen=True)
class Preprocessing:
    """How a picture (height, width, RGB, 0 to 255) becomes an input.

    `size` scales it, in pixels: one number is the shorter side's, two are (height, width). `crop` then
    cuts (height, width) from the middle. `channel_order` puts the channels in order, or makes them
    one (`gray`); each value x of channel c becomes (x - mean[c]) * scale[c]. `mean` and `scale` have
    one number for each channel, or a single one for all.
    """

    size: int | tuple[int, int] | None = None
    crop: tuple[int, int] | None = None
    channel_order: Literal["rgb", "bgr", "gray"] = "rgb"
    mean: tuple[float, ...] = (0.0,)
    scale: tuple[float, ...] = (1.0,)


def read_classes(root: Mapping) -> Classes | None:
    """What stands under `classes`, a list or the word of a set."""
    found = root.get("classes")
    if isinstance(found, Sequence):
        names = tuple(str(name) for name in plain(found))
        return Classes(len(names), names)
    known = NAMED_SETS.get(str(found.value)) if isinstance(found, Scalar) else None
    if known is None or found is None:
        return None
    names = known if isinstance(known, tuple) else ()
    return Classes(len(names) if names else int(str(known)), names, str(plain(found)))


def read_preprocessing(root: Mapping) -> Preprocessing | None:
    """What stands under `preprocessing`."""
    found = root.mapping("preprocessing")
    if not found:
        return None
    said: dict[str, Any] = plain(found)
    for key in ("mean", "scale"):
        if key in said:
            said[key] = tuple(map(float, said[key] if isinstance(said[key], list) else [said[key]]))
    if isinstance(said.get("size"), list):
        said["size"] = tuple(said["size"])
    if "crop" in said:
        said["crop"] = tuple(said["crop"]) if isinstance(said["crop"], list) else (said["crop"],) * 2
    return Preprocessing(**said)


def check(root: Mapping, graph: Graph) -> Iterator[Diagnostic]:
    """Where the classes and the preprocessing do not fit the network."""
    yield from _check_classes(root.get("classes"), read_classes(root), graph)
    inputs = list(graph.inputs.values())
    found, located = read_preprocessing(root), root.mapping("preprocessing")
    if found and located and len(inputs) == 1:
        yield from _check_preprocessing(found, located, inputs[0])


def _check_classes(at: Value | None, classes: Classes | None, graph: Graph) -> Iterator[Diagnostic]:
    if not (at and classes):
        return
    found = shapes(graph)
    outputs = {name: found[node] for name, node in graph.outputs.items()}
    if not any(shape[-1] == classes.count for shape in outputs.values()):
        given = ", ".join(f"'{name}' has {shape[-1]:,}" for name, shape in outputs.items())
        message, expected = f"`classes` names {classes.count:,}, {given}", "a class for each output of the last row"
        yield Diagnostic("class-count", message, at.span, expected)
    for name, count in Counter(classes.names).items():
        if count > 1:
            yield Diagnostic("duplicate-class", f"{count} classes are called '{name}'", at.span, "names that differ")


def _check_preprocessing(found: Preprocessing, at: Mapping, shape: tuple[int, ...]) -> Iterator[Diagnostic]:
    height, width, channels = shape
    size = found.crop or (found.size if isinstance(found.size, tuple) else None)
    if size and size != (height, width):
        key = "crop" if found.crop else "size"
        message = f"`{key}` gives pictures of {size[0]}x{size[1]}, the input is {height}x{width}"
        yield Diagnostic("preprocessing", message, at.items[key].span, f"[{height}, {width}]")
    given = 1 if found.channel_order == "gray" else 3
    if given != channels:
        message = f"`channel_order: {found.channel_order}` gives {given} channels, the input has {channels}"
        yield Diagnostic("preprocessing", message, at.items.get("channel_order", at).span, "one channel each")
    for key, values in (("mean", found.mean), ("scale", found.scale)):
        if len(values) not in (1, channels):
            message = f"`{key}` has {len(values)} numbers, the input {channels} channels"
            yield Diagnostic("preprocessing", message, at.items[key].span, "one number, or one for each channel")
