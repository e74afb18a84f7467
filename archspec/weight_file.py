"""Weights on disk: safetensors files, written whole and read without trust.

The format (https://github.com/huggingface/safetensors): 8 bytes with the header's length, the header as
JSON (name -> dtype, shape, data_offsets; `__metadata__`), then the values' bytes without a gap. It is
written here and not by its library, so that equal weights give equal bytes.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import math
import os
import stat
from collections.abc import Iterator, Mapping as Map
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, NoReturn

from archspec.atomic import replacing
from archspec.errors import SpecError, fail
from archspec.weights import Origin, Value

VERSION = 1
MAX_HEADER = 16_000_000
"""Bytes: three hundred times ResNet-152's."""
MAX_NAME = 1_000
METADATA = "__metadata__"
KEY = "archspec"
SIZES = {"BOOL": 1, "U8": 1, "I8": 1, "F8_E5M2": 1, "F8_E4M3": 1, "I16": 2, "U16": 2, "F16": 2, "BF16": 2}
SIZES |= {"I32": 4, "U32": 4, "F32": 4, "I64": 8, "U64": 8, "F64": 8}
"""Type -> bytes a value."""
OTHERS = {
    b"PK\x03\x04": "a zip archive, as Keras and PyTorch write: name it FILE.keras if it is Keras's",
    b"\x89HDF": "an HDF5 file: load it with Keras, then save it with archspec.save_weights",
    b"\x80": "a pickle, which can run any code: it is never loaded; convert it to safetensors",
}
"""How files of other formats begin."""


@dataclass(frozen=True)
class WeightFile:
    """An open weight file: its values by name, its metadata, and where each value's bytes lie."""

    path: str
    values: Map[str, Value]
    origin: Origin
    offsets: Map[str, tuple[int, int]]
    file: IO[bytes]

    def read(self, name: str) -> bytes:
        """The bytes of one value, little-endian, row by row."""
        begin, end = self.offsets[name]
        self.file.seek(begin)
        data = self.file.read(end - begin)
        if len(data) != end - begin:
            raise _bad(self.path, f"it ends within '{name}'")
        return data


