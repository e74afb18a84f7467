"""`extends`: what is inherited and merged, where values keep their place, and which files a spec may name."""

import os

import pytest
from zoo_cases import NETWORKS, shipped

import archspec
from archspec import SpecError, source, zoo
from archspec.document import plain
from archspec.extends import MAX_CHAIN, whole

BASE = """\
archspec: 1
name: base
title: A title
paper: {authors: Somebody}
vars: {k: 4, n: 10}
input: [8, 8, 1]
defaults: {conv: {padding: same, norm: {batch_norm: {epsilon: 0.5}}}, lrn: {beta: 0.5}}
layers: [Twice, lrn, flatten, fc: {name: last, units: $n}]
top: last
blocks: {Twice: {params: {m: 1}, layers: [conv: {filters: $k, kernel_size: 3, times: 2}]}}
deviations: [None.]
expect: {depth: 3}
"""
KEPT = plain(source.parse(BASE).root)
CASES = [
    # what the spec says, and what it then is; all else as in the base
    ("", {}),
    ("vars: {k: 8}", {"vars": {"k": 8, "n": 10}}),
    ("input: [9, 9, 3]", {"input": [9, 9, 3]}),
    ("inputs: {a: [9, 9, 3]}", {"input": None, "inputs": {"a": [9, 9, 3]}}),
    ("defaults: {conv: {use_bias: false}}", {"conv": {**KEPT["defaults"]["conv"], "use_bias": False}}),
    ("defaults: {conv: {norm: affine}}", {"conv": {"padding": "same", "norm": "affine"}}),
    ("defaults: {conv: {norm: {affine: {}}}}", {"conv": {"padding": "same", "norm": {"affine": {}}}}),
    ("defaults: {conv: {norm: ~}}", {"conv": {"padding": "same", "norm": None}}),
    ("defaults: {fc: {use_bias: false}}", {"fc": {"use_bias": False}}),
    ("blocks: {Twice: {layers: [relu]}}", {"blocks": {"Twice": {"layers": ["relu"]}}}),
    ("blocks: {Once: {layers: [relu]}}", {"blocks": {**KEPT["blocks"], "Once": {"layers": ["relu"]}}}),
    ("layers: [flatten, fc: 3]", {"layers": ["flatten", {"fc": 3}], "top": None}),
    ("title: Another", {"title": "Another"}),
    ("expect: {depth: 4}", {"expect": {"depth": 4}}),
    ("deviations: [All.]", {"deviations": ["All."]}),
    ("paper: {year: 1999}", {"paper": {"year": 1999}}),
    ("top: lrn", {"top": "lrn"}),
    ("outputs: [last]", {"outputs": ["last"]}),
]
OWN = ("title", "paper", "deviations", "expect")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path / "work"


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def spec(extends, more="", name="mine"):
    return f"archspec: 1\nname: {name}\nextends: {extends}\n{more}\n"


def codes(path):
    with pytest.raises(SpecError) as caught:
        archspec.load(path)
    return [d.code for d in caught.value.diagnostics]


@pytest.mark.parametrize(("own", "expected"), CASES, ids=[own or "nothing" for own, _ in CASES])
def test_what_a_spec_inherits(own, expected, folder):
    write(folder / "base.yaml", BASE)
    found = plain(whole(source.read(write(folder / "own.yaml", spec("base.yaml", own)))).root)
    asked = {k: v for k, v in KEPT.items() if k not in OWN} | {"name": "mine"}
    kinds = {k: v for k, v in expected.items() if k in ("conv", "fc")}
    asked |= {"defaults": {**KEPT["defaults"], **kinds}, **{k: v for k, v in expected.items() if k not in kinds}}
    assert found == {key: value for key, value in asked.items() if value is not None}


def test_bases_of_bases_and_values_that_keep_their_file(folder):
    write(folder / "base.yaml", BASE)
    write(folder / "more" / "middle.yaml", spec("../base.yaml", "vars: {k: 8}", "middle"))
    network = archspec.load(write(folder / "top.yaml", spec("more/middle.yaml", "vars: {n: 3}")))
    assert network.spec.vars == {"k": 8, "n": 3}
    assert next(str(node.span) for node in network.graph.nodes if node.name == "last").endswith("base.yaml:8:31")


