"""How far an evaluation is: a line now and then, and an end when it is asked for."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from training.callbacks import duration
from training.stopping import StopRequest

SECONDS_BETWEEN_LINES = 10.0


@dataclass
class Progress:
    """Counts pictures; says how fast they come and how long the rest will take.

    Args:
        total: pictures, of all networks.
        say: takes a line.
        request: asked after every batch whether to stop.
    """

    total: int
    say: Callable[[str], None]
    request: StopRequest = field(default_factory=StopRequest)
    done: int = 0
    began: float = field(default_factory=time.monotonic)
    last: float = field(default_factory=time.monotonic)

    def add(self, count: int) -> None:
        """So many more are done.

        Raises:
            StopRequestedError: once a signal has come.
        """
        self.request.check()
        self.done += count
        now = time.monotonic()
        if now - self.last > SECONDS_BETWEEN_LINES and self.done < self.total:
            self.last = now
            self.say(self.line(now - self.began))

    def line(self, seconds: float) -> str:
        """How far it is after so many seconds.

        >>> Progress(1000, print, done=250).line(10)
        '250 of 1,000 pictures, 25.0 pictures/s, 30 s left'
        """
        speed = self.done / max(seconds, 1e-9)
        left = duration((self.total - self.done) / speed) if speed else "unknown time"
        return f"{self.done:,} of {self.total:,} pictures, {speed:,.1f} pictures/s, {left} left"
