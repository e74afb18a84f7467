"""Weights on disk: safetensors files, written whole and read without trust.

The format's own library (https://github.com/huggingface/safetensors) writes and checks them. Here is what
it leaves open: pipes, files of other formats and huge headers are refused before it sees them, and
archspec's own metadata (one key, so that equal weights give equal bytes) are checked.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import stat
from collections.abc import Iterator, Mapping as Map
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from archspec.atomic import replacing
from archspec.errors import SpecError, fail
from archspec.weights import Origin, Value

VERSION = 1
MAX_HEADER = 16_000_000
"""Bytes: three hundred times ResNet-152's."""
MAX_NAME = 1_000
MAX_REASON = 200
"""Characters of the library's words that are shown."""
KEY = "archspec"
OTHERS = {
    b"PK\x03\x04": "a zip archive, as Keras and PyTorch write: name it FILE.keras if it is Keras's",
    b"\x89HDF": "an HDF5 file: load it with Keras, then save it with archspec.save_weights",
    b"\x80": "a pickle, which can run any code: it is never loaded; convert it to safetensors",
}
"""How files of other formats begin."""


@dataclass(frozen=True)
class WeightFile:
    """An open weight file: its values by name, and its metadata."""

    path: str
    values: Map[str, Value]
    origin: Origin
    reader: Any

    def read(self, name: str) -> Any:
        """One value as an array of numpy's."""
        from safetensors import SafetensorError

        try:
            return self.reader.get_tensor(name)
        except SafetensorError as error:
            raise _bad(self.path, _reason(error)) from None
        except (AttributeError, TypeError):
            raise _bad(self.path, f"'{name}' is of a type that numpy lacks, {self.values[name].dtype}") from None


def write(path: str | os.PathLike[str], values: Map[str, Any], origin: Origin) -> None:
    """Write arrays of numpy's and where they come from; equal arguments give equal bytes.

    Raises:
        SpecError: for a type that the format lacks, and where the file cannot be written; what stood
            there stays.
    """
    from safetensors import SafetensorError, numpy

    described = json.dumps({"format": VERSION, **dataclasses.asdict(origin)})
    try:
        data = numpy.save(dict(values), {KEY: described})  # save_file would hide why a disk refuses it
    except SafetensorError as error:
        raise fail("bad-weights", f"cannot save '{os.fspath(path)}': {_reason(error)}") from None
    with replacing(Path(path)) as part:
        part.write_bytes(data)


@contextlib.contextmanager
def opened(path: str | os.PathLike[str]) -> Iterator[WeightFile]:
    """A weight file whose header was checked in every respect; its values are read on demand.

    Raises:
        SpecError: where there is no such file, or it is no sound safetensors file.
    """
    from safetensors import SafetensorError, safe_open

    shown = os.fspath(path)
    with open_file(shown) as file:
        _check_start(file, shown)
    with contextlib.ExitStack() as stack:
        try:  # mapped into memory, a file that another shortens would end the process
            reader = stack.enter_context(safe_open(shown, framework="numpy", backend="pread"))
        except (SafetensorError, OSError) as error:
            raise _bad(shown, _reason(error)) from None
        values = {name: _value(shown, name, reader) for name in reader.keys()}  # noqa: SIM118  (no mapping)
        yield WeightFile(shown, values, _origin(shown, reader.metadata() or {}), reader)


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


def _reason(error: Exception) -> str:
    """The library's words, without where in it they were said."""
    return f"safetensors says: {str(error).removeprefix('Error while deserializing header: ')[:MAX_REASON]}"


def _check_start(file: IO[bytes], path: str) -> None:
    """Refuse headers beyond all use, and say what begins like something else."""
    head = file.read(8)
    length = int.from_bytes(head, "little")
    if len(head) < 8 or length <= MAX_HEADER:
        return
    for magic, what in OTHERS.items():
        if head.startswith(magic):
            raise _bad(path, f"it is {what}")
    if head.isascii() and head.decode().replace("\n", " ").isprintable():
        raise _bad(path, "it begins like a text")
    raise _bad(path, f"its header would have {length:,} bytes, {MAX_HEADER:,} are the most")


def _value(path: str, name: str, reader: Any) -> Value:
    """What the header says of one value."""
    if not name.isprintable() or not 0 < len(name) <= MAX_NAME:
        raise _bad(path, f"a value is called {name[:80]!r}")
    found = reader.get_slice(name)
    return Value(tuple(found.get_shape()), found.get_dtype())


def _origin(path: str, metadata: Map[str, str]) -> Origin:
    """Archspec's own part of the metadata; empty in the files of others."""
    if KEY not in metadata:
        return Origin()
    try:
        found = json.loads(metadata[KEY])
    except (ValueError, RecursionError) as error:
        raise _bad(path, f"its metadata are no JSON: {error}") from None
    version = found.pop("format", None) if isinstance(found, dict) else None
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
    return all(isinstance(count, int) and count >= 0 for count in (value or {}).values())
