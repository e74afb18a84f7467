"""Ctrl-C and SIGTERM end a command at once, but never while files are written."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class StopRequestedError(BaseException):
    """The signal `number` asks to stop; no `except Exception` on the way takes it for an error."""

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
    """The signal that has come, 0 before; `holding` where it has to wait; `left` says what is there afterwards."""

    number: int = 0
    holding: bool = False
    left: Callable[[], str] = lambda: "nothing was trained"

    def check(self) -> None:
        """Raise `StopRequestedError` where a signal has come: what was raised in the middle of things may be lost."""
        if self.number and not self.holding:
            raise StopRequestedError(self.number)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let a signal wait for the end of what stands inside."""
        self.holding = True
        try:
            yield
        finally:
            self.holding = False
        self.check()


@contextmanager
def listening() -> Iterator[StopRequest]:
    """Raise `StopRequestedError` at the first SIGINT or SIGTERM; a second one ends the process, held or not.

    Whatever else is raised after a signal counts as its consequence. Where Python loses the exception, in a callback of
    the garbage collection, the next `check` raises it again, and nothing is told of the lost one.
    """
    request = StopRequest()
    previous = {number: signal.getsignal(number) for number in SIGNALS}

    def note(number: int, frame: FrameType | None) -> None:
        request.number = number
        for each in SIGNALS:
            signal.signal(each, signal.SIG_DFL)
        request.check()

    for number in SIGNALS:
        signal.signal(number, note)
    tell = sys.unraisablehook
    sys.unraisablehook = lambda lost: None if isinstance(lost.exc_value, StopRequestedError) else tell(lost)
    try:
        yield request
    except Exception as error:
        if request.number:
            raise StopRequestedError(request.number) from error
        raise
    finally:
        sys.unraisablehook = tell
        for number, handler in previous.items():
            signal.signal(number, handler)
