"""Weight files: safetensors that others read too, the same bytes every time, and nothing believed unchecked."""

import json
import os
import pickle
import re
import signal
import struct
import subprocess
import sys

import numpy as np
import pytest
import safetensors.numpy

import archspec
from archspec import weight_file
from archspec.weights import Origin, Value

ORIGIN = Origin(
    "net", "0" * 64, {"mean": [103.9, 116.8, 123.7], "size": 224}, ("cat", "dög"), "a paper", "CC-BY-4.0", {"conv": 3}
)
VALUES = {
    "b/kernel": np.arange(6, dtype="f4").reshape(2, 3),
    "a/bias": np.ones(1, "f2"),
    "a/none": np.zeros((0, 4), "f8"),
    "a/count": np.array(7, ">i8"),
}
DESCRIBED = {
    "b/kernel": Value((2, 3)),
    "a/bias": Value((1,), "F16"),
    "a/none": Value((0, 4), "F64"),
    "a/count": Value((), "I64"),
}


@pytest.fixture
def written(tmp_path):
    path = tmp_path / "w.safetensors"
    weight_file.write(path, VALUES, ORIGIN)
    return path


def test_what_is_written_is_read(written):
    found = archspec.describe_weights(written)
    assert found.origin == ORIGIN
    assert found.values == DESCRIBED
    with weight_file.opened(written) as file:
        for name, values in VALUES.items():
            assert np.array_equal(file.read(name), values) and file.read(name).shape == values.shape


def test_the_formats_own_library_reads_it(written):
    found = safetensors.numpy.load_file(written)
    assert set(found) == set(VALUES)
    np.testing.assert_array_equal(found["b/kernel"], np.arange(6).reshape(2, 3))
    assert found["a/bias"].dtype == "float16" and found["a/bias"] == [1]


def test_files_of_the_formats_own_library_are_read(tmp_path):
    path = tmp_path / "theirs.safetensors"
    safetensors.numpy.save_file({"x/w": np.ones((2, 2), "f4"), "y": np.zeros(3, "i8")}, path, {"format": "np"})
    found = archspec.describe_weights(path)
    assert found.values == {"x/w": Value((2, 2)), "y": Value((3,), "I64")}
    assert found.origin == Origin()


def test_equal_weights_are_equal_bytes(written):
    first = written.read_bytes()
    weight_file.write(written, dict(reversed(VALUES.items())), ORIGIN)
    assert written.read_bytes() == first
    assert int.from_bytes(first[:8], "little") % 8 == 0, "values are aligned"


def header(text, data=b"\0" * 8):
    text = text if isinstance(text, bytes) else json.dumps(text).encode()
    return struct.pack("<Q", len(text)) + text + data


def one(**changes):
    entry = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8], **changes}
    return header({"a/b": {key: value for key, value in entry.items() if value is not None}})


def called(name):
    return header({name: {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}})


def metadata(value):
    return header({"__metadata__": value}, b"")


def noted(**changes):
    return metadata({"archspec": json.dumps({"format": 1, **changes})})


SMALL = json.dumps({"a/b": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}).encode()
UNSOUND = {
    "an empty file": b"",
    "seven bytes": b"\0" * 7,
    "no header": b"\0" * 8,
    "cut in its header": header(SMALL, b"")[:-5],
    "cut in its values": header(SMALL)[:-1],
    "bytes too many": header(SMALL) + b"\0",
    "no UTF-8": header(b'{"\xff": 1}'),
    "a list": header([]),
    "100,000 levels": header(b"[" * 100_000),
    "a number of 100,000 digits": header(b'{"a":' + b"9" * 100_000 + b"}"),
    "NaN as a number": header(b'{"a": NaN}'),
    "a key twice": header(b'{"a": 1, "a": 2}'),
    "a key twice within": header(b'{"a": {"dtype": "F32", "dtype": "F64"}}'),
    "a value that is none": header({"a/b": 1}),
    "no shape": one(shape=None),
    "an unknown type": one(dtype="F33"),
    "a type that is no text": one(dtype=["F32"]),
    "a type of another size": one(dtype="F64"),
    "a negative size": one(shape=[-2]),
    "half a size": one(shape=[2.0]),
    "true as a size": one(shape=[True, 2]),
    "a huge shape": one(shape=[2**62, 2**62]),
    "offsets beyond the end": one(shape=[200], data_offsets=[0, 800]),
    "offsets turned round": one(data_offsets=[8, 0]),
    "negative offsets": one(data_offsets=[-8, 0]),
    "three offsets": one(data_offsets=[0, 4, 8]),
    "a gap": one(shape=[1], data_offsets=[4, 8]),
    "an overlap": header({n: {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]} for n in ("a/b", "c/d")}),
    "half a character": header(b'{"\\ud800": {}}'),
    "metadata that are a list": metadata([]),
    "metadata that are numbers": metadata({"a": 1}),
}
"""What the format's library refuses, in its words."""

