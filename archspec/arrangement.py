"""The graph that `build` is asked for: with or without its classifier, its auxiliary heads, its number of classes."""

from __future__ import annotations

from archspec.ir import Graph
from archspec.network import Network
from archspec.passes import cut


def arranged(network: Network, include_top: bool, classes: int | None, pooling: str | None, auxiliary: bool) -> Graph:
    """The graph that `build` was asked for."""
    if pooling not in (None, "avg", "max"):
        raise ValueError(f"pooling is {pooling!r}: expected None, 'avg' or 'max'")
    if include_top and pooling:
        raise ValueError("pooling replaces the classifier: it needs include_top=False")
    if auxiliary and not include_top:
        raise ValueError("auxiliary heads are trained beside the classifier: they need include_top=True")
    if auxiliary and not network.graph.has_heads:
        raise ValueError(f"{network.name} has no auxiliary heads")
    if not include_top and network.nets:
        raise ValueError(f"{network.name} is an ensemble, a mean of outputs: its members have classifiers to leave out")
    if not include_top:
        top = str(network.spec.top.value) if network.spec.top else ""
        bare = cut.without_top(network.graph, top)
        return cut.with_pooling(bare, pooling) if pooling else bare
    graph = cut.with_heads(network.graph) if auxiliary else cut.without_heads(network.graph)
    if classes is None:
        return graph
    if isinstance(classes, bool) or not isinstance(classes, int) or classes < 1:
        raise ValueError(f"classes is {classes!r}: expected a whole number of at least 1")
    return cut.with_classes(graph, classes)
