"""The kinds of value that a key of a step can take.

A kind is a fragment of JSON Schema and a function from a checked plain value to what the block
works with. Where a number may stand, `$name` and arithmetic may too; they are gone before `read`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

NAME_PATTERN = r"^(?=.*[A-Za-z_])[A-Za-z0-9_]+$(?!\n)"
MAX_NAME = 100
"""Characters of one name; those of inner layers are made of several."""
VARIABLE = r"\$"
ARITHMETIC = r"\$|^(?=.*[-+*/(])(?!.*\([^)]*$)[-(\d][-+*/().\deE ]*$"
"""What stands in a number's place and is no number: a variable, or numbers with operators between them."""
MAX_TIMES = 10_000
ACTIVATIONS = ("relu", "tanh", "sigmoid", "softmax", "scaled_tanh")
NORMS = ("batch_norm", "affine")
KEYS_OF = "keys_of_"
"""In front of a step's kind: where the schema has its keys, under `$defs`."""


def same(value: Any) -> Any:
    """The value itself."""
    return value


@dataclass(frozen=True)
class Kind:
    """A kind of value: words for the reference, its JSON Schema, and how it is read.

    `rows` says that a list of this kind is rows, or a mapping of it names rows: these keep their
    positions and are read where the block expands them.
    """

    text: str
    schema: Mapping[str, Any]
    read: Callable[[Any], Any] = same
    rows: Literal["", "list", "mapping"] = ""


def whole(minimum: int = 1) -> Kind:
    """A whole number of at least `minimum`."""
    schema = {"type": ["integer", "string"], "minimum": minimum, "maximum": 10**9, "pattern": ARITHMETIC}
    return Kind("a whole number", schema, int)


def times() -> Kind:
    """How often a row comes."""
    return Kind("n", {**whole().schema, "maximum": MAX_TIMES})


def number(
    minimum: float | None = None,
    maximum: float | None = None,
    above: float | None = None,
    below: float | None = None,
) -> Kind:
    """A number within bounds; `above` and `below` are bounds that it must not touch."""
    bounds = {"minimum": minimum, "maximum": maximum, "exclusiveMinimum": above, "exclusiveMaximum": below}
    kept = {key: bound for key, bound in bounds.items() if bound is not None}
    return Kind("a number", {"type": ["number", "string"], "pattern": ARITHMETIC, **kept}, float)


def words(*known: str) -> Kind:
    """One of a few words; as examples they are what an editor offers."""
    schema = {"if": {"type": "string", "pattern": VARIABLE}, "else": {"enum": list(known)}, "examples": list(known)}
    return Kind(" / ".join(known), schema)


def optional(kind: Kind) -> Kind:
    """The kind, or null for none of it."""
    schema = dict(kind.schema)
    if "type" in schema:
        schema["type"] = [*([schema["type"]] if isinstance(schema["type"], str) else schema["type"]), "null"]
    else:
        schema = {"if": {"type": "null"}, "else": schema, "examples": schema.get("examples", [])}
    return Kind(f"{kind.text} or ~", schema, lambda v: None if v is None else kind.read(v), kind.rows)


def pair(minimum: int = 1) -> Kind:
    """n for both axes, or [height, width]."""
    one = whole(minimum).schema
    schema = {**one, "type": ["integer", "string", "array"], "items": one, "minItems": 2, "maxItems": 2}
    return Kind("n or [h, w]", schema, as_pair)


def as_pair(value: Any) -> tuple[int, int]:
    """n -> (n, n); [h, w] -> (h, w)."""
    first, second = value if isinstance(value, list | tuple) else (value, value)
    return int(first), int(second)


def as_sides(value: Any) -> Any:
    """A word as it is; n, [h, w] or [[top, bottom], [left, right]] as ((top, bottom), (left, right))."""
    if isinstance(value, str):
        return value
    rows, columns = value if isinstance(value, list | tuple) else (value, value)
    return as_pair(rows), as_pair(columns)


FLAG = Kind("true / false", {"type": ["boolean", "string"], "pattern": VARIABLE})
PADDING_WORDS = ("valid", "same", "half")
SIDES = Kind(
    "n, [h, w] or [[top, bottom], [left, right]]",
    {
        **pair(0).schema,
        "title": "n, [h, w] or [[top, bottom], [left, right]]",
        "items": {
            **whole(0).schema,
            "title": "n or [n, n]",
            "type": ["integer", "string", "array"],
            "items": whole(0).schema,
            "minItems": 2,
            "maxItems": 2,
        },
    },
    as_sides,
)
PADDING = Kind(
    "valid / same / half, " + SIDES.text,
    {
        "if": {"type": "string", "not": {"pattern": ARITHMETIC}},
        "then": {"enum": list(PADDING_WORDS)},
        "else": {**SIDES.schema, "title": "valid / same / half, " + SIDES.text},
        "examples": list(PADDING_WORDS),
    },
    as_sides,
)
ACTIVATION = optional(words(*ACTIVATIONS))
NORM = Kind(
    "batch_norm / affine, or such a step, or ~",
    {
        "if": {"type": "object"},
        "then": {"$ref": "#/$defs/norm"},
        "else": optional(words(*NORMS)).schema,
        "examples": list(NORMS),
    },
)
NAME = Kind("name", {"type": "string", "pattern": NAME_PATTERN, "maxLength": MAX_NAME})
NAMES = Kind("list of names", {"type": "array", "items": {"type": "string"}, "minItems": 1})
ROWS = Kind("rows", {"type": "array", "items": {"$ref": "#/$defs/row"}, "minItems": 1}, rows="list")
PATHS = Kind(
    "name -> rows",
    {
        "type": "object",
        "minProperties": 1,
        "propertyNames": NAME.schema,
        "additionalProperties": {"title": "rows", "type": "array", "items": {"$ref": "#/$defs/row"}},
    },
    lambda v: v.items,
    rows="mapping",
)


def step(kind: str, main: str, value: Kind) -> Kind:
    """Another step as a value, or ~ for none: its main key's value alone, or its keys; read as its keys."""
    alone = dict(optional(value).schema)
    schema = {
        "type": ["object", *alone.pop("type")],
        "if": {"type": "object"},
        "then": {"$ref": f"#/$defs/{KEYS_OF}{kind}"},
        "else": alone,
    }
    return Kind(f"{main}: {value.text}, or keys of `{kind}`, or ~", schema, lambda v: _as_keys(main, v))


def _as_keys(main: str, value: Any) -> dict[str, Any] | None:
    return value if value is None or isinstance(value, dict) else {main: value}
