"""The index of errors: every diagnostic code with its meaning, what mends it, and an example.

The words are data (`resources/errors.yaml`). The examples are cases of the tests, which hold each
spec to the very message beside it, so that the index cannot say what a command does not.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

from archspec import source
from archspec.document import plain
from archspec.errors import did_you_mean, fail

PACKAGE = Path(__file__).resolve().parent

HEAD = """# Index of errors

Made by `archspec explain --all`; do not edit. `archspec explain CODE` prints one section.

A message begins with its place, `file:line:column`, and its code in brackets. The exit code is 2.
"""


@dataclass(frozen=True)
class Entry:
    """What the index says of a code: `case` names an example among the tests, or `says` answers `command`."""

    means: str
    mend: str
    case: str = ""
    command: str = ""
    says: str = ""


@functools.cache
def entries() -> dict[str, Entry]:
    """Code -> entry, in alphabetical order."""
    found = plain(source.read(PACKAGE / "resources" / "errors.yaml").root)
    return {code: Entry(**found[code]) for code in sorted(found)}


def cases() -> Path:
    """Where the examples lie: inside an installed package, among the tests in a checkout."""
    inside = PACKAGE / "cases"
    return inside if inside.is_dir() else PACKAGE.parent / "tests" / "cases" / "invalid"


def page() -> str:
    """The whole index, as Markdown."""
    return HEAD + "".join(f"\n{section(code)}" for code in entries())


def section(code: str) -> str:
    """What a code means, how to mend it, and an example, as Markdown.

    Raises:
        SpecError: where there is no such code.
    """
    found = entries().get(code)
    if not found:
        expected, suggestion = "a code in the brackets of a message", did_you_mean(code, entries())
        raise fail("unknown-code", f"there is no code '{code}'", expected=expected, suggestion=suggestion)
    return f"## {code}\n\n{found.means}\n\n**To mend it:** {found.mend}\n{_example(found)}"


def _example(entry: Entry) -> str:
    if entry.case:
        spec = (cases() / f"{entry.case}.yaml").read_text(encoding="utf-8", errors="replace")
        said = (cases() / f"{entry.case}.txt").read_text(encoding="utf-8")
        return f"\n```yaml\n{spec.strip()}\n```\n\n```text\n{said}```\n"
    return f"\n```console\n$ {entry.command}\n{entry.says}```\n" if entry.command else ""
