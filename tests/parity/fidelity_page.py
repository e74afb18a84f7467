"""docs/fidelity.md, made of the table of oracles and of what was measured."""

from pathlib import Path

import yaml

from archspec import oracles

HERE = Path(__file__).parent
MEASURED = HERE / "measured.yaml"
PAGE = HERE.parent.parent / "docs" / "fidelity.md"

HEAD = """# Fidelity

Every network is held to an implementation that is not ours, with the same random weights: kernels scaled as He et al.
do, random batch-norm scales, shifts and statistics, none of them left at 0 or 1. The logits and an early, a middle and
a late map may differ by 1e-4 of their largest value. `make parity` compares them, and holds small mistakes
(a padding shifted by a pixel, another epsilon, floor for ceil, a swapped order) to differ ten times more.

The implementations: keras.applications; pytorchcv, in PyTorch; the graphs in the test data of the package onnx, run by
ONNX Runtime; and where nobody has built a network in the form that we want, the paper itself, transcribed in PyTorch
and kept in `tests/parity`. Such a transcription shows that the spec says what we read in the paper, in other words.

This page is made by `make fidelity`. The differences are of one machine, others round otherwise; those with
keras.applications are 0 where both networks come to the same operations.

| network | held to | which form of it | inner maps differ by | logits by |
|---|---|---|---|---|
"""


def measured():
    """Spec -> name of a map or of logits -> difference, as written down."""
    return yaml.safe_load(MEASURED.read_text(encoding="utf-8")) if MEASURED.exists() else {}


def page():
    """The page's text."""
    found, rows, without = measured(), [], []
    for name, entry in oracles.table().items():
        if entry.none:
            without.append(f"- {name}: {entry.none}.")
            continue
        pairs = yaml.safe_load((HERE / "pairs" / f"{entry.pairs}.yaml").read_text(encoding="utf-8"))
        logits = [*pairs["logits"].values(), *pairs.get("heads", ())]
        values = found.get(name, {})
        inner = max((float(v) for key, v in values.items() if key not in logits), default=None)
        last = max((float(v) for key, v in values.items() if key in logits), default=None)
        called = f"{entry.oracle}, `{entry.model.rpartition('.')[2]}`"
        rows.append(f"| {name} | {called} | {entry.variant} | {_shown(inner)} | {_shown(last)} |")
    return HEAD + "\n".join(rows) + "\n\nWithout an oracle of their own:\n\n" + "\n".join(without) + "\n"


def _shown(value):
    return "not measured" if value is None else f"{value:.0e}" if value else "0"
