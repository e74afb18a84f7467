"""The words for how training is spread over devices, and why other words are refused."""

from __future__ import annotations

import re

from archspec.api import did_you_mean, fail

STRATEGIES = ("auto", "none", "mirrored")
REFUSED = {
    "worker": "several machines are not supported yet: Keras's `fit` fails there (keras#20585)",
    "parameterserver": "Keras 3 does not train through parameter servers",
    "centralstorage": "Keras 3 trains wrongly, or not at all, with variables in a central storage",
    "tpu": "TPUs are not supported",
}
"""Part of another word that people may try, in plain letters -> why not."""


def check(word: str) -> None:
    """Refuse what is no strategy of ours.

    Raises:
        SpecError: with the reason, where there is one.
    """
    if word in STRATEGIES:
        return
    plain = re.sub(r"[^a-z]", "", word.lower())
    reason = next((why for name, why in REFUSED.items() if name in plain), f"there is no strategy '{word}'")
    raise fail("no-strategy", reason, expected=" or ".join(STRATEGIES), suggestion=did_you_mean(word, STRATEGIES))
