"""What no schema can say of a recipe: keys that need one another, exclude one another, or go in order."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from archspec.api import documents
from training.recipe.augmentation import BEHIND_SIZES, SIZES

Diagnostic = documents.Diagnostic


def broken(root: documents.Mapping) -> Iterator[documents.Diagnostic]:
    """Every rule that a recipe breaks which its schema admits."""
    yield from _length(root)
    schedule = root.mapping("schedule")
    if schedule and schedule.text("name") == "piecewise":
        yield from _piecewise(schedule)
    yield from _decay(root)
    yield from _places(root)


def _length(root: documents.Mapping) -> Iterator[documents.Diagnostic]:
    given = [key for key in ("epochs", "steps") if documents.plain(root).get(key) is not None]
    if not given:
        expected = "`epochs`, how often every picture is seen, or `steps`"
        yield Diagnostic("missing-key", "recipe needs 'epochs' or 'steps'", root.span, expected)
    if len(given) > 1:
        yield Diagnostic("bad-combination", "`epochs` and `steps` in one recipe", root.keys["steps"], "one of the two")


def _piecewise(schedule: documents.Mapping) -> Iterator[documents.Diagnostic]:
    said = documents.plain(schedule)
    boundaries, values = said["boundaries"], said.get("values")
    if any(first >= second for first, second in pairwise(boundaries)):
        at = schedule.items["boundaries"].span
        yield Diagnostic("bad-combination", f"boundaries {documents.flow(boundaries)}", at, "them in ascending order")
    if values is not None and len(values) != len(boundaries) + 1:
        message = f"{len(values)} values for {len(boundaries)} boundaries"
        expected = f"{len(boundaries) + 1}: one in front of each boundary, and one behind the last"
        yield Diagnostic("bad-combination", message, schedule.items["values"].span, expected)


def _decay(root: documents.Mapping) -> Iterator[documents.Diagnostic]:
    optimizer, decay = root.mapping("optimizer"), root.mapping("weight_decay")
    if optimizer and decay and optimizer.text("name") == "adamw" and decay.text("mode") != "decoupled":
        message = "adamw decays weights beside the gradient"
        expected = "`mode: decoupled` here, or adam, which can take both"
        yield Diagnostic("bad-combination", message, decay.keys.get("mode", decay.span), expected)


def _places(root: documents.Mapping) -> Iterator[documents.Diagnostic]:
    """Steps for pictures of the network's size stand behind those that change sizes."""
    rows = root.rows("augmentation").items
    names = [next(iter(row.items)) if isinstance(row, documents.Mapping) else documents.plain(row) for row in rows]
    last = max((number for number, name in enumerate(names) if name in SIZES), default=0)
    for name, row in zip(names[:last], rows, strict=False):
        if name in BEHIND_SIZES:
            message = f"`{name}` stands in front of `{names[last]}`, which changes the size of pictures"
            yield Diagnostic("bad-combination", message, row.span, "it behind the resizing and cutting steps")
