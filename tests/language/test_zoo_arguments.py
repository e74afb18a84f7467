"""Every shipped spec, asked for what it was not written for: it works, or an error names what cannot.

The same with Keras: tests/keras/test_zoo_models.py.
"""

import math
from pathlib import Path

import pytest
from zoo_cases import at_size, resized, shipped

import archspec
from archspec import api, ir, zoo
from archspec.passes.costs import costs
from archspec.passes.shapes import shapes

SIZES = [(1, 1, 0), (31, 40, 0), (226, 211, 1)]


def named_in(diagnostic, network):
    """Whether a diagnostic names a row of the network, or of an ensemble's member, and a line of the folder."""
    name = diagnostic.message.partition(":")[0]
    graphs = [shipped(name).graph for name in dict.fromkeys(net.spec.name for net in network.nets)]
    graphs = graphs or [network.graph]
    names = {known for graph in graphs for known in (*graph.meanings(), *graph.heads, *graph.outputs)}
    here = Path(diagnostic.span.source.name).parent == zoo.folder() and diagnostic.span.line > 1
    return here and (name in names or any(known.startswith(f"{name}.") for known in names))


@pytest.mark.parametrize("name", zoo.names())
def test_other_sizes_have_shapes_or_an_error_names_the_row(name):
    network = shipped(name)
    for size in (resized(name, *size) for size in SIZES):
        graph, found = at_size(name, size)
        assert all(d.code == "shape" and named_in(d, network) for d in found), list(map(str, found))
        if graph:
            assert all(n > 0 for shape in shapes(graph).values() for n in shape)


UNFIT = [
    # the side of the input, heads that it has no room for
    (47, ("aux1", "aux2")),
    (78, ("aux1", "aux2")),
    (79, ()),
    (224, ()),
]


@pytest.mark.parametrize(("side", "heads"), UNFIT)
def test_a_network_does_without_the_heads_that_its_input_has_no_room_for(side, heads):
    found = archspec.analyze("googlenet", input_shape=(side, side, 3))
    assert (found.unfit_heads, found.params) == (heads, 6998552)
    assert (found.params_with_aux > found.params) == (not heads)


def ends(graph):
    """Output or head -> its shape and whether it is a softmax."""
    found, by_name = shapes(graph), graph.by_name()
    nodes = dict(graph.outputs) | {name: head.output for name, head in graph.heads.items()}
    return {name: (found[node], getattr(by_name[node].op, "function", "")) for name, node in nodes.items()}


WITHOUT_CLASSES = {
    # what has no classifier of so many units, and the row that says so
    "alphago_policy": "probabilities",
    "lenet5_1998": "output",
}


@pytest.mark.parametrize("name", zoo.names())
def test_another_number_of_classes(name):
    network = shipped(name)
    auxiliary = bool(network.graph.heads)
    try:
        graph = api.arranged(network, include_top=True, classes=7, pooling=None, auxiliary=auxiliary)
    except ValueError as error:
        row = next(row for base, row in WITHOUT_CLASSES.items() if name.startswith(base))
        assert str(error).startswith(f"{name}: '{row}")
        return
    before, after = ends(network.graph), ends(graph)
    several = any(function == "softmax" for _, function in before.values())
    widened = {end for end, (_, function) in before.items() if function == "softmax" or not several}
    assert widened
    assert after == {
        end: ((*shape[:-1], 7) if end in widened else shape, function) for end, (shape, function) in before.items()
    }
    assert {n.name for n in graph.nodes} == {n.name for n in network.graph.nodes}


def wide_convs(graph):
    """Convolutions that look around: they see the picture, and no classifier has any of them."""
    return {n.name for n in graph.nodes if isinstance(n.op, ir.Conv) and n.op.kernel_size != (1, 1)}


def without_top(network, pooling=None):
    return api.arranged(network, include_top=False, classes=None, pooling=pooling, auxiliary=False)


@pytest.mark.parametrize("name", zoo.names())
def test_without_the_classifier(name):
    network = shipped(name)
    if network.nets:
        with pytest.raises(ValueError, match=f"{name} is an ensemble"):
            without_top(network)
        return
    graph = without_top(network)
    whole, [shape] = api.arranged(network, True, None, None, False), [shape for shape, _ in ends(graph).values()]
    assert wide_convs(graph) == wide_convs(whole)
    left_out = {n.name for n in whole.nodes} - {n.name for n in graph.nodes}
    params = [sum(cost.params for cost in costs(each).values()) for each in (whole, graph)]
    assert left_out
    assert params[0] - params[1] == sum(costs(whole)[n].params for n in left_out)
    for pooling in ("avg", "max"):
        if len(shape) < 3:
            with pytest.raises(archspec.SpecError, match="needs a map"):
                ends(without_top(network, pooling))
        else:
            assert ends(without_top(network, pooling)) == {
                "features": (shape[-1:], {"avg": "average"}.get(pooling, pooling))
            }
    assert math.prod(shape) > 1
