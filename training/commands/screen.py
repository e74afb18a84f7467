"""The error stream: lines that stay, and one of progress that a terminal rewrites in its place."""

from __future__ import annotations

import os
import shutil
import sys

ON_A_TERMINAL, ELSEWHERE = 0.5, 30.0
"""Seconds between two lines of progress."""


class Screen:
    """What a command says while it works; the output's last line is the result."""

    def __init__(self) -> None:
        self.live = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self.every = ON_A_TERMINAL if self.live else ELSEWHERE
        self.open = False

    def say(self, line: str) -> None:
        """A line that stays."""
        self.clear()
        print(line, file=sys.stderr, flush=True)

    def show(self, line: str) -> None:
        """A line that the next one takes the place of, where there is a terminal."""
        if not self.live:
            return self.say(line)
        width = shutil.get_terminal_size().columns
        print(f"\r{line[: width - 1]}\x1b[K", end="", file=sys.stderr, flush=True)
        self.open = True
        return None

    def clear(self) -> None:
        """Take away a line of progress."""
        if self.open:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
        self.open = False
