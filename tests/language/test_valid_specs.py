"""Every file of `cases/valid` and every shipped spec is valid, its `expect` included; a new case is a new file."""

from pathlib import Path

import pytest

from archspec import api, zoo
from archspec.passes.cut import without_heads

CASES = sorted((Path(__file__).resolve().parent.parent / "cases" / "valid").glob("*.yaml"))
SHIPPED = [zoo.path_of(name) for name in zoo.names()]


@pytest.fixture(scope="module", params=[*CASES, *SHIPPED], ids=lambda path: path.stem)
def path(request):
    return request.param


@pytest.fixture(scope="module")
def network(path):
    return api.validate(path)


def test_rows_give_what_the_spec_expects(path, network):
    assert network.name == path.stem
    assert network.spec.document.root.get("expect"), "a case without figures proves nothing"


def test_graphs_are_in_order_and_names_are_unique(path, network):
    graph = network.graph
    extends = {"extends", "members"} & api.read(path).root.items.keys()
    files = set(map(str, path.parent.glob("*.yaml"))) if extends else {str(path)}
    seen = set()
    for node in graph.nodes:
        assert set(node.inputs) <= seen
        assert node.name not in seen
        assert node.span.source.name in files
        seen.add(node.name)
    assert set(graph.outputs.values()) <= seen
    assert {step.output for step in graph.steps.values()} <= seen
    assert not without_heads(graph).heads
