"""Files made to exhaust, to crash or to mislead: each ends with code 2 within seconds and megabytes.

Every case is a command in a process of its own, under limits that the system holds it to (`forks`).
The message has a place, no traceback, and nothing in it that could steer a terminal.
"""

import os
import re
import signal
from pathlib import Path

import pytest
from forks import MEGABYTES, Forks
from hostile_texts import HEAD, LAYERS, MOST, TEXTS, lines


@pytest.fixture(scope="module")
def forks():
    found = Forks()
    yield found
    found.close()


def held(result):
    """What holds of every answer to a hostile file."""
    assert (result.code, result.out) == (2, ""), result.err[-2000:]
    assert "Traceback" not in result.err
    assert len(result.err) < 100_000
    assert all(character.isprintable() or character == "\n" for character in result.err)
    assert result.megabytes < MEGABYTES
    return result.err


SLOW = {
    # half a second and more each, and the way through the code is that of another text, in a file as large
    "a list of empty lists": "a list of nothing but values",
    "rows of nothing": "a list of nothing but values",
    "10,000 new rows": "one edit of 20,000 rows",
    "10,000 edits": "one edit of 20,000 rows",
    "20,000 edits of nothing": "one edit of 20,000 rows",
    "20,000 params": "params that multiply",
    "4,000 unknown names below 4,000 known": "10,000 unknown outputs",
    "10,000 texts for numbers": "10,000 unknown shapes",
}
"""Text -> the one that stands for it where there is less time."""


def test_what_stands_for_a_slow_text_is_there():
    assert TEXTS.keys() >= {*SLOW, *SLOW.values()} and not SLOW.keys() & set(SLOW.values())


@pytest.mark.parametrize("name", [pytest.param(name, marks=[pytest.mark.slow] * (name in SLOW)) for name in TEXTS])
def test_hostile_text(name, forks, tmp_path):
    code, text = TEXTS[name]
    (tmp_path / "x.yaml").write_text(text, encoding="utf-8")
    said = held(forks.run(["validate", "x.yaml"], tmp_path))
    if code == "too-large" and len(text) > MOST:
        assert said.startswith(f"error[{code}]: ")
    else:
        assert re.match(rf"x\.yaml:\d+:\d+: error\[{code}\]: ", said), said[:300]
    assert [path.name for path in tmp_path.iterdir()] == ["x.yaml"]


def sparse(folder):
    """A file of a gibibyte that takes no room."""
    with (folder / "x.yaml").open("wb") as file:
        file.write(b"archspec: 1\nname: ")
        file.truncate(2**30)


def linked(target):
    """A symbolic link in place of the spec."""
    return lambda folder: (folder / "x.yaml").symlink_to(target)


FILES = {
    "a scalar of a gibibyte": ("too-large", sparse),
    "a folder": ("no-such-file", lambda folder: (folder / "x.yaml").mkdir()),
    "a pipe": ("not-a-file", lambda folder: os.mkfifo(folder / "x.yaml")),
    "a link to a device": ("not-a-file", linked("/dev/zero")),
    "a link to itself": ("unreadable", linked("x.yaml")),
    "a link to nothing": ("unreadable", linked("nothing.yaml")),
    "a link to what blocks a reader": ("unreadable", linked("/proc/self/mem")),
    "bytes of no encoding": ("not-utf-8", lambda folder: (folder / "x.yaml").write_bytes(b"\x80" * MOST)),
    "zeros": ("not-yaml", lambda folder: (folder / "x.yaml").write_bytes(b"\0" * MOST)),
}


@pytest.mark.parametrize("name", FILES)
def test_hostile_file(name, forks, tmp_path):
    code, make = FILES[name]
    make(tmp_path)
    assert f"error[{code}]: " in held(forks.run(["validate", "x.yaml"], tmp_path))


def beside(folder):
    """What a spec could reach for: links that lead out and in circles, a pipe, a folder, a chain of large files."""
    inner = folder / "inner"
    inner.mkdir()
    (folder / "secret.yaml").write_text(LAYERS + "  - relu\n")
    (inner / "out.yaml").symlink_to("../secret.yaml")
    (inner / "up").symlink_to("..")
    (inner / "loop.yaml").symlink_to("loop.yaml")
    os.mkfifo(inner / "pipe.yaml")
    for i in range(12):
        text = f"{HEAD}extends: chain{i + 1}.yaml\ndeviations:\n" + "  - a\n" * 20_000
        (inner / f"chain{i}.yaml").write_text(text)
    return inner


BASES = {
    "../secret.yaml": "outside",
    "../inner/../secret.yaml": "outside",
    "out.yaml": "outside",
    "up/secret.yaml": "outside",
    "/dev/zero": "outside",
    "/proc/self/environ": "outside",
    "loop.yaml": "bad-path",
    "pipe.yaml": "not-a-file",
    ".": "not-a-file",
    "x.yaml": "extends-cycle",
    "./././x.yaml": "extends-cycle",
    "nothing.yaml": "no-such-file",
    "a" * 100_000: "bad-path",
    "./" * 50_000 + "nothing.yaml": "no-such-file",
    "chain0.yaml": "too-large",
    '"a\\0b"': "bad-path",
}


@pytest.mark.parametrize("base", BASES, ids=lambda base: base[:30])
def test_hostile_base(base, forks, tmp_path):
    inner = beside(tmp_path)
    (inner / "x.yaml").write_text(f"{HEAD}extends: {base}\n")
    said = held(forks.run(["validate", "x.yaml"], inner))
    assert re.match(rf"(x|chain\d+)\.yaml:3:10: error\[{BASES[base]}\]: ", said), said[:300]


WORDS = {
    "a name too long for a system": ["a" * 5_000],
    "a path too long for a system": ["a/" * 5_000 + "x.yaml"],
    "a device": ["/dev/zero"],
    "an escape in a path": ["\x1b[31mx.yaml"],
    "a line break in a path": ["x\ny.yaml"],
}


@pytest.mark.parametrize("name", WORDS)
@pytest.mark.parametrize("command", ["validate", "analyze", "show", "build"])
def test_hostile_word(name, command, forks, tmp_path):
    assert "error" in held(forks.run([command, *WORDS[name]], tmp_path))


SETTINGS = ["vars.classes=0x" + "F" * 9_000, "vars.classes=" + "9" * 9_000, "input=" + "9x" * 9_000 + "9", "input=.nan"]


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda words: words[:20])
def test_hostile_setting(setting, forks, tmp_path):
    assert "error[" in held(forks.run(["analyze", "googlenet", "--set", setting], tmp_path))


def test_a_mistake_in_each_row_is_counted(forks, tmp_path):
    rows = lines("  - conv: {filters: a, kernel_size: 3}\n", 120)
    (tmp_path / "x.yaml").write_text(LAYERS + rows, encoding="utf-8")
    said = held(forks.run(["validate", "x.yaml"], tmp_path))
    assert said.count("error[") == 50
    assert said.endswith("\n... and 70 more\n")


def test_the_limits_bite(forks, tmp_path):
    """A process beyond its seconds is ended by the system, so that the tests above mean something."""
    (tmp_path / "x.yaml").write_text(LAYERS + "  - batch_norm\n" * 20_000, encoding="utf-8")
    result = forks.run(["validate", *["x.yaml"] * 40], tmp_path, seconds=1)
    assert result.code == -signal.SIGKILL


def test_nothing_was_run():
    assert not Path("owned").exists()
