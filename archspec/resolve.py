"""Document -> Spec: overrides set, variables evaluated, rows plain.

Whatever a spec can say of itself (variables, overrides) ends here in plain rows that still know
where they were written; `lower` knows one road only.
"""

from __future__ import annotations

from collections.abc import Mapping as Map
from dataclasses import dataclass, field, replace
from typing import Any

from archspec.document import Document, Mapping, Scalar, Sequence, Value, plain
from archspec.errors import Span, did_you_mean, fail, listing
from archspec.ir import Shape
from archspec.variables import Variables, evaluate_variables, substitute


@dataclass(frozen=True)
class OwnBlock:
    """A block that the spec itself defines."""

    params: Map[str, Value]
    layers: Sequence
    span: Span


@dataclass(frozen=True)
class Spec:
    """A network as its file says it: plain rows, evaluated variables, everything still located."""

    document: Document
    name: str
    title: str
    inputs: Map[str, Shape]
    vars: Variables
    layers: Sequence
    defaults: Mapping | None = None
    blocks: Map[str, OwnBlock] = field(default_factory=dict)
    outputs: Value | None = None
    top: Scalar | None = None

    @property
    def paper(self) -> Map[str, Any]:
        """What the file says under `paper`; empty where it says nothing."""
        found = self.document.root.get("paper")
        return plain(found) if found else {}


def resolve(document: Document, overrides: Mapping | None = None) -> Spec:
    """Evaluate a document that its schema admits.

    Args:
        document: as `diagnose.validate` passed it.
        overrides: `vars.<name>`, `input` or `inputs.<name>` -> the value to put there.

    Raises:
        SpecError: for unknown variables, cycles among them, and overrides of what is not there.
    """
    root = document.root
    for path, value in overrides.items.items() if overrides else ():
        root = _override(root, path, value, overrides.keys[path] if overrides else value.span)
    variables = evaluate_variables(root.get("vars"))
    return Spec(
        document=document,
        name=_text(root, "name"),
        title=_text(root, "title"),
        inputs=_inputs(root, variables),
        vars=variables,
        layers=_rows(root),
        defaults=_mapping(root, "defaults"),
        blocks=_own_blocks(root),
        outputs=root.get("outputs"),
        top=_scalar(root, "top"),
    )


def _override(root: Mapping, path: str, value: Value, at: Span) -> Mapping:
    """The root with one value replaced; only what the file already has can be overridden."""
    known = {f"vars.{name}" for name in _names(root, "vars")} | {f"inputs.{name}" for name in _names(root, "inputs")}
    if root.get("input"):
        known.add("input")
    if path not in known:
        raise fail(
            "unknown-setting",
            f"nothing to set at '{path}'",
            at,
            expected=listing(sorted(known)) or "nothing: this spec has no variables",
            suggestion=did_you_mean(path, known),
        )
    section, _, name = path.partition(".")
    if not name:
        return _put(root, section, value)
    inner = root.items[section]
    return _put(root, section, _put(inner, name, value)) if isinstance(inner, Mapping) else root


def _put(mapping: Mapping, key: str, value: Value) -> Mapping:
    return replace(mapping, items={**mapping.items, key: value})


def _names(root: Mapping, key: str) -> list[str]:
    found = root.get(key)
    return list(found.items) if isinstance(found, Mapping) else []


def _text(root: Mapping, key: str) -> str:
    found = root.get(key)
    return str(found.value) if isinstance(found, Scalar) else ""


def _scalar(root: Mapping, key: str) -> Scalar | None:
    found = root.get(key)
    return found if isinstance(found, Scalar) else None


def _mapping(root: Mapping, key: str) -> Mapping | None:
    found = root.get(key)
    return found if isinstance(found, Mapping) else None


def _rows(root: Mapping) -> Sequence:
    found = root.get("layers")
    return found if isinstance(found, Sequence) else Sequence((), root.span)


def _own_blocks(root: Mapping) -> dict[str, OwnBlock]:
    found = _mapping(root, "blocks")
    blocks = {}
    for name, body in found.items.items() if found else ():
        if isinstance(body, Mapping):
            params = _mapping(body, "params")
            blocks[name] = OwnBlock(
                params.items if params else {}, _rows(body), found.keys[name] if found else body.span
            )
    return blocks


def _inputs(root: Mapping, variables: Variables) -> dict[str, Shape]:
    several = _mapping(root, "inputs")
    located = several.items if several else {"input": root.items["input"]}
    return {name: _shape(substitute(value, variables), value.span) for name, value in located.items()}


def _shape(value: Any, span: Span) -> Shape:
    sizes = value if isinstance(value, list) else []
    if len(sizes) != 3 or not all(isinstance(n, int) and not isinstance(n, bool) and 0 < n <= 10**6 for n in sizes):
        raise fail(
            "bad-input",
            f"an input of {value}",
            span,
            expected="[height, width, channels], whole numbers from 1 to 1,000,000",
        )
    return tuple(sizes)
