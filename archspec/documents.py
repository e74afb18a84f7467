"""Documents of other kinds than specs: read, checked, extended and set by the same machinery.

A package has a kind of document of its own by an entry point of the group `archspec.documents` that is
called like the first key of such a document and gives a `DocumentKind`. `archspec validate`, `schema`,
`list` and `reference` find it by that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping as Map, Sequence
from dataclasses import dataclass
from typing import Any

from archspec.blocks.base import REQUIRED, Key
from archspec.blocks.initializers import INITIALIZERS, initializer
from archspec.blocks.kinds import NAME, Kind
from archspec.diagnose import departures
from archspec.document import Document, Mapping, Scalar, Value, plain
from archspec.emit import emit
from archspec.errors import Diagnostic, Span, SpecError, fail, in_order
from archspec.extends import checked, read_named
from archspec.files import is_folder, is_there
from archspec.flow import flow
from archspec.fragments import PAPER, PREPROCESSING, TEXT, TEXTS, closed
from archspec.network import read
from archspec.reference import keys_table
from archspec.schema import DIALECT, entry
from archspec.zoo import NETWORKS, RECIPES, SHELVES

__all__ = [
    "DIALECT",
    "INITIALIZERS",
    "NAME",
    "NETWORKS",
    "PAPER",
    "PREPROCESSING",
    "RECIPES",
    "REQUIRED",
    "TEXT",
    "TEXTS",
    "Diagnostic",
    "Document",
    "DocumentKind",
    "Key",
    "Kind",
    "Mapping",
    "Scalar",
    "Span",
    "SpecError",
    "Value",
    "apart",
    "checked",
    "closed",
    "departures",
    "emit",
    "entry",
    "flow",
    "in_order",
    "initializer",
    "is_folder",
    "is_there",
    "keys_table",
    "kind_of",
    "of_kind",
    "plain",
    "put",
    "read",
    "read_named",
]

GROUP = "archspec.documents"


@dataclass(frozen=True)
class DocumentKind:
    """A kind of document.

    `schema` gives its JSON Schema, `check` a line about a document (or raises what is wrong in it),
    `rows` a header and the cells of each shipped one, `page` its reference as Markdown.
    """

    schema: Callable[[], Map[str, Any]]
    check: Callable[[Document], str]
    rows: Callable[[], tuple[Sequence[str], Iterable[Sequence[str]]]]
    page: Callable[[], str]


def of_kind(first: str) -> DocumentKind:
    """The kind of documents that begin with this key.

    Raises:
        SpecError: where no installed package knows them.
    """
    from importlib.metadata import entry_points

    for point in entry_points(group=GROUP, name=first):
        found: DocumentKind = point.load()
        return found
    expected = "the package that reads them; archspec's own are there once it is installed (pip install)"
    raise fail("unknown-document", f"nothing here reads documents that begin with '{first}'", expected=expected)


def kind_of(document: Document) -> DocumentKind | None:
    """The kind of a document that is no spec, by its first key; None of one that is, or is wrong."""
    first = next(iter(document.root.items), "")
    others = {shelf.first for shelf in SHELVES[1:]}
    return of_kind(first) if first in others else None


def apart(overrides: Mapping, section: str) -> tuple[Mapping, Mapping]:
    """Overrides below `section.`, called by what is behind it; and all others."""
    prefix = f"{section}."
    inside = [path for path in overrides.items if path.startswith(prefix)]
    items = {path.removeprefix(prefix): overrides.items[path] for path in inside}
    keys = {path.removeprefix(prefix): overrides.keys[path] for path in inside}
    return Mapping(items, keys, overrides.span), overrides.without(*inside)


def put(root: Mapping, path: str, value: Value, at: Span) -> Mapping:
    """A mapping with a value put at `key.inner`, where `at` says so; what is on the way is made."""
    key, _, rest = path.partition(".")
    if rest:
        value = put(root.mapping(key) or Mapping({}, {}, at), rest, value, at)
    return Mapping({**root.items, key: value}, {**root.keys, key: at}, root.span)
