"""archspec validate"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from archspec import api
from archspec.document import Mapping
from archspec.errors import EXIT_OK, EXIT_USAGE, SpecError, fail
from archspec.files import is_folder
from archspec.hints import hints
from archspec.passes.totals import totals


def configure(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], int]:
    """Check specs, and hold their published figures against what their rows give; check recipes.

    archspec validate mine.yaml specs/ specs/recipes/
    archspec explain unread-row   # what a hint below the figures means; hints change no exit code
    """
    parser.add_argument(
        "specs", nargs="+", metavar="SPEC", help="files, names of shipped networks, or folders of specs or recipes"
    )
    api.add_set(parser)
    return run


def run(args: argparse.Namespace) -> int:
    """Validate every spec; all are looked at, however many are wrong."""
    wrong, overriding = 0, api.settings(args.set)
    for spec in list(_files(args.specs)):
        try:
            said = _said(spec, overriding)
            print(f"{spec}: valid: {said[0]}", *said[1:], sep="\n")
        except SpecError as error:
            wrong += 1
            print(error, file=sys.stderr)
    return EXIT_USAGE if wrong else EXIT_OK


def _said(spec: str, overriding: Mapping) -> list[str]:
    """What there is to say of a document that is right."""
    document = api.read(spec)
    kind = api.documents.kind_of(document)
    if not kind:
        return list(_figures(api.validate(document, overriding=overriding)))
    for path, at in overriding.keys.items():
        raise fail("unknown-setting", f"nothing to set at '{path}': {spec} is no spec of a network", at)
    return [kind.check(document)]


def _figures(network: api.Network) -> Iterator[str]:
    """A network's figures in a line, then its hints."""
    found = totals(network.graph)
    yield f"{found.params:,} parameters, {found.macs:,} multiply-adds, depth {found.depth}"
    yield from map(str, hints(network.spec, network.graph))


def _files(words: list[str]) -> Iterator[str]:
    """Every spec that the words mean: a folder means the YAML files directly in it."""
    for word in words:
        if not word or not is_folder(Path(word)):
            yield word
            continue
        found = sorted(str(path) for path in Path(word).glob("*.yaml"))
        if not found:
            raise fail("no-such-file", f"the folder '{word}' holds no spec", expected="files named *.yaml")
        yield from found
