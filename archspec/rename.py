"""Names turned into others by pairs of patterns, without regular expressions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping as Map
from dataclasses import dataclass

from archspec.errors import did_you_mean, fail

Renames = Map[str, str | None] | Iterable[tuple[str, str | None]]


@dataclass(frozen=True)
class Pair:
    """Names of one pattern and what they become; `*` stands for any characters, None leaves the name out."""

    old: str
    new: str | None

    def __call__(self, name: str) -> str | None:
        """What `name` becomes; None where it is left out. Only for names that match."""
        found = captured(self.old, name) or ()
        if self.new is None:
            return None
        first, *rest = self.new.split("*")
        return first + "".join(star + piece for star, piece in zip(found, rest, strict=True))


def pairs(renames: Renames | None) -> tuple[Pair, ...]:
    """Pairs of patterns, checked.

    Args:
        renames: old -> new, as a mapping or as pairs. A pattern without `/` names layers, one with it
            single values (`conv1/kernel`). Every `*` of the old name is taken over by the new one's, in order.

    Raises:
        SpecError: where the stars of a pair differ in number.
    """
    listed = renames.items() if isinstance(renames, Map) else renames or ()
    found = tuple(Pair(old, new) for old, new in listed)
    for pair in found:
        if pair.new is not None and pair.old.count("*") != pair.new.count("*"):
            message = f"rename: '{pair.old}' and '{pair.new}' differ in their number of stars"
            raise fail("bad-rename", message, expected="a `*` in the new name for each in the old one, or None")
        if pair.new is not None and ("/" in pair.old) != ("/" in pair.new):
            message = f"rename: one of '{pair.old}' and '{pair.new}' names layers, the other values"
            raise fail("bad-rename", message, expected="both with `/` (conv1/kernel), or both without")
    return found


def captured(pattern: str, name: str) -> tuple[str, ...] | None:
    """What the stars of a pattern stand for in a name, each as short as can be; None where it does not match.

    >>> captured("block*_conv*", "block4_conv12")
    ('4', '12')
    """
    first, *rest = pattern.split("*")
    if not rest:
        return () if name == pattern else None
    last = rest.pop()
    if not (name.startswith(first) and name.endswith(last) and len(name) >= len(first) + len(last)):
        return None
    middle, stars, at = name[len(first) : len(name) - len(last)], [], 0
    for piece in rest:
        found = middle.find(piece, at)
        if found < 0:
            return None
        stars.append(middle[at:found])
        at = found + len(piece)
    return (*stars, middle[at:])


def first(rules: tuple[Pair, ...], name: str) -> Pair | None:
    """The first pair that matches a value's name or its layer's."""
    layer = name.partition("/")[0]
    return next((p for p in rules if captured(p.old, name if "/" in p.old else layer) is not None), None)


def renamed(names: Iterable[str], rules: tuple[Pair, ...], *, all_used: bool = True) -> dict[str, str | None]:
    """Value name -> its new name, by the first pair that matches it or its layer; itself where none does.

    Args:
        names: `layer/value`.
        rules: as `pairs` made them.
        all_used: whether a pair that matches nothing is an error.

    Raises:
        SpecError: for such a pair, and where two values would bear one name.

    >>> renamed(["block1_conv2/bias"], pairs({"block*_conv*": "conv*_*"}))
    {'block1_conv2/bias': 'conv1_2/bias'}
    """
    found: dict[str, str | None] = {}
    used: set[Pair] = set()
    for name in names:
        found[name] = name
        pair = first(rules, name)
        if pair:
            layer, _, value = name.partition("/")
            new = pair(name if "/" in pair.old else layer)
            found[name] = new if new is None or "/" in pair.old else f"{new}/{value}"
            used.add(pair)
    if all_used:
        _check_used(rules, used, found)
    _check_unique(found)
    return found


def _check_used(rules: tuple[Pair, ...], used: set[Pair], found: Map[str, str | None]) -> None:
    for pair in rules:
        if pair not in used:
            known = list(found) if "/" in pair.old else sorted({name.partition("/")[0] for name in found})
            suggestion = did_you_mean(pair.old, known)
            raise fail("bad-rename", f"rename: nothing is called '{pair.old}'", suggestion=suggestion)


def _check_unique(found: Map[str, str | None]) -> None:
    owner: dict[str, str] = {}
    for old, new in found.items():
        if new is not None and owner.setdefault(new, old) != old:
            raise fail("bad-rename", f"rename: both '{owner[new]}' and '{old}' would be called '{new}'")