HOSTILE = {
    "a header of 1 GiB": (struct.pack("<Q", 2**30) + b"{}", "its header would have 1,073,741,824 bytes"),
    "a header of 16 EiB": (b"\xff" * 8 + b"{}", "its header would have 18,446,744,073,709,551,615 bytes"),
    "text": (b"kernel: 1\nbias: 2\n", "it begins like a text"),
    "a name with escapes": (called("\x1b[2J"), "a value is called '\\x1b[2J'"),
    "no name": (called(""), "a value is called ''"),
    "a name of 1 MB": (called("a" * 1_000_000), "a value is called 'aaaa"),
    "a pickle": (pickle.dumps({"weight": b"x" * 99}), "it is a pickle, which can run any code: it is never loaded"),
    "a zip archive": (b"PK\x03\x04" + b"x" * 99, "it is a zip archive, as Keras and PyTorch write"),
    "an HDF5 file": (b"\x89HDF\r\n\x1a\n" + b"x" * 99, "it is an HDF5 file"),
    "own metadata that are no JSON": (metadata({"archspec": "{"}), "its metadata are no JSON"),
    "own metadata of format 2": (noted(format=2), "its metadata are of format 2"),
    "own metadata without a format": (metadata({"archspec": "{}"}), "its metadata are of format None"),
    "an unknown entry": (noted(wieghts=1), "its metadata say 'wieghts' in a way that is not understood"),
    "a digest that is no text": (noted(digest=1), "its metadata say 'digest'"),
    "classes that are no texts": (noted(classes=["cat", 1]), "its metadata say 'classes'"),
    "counts that are none": (noted(unnamed={"conv": "3"}), "its metadata say 'unnamed'"),
}
"""What the library admits, or has no good words for."""


@pytest.mark.parametrize("kind", [*UNSOUND, *HOSTILE])
def test_a_file_that_is_not_sound_gets_a_sentence(tmp_path, kind):
    data, sentence = HOSTILE.get(kind) or (UNSOUND[kind], "safetensors says: ")
    path = tmp_path / "hostile.safetensors"
    path.write_bytes(data)
    with pytest.raises(archspec.SpecError, match=re.escape(sentence)) as caught:
        archspec.describe_weights(path)
    [diagnostic] = caught.value.diagnostics
    assert diagnostic.code == "bad-weights"
    assert len(str(caught.value)) < 500 + len(str(path))


def test_a_type_that_numpy_lacks_is_described_and_not_read(tmp_path):
    path = tmp_path / "w.safetensors"
    path.write_bytes(one(dtype="F8_E8M0", shape=[8]))
    assert archspec.describe_weights(path).values == {"a/b": Value((8,), "F8_E8M0")}
    sentence = "'a/b' is of a type that numpy lacks, F8_E8M0"
    with weight_file.opened(path) as file, pytest.raises(archspec.SpecError, match=sentence):
        file.read("a/b")


def test_a_type_that_the_format_lacks_is_not_written(tmp_path):
    with pytest.raises(archspec.SpecError, match='safetensors says: Unknown dtype "complex128"'):
        weight_file.write(tmp_path / "w.safetensors", {"a/b": np.zeros(2, "c16")}, Origin())


def test_what_is_no_file_is_said(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    cases = {"nothing": "No such file", ".": "is not a regular file", "pipe": "is not a regular file"}
    for name, sentence in cases.items():
        with pytest.raises(archspec.SpecError, match=sentence):
            archspec.describe_weights(tmp_path / name)
    with pytest.raises(archspec.SpecError, match="'/dev/zero' is not a regular file"):
        archspec.describe_weights("/dev/zero")


def test_a_file_that_shrinks_while_it_is_read(written):
    weight_file.write(written, {"b/kernel": np.zeros(100_000, "u1")}, Origin())
    with weight_file.opened(written) as file:
        os.truncate(written, written.stat().st_size - 1)
        with pytest.raises(archspec.SpecError, match="Could not read tensor b/kernel"):
            file.read("b/kernel")


def test_every_cut_and_every_flipped_byte_is_weights_or_a_sentence(written):
    """The header's bytes; a value's bit is a value like any other."""
    whole = written.read_bytes()
    end = 8 + int.from_bytes(whole[:8], "little")
    spoilt = [whole[:n] for n in range(0, len(whole), 7)]
    spoilt += [whole[:n] + bytes([whole[n] ^ 1 << n % 8]) + whole[n + 1 :] for n in range(end)]
    refused = 0
    for data in spoilt:
        written.write_bytes(data)
        try:
            archspec.describe_weights(written)
        except archspec.SpecError:
            refused += 1
    assert len(spoilt) // 2 < refused < len(spoilt)


KILLED = """
import os, signal, sys
from pathlib import Path
from archspec.atomic import replacing

with replacing(Path(sys.argv[1])) as part:
    part.write_bytes(b"half")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_whoever_is_killed_while_writing_leaves_the_old_file(written):
    before = written.read_bytes()
    done = subprocess.run([sys.executable, "-c", KILLED, str(written)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert written.read_bytes() == before


def test_a_failure_while_writing_leaves_the_old_file_and_nothing_else(written, monkeypatch):
    before = written.read_bytes()
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(archspec.SpecError, match=r"cannot save '.*': No space left on device"):
        weight_file.write(written, {}, Origin())
    assert written.read_bytes() == before
    assert list(written.parent.iterdir()) == [written]
