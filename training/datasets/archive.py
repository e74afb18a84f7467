"""NumPy's archives: arrays by name, read without believing what their heads claim."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from archspec.api import SpecError, fail

METHODS = {zipfile.ZIP_STORED: "as they are", zipfile.ZIP_DEFLATED: "deflated"}  # what NumPy writes
SMALL = 2**28  # bytes that an array may have however well it is compressed
RATIO = 300  # bytes of an array larger than that, for each compressed one; zip bombs reach 1,000
MAX_HEADER = 10_000  # characters
UNREADABLE = (ValueError, TypeError, EOFError, zlib.error, struct.error, RuntimeError, SyntaxError, NotImplementedError)
Array = npt.NDArray[Any]


class Archive:
    """The arrays of a `.npz` file; use it in a `with` statement.

    Args:
        path: of the file.

    Raises:
        SpecError: where it is no such file, here and whenever an array is read.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._refusing():
            self._zip = zipfile.ZipFile(path)
        self._members = {info.filename.removesuffix(".npy"): info for info in self._zip.infolist()}

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *error: object) -> None:
        self._zip.close()

    def __contains__(self, name: str) -> bool:
        return name in self._members

    @property
    def names(self) -> tuple[str, ...]:
        """What the arrays are called."""
        return tuple(self._members)

    def read(self, name: str) -> Array:
        """One array, for which nothing is reserved that its file does not hold."""
        info = self._members[name]
        with self._refusing(name):
            self._check_method(name, info)
            with self._zip.open(info) as file:
                self._check_head(name, info, file)
            with self._zip.open(info) as file:
                return np.asarray(np.lib.format.read_array(file, allow_pickle=False, max_header_size=MAX_HEADER))

    def _check_method(self, name: str, info: zipfile.ZipInfo) -> None:
        if info.flag_bits & 1 or info.compress_type not in METHODS:
            expected = "a file that numpy.savez or numpy.savez_compressed wrote"
            raise self._bad(name, "is encrypted, or compressed as NumPy does not do it", expected)
        if info.file_size > max(SMALL, RATIO * info.compress_size):
            found = f"claims {info.file_size:,} bytes in {info.compress_size:,} compressed ones"
            raise self._bad(name, found, f"at most {RATIO} for each; numpy.savez writes them as they are")

    def _check_head(self, name: str, info: zipfile.ZipInfo, file: IO[bytes]) -> None:
        """Hold the claimed shape against the size of the member."""
        version = np.lib.format.read_magic(file)
        read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, _, dtype = read(file, max_header_size=MAX_HEADER)
        if dtype.hasobject:
            raise self._bad(name, "holds Python objects, which could run code when they are read", "plain numbers")
        if any(size < 0 for size in shape) or _size(shape, dtype) != info.file_size - file.tell():
            found = f"claims {' x '.join(f'{size:,}' for size in shape) or 'one'} values of {dtype}"
            raise self._bad(name, found, f"what fits in its {info.file_size - file.tell():,} bytes")

    @contextmanager
    def _refusing(self, name: str = "") -> Iterator[None]:
        """Say in a sentence what is wrong with the file."""
        try:
            yield
        except zipfile.BadZipFile as error:
            raise self._bad(name, f"is damaged, or no archive ({error})") from None
        except OSError as error:
            raise self._bad(name, f"cannot be read: {error.strerror or error}", "a readable file") from None
        except MemoryError:
            raise self._bad(name, "does not fit in memory", "smaller arrays, or numbers of fewer bytes") from None
        except UNREADABLE as error:
            raise self._bad(name, f"cannot be read: {(str(error).splitlines() or ['it ends'])[0]}") from None

    def _bad(self, name: str, what: str, expected: str = "a file that numpy.savez wrote") -> SpecError:
        place = f"'{name}' of '{self._path}'" if name else f"'{self._path}'"
        return fail("bad-data", f"{place} {what}", expected=expected)


def _size(shape: tuple[int, ...], dtype: np.dtype[Any]) -> int:
    """Bytes, in numbers of any length."""
    size = dtype.itemsize
    for side in shape:
        size *= side
    return size
