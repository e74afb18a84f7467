"""The lectures' and papers' own tables (tests/cases/lectures.yaml), every cell computed."""

from pathlib import Path

import pytest
import yaml

import archspec

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "lectures.yaml").read_text(encoding="utf-8"))
UNITS = {"K": 1e3, "M": 1e6}
EXACT = {"share": 0, "units": 0}


def figures(case):
    if "network" in case:
        return archspec.analyze(case["network"])
    return archspec.analyze(f"archspec: 1\nname: tiny\ninput: {case['input']}\nlayers: {case['layers']}\n")


def weights(found, groups):
    """Parameters without biases, of which there is one a map or unit of each layer with parameters."""
    names = {name for group in groups for name in group.layers}
    return sum(x.params - x.output_shape[-1] for x in found.layers if x.name in names and x.params)


def shown(sizes):
    return "x".join(map(str, sizes))


COLUMNS = {
    "output_shape": lambda found, groups: shown(groups[-1].output_shape),
    "receptive_field": lambda found, groups: shown(groups[-1].receptive_field.size),
    "weights": weights,
    "kilo_weights": lambda found, groups: weights(found, groups) / 1024,
}


def computed(found, case, row, column):
    """A figure of one row, or of several joined by +."""
    kind = case.get("by", "block")
    groups = [group for group in getattr(found, f"{kind}s") if group.name in row.split("+")]
    assert len(groups) == row.count("+") + 1, row
    if column in COLUMNS:
        return COLUMNS[column](found, groups)
    scale = 1e6 if column.startswith("million_") else 1
    return sum(getattr(group, column.removeprefix("million_")) for group in groups) / scale


def number(printed):
    text = str(printed)
    return float(text[:-1]) * UNITS[text[-1]] if text[-1] in UNITS else float(text)


@pytest.mark.parametrize("case", CASES, ids=[case["source"] for case in CASES])
def test_every_cell_of_a_table(case):
    found, within = figures(case), EXACT | case.get("within", {})
    slips = {(row, column): (printed, ours) for row, column, printed, ours in case.get("slips", [])}
    for row, cells in case["rows"].items():
        for column, printed in zip(case["columns"], cells, strict=True):
            ours = computed(found, case, row, column)
            if isinstance(ours, str):
                assert ours == str(printed), (row, column)
            elif (row, column) in slips:
                assert slips.pop((row, column)) == (printed, pytest.approx(ours, rel=1e-9)), (row, column)
                assert abs(ours - number(printed)) > within["units"], f"{row} {column} is no slip"
            else:
                assert number(printed) == pytest.approx(ours, rel=within["share"], abs=within["units"]), (row, column)
    assert not slips