def test_an_error_in_the_base_says_from_where_it_was_extended(folder):
    write(folder / "base.yaml", BASE.replace("lrn,", "lnr,"))
    write(folder / "top.yaml", spec("base.yaml"))
    with pytest.raises(SpecError, match=r"base.yaml:8:17: (.|\n)*extended at top.yaml:3:10"):
        archspec.load("top.yaml")


OUTSIDE = ["../base.yaml", "/etc/passwd", "{tmp}/base.yaml", "sub/../../base.yaml", "~/../../base.yaml", "link.yaml"]
OUTSIDE += ["linked/base.yaml", "C:/base.yaml", "//host/share/base.yaml", "\\\\host\\share\\base.yaml"]


@pytest.mark.parametrize("word", OUTSIDE)
def test_a_spec_reaches_no_file_outside_its_folder(word, folder):
    write(folder.parent / "base.yaml", BASE)
    (folder / "sub").mkdir()
    (folder / "link.yaml").symlink_to(folder.parent / "base.yaml")
    (folder / "linked").symlink_to(folder.parent)
    path = write(folder / "own.yaml", spec(f"'{word.format(tmp=folder.parent)}'"))
    assert codes(path) == ["outside"]


def test_a_link_that_stays_inside_is_a_file_like_others(folder):
    write(folder / "sub" / "base.yaml", BASE)
    (folder / "link.yaml").symlink_to("sub/base.yaml")
    assert archspec.load(write(folder / "own.yaml", spec("link.yaml"))).name == "mine"


def test_the_working_folder_counts_as_well_as_the_specs_own(folder, monkeypatch):
    write(folder / "base.yaml", BASE)
    path = write(folder / "variants" / "own.yaml", spec("../base.yaml"))
    assert archspec.load(path).name == "mine"
    monkeypatch.chdir(folder / "variants")
    assert codes(path) == ["outside"]


NO_FILES = {
    "a folder": ("sub", "not-a-file"),
    "a pipe": ("pipe", "not-a-file"),
    "links in a circle": ("loop", "bad-path"),
    "a long name": ("x" * 5000, "bad-path"),
    "nothing": ("nothing.yaml", "no-such-file"),
    "an empty word": ("''", "not-a-file"),
    "no text": ("binary", "not-utf-8"),
    "a large file": ("large", "too-large"),
    "no YAML": ("broken", "not-yaml"),
}


@pytest.mark.parametrize(("word", "code"), NO_FILES.values(), ids=NO_FILES)
def test_what_is_no_spec_is_said_at_the_word_that_names_it(word, code, folder):
    (folder / "sub").mkdir()
    os.mkfifo(folder / "pipe")
    (folder / "loop").symlink_to("loop")
    (folder / "binary").write_bytes(b"\xff\xfe")
    (folder / "large").write_text("#" * 1_000_001)
    write(folder / "broken", "a: [")
    assert codes(write(folder / "own.yaml", spec(word))) == [code]


def test_a_chain_of_a_thousand_ends_at_the_limit(folder):
    for i in range(1000):
        write(folder / f"{i}.yaml", spec(f"{i + 1}.yaml"))
    write(folder / "1000.yaml", BASE)
    assert codes(folder / "0.yaml") == ["extends-chain"]
    assert archspec.load(folder / f"{1000 - MAX_CHAIN + 1}.yaml").graph.outputs


def test_a_circle_through_links_is_a_circle(folder):
    write(folder / "own.yaml", spec("link.yaml"))
    (folder / "link.yaml").symlink_to("own.yaml")
    assert codes(folder / "own.yaml") == ["extends-cycle"]


@pytest.mark.parametrize("name", NETWORKS)
def test_a_shipped_network_is_extended_by_its_name_from_anywhere(name, folder):
    assert archspec.load(spec(name)).graph.outputs == shipped(name).graph.outputs
    assert archspec.load(write(folder / "own.yaml", spec(name))).name == "mine"


def test_a_spec_given_as_text_names_no_files(folder):
    write(folder / "base.yaml", BASE)
    assert codes(spec("base.yaml")) == ["no-folder"]


@pytest.mark.parametrize("name", zoo.names())
def test_what_show_prints_works_from_anywhere(name, archspec, folder):
    write(folder / "copy.yaml", archspec("show", name).out)
    result = archspec("validate", "copy.yaml")
    assert (result.code, result.err) == (0, "")
