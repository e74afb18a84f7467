"""Document -> Spec: overrides set, variables evaluated, the form written out, rows edited.

Whatever a spec can say of itself ends here in plain rows that still know where they were written;
`lower` knows one road only. What a spec extends is in its document already (`extends.whole`).
"""

from __future__ import annotations

from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from typing import Any

from archspec.document import Document, Mapping, Scalar, Sequence, Value, plain
from archspec.edit import edit
from archspec.errors import Span, did_you_mean, fail, listing
from archspec.form import expand
from archspec.form.counted import counted
from archspec.ir import Shape
from archspec.preprocessing import Classes, Preprocessing, read_classes, read_preprocessing
from archspec.variables import Variables, evaluate_variables, substitute


@dataclass(frozen=True)
class OwnBlock:
    """A block that the spec itself defines."""

    params: Map[str, Value]
    layers: Sequence
    span: Span


@dataclass(frozen=True)
class Spec:
    """A network as its file says it: plain rows, evaluated variables, everything still located.

    `document` is the file with all that it extends, `overrides` what a caller has set in it, `root`
    what then stands there: rows written out and edited, variables not yet put in. `counted` are the
    stages of a form that names its rows by counting them.
    """

    document: Document
    overrides: Mapping
    root: Mapping
    name: str
    title: str
    inputs: Map[str, Shape]
    vars: Variables
    layers: Sequence
    defaults: Mapping | None = None
    blocks: Map[str, OwnBlock] = field(default_factory=dict)
    outputs: Value | None = None
    top: Scalar | None = None
    counted: Map[str, int] = field(default_factory=dict)

    @property
    def classes(self) -> Classes | None:
        """The classes, where the file names them."""
        return read_classes(self.root)

    @property
    def preprocessing(self) -> Preprocessing | None:
        """How pictures become inputs, where the file says so."""
        return read_preprocessing(self.root)

    @property
    def paper(self) -> Map[str, Any]:
        """What the file says under `paper`; empty where it says nothing."""
        found = self.document.root.get("paper")
        return plain(found) if found else {}

    @property
    def published(self) -> tuple[Map[str, Any], ...]:
        """Published errors, in percent, as the file has them; the first is the one to be listed."""
        found = self.document.root.get("published")
        listed = plain(found) if found else []
        return tuple(listed) if isinstance(listed, list) else (listed,)

    def same_setting(self, other: Spec) -> bool:
        """Whether both have the same variables and inputs."""
        return self.vars == other.vars and self.inputs == other.inputs


def resolve(document: Document, overrides: Mapping) -> Spec:
    """Evaluate a document that its schema admits.

    Args:
        document: as `diagnose.validate` passed it.
        overrides: `vars.<name>`, `input` or `inputs.<name>` -> the value to put there.

    Raises:
        SpecError: for unknown variables, cycles among them, and overrides of what is not there.
    """
    root = document.root
    for path, value in overrides.items.items():
        root = _override(root, path, value, overrides.keys[path])
    variables = evaluate_variables(root.get("vars"))
    written = _written_out(root, variables)
    stages = {} if "layers" in root.items else counted(written.rows("layers"))
    root = edit(written, variables)
    return Spec(
        document=document,
        overrides=overrides,
        root=root,
        name=root.text("name"),
        title=root.text("title"),
        inputs=_inputs(root, variables),
        vars=variables,
        layers=root.rows("layers"),
        defaults=root.mapping("defaults"),
        blocks=_own_blocks(root),
        outputs=root.get("outputs"),
        top=root.scalar("top"),
        counted=stages,
    )


def _written_out(root: Mapping, variables: Variables) -> Mapping:
    """The root with rows in the place of its form; a form beside rows is a claim, and stays."""
    if "members" in root.items:
        return root
    rows = expand.layers(root, variables)
    return root if "layers" in root.items else root.without("form", "sizes").put("layers", rows)


def _override(root: Mapping, path: str, value: Value, at: Span) -> Mapping:
    """The root with one value replaced; only what the file already has can be overridden."""
    known = {f"{section}.{name}" for section in ("vars", "inputs") for name in _names(root, section)}
    known |= {"input"} if root.items.keys() & {"input", "members"} else set()  # an ensemble hands it to its members
    if path not in known:
        expected = listing(sorted(known)) or "nothing: this spec has no variables"
        suggestion = did_you_mean(path, known)
        raise fail("unknown-setting", f"nothing to set at '{path}'", at, expected=expected, suggestion=suggestion)
    section, _, name = path.partition(".")
    inner = root.mapping(section)
    return root.put(section, inner.put(name, value)) if inner else root.put(section, value)


def _names(root: Mapping, key: str) -> list[str]:
    found = root.mapping(key)
    return list(found.items) if found else []


def _own_blocks(root: Mapping) -> dict[str, OwnBlock]:
    found = root.mapping("blocks")
    blocks = {}
    for name in found.items if found else ():
        body = found.mapping(name) if found else None
        if body and found:
            params = body.mapping("params")
            blocks[name] = OwnBlock(params.items if params else {}, body.rows("layers"), found.keys[name])
    return blocks


def _inputs(root: Mapping, variables: Variables) -> dict[str, Shape]:
    if "members" in root.items and "input" not in root.items:
        return {}  # those of its members
    several = root.mapping("inputs")
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
