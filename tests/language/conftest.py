"""What the tests without a framework share."""

import gc

import pytest


@pytest.fixture(scope="module", autouse=True)
def _no_search_for_cycles():
    """No search for garbage within a file of tests: it took a tenth of the time, and nothing here is large."""
    gc.disable()
    yield
    gc.enable()
