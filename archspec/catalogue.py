"""All that is known of the shipped networks, and of entries that were never published in full: what `list` shows."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterator, Mapping as Map
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from archspec import oracles, source, zoo
from archspec.document import plain
from archspec.form.show import printed
from archspec.network import Network, load
from archspec.passes.totals import totals

UNPUBLISHED = Path(__file__).parent / "resources" / "unpublished.yaml"


@dataclass(frozen=True)
class Entry:
    """A network in the list; figures are None where its members were not published.

    `year` is the paper's, 0 without one. `published` are errors in percent, as the spec has them. `oracle` is
    the implementation that is not ours to which its outputs are held, empty without one (docs/fidelity.md).
    """

    name: str
    title: str
    year: int
    form: str
    params: int | None = None
    macs: int | None = None
    depth: int | None = None
    published: tuple[Map[str, Any], ...] = ()
    oracle: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The entry as `archspec list --format json` prints it."""
        return asdict(self) | {"published": list(map(dict, self.published))}


@functools.cache  # a second, for what does not change while we run
def entries() -> tuple[Entry, ...]:
    """Every shipped network and every unpublished entry, by year and name."""
    found = [_entry(load(zoo.path_of(name))) for name in zoo.names()]
    return tuple(sorted([*found, *unpublished()], key=lambda entry: (entry.year, entry.name)))


def _entry(network: Network) -> Entry:
    spec, figures = network.spec, totals(network.graph)
    return Entry(
        name=spec.name,
        title=spec.title,
        year=int(spec.paper.get("year", 0)),
        form=_form(network),
        params=figures.params,
        macs=figures.macs,
        depth=figures.depth,
        published=spec.published,
        oracle=_oracle(network),
    )


def _oracle(network: Network) -> str:
    """Who built it too; of an ensemble its members, each of which is compared."""
    known = oracles.table().get(network.spec.name, oracles.Oracle())
    return "its members" if network.nets else known.by


def _form(network: Network) -> str:
    """The trunk's form; of an ensemble its members."""
    if network.nets:
        members = Counter(net.spec.name for net in network.nets)
        return "mean of " + ", ".join(f"{times} {name}" if times > 1 else name for name, times in members.items())
    return str(printed(network.graph).get("", ""))


def unpublished() -> Iterator[Entry]:
    """Entries of contests whose networks were never published in full."""
    for said in plain(source.read(UNPUBLISHED).root.rows("entries")):
        yield Entry(**said | {"published": tuple(said["published"])})
