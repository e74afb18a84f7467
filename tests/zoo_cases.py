"""What every shipped spec is asked for: other input sizes, among them the smallest ones that it takes."""

import functools
import gc

import archspec
from archspec import api, zoo

SIDES = (7, 19, 32, 48, 67, 79, 97, 113, 161, 224)
"""Tried from an eighth of the spec's own height on: below it a batch norm has two values, and its gradient explodes."""


NETWORKS = [name for name in zoo.names() if "members" not in api.read(name).root.items]
"""The shipped specs that are no ensembles."""


@functools.cache
def shipped(name):
    """A shipped network, loaded once for all the tests of a process."""
    network = archspec.load(name)
    gc.freeze()  # it stays, and is not to be looked through for garbage again and again
    return network


def inputs_of(name):
    """Input name -> shape, as the spec has them."""
    return shipped(name).graph.inputs


def resized(name, height, width, channels=0):
    """`input_shape` of another size; of so many channels more."""
    inputs = {key: (height, width, shape[2] + channels) for key, shape in inputs_of(name).items()}
    return inputs if list(inputs) != ["input"] else inputs["input"]


@functools.cache
def small(name):
    """The smallest tried size that a network takes with all its heads, 5 pixels wider than high; else its own."""
    inputs = inputs_of(name)
    height = next(iter(inputs.values()))[0]
    sizes = [resized(name, side, side + 5) for side in SIDES if side >= height // 8]
    own = inputs if list(inputs) != ["input"] else inputs["input"]
    return next((size for size in sizes if not at_size(name, size)[1]), own)


def at_size(name, size):
    """The graph of a network at an input size, None where there is none; and what the language says, of heads too."""
    try:
        graph = archspec.load(shipped(name), input_shape=size).graph
    except archspec.SpecError as error:
        return None, error.diagnostics
    return graph, [d for reasons in graph.unfit.values() for d in reasons]
