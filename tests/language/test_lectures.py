"""The page on the lectures: every computed figure, computed again from what its row says it is."""

import math
import re
from pathlib import Path

import pytest

from archspec import api, ir
from archspec.passes.shapes import shapes
from archspec.passes.summary import summarize

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "lectures.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line.startswith("| ")]
FIGURES = [(what, computed, source.strip("`")) for what, _, _, computed, source in ROWS if source not in ("from", "")]


def sizes(graph, *operators):
    """How many values the outputs of these operators have, together."""
    found = shapes(graph)
    return sum(math.prod(found[n.name]) for n in graph.nodes if isinstance(n.op, operators))


def weights(network, row):
    """Params of a row without its biases, one for each map or unit."""
    [layer] = [layer for layer in summarize(network.graph).layers if layer.name == row]
    return layer.params - layer.output_shape[-1]


def pools(graph):
    """Pools of the trunk: not those inside modules and heads."""
    kinds = ("max_pool", "avg_pool", "global_avg_pool")
    return sum(step.kind in kinds and "." not in name for name, step in graph.steps.items())


OF_A_NETWORK = {
    "units": lambda graph: sizes(graph, ir.Conv, ir.FullyConnected),
    "values": lambda graph: sizes(graph, ir.Input, ir.Conv, ir.MaxPool, ir.FullyConnected),
    "bytes": lambda graph: 4 * summarize(graph).params,
    "layers": lambda graph: summarize(graph).depth + pools(graph),
    "inceptions": lambda graph: sum(step.kind == "inception" for step in graph.steps.values()),
}
OF_A_ROW = {
    "shape": lambda network, row: shapes(network.graph)[network.graph.meanings()[row]],
    "units": lambda network, row: math.prod(shapes(network.graph)[network.graph.meanings()[row]]),
    "weights": weights,
    "params": lambda network, row: next(x.params for x in summarize(network.graph).layers if x.name == row),
    "macs": lambda network, row: next(x.macs for x in summarize(network.graph).layers if x.name == row),
}


def figure(words):
    """`googlenet params`, or `alexnet shape conv1`."""
    name, kind, *row = words.split()
    network = api.load(name)
    if row:
        return OF_A_ROW[kind](network, *row)
    known = OF_A_NETWORK.get(kind, lambda graph: getattr(summarize(graph), kind))
    return known(network.graph)


def shown(words):
    """The figure as the page writes it: a ratio, a sum, a shape or a number."""
    if " / " in words:
        above, below = map(figure, words.split(" / "))
        return f"{above / below:.1f}"
    found = [figure(part) for part in words.split(" + ")]
    return "x".join(map(str, found[0])) if isinstance(found[0], tuple) else f"{sum(found):,}"


@pytest.mark.parametrize(("what", "computed", "source"), FIGURES, ids=[source for *_, source in FIGURES])
def test_a_figure_of_the_page_is_what_comes_out(what, computed, source):
    assert computed == shown(source), what


def test_no_figure_stands_without_its_source():
    for what, _, _, computed, source in ROWS:
        assert bool(computed) == bool(source), what
    assert len(FIGURES) > 40


def test_the_page_goes_from_lenet_to_alphago():
    assert re.findall(r"^## (\S+)", PAGE, re.MULTILINE) == [
        *("LeNet-5,", "AlexNet,", "ZFNet,", "VGG,", "GoogLeNet,", "ResNet,", "After,", "AlphaGo,")
    ]
