"""What editors need of the schema: every key described, its words offered, its defaults and examples admissible."""

import jsonschema
import pytest

from archspec.blocks import registry
from archspec.keys import TOP_LEVEL
from archspec.schema import schema

ROWS = schema()["$defs"]["row"]["properties"]
KEYS = {f"{kind}.{name}": rule for kind in registry() for name, rule in ROWS[kind]["then"]["properties"].items()}

NEVER_A_VARIABLE = {"name", "of", "layers", "paths"}
"""Keys whose values are names and rows, which a reader finds where they stand."""


def admits(rule, value):
    return jsonschema.Draft202012Validator({**rule, "$defs": schema()["$defs"]}).is_valid(value)


def parts(rule):
    """Every schema within a schema, itself among them; rows are schemas of their own."""
    yield rule
    for word in ("then", "else", "additionalProperties", "items"):
        if isinstance(rule.get(word), dict):
            yield from parts(rule[word])
    for inner in rule.get("properties", {}).values():
        yield from parts(inner)


def words_of(rule):
    """The words that a value can be, in whatever branch of the schema they stand."""
    branches = [rule[word] for word in ("then", "else") if word in rule]
    return {*rule.get("enum", []), *(word for branch in branches for word in words_of(branch))}


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(schema())
    assert "'oneOf'" not in str(schema()), "an error under oneOf points at no field"


@pytest.mark.parametrize("name", KEYS)
def test_a_key_of_a_step(name):
    rule = KEYS[name]
    assert rule["title"]
    assert rule["description"]
    assert "Default: " in rule["markdownDescription"]
    assert rule.keys() & {"type", "default", "examples"}, "an editor would write it without its colon"
    shown = [*rule.get("examples", []), *([rule["default"]] if "default" in rule else [])]
    assert [value for value in shown if not admits(rule, value)] == []
    assert admits(rule, "$n") != (name.rpartition(".")[2] in NEVER_A_VARIABLE)


@pytest.mark.parametrize("name", KEYS)
def test_words_that_a_key_takes_are_offered(name):
    assert words_of(KEYS[name]) <= {*KEYS[name].get("examples", [])}


@pytest.mark.parametrize("key", TOP_LEVEL, ids=lambda key: key.name)
def test_a_top_level_key(key):
    rule = schema()["properties"][key.name]
    assert rule["title"]
    assert rule["description"]
    assert f"```yaml\n{key.name}: " in rule["markdownDescription"]
    assert admits(rule, key.example)
    below = [inner for part in parts(key.schema) for inner in part.get("properties", {}).values()]
    assert all(inner["title"] and inner["description"] for inner in below)


@pytest.mark.parametrize("kind", registry())
def test_a_step(kind):
    rule = ROWS[kind]
    assert rule["title"] == kind
    assert rule["description"]
    assert registry()[kind].example.strip() in rule["markdownDescription"]


@pytest.mark.parametrize("kind", schema()["$defs"]["sizes"]["properties"])
def test_a_step_under_sizes(kind):
    rule = schema()["$defs"]["sizes"]["properties"][kind]
    assert "object" in rule["type"]
    listed = [inner for name, inner in rule["then"]["properties"].items() if name != "at"]
    assert all(inner.get("type") or inner["examples"] for inner in listed), "an editor would write no colon"
    assert all(admits(inner, [1, [2, 3]]) for inner in listed), "one entry per stage"
