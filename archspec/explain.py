"""The index of errors: every diagnostic code with its meaning, what mends it, and an example.

The words are data (`resources/errors.yaml`). The examples are cases of the tests, which hold each
spec to the very message beside it, so that the index cannot say what a command does not.

Another package explains its own codes in a file of the same name and place; an entry point of the group
`archspec.errors` names the package, which is found and not imported.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archspec import source
from archspec.document import plain
from archspec.errors import did_you_mean, fail

PACKAGE = Path(__file__).resolve().parent
GROUP = "archspec.errors"

HEAD = """# Index of errors

Made by `archspec explain --all`; do not edit. `archspec explain CODE` prints one section.

A message begins with its place, `file:line:column`, and its code in brackets. The exit code is 2.
"""


@dataclass(frozen=True)
class Entry:
    """What the index says of a code, and an example.

    `case` names a spec among the tests, and `bad_input` a row of a table there (`TABLE/ROW`), both below
    `cases`; or `says` answers `command`.
    """

    means: str
    mend: str
    cases: Path
    case: str = ""
    bad_input: str = ""
    command: str = ""
    says: str = ""


@functools.cache
def entries() -> dict[str, Entry]:
    """Code -> entry, of every package, in alphabetical order."""
    found: dict[str, Entry] = {}
    for package, tests in _packages():
        cases = package / "cases" if (package / "cases").is_dir() else package.parent / "tests" / "cases" / tests
        read = plain(source.read(package / "resources" / "errors.yaml").root)
        found = {code: Entry(**words, cases=cases) for code, words in read.items()} | found
    return {code: found[code] for code in sorted(found)}


def _packages() -> Iterator[tuple[Path, str]]:
    """Folders of packages with an index; and what theirs is called among the tests of a checkout."""
    from importlib.metadata import entry_points
    from importlib.util import find_spec

    yield PACKAGE, "invalid"
    for point in entry_points(group=GROUP):
        found = find_spec(point.value)
        for folder in (found.submodule_search_locations or ()) if found else ():
            if (Path(folder) / "resources" / "errors.yaml").is_file():
                yield Path(folder), point.name


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
        spec = (entry.cases / f"{entry.case}.yaml").read_text(encoding="utf-8", errors="replace")
        said = (entry.cases / f"{entry.case}.txt").read_text(encoding="utf-8")
        return f"\n```yaml\n{spec.strip()}\n```\n\n```text\n{said}```\n"
    if entry.bad_input:
        table, row = entry.bad_input.split("/")
        case = _table(entry.cases / f"{table}.yaml")[row]
        return f"\n{row[0].upper()}{row[1:]}:\n\n```console\n$ archspec {case['run']}\n{case['says']}```\n"
    return f"\n```console\n$ {entry.command}\n{entry.says}```\n" if entry.command else ""


@functools.cache
def _table(path: Path) -> Any:
    """A table of cases: row -> the command line that it runs, and what that says."""
    return plain(source.read(path).root)
