"""Every shipped network is held to an implementation that is not ours, or the table says why it is not."""

import sys
from pathlib import Path

import archspec
from archspec import oracles, zoo

PARITY = Path(__file__).resolve().parent.parent / "parity"


def test_every_spec_has_an_oracle_or_a_reason():
    missing = set(zoo.names()) - oracles.table().keys()
    assert missing == set(), "say in archspec/resources/oracles.yaml whom they are compared with, or `none: why`"
    assert oracles.table().keys() - set(zoo.names()) == set()


def test_an_entry_says_who_in_which_form_and_by_which_names():
    for name, entry in oracles.table().items():
        if entry.none:
            assert not entry.oracle, name
            continue
        assert entry.oracle in ("keras.applications", "onnx", "paper", "pytorchcv"), name
        assert entry.model and entry.variant, name
        assert (PARITY / "pairs" / f"{entry.pairs}.yaml").is_file(), name


def test_auxiliary_heads_are_compared_too():
    headed = {name for name in oracles.table() if archspec.load(name).graph.heads}
    assert headed == {name for name, entry in oracles.table().items() if entry.heads}


def test_the_page_is_what_the_table_and_the_measurements_give(monkeypatch):
    monkeypatch.syspath_prepend(str(PARITY))
    import fidelity_page

    assert fidelity_page.PAGE.read_text(encoding="utf-8") == fidelity_page.page(), "make fidelity"
    sys.modules.pop("fidelity_page")


def test_what_was_measured_is_within_the_limit(monkeypatch):
    monkeypatch.syspath_prepend(str(PARITY))
    import fidelity_page

    found = fidelity_page.measured()
    assert found.keys() <= {name for name, entry in oracles.table().items() if not entry.none}
    assert all(len(maps) >= 3 and float(v) < 1e-4 for maps in found.values() for v in maps.values())
    sys.modules.pop("fidelity_page")
