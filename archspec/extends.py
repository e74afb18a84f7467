"""A spec over the one that it extends: what is inherited, what is merged, what is replaced."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from archspec import diagnose, files, source, zoo
from archspec.document import Document, Mapping, Scalar, Sequence, Value
from archspec.errors import Diagnostic, Source, SpecError, fail

MAX_CHAIN = 16

OWN = {"name", "title", "paper", "extends", "weights", "expect", "published", "deviations"}
"""Keys that speak of one file alone."""
NETWORK = {"layers", "form", "sizes", "edit", "outputs", "top", "weights"}
"""Keys that stay behind where a file brings a network of its own."""
NETWORK_ONLY = {*NETWORK, "extends", "vars", "input", "inputs", "defaults", "blocks", "weights", "recipe"}
"""Keys that an ensemble leaves to its members."""
LEVELS = {"vars": 1, "inputs": 1, "blocks": 1, "outputs": 1, "preprocessing": 1, "defaults": 2, "sizes": 2}
"""Key -> how many levels of mappings merge below it; deeper, and under every other key, a value is replaced."""


def whole(document: Document) -> Document:
    """A checked document, with all that it takes from the specs it extends; values keep their own file.

    Raises:
        SpecError: with every place, in every file, that departs from the schema.
    """
    merged = _over_base(checked(document, zoo.NETWORKS))
    if merged is not document and (found := diagnose.validate(merged)):
        raise SpecError(found)
    return merged


def checked(document: Document, shelf: zoo.Shelf) -> Document:
    """The document, which is of a shelf's kind.

    Raises:
        SpecError: where its first key says that it is of another kind.
    """
    first = next(iter(document.root.items), "")
    found = [other.document for other in zoo.SHELVES if other.first == first]
    if first == shelf.first or not found:
        return document
    message = f"a {found[0]}, by its first key, where a {shelf.document} is asked for"
    raise fail("another-document", message, document.root.keys[first], expected=f"'{shelf.first}: 1' as the first key")


def _over_base(document: Document) -> Document:
    """A document over its base, each file of which is checked alone."""
    found = [*diagnose.validate(document), *_edits_of_nothing(document.root), *_mixed(document.root)]
    word = document.root.scalar("extends")
    if word and isinstance(word.value, str):
        try:
            base = _over_base(read_named(word.value, word))
            if "members" in base.root.items:
                raise fail("not-a-network", "a base that is an ensemble", word.span, expected="the spec of a network")
        except SpecError as error:
            raise SpecError([*found, *error.diagnostics]) from None
        if not found:
            return Document(over(document.root, base.root), document.source)
    if found:
        raise SpecError(found)
    return document


def _edits_of_nothing(root: Mapping) -> Iterator[Diagnostic]:
    if "edit" in root.items and "extends" not in root.items and "layers" in root.items:
        message, expected = "`edit` beside the rows themselves", "the rows as they should be; or `extends`, or a form"
        yield Diagnostic("bad-edit", message, root.keys["edit"], expected)


def _mixed(root: Mapping) -> Iterator[Diagnostic]:
    """Keys of a network in an ensemble, and of an ensemble in a network."""
    ensemble = "members" in root.items
    for key in (key for key in root.items if key in (NETWORK_ONLY if ensemble else {"combine"})):
        message = f"`{key}` {'in an ensemble' if ensemble else 'without `members`'}"
        expected = "it in the spec of each member" if ensemble else "`members`, or no `combine`"
        yield Diagnostic("ensemble-key", message, root.keys[key], expected)


def copyable(document: Document) -> str:
    """A spec's text; a shipped one then names others without paths, so that a copy finds them from anywhere."""
    lines = document.source.text.split("\n")
    for word in reversed(_named(document.root)):
        line, start = lines[word.span.line - 1], word.span.column - 1
        if by_name(word) != word.value:
            lines[word.span.line - 1] = line[:start] + by_name(word) + line[start + word.span.length :]
    return "\n".join(lines)


def _named(root: Mapping) -> list[Scalar]:
    """The specs that a spec names, in the order of the file."""
    members = [member for member in root.rows("members").items if isinstance(member, Mapping)]
    found = [root.scalar("extends"), *(member.scalar("spec") for member in members)]
    return [word for word in found if word]


def by_name(word: Scalar) -> str:
    """The name of a shipped spec that another one names by its file; any other word as it is."""
    path, stem = word.span.source.path, Path(str(word.value)).stem
    return stem if path and path.parent == zoo.folder() and stem in zoo.names() else str(word.value)


def read_named(word: str, at: Scalar, role: str = "extended", shelf: zoo.Shelf = zoo.NETWORKS) -> Document:
    """The document that another one names: a path from its file, or the name of a shipped one."""
    path = files.shelved(word, at.span, shelf)
    above = list(_files(at.span.source))
    if path.resolve() in [file.resolve() for file in above]:
        circle = " -> ".join(os.path.normpath(file) for file in (*reversed(above), path))
        raise fail("extends-cycle", f"a {shelf.document} that extends itself: {circle}", at.span)
    if len(above) >= MAX_CHAIN:
        raise fail("extends-chain", f"more than {MAX_CHAIN} {shelf.document}s that extend one another", at.span)
    try:
        found = source.read(path, extended=at.span, role=role)
    except SpecError as error:
        raise SpecError(replace(d, span=d.span or at.span) for d in error.diagnostics) from None
    if sum(map(len, _texts(found.source))) > source.MAX_BYTES:
        raise fail("too-large", f"specs that extend one another have more than {source.MAX_BYTES:,} bytes", at.span)
    return checked(found, shelf)


def _texts(below: Source) -> Iterator[str]:
    """The text of a source, then of the one that extends it, and so on."""
    yield below.text
    if below.extended:
        yield from _texts(below.extended.source)


def _files(below: Source) -> Iterator[Path]:
    """The file of a source, then the one that extends it, and so on."""
    if below.path:
        yield below.path
    if below.extended:
        yield from _files(below.extended.source)


def over(own: Mapping, base: Mapping) -> Mapping:
    """A spec's keys over its base's.

    Mappings merge key by key, as deep as `LEVELS` says; a list of edits goes behind the base's;
    all else is replaced.
    """
    kept = {key: value for key, value in base.items.items() if key not in _left_behind(own, base)}
    items = {**kept, **{key: value for key, value in own.items.items() if key != "extends"}}
    for key in kept.keys() & own.items.keys():
        items[key] = _merged(own.items[key], kept[key], LEVELS.get(key, 0))
    edits = [*base.rows("edit").items, *own.rows("edit").items] if "edit" in kept else []
    if edits:
        items["edit"] = Sequence(tuple(edits), items["edit"].span)
    return Mapping(items, {**base.keys, **own.keys}, own.span)


def _left_behind(own: Mapping, base: Mapping) -> set[str]:
    """Keys of the base that a spec does not inherit."""
    left = set(OWN)
    if {"layers", "form"} & own.items.keys():
        left |= NETWORK
    if "layers" in base.items:
        left.add("form")  # a claim about the base's own rows
    if {"input", "inputs"} & own.items.keys():
        left |= {"input", "inputs"} - own.items.keys()
    return left


def _merged(own: Value, base: Value, levels: int) -> Value:
    if not (levels and isinstance(own, Mapping) and isinstance(base, Mapping)):
        return own
    both = {key: _merged(own.items[key], base.items[key], levels - 1) for key in own.items.keys() & base.items.keys()}
    return Mapping({**base.items, **own.items, **both}, {**base.keys, **own.keys}, own.span)
