"""Keras and its backend imported without their start-up notices."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_NOTICE = re.compile(r"WARNING: All log messages before absl|I\d{4} |To enable the following instructions")
_NO_GPU = re.compile(r"E\d{4} .*failed call to cuInit")
_DRIVER = Path("/proc/driver/nvidia")


@contextmanager
def without_notices() -> Iterator[None]:
    """Hold back what native code writes to the error stream; afterwards pass on all but notices.

    TensorFlow writes these lines to file descriptor 2 before any log level is read. Warnings and
    errors still reach the terminal, at the end of the block.
    """
    try:
        descriptor = os.dup(2)
    except OSError:  # no error stream to hold back
        yield
        return
    with tempfile.TemporaryFile() as held:
        sys.stderr.flush()
        os.dup2(held.fileno(), 2)
        try:
            yield
        finally:
            sys.stderr.flush()
            os.dup2(descriptor, 2)
            os.close(descriptor)
            held.seek(0)
            lines = held.read().decode(errors="replace").splitlines(keepends=True)
            sys.stderr.write("".join(line for line in lines if not _is_notice(line)))


def _is_notice(line: str) -> bool:
    """That no GPU answers is an error only where a driver is installed."""
    return bool(_NOTICE.match(line)) or bool(_NO_GPU.match(line) and not _DRIVER.exists())


def start() -> None:
    """Import Keras and let its backend start, for command lines; a second call does nothing."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    with without_notices():
        import keras

        keras.ops.zeros(1)
