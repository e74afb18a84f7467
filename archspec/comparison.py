"""What Python code calls to hold networks against each other: compare, diff, sweep."""

from __future__ import annotations

from collections.abc import Iterable, Mapping as Map, Sequence
from itertools import product
from typing import TYPE_CHECKING, Any

from archspec.document import Mapping, plain
from archspec.errors import SpecError, fail
from archspec.network import NOTHING, Network, SpecLike, load, warn
from archspec.settings import overrides

if TYPE_CHECKING:
    from archspec.compared import Compared, Comparison
    from archspec.passes.difference import Difference
    from archspec.swept import Combination, Sweep

MAX_COMBINATIONS = 1_000
"""Combinations of one sweep."""


def compare(*specs: SpecLike) -> Comparison:
    """Networks side by side: their figures and published errors, without TensorFlow.

    Args:
        specs: as for `load`; without any all shipped networks, and the entries of contests whose networks
            were never published in full.

    Raises:
        SpecError: with every diagnostic of the first spec that is wrong.

    >>> [network.profile.depth for network in compare("alexnet", "vgg16").networks]
    [8, 16]
    """
    from archspec.compared import Compared, Comparison

    if specs:
        return Comparison(tuple(map(_compared, specs)))
    from archspec import catalogue, zoo

    unknown = [Compared(e.name, e.title, e.year, None, e.published) for e in catalogue.unpublished()]
    found = [*map(_compared, map(zoo.path_of, zoo.names())), *unknown]
    return Comparison(tuple(sorted(found, key=lambda network: (network.year, network.name))))


def _compared(spec: SpecLike) -> Compared:
    """A network's figures; its published errors, unless it is set otherwise than they speak of."""
    from archspec.compared import Compared
    from archspec.passes.compare import profile

    network = spec if isinstance(spec, Network) else load(spec)
    warn(spec, network)
    said = network.spec
    published = () if said.overrides.items else said.published
    return Compared(said.name, said.title, int(said.paper.get("year", 0)), profile(network.graph), published)


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


def sweep(
    spec: SpecLike, *, vars: Map[str, Sequence[Any]] = NOTHING, input_shapes: Sequence[Sequence[int]] = ()
) -> Sweep:
    """What a network costs under every combination of settings, without TensorFlow.

    Args:
        spec: as for `load`.
        vars: for each variable the values that it takes.
        input_shapes: shapes of the input; without any the spec's own.

    Raises:
        SpecError: for more than 1,000 combinations; where none of them fits, with the diagnostics of the first.

    >>> found = sweep("alphago_policy", vars={"k": [128, 192]})
    >>> [each.profile.params for each in found.combinations]
    [1777641, 3882793]
    """
    choices = {name: list(values) for name, values in vars.items()}
    shapes: Sequence[Sequence[int] | None] = input_shapes or [None]
    check_number([*choices.values(), shapes])
    asked = (
        overrides(dict(zip(choices, values, strict=True)), shape)
        for shape in shapes
        for values in product(*choices.values())
    )
    return swept(spec, asked)


def check_number(choices: Iterable[Sequence[Any]]) -> None:
    """Refuse settings of which there are no combinations, or too many."""
    number = 1
    for values in choices:
        number *= len(values)
    if not 1 <= number <= MAX_COMBINATIONS:
        expected = f"at least 1 and at most {MAX_COMBINATIONS:,}"
        raise fail("bad-setting", f"these settings make {number:,} combinations", expected=expected)


def swept(spec: SpecLike, asked: Iterable[Mapping]) -> Sweep:
    """A network under each of these settings; see `sweep`."""
    from archspec.swept import Sweep

    found = [_combination(spec, overriding) for overriding in asked]
    names = [name for _, name, _ in found if name]
    if not names:
        raise next(error for _, _, error in found if error)
    return Sweep(names[0], tuple(combination for combination, _, _ in found))


def _combination(spec: SpecLike, overriding: Mapping) -> tuple[Combination, str, SpecError | None]:
    """One combination, and the network's name; or the error where it does not fit."""
    from archspec.passes.compare import profile
    from archspec.swept import Combination

    settings = plain(overriding)
    try:
        graph = load(spec, overriding=overriding).graph
        return Combination(settings, profile(graph)), graph.name, None
    except SpecError as error:
        return Combination(settings, None, error.diagnostics[0].message), "", error
