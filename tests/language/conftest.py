"""What the tests without a framework share."""

import gc

import pytest


@pytest.fixture(scope="module", autouse=True)
def _rare_collection():
    """A rarer search for cycles of garbage: a tenth of the time, for nothing as large as a framework's models."""
    before = gc.get_threshold()
    gc.set_threshold(100_000, 20, 20)
    yield
    gc.set_threshold(*before)
