"""Hints of `validate`: exact words for each file of `cases/invalid/hints`, silence for every shipped spec."""

from pathlib import Path

import pytest
from zoo_cases import shipped

import archspec as package
from archspec import zoo
from archspec.hints import RULES, hints

CASES = Path(__file__).resolve().parent.parent / "cases" / "invalid" / "hints"
SPECS = sorted(path.name for path in CASES.glob("*.yaml"))


@pytest.mark.parametrize("name", SPECS)
def test_hints_stand_behind_the_figures_and_change_no_exit_code(name, archspec, monkeypatch):
    monkeypatch.chdir(CASES)
    result = archspec("validate", name)
    valid, _, said = result.out.partition("\n")
    assert valid.startswith(f"{name}: valid: ")
    assert said == (CASES / name).with_suffix(".txt").read_text(encoding="utf-8")
    assert (result.code, result.err) == (0, "")


def test_every_rule_has_a_case():
    shown = "".join(path.read_text(encoding="utf-8") for path in CASES.glob("*.txt"))
    assert {path.stem for path in CASES.glob("*.txt")} == {Path(name).stem for name in SPECS}
    assert len({line.split("hint[")[1].split("]")[0] for line in shown.splitlines() if "hint[" in line}) == len(RULES)


@pytest.mark.parametrize("name", zoo.names())
def test_shipped_specs_give_no_hint(name):
    network = shipped(name)
    assert hints(network.spec, network.graph) == []


QUIET = [
    # rows without a hint, below 8x8x3
    "conv: {name: a, filters: 8, kernel_size: 1, use_bias: false, norm: batch_norm}",
    "conv: {name: a, filters: 8, kernel_size: 1, use_bias: true, norm: batch_norm}",
    "conv: {name: a, filters: 8, kernel_size: 1, activation: relu, norm: affine}",
    "conv: {name: a, filters: 8, kernel_size: 1}\n  - batch_norm: {name: b}\n  - add: [a, b]",
    "conv: {name: a, filters: 1, kernel_size: 1}\n  - flatten\n  - softmax",
    "conv: {name: a, filters: 1, kernel_size: 1, activation: sigmoid}",
    "conv: {name: a, filters: 2, kernel_size: 1, activation: softmax}",
    "relu\n  - max_pool: 2\n  - lrn\n  - flatten\n  - dropout: 0.5",
    "aux: {name: side, weight: 1, layers: [fc: {name: a, units: 2}]}\n  - relu",
    "residual: {name: a, filters: [3, 3], use_bias: false, norm: batch_norm, activation: relu}",
]


@pytest.mark.parametrize("rows", QUIET)
def test_no_hint(rows):
    network = package.load(f"archspec: 1\nname: tiny\ninput: [8, 8, 3]\nlayers:\n  - {rows}\n")
    assert [str(hint) for hint in hints(network.spec, network.graph)] == []
