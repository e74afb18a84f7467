"""Ctrl-C and SIGTERM as a wish to stop soon, instead of an exception anywhere."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class StopRequestedError(Exception):
    """Training was asked to stop by the signal `number`."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number

    @property
    def name(self) -> str:
        """The signal's name, such as `SIGTERM`."""
        return signal.Signals(self.number).name

    @property
    def exit_code(self) -> int:
        """What shells report of a process that ended by this signal: 130 or 143."""
        return 128 + self.number


@dataclass
class StopRequest:
    """The signal that has come, 0 before."""

    number: int = 0

    def check(self) -> None:
        """Raise `StopRequestedError` where a signal has come."""
        if self.number:
            raise StopRequestedError(self.number)


@contextmanager
def listening() -> Iterator[StopRequest]:
    """Note the first SIGINT or SIGTERM; a second one ends the process at once, as if nobody listened."""
    request = StopRequest()
    previous = {number: signal.getsignal(number) for number in SIGNALS}

    def note(number: int, frame: FrameType | None) -> None:
        request.number = number
        for each in SIGNALS:
            signal.signal(each, signal.SIG_DFL)

    for number in SIGNALS:
        signal.signal(number, note)
    try:
        yield request
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
