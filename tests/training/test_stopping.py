"""Signals as wishes to stop."""

from __future__ import annotations

import os
import signal

import pytest

from training import stopping


class Falls:
    """An object whose end the signal falls into, where Python loses what is raised."""

    def __del__(self) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        sum(range(1000))  # the handler is called between two instructions


def test_a_stop_that_python_loses_is_told_at_the_next_check(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(stopping.StopRequestedError), stopping.listening() as request:
        falls = Falls()
        del falls
        assert request.number == signal.SIGTERM
        request.check()
    assert capfd.readouterr().err == ""
