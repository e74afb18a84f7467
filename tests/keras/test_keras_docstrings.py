"""The examples in the docstrings of the modules that import Keras."""

import doctest
import importlib
import pkgutil

import pytest

from archspec.backends import keras as backend

MODULES = [module.name for module in pkgutil.iter_modules(backend.__path__, f"{backend.__name__}.")]


@pytest.mark.parametrize("name", [*MODULES, "archspec.importers.keras_applications"])
def test_examples(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0
