"""archspec: convolutional networks as short specs; checked, analyzed, and built with Keras."""

from archspec import ir
from archspec.api import (
    ExpectationWarning,
    Network,
    analyze,
    build,
    compare,
    describe_weights,
    diff,
    digest,
    fit_inputs,
    load,
    load_model,
    load_weights,
    plot,
    save_weights,
    sweep,
    validate,
)
from archspec.blocks import kinds
from archspec.blocks.base import Block, Convolutional, Scope, Tensor, block, finish, key
from archspec.errors import Diagnostic, Span, SpecError
from archspec.passes.figures import Analysis, Group, Layer
from archspec.passes.memory import Memory

__all__ = [
    "Analysis",
    "Block",
    "Convolutional",
    "Diagnostic",
    "ExpectationWarning",
    "Group",
    "Layer",
    "Memory",
    "Network",
    "Scope",
    "Span",
    "SpecError",
    "Tensor",
    "analyze",
    "block",
    "build",
    "compare",
    "describe_weights",
    "diff",
    "digest",
    "finish",
    "fit_inputs",
    "ir",
    "key",
    "kinds",
    "load",
    "load_model",
    "load_weights",
    "plot",
    "save_weights",
    "sweep",
    "validate",
]
__version__ = "0.1.0"
