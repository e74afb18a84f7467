"""The quick answer of `admit` is jsonschema's answer, for documents and for loose values."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, strategies as st

from archspec import source
from archspec.admit import admits
from archspec.document import plain
from archspec.errors import SpecError
from archspec.schema import schema

CASES = sorted((Path(__file__).parents[1] / "cases").glob("*/*.yaml"))
VALIDATOR = jsonschema.Draft202012Validator(schema())
STEPS = VALIDATOR.schema["$defs"]["row"]["properties"]


def agree(rules: dict, value: object) -> bool:
    whole = {**rules, "$defs": schema()["$defs"]}
    return admits(whole, value) == jsonschema.Draft202012Validator(whole).is_valid(value)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_both_give_one_answer_for_a_document(path: Path) -> None:
    try:
        value = plain(source.read(path).root)
    except SpecError:
        return  # not even YAML: nothing to ask either of them
    assert admits(schema(), value) == VALIDATOR.is_valid(value)


scalars = (
    st.none() | st.booleans() | st.integers(-2, 3) | st.sampled_from([0.5, 2.0, "same", "relu", "$k", "conv", "X", ""])
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["filters", "name", "1x1", "padding", "norm", "batch_norm", "epsilon"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)


@given(st.sampled_from(sorted(STEPS)), values)
def test_both_give_one_answer_for_a_step(kind: str, value: object) -> None:
    assert agree(STEPS[kind], value)


@given(st.sampled_from(sorted(STEPS)), st.data())
def test_both_give_one_answer_for_a_key(kind: str, data: st.DataObject) -> None:
    keyed = STEPS[kind].get("then", STEPS[kind])
    key = data.draw(st.sampled_from(sorted(keyed["properties"])))
    assert agree(keyed, {key: data.draw(values)})


def test_an_unknown_keyword_is_left_to_jsonschema() -> None:
    assert not admits({"not": {"multipleOf": 2}}, 3)
