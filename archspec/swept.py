"""A network under many settings: the typed result of `sweep`, and what its chart shows."""

from __future__ import annotations

from collections.abc import Mapping as Map
from dataclasses import dataclass, fields
from typing import Any

from archspec import columns
from archspec.columns import Column
from archspec.drawing.points import Line
from archspec.passes.compare import Profile
from archspec.profile_texts import TEXTS

MILLION = 10**6


@dataclass(frozen=True)
class Combination:
    """One value for each setting, and what the network then costs; or the reason why it does not fit.

    `settings` has the names that `--set` takes: `vars.k`, `input`.
    """

    settings: Map[str, Any]
    profile: Profile | None
    reason: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The object of `docs/compare.md`; figures of what does not fit are null."""
        figures = {field.name: getattr(self.profile, field.name, None) for field in fields(Profile)}
        return {"settings": dict(self.settings), **figures, "reason": self.reason or None}


@dataclass(frozen=True)
class Sweep:
    """A network under every combination of settings; the last setting changes fastest."""

    name: str
    combinations: tuple[Combination, ...]

    @property
    def columns(self) -> tuple[Column, ...]:
        """A column for each setting and each figure; the reasons where there are any."""
        settings = (_setting(name) for name in self.combinations[0].settings)
        reasons = any(each.reason for each in self.combinations)
        reason = Column("reason", "does not fit", lambda each: each.reason, right=False)
        return (*settings, *map(_figure, TEXTS), *([reason] if reasons else []))

    def to_dict(self) -> dict[str, Any]:
        """The object that `archspec sweep --format json` prints."""
        return {"name": self.name, "combinations": [each.to_dict() for each in self.combinations]}

    def _repr_html_(self) -> str:
        return columns.html(self.columns, self.combinations)

    def values(self) -> list[str]:
        """The values of the first setting, in words."""
        return list(dict.fromkeys(words(_first(each)) for each in self.combinations))

    def lines(self, figure: str) -> list[Line]:
        """A figure, in millions, over the values of the first setting: a line for each combination of the others."""
        found: dict[str, dict[str, Any]] = {}
        for each in self.combinations:
            rest = ", ".join(f"{name} = {words(value)}" for name, value in [*each.settings.items()][1:])
            value = getattr(each.profile, figure) / MILLION if each.profile else None
            found.setdefault(rest, {})[words(_first(each))] = value
        return [Line(rest, [values.get(value) for value in self.values()]) for rest, values in found.items()]


def _first(each: Combination) -> Any:
    return next(iter(each.settings.values()))


def words(value: Any) -> str:
    """A setting's value as `--set` takes it.

    >>> words([96, 96, 3]), words(0.5)
    ('96x96x3', '0.5')
    """
    return "x".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _setting(name: str) -> Column:
    return Column(name, name, lambda each: each.settings[name], words)


def _figure(name: str) -> Column:
    label, text = TEXTS[name]
    return Column(name, label, lambda each: getattr(each.profile, name, None), text)
