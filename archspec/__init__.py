"""archspec: convolutional networks as short specs; checked, analyzed, and built with Keras."""

from archspec.api import (
    ExpectationWarning,
    Network,
    analyze,
    build,
    describe_weights,
    digest,
    fit_inputs,
    load,
    load_model,
    load_weights,
    save_weights,
    validate,
)
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
    "describe_weights",
    "digest",
    "fit_inputs",
    "load",
    "load_model",
    "load_weights",
    "save_weights",
    "validate",
]
__version__ = "0.1.0"
