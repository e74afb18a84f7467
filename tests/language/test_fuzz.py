"""Mutated specs end in a graph or in a `SpecError` with a place: never in another exception."""

from pathlib import Path

import mutants
import pytest
from hypothesis import given, settings, strategies as st

import archspec
from archspec import zoo

CASES = Path(__file__).resolve().parent.parent / "cases"
TEXTS = [
    *(zoo.path_of(name).read_text(encoding="utf-8") for name in zoo.names()),
    *(path.read_text(encoding="utf-8") for path in sorted((CASES / "valid").glob("*.yaml"))),
    *(path.read_bytes().decode("latin-1") for path in sorted((CASES / "invalid").glob("*.yaml"))),
]
WORDS = [
    *(
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        ": ",
        "-",
        "- ",
        "~",
        "null",
        "0",
        "-1",
        "1.5",
        "1e9",
        "true",
        '"',
        "'",
        "#",
        "|",
        ">",
    ),
    *(
        "\n",
        "  ",
        "\t",
        "\x00",
        "é",
        ".",
        "$n",
        "$classes",
        "$",
        "//",
        "(",
        "&a ",
        "*a",
        "!!str ",
        "<<",
        "conv",
        "relu",
    ),
    *("times: 3", "name: x", "from: input", "[3, 3]", "[]", "{}", "same", "half", "inception", "aux", "concat"),
]
CHANGE = st.tuples(
    st.floats(0, 1), st.sampled_from(["insert", "replace", "delete", "double", "move"]), st.sampled_from(WORDS)
)


def changed(text, place, how, word):
    """A text with one change near `place`, a share of its length."""
    lines = text.split("\n")
    at, row = int(place * len(text)), int(place * (len(lines) - 1))
    if how == "insert":
        return text[:at] + word + text[at:]
    if how == "replace":
        return text[:at] + word + text[at + len(word) :]
    if how == "delete":
        return text[:at] + text[at + 3 :]
    line = lines.pop(row)
    if how == "double":
        return "\n".join([*lines[:row], line, line, *lines[row:]])
    return "\n".join([*lines[: row // 2], line, *lines[row // 2 :]])


@settings(max_examples=300)
@given(st.sampled_from(TEXTS), st.lists(CHANGE, min_size=1, max_size=4))
def test_mutated_spec(text, changes):
    for place, how, word in changes:
        text = changed(text, place, how, word)
    try:
        network = archspec.load(text + "\n")
    except archspec.SpecError as error:
        assert error.diagnostics
        assert all(diagnostic.span and diagnostic.message for diagnostic in error.diagnostics)
        assert "error[" in str(error)
    else:
        assert network.graph.outputs


def outcome(text):
    """A network's graph, or the message of a `SpecError` with a place; any other end is a fault."""
    try:
        return archspec.load(text).graph
    except archspec.SpecError as error:
        assert error.diagnostics, text
        assert all(d.span and d.message and d.code for d in error.diagnostics), text
        return str(error)
    except Exception as fault:
        raise AssertionError(f"{fault!r} from\n{text}") from fault


CHUNKS, EACH = 5, 2_000
"""10,000 specs, in chunks: the first one each time, the others where there is more time (`-m slow`)."""


@pytest.mark.parametrize("chunk", [pytest.param(i, marks=[pytest.mark.slow] if i else []) for i in range(CHUNKS)])
def test_mutated_by_the_rules_of_the_language(chunk):
    valid, kinds = 0, set()
    for seed in range(chunk * EACH, (chunk + 1) * EACH):
        found = outcome(mutants.mutant(seed))
        if not isinstance(found, str):
            valid += 1
            kinds |= {step.kind for step in found.steps.values()}
    assert EACH / 4 < valid < EACH / 2, "a good share of the mutants is valid"
    assert kinds >= set(mutants.KINDS)
