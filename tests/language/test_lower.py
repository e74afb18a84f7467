"""Limits of the expansion, and what Python's own arguments do to a spec."""

import contextlib
import gc

import pytest

import archspec
from archspec import construction, extent

HEAD = "archspec: 1\nname: tiny\ninput: [8, 8, 3]\nvars: {k: 4}\n"
TINY = HEAD + "layers: [conv: {name: c, filters: $k, kernel_size: 3}, fc: {name: out, units: 2}]\n"


def test_too_many_layers(monkeypatch):
    monkeypatch.setattr(construction, "MAX_NODES", 1000)
    bomb = "layers: [A]\nblocks: {A: {layers: [{B: {times: 50}}]}, B: {layers: [{relu: {times: 50}}]}}\n"
    with pytest.raises(archspec.SpecError, match=r"too-many-layers.*more than 1,000 layers"):
        archspec.load(HEAD + bomb)


def test_blocks_nested_too_deeply():
    inner = ", ".join(f"B{i}: {{layers: [B{i + 1}]}}" for i in range(extent.MAX_NESTING))
    with pytest.raises(archspec.SpecError, match="too-deep"):
        archspec.load(HEAD + f"layers: [B0]\nblocks: {{{inner}, B{extent.MAX_NESTING}: {{layers: [relu]}}}}\n")


def test_one_mistake_gives_one_message():
    rows = "layers:\n  - conv: {name: a, filters: $x, kernel_size: 3}\n  - relu\n  - add: [a, relu]\n  - fc: 2\n"
    with pytest.raises(archspec.SpecError) as caught:
        archspec.load(HEAD + rows + "outputs: [a, fc]\ntop: fc\n")
    assert [str(d.span).rpartition(":")[0] for d in caught.value.diagnostics] == ["<text>:6"]


def test_a_row_that_is_wrong_in_every_unit_is_reported_once():
    pairs = "layers: [{P: {name: p, times: 3}}]\nblocks: {P: {layers: [conv: {filters: $x, kernel_size: 1}]}}\n"
    with pytest.raises(archspec.SpecError) as caught:
        archspec.load(HEAD + pairs)
    assert len(caught.value.diagnostics) == 1


def test_variables_and_input_from_python():
    network = archspec.load(TINY, vars={"k": 6}, input_shape=(5, 5, 1))
    assert network.graph.inputs == {"input": (5, 5, 1)}
    assert archspec.analyze(network).layers[1].output_shape == (3, 3, 6)
    assert archspec.load(network).graph.nodes == network.graph.nodes
    assert archspec.analyze(network, vars={"k": 2}).layers[1].output_shape == (3, 3, 2)


def test_several_inputs_from_python():
    text = (
        "archspec: 1\nname: two\ninputs: {a: [8, 8, 3], b: [8, 8, 1]}\nlayers: [relu: {from: a}, concat: [relu, b]]\n"
    )
    found = archspec.load(text, input_shape={"a": (4, 4, 3), "b": (4, 4, 2)})
    assert found.graph.inputs == {"a": (4, 4, 3), "b": (4, 4, 2)}


ARGUMENTS = [
    ({"vars": {"kk": 3}}, "nothing to set at 'vars.kk'"),
    ({"vars": {"k": "four"}}, "filters is 'four'"),
    ({"vars": {"k": 0}}, "filters is 0"),
    ({"vars": {"k": None}}, "filters is empty"),
    ({"input_shape": (8, 8)}, r"an input of \[8, 8\]"),
    ({"input_shape": "8x8x3"}, "an input of 8x8x3"),
    ({"input_shape": (8, 8, 3.5)}, r"an input of \[8, 8, 3.5\]"),
    ({"input_shape": (2, 2, 3)}, "a window of 3 is larger than its input of 2"),
    ({"input_shape": {"picture": (8, 8, 3)}}, "nothing to set at 'inputs.picture'"),
]


@pytest.mark.parametrize(("arguments", "said"), ARGUMENTS, ids=str)
def test_wrong_arguments(arguments, said):
    with pytest.raises(archspec.SpecError, match=said):
        archspec.load(TINY, **arguments)


def test_heads_named_by_outputs_and_spans_of_every_step():
    graph = archspec.load(
        HEAD + "layers: [relu]\noutputs: {a: [fc: 2], b: [{fc: {name: f, units: 3}}, softmax]}\n"
    ).graph
    assert graph.outputs == {"a": "a.fc", "b": "b.softmax"}
    assert {name: step.span.line for name, step in graph.steps.items()} == {
        "relu": 5, "a.fc": 6, "a": 6, "b.f": 6, "b.softmax": 6, "b": 6,
    }  # fmt: skip


@pytest.mark.parametrize("enabled", [True, False])
@pytest.mark.parametrize("rows", ["layers: [relu]", "layers: [rleu]"])
def test_the_garbage_collector_is_left_as_it_was(enabled, rows):
    before = gc.isenabled()
    (gc.enable if enabled else gc.disable)()
    try:
        with contextlib.suppress(archspec.SpecError):
            archspec.load(f"{HEAD}{rows}\n")
        assert gc.isenabled() == enabled
    finally:
        (gc.enable if before else gc.disable)()
