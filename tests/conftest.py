"""What all tests share: the command line in this process, and reproducible hypothesis runs."""

import gc
from dataclasses import dataclass
from importlib.util import find_spec

import pytest
from hypothesis import settings

from archspec.cli import main

# The comparisons with other implementations run where these are installed: `make parity`.
collect_ignore = [] if find_spec("torch") and find_spec("onnxruntime") else ["parity"]

settings.register_profile("archspec", derandomize=True, deadline=None, database=None)
settings.load_profile("archspec")


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    """What is imported and collected stays: it is not to be looked through for garbage, now or later."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@dataclass(frozen=True)
class Result:
    """What a command ended with and said."""

    code: int
    out: str
    err: str


@pytest.fixture
def archspec(capsys):
    """Run a command line in this process: `archspec("validate", "googlenet").code`."""

    def run(*words):
        capsys.readouterr()
        try:
            code = main([str(word) for word in words])
        except SystemExit as end:
            code = end.code
        out, err = capsys.readouterr()
        return Result(code, out, err)

    return run
