"""Auxiliary heads that the input has no room for: left out of the network, an error for whoever asks for heads."""

import pytest

import archspec
from archspec import api
from archspec.passes.cut import with_heads

HEAD = "archspec: 1\nname: tiny\ninput: [8, 8, 3]\nlayers:\n"
TRUNK = "  - conv: {name: c, filters: 4, kernel_size: 3}\n"
FITS = "  - aux: {name: fits, weight: 0.3, layers: [global_avg_pool, fc: {name: out, units: 2}]}\n"
UNFIT = "  - aux: {name: unfit, weight: 0.3, layers: [avg_pool: 7, conv: {filters: 2, kernel_size: 1}, flatten]}\n"
REST = "  - relu\n  - global_avg_pool\n"
WHY = "unfit.avg_pool: a window of 7 is larger than its input of 6 pixels"


def test_a_head_without_room_is_left_out_whole():
    bare, found = archspec.load(HEAD + TRUNK + FITS + REST).graph, archspec.load(HEAD + TRUNK + UNFIT + FITS + REST)
    graph = found.graph
    assert (graph.nodes, graph.steps, graph.heads, graph.unnamed) == (bare.nodes, bare.steps, bare.heads, bare.unnamed)
    assert {name: [d.message for d in why] for name, why in graph.unfit.items()} == {"unfit": [WHY]}
    assert archspec.analyze(found).unfit_heads == ("unfit",)


def asked_for(text):
    return api.arranged(archspec.load(text), include_top=True, classes=None, pooling=None, auxiliary=True)


@pytest.mark.parametrize("ask", [archspec.validate, asked_for], ids=["validate", "auxiliary=True"])
def test_who_asks_for_heads_hears_of_it(ask):
    with pytest.raises(archspec.SpecError, match=WHY) as caught:
        ask(HEAD + TRUNK + UNFIT + FITS + REST)
    [diagnostic] = caught.value.diagnostics
    assert diagnostic.span.line == 6
    assert diagnostic.expected == "a larger input, or a spec without the head (`edit: [remove: unfit]`)"
    api.arranged(archspec.load(HEAD + TRUNK + UNFIT + REST), True, None, None, False)


NOT_LEFT_OUT = {
    "the trunk reads it": HEAD + TRUNK + UNFIT + "  - fc: {from: unfit, units: 2}\n",
    "a row that nobody reads": HEAD + TRUNK + UNFIT + "  - relu: {name: lost, from: unfit}\n  - relu: {from: c}\n",
    "a sum reads it": HEAD + TRUNK + UNFIT + "  - add: [c, unfit]\n",
    "a block reads it": HEAD + TRUNK + UNFIT + "  - B\nblocks: {B: {layers: [concat: [c, unfit]]}}\n",
    "it is an output": HEAD + TRUNK + UNFIT + REST + "outputs: [relu, unfit]\n",
    "an output's rows read it": HEAD + TRUNK + UNFIT + REST + "outputs: {a: [relu], b: [relu: {from: unfit}]}\n",
}


@pytest.mark.parametrize("text", NOT_LEFT_OUT.values(), ids=NOT_LEFT_OUT)
def test_what_the_network_needs_is_never_left_out(text):
    with pytest.raises(archspec.SpecError) as caught:
        archspec.load(text)
    assert [d.message for d in caught.value.diagnostics] == [WHY]


def test_a_head_that_reads_one_without_room_has_none():
    reader = "  - aux: {name: reader, weight: 0.3, layers: [relu: {from: unfit}]}\n"
    graph = archspec.load(HEAD + TRUNK + UNFIT + reader + REST).graph
    assert list(graph.unfit) == ["unfit", "reader"]
    with pytest.raises(archspec.SpecError) as caught:
        with_heads(graph)
    assert {d.message for d in caught.value.diagnostics} == {WHY}


def test_any_other_mistake_in_a_head_is_an_error():
    mistaken = UNFIT.replace("flatten", "fc: {units: $nothing}")
    with pytest.raises(archspec.SpecError) as caught:
        archspec.load(HEAD + TRUNK + mistaken + REST)
    assert {d.code for d in caught.value.diagnostics} == {"shape", "unknown-variable"}


def test_the_commands_say_so(archspec):
    sizes = ("--set", "input=64x64x3")
    found = archspec("analyze", "googlenet", *sizes)
    assert (found.code, found.err) == (0, "")
    assert ["heads", "that", "do", "not", "fit", "aux1,", "aux2"] in [line.split() for line in found.out.splitlines()]
    assert archspec("build", "googlenet", *sizes).code == 0
    asked = archspec("build", "googlenet", "--auxiliary", *sizes)
    assert asked.code == 2
    assert "aux1.SideClassifier.avg_pool: a window of 5 is larger than its input of 4 pixels" in asked.err
