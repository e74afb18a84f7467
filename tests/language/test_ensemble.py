"""Ensembles: their nets, their figures, and what may stand in them."""

import pytest

from archspec import SpecError, api, ir

NET = """\
archspec: 1
name: net
input: [8, 8, 3]
layers:
  - conv: {filters: 4, kernel_size: 3}
  - aux: {name: side, weight: 0.3, layers: [fc: 3]}
  - fc: {name: last, units: 10, activation: softmax}
"""
HEADS = "archspec: 1\nname: heads\ninput: [4, 4, 1]\nlayers: [flatten]\noutputs: {a: [fc: 2], b: [fc: 3]}\n"


@pytest.fixture
def ensemble(tmp_path, monkeypatch):
    """The network of an ensemble with these members."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.yaml").write_text(NET)
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "variant.yaml").write_text(
        "archspec: 1\nname: variant\nextends: ../net.yaml\nedit: [{set: {conv: {filters: 8}}}]\n"
    )
    (tmp_path / "linear.yaml").write_text(NET.replace(", activation: softmax", ""))
    (tmp_path / "other.yaml").write_text(NET.replace("[8, 8, 3]", "[8, 9, 3]"))
    (tmp_path / "more.yaml").write_text(NET.replace("units: 10", "units: 11"))
    (tmp_path / "heads.yaml").write_text(HEADS)
    (tmp_path / "wrong.yaml").write_text(NET.replace("filters", "filtres"))
    (tmp_path / "both.yaml").write_text("archspec: 1\nname: both\nmembers: [{spec: net.yaml}]\n")

    def load(members, more=""):
        (tmp_path / "many.yaml").write_text(f"archspec: 1\nname: many\nmembers: [{members}]\n{more}\n")
        return api.load("many.yaml")

    return load


COUNTS = [
    # members, the nets' names and shares
    ("{spec: net.yaml}", [("net_1", 1)]),
    ("{spec: net.yaml}, {spec: net.yaml}", [("net_1", 1), ("net_2", 1)]),
    ("{spec: net.yaml, weights: [a, b], share: 2}, {spec: sub/variant.yaml}",
     [("net_1", 2), ("net_2", 2), ("variant_1", 1)]),
    ("{spec: net.yaml, weights: a, share: 0.5}, {spec: net.yaml, weights: [b]}", [("net_1", 0.5), ("net_2", 1)]),
]  # fmt: skip


@pytest.mark.parametrize(("members", "expected"), COUNTS, ids=[members for members, _ in COUNTS])
def test_nets(members, expected, ensemble):
    network = ensemble(members)
    assert [(net.name, net.share) for net in network.nets] == expected
    assert network.graph.by_name()["average"].op == ir.Combine("average", tuple(share for _, share in expected))


def test_figures_are_the_sums_of_the_members(ensemble):
    found = api.analyze(ensemble("{spec: net.yaml}, {spec: sub/variant.yaml}"))
    one, two = api.analyze("net.yaml"), api.analyze("sub/variant.yaml")
    assert (found.params, found.macs) == (one.params + two.params, one.macs + two.macs)
    assert (found.depth, found.params_with_aux) == (2, found.params)


def test_layers_of_the_nets_are_called_by_them(ensemble):
    graph = ensemble("{spec: net.yaml}, {spec: net.yaml}", "combine: geometric").graph
    assert [node.name for node in graph.nodes if "fc" not in node.name and "relu" not in node.name][:3] == [
        "input", "net_1.conv", "net_1.last.flatten"
    ]  # fmt: skip
    assert graph.by_name()["geometric"].inputs == ("net_1.last.softmax", "net_2.last.softmax")
    assert dict(graph.outputs) == {"geometric": "geometric"}


def test_heads_are_combined_by_name(ensemble):
    graph = ensemble("{spec: heads.yaml}, {spec: heads.yaml}").graph
    assert dict(graph.outputs) == {"a": "a.average", "b": "b.average"}


ERRORS = [
    ("{spec: other.yaml}, {spec: net.yaml}", "", "ensemble-mismatch", "inputs of"),
    ("{spec: net.yaml}, {spec: more.yaml}", "", "ensemble-mismatch", "outputs of net_1 and net_2 differ: 10 and 11"),
    ("{spec: net.yaml}, {spec: heads.yaml}", "", "ensemble-mismatch", "inputs of"),
    ("{spec: net.yaml}, {spec: linear.yaml}", "combine: geometric", "ensemble-mismatch", "does not end in a softmax"),
    ("{spec: both.yaml}", "", "not-a-network", "an ensemble itself"),
    ("{spec: many.yaml}", "", "extends-cycle", "itself"),
    ("{spec: wrong.yaml}", "", "unknown-key", "member at many.yaml:3"),
    ("{spec: nothing.yaml}", "", "no-such-file", "there is no file"),
    ("{spec: ../net.yaml}", "", "outside", "leads out"),
    ("{spec: net.yaml}", "combine: median", "unknown-word", "average, geometric"),
    ("{spec: net.yaml, share: 0}", "", "out-of-range", "share is 0"),
    ("{spec: net.yaml}", "input: [8, 8, 3]", "ensemble-key", "`input` in an ensemble"),
    ("{weights: a}", "", "missing-key", "needs 'spec'"),
]


@pytest.mark.parametrize(("members", "more", "code", "said"), ERRORS, ids=[f"{m} {n}" for m, n, *_ in ERRORS])
def test_wrong_ensemble(members, more, code, said, ensemble):
    with pytest.raises(SpecError) as caught:
        ensemble(members, more)
    assert caught.value.diagnostics[0].code == code
    assert said in str(caught.value)


def test_an_ensemble_is_no_base(ensemble):
    ensemble("{spec: net.yaml}")
    with pytest.raises(SpecError, match="a base that is an ensemble"):
        api.load("archspec: 1\nname: x\nextends: alexnet_7\n")


def test_weights_of_members_are_asked_for_before_anything_is_built(ensemble):
    for members, said in (
        ("{spec: net.yaml}", "net_1 has no weights"),
        ("{spec: net.yaml, weights: a}", "no file 'a'"),
    ):
        with pytest.raises(SpecError, match=said):
            api.build(ensemble(members), weights="members")


def test_an_ensemble_is_checked_at_another_size_too(archspec):
    result = archspec("validate", "googlenet_7", "--set", "input=96x96x3")
    assert (result.code, result.out.split(":")[:2]) == (0, ["googlenet_7", " valid"])
