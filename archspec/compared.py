"""Networks side by side: the typed result of `compare`, and what its charts show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping as Map
from dataclasses import dataclass, fields
from typing import Any

from archspec import columns
from archspec.columns import Column
from archspec.drawing.points import Bar, Bubble
from archspec.passes.compare import Profile
from archspec.profile_texts import TEXTS

BILLION, MILLION = 10**9, 10**6


@dataclass(frozen=True)
class Compared:
    """A network: its figures, and the errors that were published of it, in percent.

    `year` is the paper's, 0 without one; `profile` is None where the members of an entry were not published.
    """

    name: str
    title: str
    year: int
    profile: Profile | None
    published: tuple[Map[str, Any], ...]

    @property
    def error(self) -> Map[str, Any]:
        """The published error that stands first; empty without one."""
        return self.published[0] if self.published else {}

    def to_dict(self) -> dict[str, Any]:
        """The object of `docs/compare.md`; figures that are not known are null."""
        figures = {field.name: getattr(self.profile, field.name, None) for field in fields(Profile)}
        published = [dict(result) for result in self.published]
        return {"name": self.name, "title": self.title, "year": self.year or None, **figures, "published": published}


@dataclass(frozen=True)
class Comparison:
    """Networks side by side, in the order asked for."""

    networks: tuple[Compared, ...]

    def to_dict(self) -> list[dict[str, Any]]:
        """A list of objects, as `archspec compare --format json` prints it."""
        return [network.to_dict() for network in self.networks]

    def _repr_html_(self) -> str:
        return columns.html(COLUMNS, self.networks)

    def bubbles(self, error: str, data: str) -> Iterator[Bubble]:
        """Each network with known figures at its multiply-adds (10^9) and its first published error of this kind.

        Args:
            error: `top1` or `top5`.
            data: what it was measured on, as specs have it.
        """
        for network in self.networks:
            found = (result for result in network.published if error in result and result["data"] == data)
            result = next(found, None)
            if result and network.profile:
                macs, params = network.profile.macs / BILLION, network.profile.params / MILLION
                group = str(result.get("evaluation", "")).split(",")[0]
                yield Bubble(network.name, macs, float(result[error]), params, group)

    def bars(self, contest: str, error: str) -> list[Bar]:
        """The entries in a contest, by year, the worse ones first; those of rank 1 were first."""
        found = [
            Bar(network.name, result["contest"]["year"], float(result[error]), result["contest"].get("rank") == 1)
            for network in self.networks
            for result in network.published
            if error in result and result.get("contest", {}).get("name") == contest
        ]
        return sorted(found, key=lambda bar: (bar.year, -bar.value, bar.label))


def _figure(name: str) -> Column:
    label, text = TEXTS[name]
    return Column(name, label, lambda network: getattr(network.profile, name, None), text)


def _evaluation(network: Compared) -> str:
    """On what the error was measured, and how."""
    return ", ".join(str(network.error[key]) for key in ("data", "evaluation") if key in network.error)


COLUMNS = (
    Column("name", "name", lambda network: network.name, right=False),
    Column("year", "year", lambda network: network.year or None),
    *map(_figure, TEXTS),
    Column("top1", "top-1 error %", lambda network: network.error.get("top1"), "{:g}".format),
    Column("top5", "top-5 error %", lambda network: network.error.get("top5"), "{:g}".format),
    Column("evaluation", "on", _evaluation, right=False),
)
"""What `archspec compare` shows of each network."""
