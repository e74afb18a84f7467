"""Our passes against the built Keras model, layer by layer."""

import keras
import pytest
from layers_compared import assert_same
from zoo_cases import small

import archspec
from archspec import zoo
from archspec.api import arranged

BY_COUNTS_ONLY = ("resnet1202_cifar",)
"""Built by `make zoo` alone; here its figures are held to the published ones."""

SIZES = [
    # network, input, auxiliary: borders that fall in other ways
    *[("lenet5", size, False) for size in [(36, 47, 1), (48, 40, 3)]],
    *[("googlenet", size, False) for size in [(224, 224, 3), (83, 119, 1), (97, 80, 3)]],
    *[("googlenet", size, True) for size in [(224, 224, 3), (193, 181, 3), (79, 100, 3)]],
    *[("alexnet", (67, 83, 3), False), ("alphago_policy", (9, 8, 48), False), ("resnet50", (61, 70, 3), False)],
    *[("senet154", (65, 64, 3), False), ("bn_inception", (64, 96, 3), False), ("vgg16_c", (32, 35, 3), False)],
    ("two_towers", {"image": (20, 33, 3), "depth": (19, 40, 1)}, False),
]
CASES = [*SIZES, *((name, small(name), False) for name in zoo.names() if name not in BY_COUNTS_ONLY)]


@pytest.mark.parametrize(("network", "size", "auxiliary"), CASES)
def test_shapes_and_parameters_of_every_layer(network, size, auxiliary):
    loaded = archspec.load(network, input_shape=size)
    graph = arranged(loaded, include_top=True, classes=None, pooling=None, auxiliary=auxiliary)
    assert_same(graph, archspec.build(network, input_shape=size, auxiliary=auxiliary))
    keras.backend.clear_session()


TOTALS = [("lenet5", False, 61_706), ("googlenet", False, 6_998_552), ("googlenet", True, 13_378_280)]


@pytest.mark.parametrize(("network", "auxiliary", "published"), TOTALS)
def test_published_totals(network, auxiliary, published):
    analysis = archspec.analyze(network)
    assert (analysis.params_with_aux if auxiliary else analysis.params) == published
    assert archspec.build(network, auxiliary=auxiliary).count_params() == published
