"""The terms of forms and the steps that they stand for."""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable, Mapping as Map

from archspec.blocks import registry
from archspec.blocks.base import Block
from archspec.blocks.kinds import ACTIVATIONS, NORMS
from archspec.errors import Diagnostic, did_you_mean
from archspec.form.syntax import Form

SHORT = {"POOL": ("max_pool", "avg_pool"), "GAP": ("global_avg_pool",), "BN": ("batch_norm",)}
"""Terms that are not called like their step; POOL is either of two."""

MOST_UNKNOWN = 20
FUNCTIONS = {name.upper(): name for name in ACTIVATIONS}
"""Term -> activation."""
NORM_TERMS = {name.upper(): name for name in NORMS} | {"BN": "batch_norm"}
"""Term -> norm."""

LIGHT = {
    *("max_pool", "avg_pool", "global_avg_pool", "global_max_pool", "subsample", "flatten", "pad", "position_bias"),
    *("batch_norm", "affine", "lrn", "dropout", "se"),
    *ACTIVATIONS,
}
"""Steps that open no stage of their own: they belong to the layer or the block above."""


@functools.cache
def built_in() -> Map[str, tuple[str, ...]]:
    """Term -> the kinds of step that it may be, for the steps of the language."""
    return {kind.upper(): (kind,) for kind, block in registry().items() if _sayable(block)} | SHORT


def known(own: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Term -> the kinds of step that it may be, for a spec that defines the blocks `own` itself.

    >>> known(["SideHead"])["POOL"], known(["SideHead"])["SIDEHEAD"]
    (('max_pool', 'avg_pool'), ('SideHead',))
    """
    return {name.upper(): (name,) for name in own if len(name) > 1} | dict(built_in())


def in_claims(own: Iterable[str]) -> set[str]:
    """Terms that a claim may have: every step and block of the language, and the spec's own blocks."""
    return {name.upper() for name in (*own, *registry())} | set(SHORT)


def _sayable(block: type[Block]) -> bool:
    """Whether a step needs nothing but sizes: no rows, no names of other rows."""
    return not (block.merges or block.side or any(key.required and key.kind.rows for key in block.all_keys()))


def unknown_terms(form: Form, terms: Collection[str]) -> list[Diagnostic]:
    """One diagnostic for each name of a form that stands for no step, where it first stands; 20 at most."""
    unknown = {name.name: name for name in reversed(form.names) if name.name not in terms}
    return [
        Diagnostic(
            "unknown-term",
            f"no step and no block is called {name.name}",
            name.span,
            "CONV, FC, POOL, GAP, RELU, BN, LRN, DROPOUT, SOFTMAX, ..., or the name of a block in capitals",
            did_you_mean(name.name, terms),
        )
        for name in list(reversed(unknown.values()))[:MOST_UNKNOWN]
    ]