def write(path: str | os.PathLike[str], values: Map[str, tuple[Value, bytes]], origin: Origin) -> None:
    """Write values and where they come from; equal arguments give equal bytes.

    Raises:
        SpecError: where the file cannot be written; what stood there stays.
    """
    described = {"format": VERSION, **dataclasses.asdict(origin)}
    header: dict[str, Any] = {METADATA: {KEY: json.dumps(described)}}
    at = 0
    for name in sorted(values):
        value, data = values[name]
        header[name] = {"dtype": value.dtype, "shape": list(value.shape), "data_offsets": [at, at + len(data)]}
        at += len(data)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)  # values begin at a multiple of 8 bytes
    with replacing(Path(path)) as part, part.open("wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for name in sorted(values):
            file.write(values[name][1])


@contextlib.contextmanager
def opened(path: str | os.PathLike[str]) -> Iterator[WeightFile]:
    """A weight file whose header was checked in every respect; its values are read on demand.

    Raises:
        SpecError: where there is no such file, or it is no sound safetensors file.
    """
    shown = os.fspath(path)
    with open_file(shown) as file:
        size = os.fstat(file.fileno()).st_size
        header, start = _header(file, shown, size)
        metadata = header.pop(METADATA, {})
        values = {name: _value(shown, name, entry) for name, entry in header.items()}
        offsets = _offsets(shown, header, values, start, size)
        yield WeightFile(shown, values, _origin(shown, metadata), offsets, file)


@dataclass(frozen=True)
class WeightDescription:
    """What a weight file says of itself: values by name (`conv1/kernel`), and where they come from."""

    values: Map[str, Value]
    origin: Origin


def describe(path: str | os.PathLike[str]) -> WeightDescription:
    """What a weight file says of itself; its values are not read."""
    with opened(path) as file:
        return WeightDescription(file.values, file.origin)


def _bad(path: str, why: str, expected: str = "") -> SpecError:
    expected = expected or "a safetensors file, as archspec.save_weights writes"
    return fail("bad-weights", f"'{path}' holds no weights that can be read: {why}", expected=expected)


def open_file(path: str) -> IO[bytes]:
    """A regular file, opened without blocking, so that a pipe cannot hang the command."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise fail("unreadable", f"cannot read '{path}': {reason}", expected="a file of weights") from None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise fail("not-a-file", f"'{path}' is not a regular file", expected="a file of weights")
    return os.fdopen(handle, "rb")


def _header(file: IO[bytes], path: str, size: int) -> tuple[dict[str, Any], int]:
    """The header, and where the values begin."""
    head = file.read(8)
    length = int.from_bytes(head, "little")
    for magic, what in OTHERS.items():
        if head.startswith(magic) and length > MAX_HEADER:
            raise _bad(path, f"it is {what}")
    if len(head) == 8 and head.isascii() and head.decode("latin-1").replace("\n", " ").isprintable():
        raise _bad(path, "it begins like a text")
    if len(head) < 8:
        raise _bad(path, f"it has {len(head)} bytes")
    if length > MAX_HEADER:
        raise _bad(path, f"its header would have {length:,} bytes, {MAX_HEADER:,} are the most")
    if 8 + length > size:
        raise _bad(path, f"it ends within its header, after {size:,} bytes")
    return _json(file.read(length), path, "its header"), 8 + length


def _json(text: bytes | str, path: str, what: str) -> dict[str, Any]:
    """A JSON object, no key twice in it, no NaN."""

    def unique(items: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(items)
        if len(found) != len(items):
            names = [name for name, _ in items]
            twice = next(name for name in found if names.count(name) > 1)
            raise _bad(path, f"{what} has the key {twice!r} twice")
        return found

    def refuse(word: str) -> NoReturn:
        raise ValueError(f"{word} is no JSON")

    try:
        found = json.loads(text, object_pairs_hook=unique, parse_constant=refuse)
    except (ValueError, RecursionError) as error:
        raise _bad(path, f"{what} is no JSON: {error}") from None
    if not isinstance(found, dict):
        raise _bad(path, f"{what} is no JSON object")
    return found


def _is_count(number: Any) -> bool:
    return isinstance(number, int) and not isinstance(number, bool) and number >= 0


def _value(path: str, name: str, entry: Any) -> Value:
    """What the header says of one value."""
    if not name.isprintable() or not 0 < len(name) <= MAX_NAME:
        raise _bad(path, f"a value is called {name[:80]!r}")
    if not isinstance(entry, dict) or entry.keys() != {"dtype", "shape", "data_offsets"}:
        raise _bad(path, f"'{name}' is described by other keys than dtype, shape and data_offsets")
    shape, dtype = entry["shape"], entry["dtype"]
    if not isinstance(dtype, str) or dtype not in SIZES:
        raise _bad(path, f"'{name}' is of the unknown type {dtype!r:.80}")
    if not isinstance(shape, list) or not all(map(_is_count, shape)):
        raise _bad(path, f"'{name}' has the shape {shape!r:.80}")
    return Value(tuple(shape), dtype)


def _offsets(
    path: str, header: Map[str, Any], values: Map[str, Value], start: int, size: int
) -> dict[str, tuple[int, int]]:
    """Where each value lies in the file: one behind the other, without gap or overlap, to the end."""
    found = {}
    for name, value in values.items():
        span = header[name]["data_offsets"]
        if not isinstance(span, list) or len(span) != 2 or not all(map(_is_count, span)):
            raise _bad(path, f"'{name}' has the data_offsets {span!r:.80}")
        found[name] = (span[0], span[1])
        if span[1] - span[0] != math.prod(value.shape) * SIZES[value.dtype]:
            raise _bad(path, f"'{name}' has {span[1] - span[0]} bytes, which is not its shape in {value.dtype}")
    at = 0
    for name, (begin, end) in sorted(found.items(), key=lambda item: item[1]):
        if begin != at:
            raise _bad(path, f"'{name}' begins at byte {begin} of the values instead of {at}")
        at = end
    if at != size - start:
        raise _bad(path, f"its header speaks of {at:,} bytes of values, and there are {size - start:,}")
    return {name: (start + begin, start + end) for name, (begin, end) in found.items()}


def _origin(path: str, metadata: Any) -> Origin:
    """Archspec's own part of the metadata; empty in the files of others."""
    if not isinstance(metadata, dict) or not all(isinstance(text, str) for text in metadata.values()):
        raise _bad(path, "its metadata are not texts by name")
    if KEY not in metadata:
        return Origin()
    found = _json(metadata[KEY], path, "its metadata")
    version = found.pop("format", None)
    if version != VERSION:
        raise _bad(path, f"its metadata are of format {version!r:.80}", f"format {VERSION}, or a newer archspec")
    kinds: dict[str, Any] = {"preprocessing": dict, "classes": list, "unnamed": dict | None}
    names = {each.name for each in dataclasses.fields(Origin)}
    wrong = [name for name in found if name not in names or not isinstance(found[name], kinds.get(name, str))]
    wrong += [name for name in ("classes", "unnamed") if not _items_fit(name, found.get(name))]
    if wrong:
        raise _bad(path, f"its metadata say {wrong[0]!r:.80} in a way that is not understood")
    return Origin(**{**found, "classes": tuple(found.get("classes", ()))})


def _items_fit(name: str, value: Any) -> bool:
    if name == "classes":
        return all(isinstance(item, str) for item in value or ())
    return all(map(_is_count, (value or {}).values()))
