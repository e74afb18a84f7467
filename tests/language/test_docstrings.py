"""The examples in the docstrings of all modules that need no framework."""

import doctest
import importlib
import pkgutil

import pytest

import archspec

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(archspec.__path__, "archspec.")
    if not module.name.startswith(("archspec.backends.keras", "archspec.importers.keras_applications"))
    and not module.name.endswith("__main__")
)


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0
