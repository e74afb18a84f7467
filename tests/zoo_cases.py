"""What every shipped spec is asked for: other input sizes, among them the smallest ones that it takes."""

import functools

import archspec

SIDES = (7, 19, 32, 48, 67, 79, 97, 113, 161, 224)
"""Tried from the smallest on; each picture is as wide as it is high and 5 pixels more."""


def inputs_of(name):
    """Input name -> shape, as the spec has them."""
    return archspec.load(name).graph.inputs


def resized(name, height, width, channels=0):
    """`input_shape` of another size; of so many channels more."""
    inputs = {key: (height, width, shape[2] + channels) for key, shape in inputs_of(name).items()}
    return inputs if list(inputs) != ["input"] else inputs["input"]


@functools.cache
def small(name):
    """The smallest tried size that a network takes with all its heads; its own where it takes no other."""
    for side in SIDES:
        for wide in (side + 5, side):
            if problems(name, resized(name, side, wide)) == ():
                return resized(name, side, wide)
    inputs = inputs_of(name)
    return inputs if list(inputs) != ["input"] else inputs["input"]


def problems(name, size):
    """What the language says of a network at this size: nothing where it can be built."""
    try:
        archspec.load(name, input_shape=size)
    except archspec.SpecError as error:
        return error.diagnostics
    return ()
