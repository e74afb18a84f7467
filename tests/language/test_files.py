"""Files that a spec names: only those in its own folder, whatever way the path takes."""

import os

import pytest

import archspec
from archspec import files
from archspec.passes.shapes import shapes

SPEC = """archspec: 1
name: tiny
input: [1, 1, 6]
layers:
  - rbf: {name: output, units: 2, prototypes: %s}
"""
TWO = "# a comment\nX.X\n.X.\n\nXXX\n...\n\n"


@pytest.fixture
def folder(tmp_path):
    """A folder with a spec's prototypes, and a file beside it that is nobody's business."""
    inner = tmp_path / "specs"
    (inner / "deeper").mkdir(parents=True)
    for path in (inner / "two.txt", inner / "deeper" / "two.txt", tmp_path / "secret.txt"):
        path.write_text(TWO)
    return inner


def load(folder, name):
    path = folder / "tiny.yaml"
    path.write_text(SPEC % name)
    return archspec.load(path).graph


@pytest.mark.parametrize("name", ["two.txt", "deeper/two.txt", "./deeper/../two.txt", "inner_link.txt"])
def test_files_of_the_folder(folder, name):
    (folder / "inner_link.txt").symlink_to("deeper/two.txt")
    graph = load(folder, name)
    assert shapes(graph)["output"] == (2,)
    assert graph.by_name()["output"].op.prototypes == ((1, -1, 1, -1, 1, -1), (1, 1, 1, -1, -1, -1))


def outside(folder, tmp_path):
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "up").symlink_to(tmp_path)
    return ["../secret.txt", "deeper/../../secret.txt", "link.txt", "up/secret.txt", f"{tmp_path}/secret.txt", "/x.txt"]


def test_nothing_outside_it(folder, tmp_path):
    for name in outside(folder, tmp_path):
        with pytest.raises(archspec.SpecError) as caught:
            load(folder, name)
        [found] = caught.value.diagnostics
        assert (found.code, found.span.line, found.span.text()) == ("outside", 5, name)


def test_a_pipe_a_device_and_a_large_file(folder):
    os.mkfifo(folder / "pipe.txt")
    (folder / "large.txt").write_bytes(b"X" * 1_000_001)
    (folder / "latin.txt").write_bytes(b"X.X\n\xe9.X\n")
    for name, code in [("pipe.txt", "not-a-file"), ("large.txt", "too-large"), ("latin.txt", "not-utf-8")]:
        with pytest.raises(archspec.SpecError, match=rf"error\[{code}\]"):
            load(folder, name)


def test_a_text_has_no_folder(monkeypatch, folder):
    monkeypatch.chdir(folder)
    with pytest.raises(archspec.SpecError, match=r"<text>:5:47: error\[no-folder\]"):
        archspec.load(SPEC % "two.txt")


def test_a_file_is_read_once_however_often_it_is_named(folder, monkeypatch):
    asked = []
    read = files.read_text
    monkeypatch.setattr(files, "read_text", lambda path, shown: asked.append(path) or read(path, shown))
    (folder / "square.txt").write_text("XX\n..\n\n" * 4)
    (folder / "wrong.txt").write_text("XO\n")
    row = "  - rbf: {units: 4, prototypes: %s, times: 50}\n"
    head = "archspec: 1\nname: many\ninput: [1, 2, 2]\nlayers:\n"
    (folder / "many.yaml").write_text(head + row % "square.txt" * 20)
    assert len(archspec.load(folder / "many.yaml").graph.nodes) == 1 + 1 + 20 * 50
    (folder / "none.yaml").write_text(head + row % "missing.txt" * 20)
    with pytest.raises(archspec.SpecError) as caught:
        archspec.load(folder / "none.yaml")
    assert [d.code for d in caught.value.diagnostics] == ["no-such-file"]
    (folder / "bad.yaml").write_text(head + row % "wrong.txt" * 20)
    with pytest.raises(archspec.SpecError) as caught:
        archspec.load(folder / "bad.yaml")
    assert [d.code for d in caught.value.diagnostics] == ["bad-picture"]
    assert [path.name for path in asked] == ["square.txt", "wrong.txt"]
