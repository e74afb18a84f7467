"""Which names a form gave by counting its stages: they mean other layers once a stage is put in."""

from __future__ import annotations

import re

from archspec.document import Mapping, Scalar, Sequence


def counted(rows: Sequence) -> dict[str, int]:
    """Word before the stage's number -> the last stage that has one: conv1_1 ... conv5_3, fc6 give conv 5, fc 6."""
    found: dict[str, int] = {}
    for row in rows.items:
        for body in row.items.values() if isinstance(row, Mapping) else ():
            name = body.items.get("name") if isinstance(body, Mapping) else None
            parts = re.fullmatch(r"(.*?[A-Za-z])(\d+)(_\d+)*", str(name.value)) if isinstance(name, Scalar) else None
            if parts:
                found[parts[1]] = max(found.get(parts[1], 0), int(parts[2]))
    return found
