"""archspec: convolutional networks as short specs; checked, analyzed, and built with Keras."""

from archspec.api import ExpectationWarning, Network, analyze, build, fit_inputs, load, load_model, validate
from archspec.errors import Diagnostic, Span, SpecError
from archspec.passes.summary import Analysis, Layer

__all__ = [
    "Analysis",
    "Diagnostic",
    "ExpectationWarning",
    "Layer",
    "Network",
    "Span",
    "SpecError",
    "analyze",
    "build",
    "fit_inputs",
    "load",
    "load_model",
    "validate",
]
__version__ = "0.1.0"
