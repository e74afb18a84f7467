"""A spec -> its picture."""

from __future__ import annotations

from collections.abc import Mapping as Map
from typing import TYPE_CHECKING, Any

from archspec.network import NOTHING, Network, SpecLike, load, warn

if TYPE_CHECKING:
    from archspec.drawing.picture import Picture


def plot(
    spec: SpecLike, *, collapse: str | None = None, vars: Map[str, Any] = NOTHING, input_shape: Any = None
) -> Picture:
    """A picture of a network, without TensorFlow: notebooks show it, `save` writes it as SVG, HTML or PNG.

    Args:
        spec: as for `load`.
        collapse: what begins folded: `none`, `block` (every block) or `stage` (the stages of `analyze --by stage`);
            without it every sort of block is shown open once.
        vars: variables of the spec to set, by name.
        input_shape: (height, width, channels) instead of the spec's own; by name for several inputs.

    Raises:
        SpecError: with every diagnostic of the spec.
        ValueError: for another word under `collapse`.

    >>> plot("lenet5").svg()[:4]
    '<svg'
    """
    from archspec.drawing.picture import picture  # who draws nothing starts no engine

    if isinstance(spec, Network) and not vars and input_shape is None:
        network = spec
    else:
        network = load(spec, vars=vars, input_shape=input_shape)
    warn(spec, network)
    return picture(network.graph, network.spec.title or network.name, collapse)
