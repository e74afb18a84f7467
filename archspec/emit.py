"""Spec -> the text of a spec that stands on its own: every key written out, and where it came from."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass

from archspec import expect, zoo
from archspec.admit import admits
from archspec.arithmetic import variables
from archspec.blocks import registry
from archspec.blocks.base import INHERIT, Block
from archspec.document import Mapping, Scalar, Sequence, Value, located, plain
from archspec.errors import Source, Span
from archspec.extends import by_name
from archspec.keys import TOP_LEVEL
from archspec.literal import literal, word
from archspec.resolve import Spec
from archspec.rows import kind_and_keys
from archspec.schema import COMMON, keys_of
from archspec.variables import substitute, uses_variables

_NOWHERE = Span(Source("", ""), 1, 1)
TEXTS = ("title", "paper", "classes", "deviations")
"""Keys whose texts stand as they are written, a `$` or `1/2` in them too."""
WIDTH = 44
"""Column at which origins stand, where lines are short enough."""


@dataclass(frozen=True)
class _Line:
    text: str
    origin: str = ""

    def indented(self) -> _Line:
        return _Line(f"  {self.text}", self.origin)


def emit(spec: Spec, *, origin: bool = False) -> str:
    """A spec with nothing left to look up: base, form, edits and variables put in, defaults on every row.

    Its text is a spec that gives the same graph. With `origin` a comment behind each value says
    where it came from: a line of a file, `--set`, or the default of a step.
    """
    lines = [line for key in TOP_LEVEL for line in _Emission(spec).section(key.name)]
    if not origin:
        return "".join(f"{line.text}\n" for line in lines)
    return "".join(f"{line.text:<{WIDTH}}  # {line.origin}".rstrip(" #") + "\n" for line in lines)


class _Emission:
    """The lines of one spec."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self.root = spec.root

    def section(self, name: str) -> Iterator[_Line]:
        """A top-level key with all below it; nothing where the spec lacks it, or no longer needs it."""
        value = self.root.get(name)
        if name == "expect":
            cases = tuple(case.without("vars") for case in expect.speaking(self.spec))
            value = cases[0] if len(cases) == 1 else Sequence(cases, self.root.span) if cases else None
        if name == "members" and isinstance(value, Sequence):
            value = Sequence(tuple(_by_name(member) for member in value.items), value.span)
        if value is None or (name == "vars" and not self.spec.blocks):
            return
        if name == "blocks":
            yield from self.own_blocks(value)
        elif name == "layers" or (name == "outputs" and isinstance(value, Mapping)):
            yield from self.holding(name, value)
        elif name == "defaults" and isinstance(value, Mapping):
            yield _Line("defaults:")
            for kind, keys in value.items.items():
                yield from (line.indented() for line in self.listed(kind, keys))
        else:
            yield from self.listed(name, value, raw=name in TEXTS)

    def listed(self, name: str, value: Value, *, raw: bool = False) -> Iterator[_Line]:
        """A key of a mapping or a list in a line of its own for each part of it; of a single value in one."""
        parts: list[tuple[str, Value]] = []
        if isinstance(value, Mapping):
            parts = [(f"{word(key)}: ", item) for key, item in value.items.items()]
        elif isinstance(value, Sequence) and any(
            isinstance(item, Mapping | Scalar) and _long(item) for item in value.items
        ):
            parts = [("- ", item) for item in value.items]
        if not parts:
            yield _Line(f"{name}: {self.evaluated(value, raw)}", self.origin(value))
            return
        yield _Line(f"{name}:")
        yield from (_Line(f"  {lead}{self.evaluated(item, raw)}", self.origin(item)) for lead, item in parts)

    def holding(self, name: str, value: Value, *, raw: bool = False) -> Iterator[_Line]:
        """A key that holds rows, or names with rows."""
        if isinstance(value, Mapping):
            yield _Line(f"{name}:")
            for key, rows in value.items.items():
                yield from (line.indented() for line in self.holding(word(key), rows, raw=raw))
        elif isinstance(value, Sequence) and value.items:
            yield _Line(f"{name}:")
            for row in value.items:
                yield from (line.indented() for line in self.row(row, raw))
        else:
            yield _Line(f"{name}: {literal(value)}", self.origin(value))

    def row(self, value: Value, raw: bool) -> Iterator[_Line]:
        """A row with all its keys; `raw` as a block of the spec's own has it, whose params are not known yet."""
        kind, span, keys = kind_and_keys(value)
        lines = [line for key in self.keys(kind, keys, raw) for line in key]
        yield _Line(f"- {word(kind)}" + (":" if lines else ""), _place(span))
        yield from (line.indented().indented() for line in lines)

    def keys(self, kind: str, keys: Mapping, raw: bool) -> Iterator[Iterator[_Line]]:
        """The lines of each key of a row: what it says, then the file's defaults, then the step's own."""
        known = registry()[kind].all_keys() if kind in registry() else ()
        own = self.spec.blocks[kind].params if kind in self.spec.blocks else {}
        order = dict.fromkeys([*(key.name for key in COMMON), *(key.name for key in known), *own])
        rows = {key.name: Mapping if key.kind.rows == "mapping" else Sequence for key in known if key.kind.rows}
        for name in order:
            if name in keys.items:
                yield self.given(name, keys.items[name], isinstance(keys.items[name], rows.get(name, ())), raw)
            elif not raw:
                yield self.default(kind, name, own.get(name))

    def given(self, name: str, value: Value, holds_rows: bool, raw: bool) -> Iterator[_Line]:
        """A key that a row gives."""
        if holds_rows:
            yield from self.holding(name, value, raw=raw)
        else:
            yield _Line(f"{word(name)}: {self.evaluated(value, raw)}", self.origin(value))

    def default(self, kind: str, name: str, param: Value | None) -> Iterator[_Line]:
        """A key that a row leaves to the file's defaults, or to the step's own."""
        defaults = self.root.mapping("defaults")
        asked = defaults.mapping(kind) if defaults else None
        value = asked.get(name) if asked else None
        if value:
            yield _Line(f"{word(name)}: {self.evaluated(value)}", f"defaults.{kind}, {self.origin(value)}")
        elif param and plain(param) is not None:
            yield _Line(f"{word(name)}: {self.evaluated(param)}", f"default of {kind}, {self.origin(param)}")
        else:
            written = _defaults(registry()[kind]).get(name) if kind in registry() else None
            if written:
                yield _Line(f"{word(name)}: {written}", f"default of {kind}")

    def own_blocks(self, blocks: Value) -> Iterator[_Line]:
        """The blocks of the spec's own, as they are written."""
        yield _Line("blocks:")
        for name, block in blocks.items.items() if isinstance(blocks, Mapping) else ():
            yield _Line(f"  {name}:")
            params = block.get("params") if isinstance(block, Mapping) else None
            if params:
                yield _Line(f"    params: {literal(params)}", self.origin(params))
            rows = block.rows("layers") if isinstance(block, Mapping) else Sequence((), block.span)
            yield from (line.indented().indented() for line in self.holding("layers", rows, raw=True))

    def evaluated(self, value: Value, raw: bool = False) -> str:
        """A value with its variables put in, unless it is to stay as it is."""
        put_in = uses_variables(value) and not raw
        return literal(located(substitute(value, self.spec.vars), value.span) if put_in else value)

    def origin(self, value: Value) -> str:
        """Where a value was written, and where the variables in it were."""
        declared = self.root.mapping("vars")
        places = {name: declared.items[name].span for name in _names(value) if declared and name in declared.items}
        return ", ".join([_place(value.span), *(f"${name} from {_place(span)}" for name, span in places.items())])


