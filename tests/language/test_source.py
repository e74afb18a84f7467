"""Text -> Document: YAML 1.2's scalars, positions of everything, and what is refused."""

import string

import pytest
import yaml
from hypothesis import given, strategies as st

from archspec import SpecError, source
from archspec.document import Mapping, Scalar, Sequence, plain


def parsed(text):
    return source.parse(text).root


SCALARS = [
    ("no", "no"), ("yes", "yes"), ("on", "on"), ("off", "off"), ("y", "y"), ("N", "N"),
    ("true", True), ("True", True), ("TRUE", True), ("false", False), ("tRUE", "tRUE"),
    ("~", None), ("null", None), ("Null", None), ("NULL", None), ("nULL", "nULL"), ("", None),
    ("0", 0), ("-0", 0), ("+12", 12), ("007", 7), ("0o17", 15), ("0x1F", 31), ("0b11", "0b11"), ("1_000", "1_000"),
    ("1e-4", 1e-4), ("1E3", 1000.0), (".5", 0.5), ("5.", 5.0), ("-1.5e+2", -150.0), ("1.0", 1.0), ("1e", "1e"),
    ("1:30", "1:30"), ("190:20:30", "190:20:30"), ("2014-09-17", "2014-09-17"), ("1409.4842", 1409.4842),
    ("3x3", "3x3"), ("1.2.3", "1.2.3"), ("$n // 2", "$n // 2"), ("=", "="),
    ("'1'", "1"), ('"~"', "~"), ('"\\u00e9"', "é"),
    ("12e03", 12000.0), ("0o8", "0o8"), ("-0o7", "-0o7"), ("+.5", 0.5), (".", "."), ("e3", "e3"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), SCALARS)
def test_scalar_of_yaml_1_2(text, value):
    found = plain(parsed(f"key: {text}\n"))["key"]
    assert (found, type(found)) == (value, type(value))


OUT_OF_RANGE = [".inf", "-.Inf", "+.INF", ".nan", ".NaN", ".NAN", "1e999", "-1e400", "9" * 41, "1." + "0" * 40]


@pytest.mark.parametrize("text", OUT_OF_RANGE)
def test_number_out_of_range(text):
    with pytest.raises(SpecError, match="not-a-number"):
        parsed(f"key: {text}\n")


WORD = st.text(string.ascii_letters + string.digits + "_ .$é網🙂", min_size=1, max_size=8).map(str.strip).filter(bool)
VALUE = st.recursive(
    st.one_of(WORD, st.integers(-(10**9), 10**9), st.floats(-1e9, 1e9), st.booleans(), st.none()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORD, inner, max_size=3),
    max_leaves=12,
)
TEXTS = st.dictionaries(WORD, VALUE, min_size=1, max_size=4)


class Dumper(yaml.SafeDumper):
    """Quotes every text, since PyYAML knows 1.1's words only: `no` is quoted by it, `1e3` is not."""


Dumper.add_representer(str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"'))


@given(TEXTS, st.sampled_from([None, True, False]), st.booleans())
def test_round_trip(value, flow, explicit):
    text = yaml.dump(value, Dumper=Dumper, default_flow_style=flow, allow_unicode=explicit, width=10**6)
    assert plain(parsed(text)) == value


def walk(value):
    """Every located part, with the text that its span must cover (None: a list or mapping)."""
    if isinstance(value, Mapping):
        for key, span in value.keys.items():
            yield key, span
            yield from walk(value.items[key])
    elif isinstance(value, Sequence):
        for item in value.items:
            yield from walk(item)
    else:
        yield value.value, value.span


@given(TEXTS, st.sampled_from([None, True, False]))
def test_every_span_points_at_its_own_text(value, flow):
    text = yaml.dump(value, Dumper=Dumper, default_flow_style=flow, allow_unicode=True, width=10**6)
    for found, span in walk(parsed(text)):
        assert plain(parsed(f"key: {span.text()}")) == {"key": found}
        line = text.split("\n")[span.line - 1]
        assert line[span.column - 1 :].startswith(span.text())


@given(st.lists(st.sampled_from(["[1, 2]", "{a: 1, b: [2]}", "x", "'a b'", "3", "[]", "{}"]), min_size=1, max_size=5))
def test_a_bracket_is_covered_to_its_end(parts):
    root = parsed("key: [" + ", ".join(parts) + "]\n")
    assert [item.span.text() for item in root.items["key"].items] == parts
    assert root.items["key"].span.text() == "[" + ", ".join(parts) + "]"


def test_positions_survive_a_bom_crlf_and_wide_characters(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_bytes("\ufeffarchspec: 1\r\ntitle: {網: 'é', b: 🙂, c: word}\r\n".encode())
    inner = source.read(path).root.items["title"]
    assert inner.items["c"].span.text() == "word"
    assert (inner.keys["c"].line, inner.keys["c"].column) == (2, 23)
    assert str(inner.keys["c"]) == f"{path}:2:23"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x85", "\u2028", "\u2029"], ids=ascii)
def test_every_line_break_of_yaml_ends_a_line(end):
    spans = parsed(f"first: 1{end}second: 2{end}").keys
    assert [(span.line, span.column, span.text()) for span in spans.values()] == [(1, 1, "first"), (2, 1, "second")]


def test_a_quoted_scalar_is_no_plain_one():
    root = parsed("a: $n\nb: '$n'\n")
    assert [root.items[key].plain for key in "ab"] == [True, False]
    assert isinstance(root.items["a"], Scalar)


def test_keys_are_texts_whatever_they_look_like():
    assert list(parsed("{3x3: 1, 1: 2, no: 3, ~: 4, 1e3: 5}").items) == ["3x3", "1", "no", "~", "1e3"]


def test_too_large_a_file(tmp_path):
    path = tmp_path / "large.yaml"
    path.write_text("#" * (source.MAX_BYTES + 1))
    with pytest.raises(SpecError, match=r"too-large.*1,000,000 bytes"):
        source.read(path)


def test_the_largest_file_is_read(tmp_path):
    path = tmp_path / "large.yaml"
    path.write_text("archspec: 1\n" + "#" * (source.MAX_BYTES - 12))
    assert plain(source.read(path).root) == {"archspec": 1}


BOMBS = {
    "laughs": "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n",
    "deep": "a: " + "[" * 50_000,
    "deep mappings": "a: " + "{b: " * 50_000,
    "long number": "a: " + "9" * 500_000,
    "long float": "a: 1" + "0" * 300_000 + ".5",
    "many keys": "{" + ", ".join(f"k{i}" for i in range(10)) + ", k0}",
}


@pytest.mark.parametrize("text", BOMBS.values(), ids=BOMBS)
def test_bombs_are_refused(text):
    with pytest.raises(SpecError):
        parsed(text)


@given(st.text(max_size=60))
def test_any_text_is_a_document_or_an_error_with_a_place(text):
    try:
        parsed(text)
    except SpecError as error:
        for diagnostic in error.diagnostics:
            assert diagnostic.span is not None
            assert str(diagnostic)


@given(st.binary(max_size=60))
def test_any_bytes_are_a_document_or_an_error(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "bytes.yaml"
    path.write_bytes(data)
    try:
        source.read(path)
    except SpecError as error:
        assert str(error)
