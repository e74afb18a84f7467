"""What Python code calls to hold networks against each other: diff."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archspec.network import SpecLike, load, warn

if TYPE_CHECKING:
    from archspec.passes.difference import Difference


def diff(before: SpecLike, after: SpecLike) -> Difference:
    """Which rows differ between two networks, and what that does to shapes and costs, without TensorFlow.

    Args:
        before: as for `load`; the same spec with other settings is a `Network`:
            `diff("googlenet", load("googlenet", input_shape=(96, 96, 3)))`.
        after: the same.

    Raises:
        SpecError: with every diagnostic of the first spec that is wrong.

    >>> found = diff("vgg16", "vgg19")
    >>> [change.after.name for change in found.changes]
    ['conv3_4', 'conv4_4', 'conv5_4']
    >>> found.totals[0].change
    5309696
    """
    from archspec.passes.difference import difference  # difflib only for who asks

    networks = load(before), load(after)
    for spec, network in zip((before, after), networks, strict=True):
        warn(spec, network)
    return difference(networks[0].graph, networks[1].graph)