def _by_name(member: Value) -> Value:
    """A member of an ensemble, a shipped one named so that it is found from anywhere."""
    word = member.get("spec") if isinstance(member, Mapping) else None
    if not (isinstance(word, Scalar) and isinstance(member, Mapping)):
        return member
    return member.put("spec", Scalar(by_name(word), word.span, plain=False))


@functools.cache
def _defaults(block: type[Block]) -> dict[str, str]:
    """A step's own defaults, those that a row could say, as YAML."""
    keys = (key for key in block.all_keys() if not key.required and key.default is not INHERIT)
    values = {key.name: located(_unpaired(key.default), _NOWHERE) for key in keys}
    rules = keys_of(block.kind)
    return {name: literal(value) for name, value in values.items() if admits(rules, {name: plain(value)})}


def _unpaired(value: object) -> object:
    """(n, n) as n, which reads the same."""
    if isinstance(value, tuple) and len(value) == 2 and value[0] == value[1]:
        return _unpaired(value[0])
    return value


def _names(value: Value) -> Iterator[str]:
    """The variables in a value."""
    if isinstance(value, Scalar):
        if value.plain and isinstance(value.value, str):
            yield from (name for name, _ in variables(value.value, value.span))
        return
    for item in value.items.values() if isinstance(value, Mapping) else value.items:
        yield from _names(item)


def _long(value: Value) -> bool:
    return isinstance(value, Mapping) or " " in str(plain(value))


def _place(span: Span) -> str:
    """A line of a file, or the argument that a caller gave."""
    source = span.source
    if source.path and source.path.parent == zoo.folder():
        return f"{source.path.name}:{span.line}"
    return f"{source.name}:{span.line}" if source.path or source.name == "<text>" else f"{source.name} {source.text}"
