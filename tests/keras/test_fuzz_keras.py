"""Mutated specs that are valid, built by Keras: 150 in which every kind of step occurs, shapes and parameters alike."""

import math
from collections import Counter

import mutants
import pytest

import archspec
from archspec import ir
from archspec.passes.costs import costs
from archspec.passes.cut import ancestors
from archspec.passes.shapes import shapes

CANDIDATES, CHOSEN, CHUNKS = 1_500, 150, 10


def small(graph):
    """Whether a network is built in a fraction of a second."""
    values = max(math.prod(shape) for shape in shapes(graph).values())
    return len(graph.nodes) <= 40 and values <= 300_000 and sum(c.params for c in costs(graph).values()) <= 1_000_000


def kinds(graph):
    return {step.kind for step in graph.steps.values() if not step.kind[0].isupper()}


def valid():
    """Text -> graph of the small valid specs among the first mutants, heads and all."""
    for seed in range(CANDIDATES):
        text = mutants.mutant(seed)
        try:
            network = archspec.load(text)
        except archspec.SpecError:
            continue
        if small(network.graph) and not network.warnings and not network.graph.unfit:
            yield text, network.graph


def stratified(found):
    """So many specs that steps which are rare among them come first."""
    left, chosen, counts = dict(found), [], Counter()
    while left and len(chosen) < CHOSEN:
        rarest = max(left, key=lambda text: sum(1 / (1 + counts[kind]) ** 2 for kind in kinds(left[text])))
        counts.update(kinds(left[rarest]))
        chosen.append((rarest, left.pop(rarest)))
    return chosen, counts


SPECS, COUNTS = stratified(valid())


def test_every_kind_of_step_is_built():
    assert len(SPECS) == CHOSEN
    assert set(COUNTS) >= set(mutants.KINDS)


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_keras_gives_the_same_shapes_and_parameters(chunk):
    for text, graph in SPECS[chunk::CHUNKS]:
        model = archspec.build(text, auxiliary=bool(graph.heads))
        layers, found, cost = {layer.name: layer for layer in model.layers}, shapes(graph), costs(graph)
        read = ancestors(graph, [*graph.outputs.values(), *(head.output for head in graph.heads.values())])
        nodes = [node for node in graph.nodes if node.name in read]  # Keras leaves out what no output is made of
        built = [node.name for node in nodes if node.name in layers]
        assert {name: layers[name].output.shape[1:] for name in built} == {name: found[name] for name in built}, text
        assert {type(node.op) for node in nodes if node.name not in layers} <= {ir.Activation}, text
        assert sum(math.prod(w.shape) for w in model.trainable_weights) == sum(cost[n].params for n in read), text
