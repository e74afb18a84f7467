"""`show --resolved --origin`: a spec that stands on its own, gives the same graph, and says where it comes from."""

import functools
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from archspec import api, source, zoo
from archspec.document import located, plain
from archspec.emit import emit
from archspec.errors import Source, Span
from archspec.literal import literal

CASES = sorted((Path(__file__).resolve().parent.parent / "cases" / "valid").glob("*.yaml"))
SPECS = [*CASES, *(zoo.path_of(name) for name in zoo.names())]


def same(one, other):
    assert one.nodes == other.nodes
    assert (one.name, one.outputs, one.heads) == (other.name, other.outputs, other.heads)
    assert (dict(one.steps), dict(one.unnamed)) == (dict(other.steps), dict(other.unnamed))


@functools.lru_cache(maxsize=1)  # with and without origins, one behind the other
def loaded(path):
    return api.load(path)


ASKED = [*((path, True) for path in SPECS), *((path, False) for path in CASES)]


@pytest.mark.parametrize(("path", "origin"), sorted(ASKED), ids=lambda given: getattr(given, "stem", given))
def test_resolved_text_gives_the_same_graph_and_keeps_its_figures(path, origin, tmp_path):
    network = loaded(path)
    if (path.parent / "prototypes").is_dir():  # files that a spec names lie beside it
        shutil.copytree(path.parent / "prototypes", tmp_path / "prototypes")
    (tmp_path / "resolved.yaml").write_text(emit(network.spec, origin=origin), encoding="utf-8")
    again = api.validate(tmp_path / "resolved.yaml")
    same(network.graph, again.graph)
    assert (network.spec.inputs, network.spec.title) == (again.spec.inputs, again.spec.title)
    assert not {"extends", "form", "sizes", "edit"} & again.spec.document.root.items.keys() - {"form"}


def test_resolved_text_is_resolved():
    text = emit(api.load("vgg16_transfer").spec)
    assert emit(api.load(text).spec) == text


def test_settings_are_put_in(archspec):
    result = archspec("show", "alphago_policy", "--set", "vars.k=128", "--origin")
    same(api.load(result.out).graph, api.load("alphago_policy", vars={"k": 128}).graph)
    assert plain(api.load(result.out).spec.document.root)["expect"]["params"] == 1777641
    other = archspec("show", "alphago_policy", "--set", "vars.k=100", "--resolved")
    assert "expect" not in other.out


ORIGINS = [
    # words of the command, a value, where it came from
    (["resnet152"], "times: 8", "resnet152.yaml:7"),
    (["resnet152"], "filters: 128", "resnet50.yaml:16"),
    (["resnet152"], "unit: bottleneck", "defaults.residual, resnet50.yaml:11"),
    (["resnet152"], "dilation_rate: 1", "default of conv"),
    (["resnet152"], "units: 1000", "resnet50.yaml:20, $classes from resnet50.yaml:6"),
    (["resnet152", "--set", "vars.classes=5"], "units: 5", "resnet50.yaml:20, $classes from --set vars.classes=5"),
    (["resnet152", "--set", "input=96x96x3"], "input: [96, 96, 3]", "--set input=96x96x3"),
    (["vgg16_transfer"], "name: adapter", "vgg16_transfer.yaml:10"),
    (["vgg16_transfer"], "dropout: ~", "vgg16_transfer.yaml:11"),
    (["two_towers"], "filters: 32", "default of Tower, two_towers.yaml:9"),
]


@pytest.mark.parametrize(("words", "value", "place"), ORIGINS, ids=[f"{' '.join(w)} {v}" for w, v, _ in ORIGINS])
def test_origin(words, value, place, archspec):
    lines = [line.split("  # ") for line in archspec("show", *words, "--origin").out.splitlines()]
    assert place in [rest[0] for text, *rest in lines if text.strip() == value]


KEYS = st.text("abc:#'\"{}[], 1", max_size=5)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=20)
    | st.sampled_from(["no", "~", "null", "1e3", "3x3", "0o7", "a: b", "- x", "#", "$n", "a\nb", "'", '"', "<<"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@settings(max_examples=50)
@given(VALUES)
def test_a_literal_reads_back_as_the_same_value(value):
    text = literal(located(value, Span(Source("", ""), 1, 1)))
    found = plain(source.parse(f"key: {text}\n").root)["key"]
    assert found == value
    assert type(found) is type(value)
