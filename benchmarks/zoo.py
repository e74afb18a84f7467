"""Networks of the zoo beside Keras's own: training steps, grouped convolutions one by one, building.

    python benchmarks/zoo.py [PAIRS] [steps|layers|building]

Each side has a process of its own, since live models slow each other down; the two are asked in turn.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any

from paired import Pairs, measure

Run = Callable[[], object]

GROUPED = {"resnext50_32x4d": (64, 64, 3), "alexnet": (99, 99, 3), "senet154": (64, 64, 3)}
"""Networks with grouped convolutions, at small inputs."""
APPLICATIONS = {"vgg16": "VGG16", "resnet50_keras": "ResNet50"}
BATCH = 4


def grouped_by_keras() -> None:
    """Have `keras.layers.Conv2D` do what our grouped convolution does."""
    import keras

    from archspec.backends.keras.grouped import GroupedConv2D

    GroupedConv2D.convolution_op = keras.layers.Conv2D.convolution_op


def application(network: str, **arguments: Any) -> Any:
    """The same network as keras.applications has it."""
    import keras

    return getattr(keras.applications, APPLICATIONS[network])(weights=None, **arguments)


def ours(network: str, **arguments: Any) -> Any:
    """The network of a spec."""
    import archspec

    return archspec.build(network, **arguments)


def step(make: Callable[..., Any], network: str) -> Run:
    """A training step of a batch, with momentum, as `fit` runs it."""
    import keras
    import numpy as np

    model = make(network, input_shape=GROUPED.get(network, (64, 64, 3)))
    model.compile(keras.optimizers.SGD(1e-3, momentum=0.9), "sparse_categorical_crossentropy", jit_compile=False)
    x = np.random.default_rng(0).normal(size=(BATCH, *model.input_shape[1:])).astype("float32")
    return lambda: model.train_on_batch(x, np.arange(BATCH))


def building(make: Callable[..., Any], network: str) -> Run:
    """The model at its own size, reading, checking and lowering of the spec included."""
    import keras

    def run() -> None:
        keras.backend.clear_session()
        make(network)

    return run


def layer(native: bool, network: str, place: str) -> Run:
    """Forward and backward of one grouped convolution."""
    import keras
    import tensorflow as tf

    from archspec.backends.keras.grouped import GroupedConv2D

    op, shape = list(grouped_convolutions(network))[int(place)]
    make = GroupedConv2D if native else keras.layers.Conv2D
    conv = make(op.filters, op.kernel_size, op.strides, op.padding, groups=op.groups, use_bias=op.use_bias)
    x = tf.random.normal((BATCH, *shape), seed=0)
    conv.build(x.shape)

    @tf.function
    def gradients() -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = conv(x)
        return tape.gradient(y, [x, conv.kernel.value])

    return lambda: [g.numpy() for g in gradients()]


def grouped_convolutions(network: str) -> dict[Any, int]:
    """Operator and shape of its input -> how many of such the network has."""
    import archspec
    from archspec import ir
    from archspec.passes.shapes import shapes

    graph = archspec.load(network, input_shape=GROUPED[network]).graph
    found = shapes(graph)
    nodes = [n for n in graph.nodes if isinstance(n.op, ir.Conv) and n.op.groups > 1]
    counts: dict[Any, int] = {}
    for node in nodes:
        key = (node.op, found[node.inputs[0]])
        counts[key] = counts.get(key, 0) + 1
    return counts


def keras_step(network: str) -> Run:
    """A training step with Keras's own grouped convolutions."""
    grouped_by_keras()
    return step(ours, network)


SIDES: dict[str, Callable[..., Run]] = {
    "step": lambda network: step(ours, network),
    "step-keras-groups": keras_step,
    "step-application": lambda network: step(application, network),
    "layer": lambda network, place: layer(True, network, place),
    "layer-keras-groups": lambda network, place: layer(False, network, place),
    "building": lambda network: building(ours, network),
    "building-application": lambda network: building(application, network),
}


def serve(side: str, *words: str) -> None:
    """Be one side: run once for every line read, and say when it is done."""
    run = SIDES[side](*words)
    for _ in sys.stdin:
        run()
        print("done", flush=True)


@contextmanager
def process(*words: str) -> Iterator[Run]:
    """A side in its own process; calling it runs it once."""
    command = [sys.executable, __file__, "--side", *words]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as child:

        def run() -> None:
            assert child.stdin and child.stdout
            child.stdin.write("\n")
            child.stdin.flush()
            assert child.stdout.readline() == "done\n", f"{words} ended early"

        yield run
        if child.stdin:
            child.stdin.close()


def compare(pairs: int, ours: str, theirs: str, *words: str) -> Pairs:
    """Two sides in turn."""
    with process(ours, *words) as one, process(theirs, *words) as other:
        return measure(one, other, pairs)


def line(what: str, found: Pairs, target: str) -> str:
    """A row of the table: medians in milliseconds, and the ratio."""
    ours, theirs = median(found.ours) * 1e3, median(found.theirs) * 1e3
    return f"{what:52} {ours:9.1f} {theirs:10.1f}  {found.ratio:7.3f}   {target}"


def steps(pairs: int) -> Iterator[str]:
    """Training steps."""
    for network in APPLICATIONS:
        found = compare(pairs, "step", "step-application", network)
        yield line(f"training step of {network}", found, "at most 1.03 of keras.applications")
    for network in GROUPED:
        found = compare(pairs, "step", "step-keras-groups", network)
        yield line(f"training step of {network}", found, "with Keras's groups")


def layers(pairs: int) -> Iterator[str]:
    """Grouped convolutions, each of a network's different ones."""
    for network in GROUPED:
        for place, ((op, shape), count) in enumerate(grouped_convolutions(network).items()):
            found = compare(pairs, "layer", "layer-keras-groups", network, str(place))
            size = "x".join(map(str, shape))
            what = f"{network}: {count} of {size} to {op.filters}, {op.groups} groups"
            yield line(what, found, f"{1 / found.ratio:.0f} times faster, at least 50")


def builds(pairs: int) -> Iterator[str]:
    """Building."""
    for network in APPLICATIONS:
        found = compare(pairs, "building", "building-application", network)
        yield line(f"building {network}", found, "at most 1.1 of keras.applications")


def main() -> None:
    """Print the tables asked for."""
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    parts = {"steps": steps, "layers": layers, "building": builds}
    print(f"{f'medians of {pairs}':52}   ours ms  theirs ms    ratio   target")
    for name in sys.argv[2:] or parts:
        for row in parts[name](pairs):
            print(row, flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--side"]:
        serve(*sys.argv[2:])
    else:
        main()
