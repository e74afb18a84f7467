"""One language server for all tests of this folder."""

import os
import shutil

import pytest
from language_server import SERVER, LanguageServer


def missing():
    """What has to be installed before the tests can run; nothing where they can."""
    if shutil.which("node") is None:
        return "Node.js (20 or newer) is missing: install nodejs and npm, then `make test`"
    return "" if SERVER.is_file() else "the language server is missing: `npm ci --prefix tests/editor`"


@pytest.fixture(scope="session")
def server():
    """The server, in its own process; where it cannot run the tests are skipped, in CI they fail."""
    if reason := missing():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    running = LanguageServer(shutil.which("node"))
    yield running
    running.close()
