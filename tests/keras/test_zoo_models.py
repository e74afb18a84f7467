"""Every shipped spec as a Keras model at a small size: layers, a training step, features, half precision, saving.

`make test` runs five networks, `make zoo` all others (the marker `slow`).
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass

import keras
import numpy as np
import pytest
import tensorflow as tf
from conftest import difference, he_scaled
from layers_compared import assert_same, bearers
from zoo_cases import small

import archspec
from archspec import api, ir, zoo
from archspec.backends.keras.deep import deep
from archspec.backends.keras.weights import transfer
from archspec.ir import Graph
from archspec.passes.shapes import shapes

FEW = ("alexnet", "alphago_zero_20", "googlenet", "lenet5_1998", "se_resnet50")
BY_COUNTS_ONLY = ("resnet1202_cifar",)
"""No training step, which would take minutes: as many parameters as the spec has, and no more."""
ENSEMBLES = tuple(name for name in zoo.names() if archspec.load(name).nets)


@dataclass
class Case:
    """A network at a small size with all its heads, He-scaled weights, pictures, and what it makes of them."""

    name: str
    size: object
    graph: Graph
    model: keras.Model
    pictures: object
    outputs: dict


def arranged(name, size, *, top=True, pooling=None, auxiliary=False):
    """The graph that `build` builds."""
    return api.arranged(archspec.load(name, input_shape=size), top, None, pooling, auxiliary)


def named(outputs):
    return outputs if isinstance(outputs, dict) else {"output": outputs}


def probe(case, outputs):
    """What other outputs of a network are for its pictures."""
    with deep(len(case.graph.nodes)):
        model = keras.Model(case.model.input, outputs)
    return model(case.pictures, training=False)


def arrays(outputs):
    return {name: np.asarray(value, "float32") for name, value in named(outputs).items()}


def pictures_of(graph):
    rng = np.random.default_rng(1)
    inputs = {name: rng.normal(0, 1, (2, *shape)).astype("float32") for name, shape in graph.inputs.items()}
    return inputs if len(inputs) > 1 else next(iter(inputs.values()))


@pytest.fixture(
    scope="module", params=[pytest.param(name, marks=[] if name in FEW else pytest.mark.slow) for name in zoo.names()]
)
def case(request):
    name, size = request.param, small(request.param)
    heads = bool(archspec.load(name).graph.heads)
    graph = arranged(name, size, auxiliary=heads)
    model = he_scaled(archspec.build(name, input_shape=size, auxiliary=heads))
    pictures = pictures_of(graph)
    yield Case(name, size, graph, model, pictures, arrays(model(pictures, training=False)))
    keras.backend.clear_session()


def test_shapes_and_parameters_of_every_layer(case):
    assert_same(case.graph, case.model)
    assert all(np.isfinite(values).all() for values in case.outputs.values())


def probabilities(graph):
    """For each output and head, in the model's order, whether it is a softmax."""
    by_name, ends = graph.by_name(), [*graph.outputs.values(), *(head.output for head in graph.heads.values())]
    return [getattr(by_name[end].op, "function", "") == "softmax" for end in ends]


def loss(outputs, softmaxes):
    """Of every head: log of the first class, or squared distance to 1."""
    pairs = zip(named(outputs).values(), softmaxes, strict=True)
    return tf.add_n(
        [-tf.reduce_mean(tf.math.log(y[..., 0] + 1e-7)) if p else tf.reduce_mean((y - 1) ** 2) for y, p in pairs]
    )


def moving(graph):
    """Values that batch norms keep besides their parameters."""
    found = shapes(graph)
    return sum(2 * found[n.name][-1] for n in graph.nodes if isinstance(n.op, ir.BatchNorm))


def test_features_and_their_mean_are_those_of_the_whole_network(case):
    if case.name in ENSEMBLES:
        with pytest.raises(ValueError, match=f"{case.name} is an ensemble"):
            archspec.build(case.name, include_top=False)
        return
    bare = arranged(case.name, case.size, top=False)
    below = bearers(bare, case.model)[bare.outputs["features"]]
    maps = np.asarray(probe(case, below.output))
    pooling = "avg" if maps.ndim == 4 else None
    part = archspec.build(case.name, input_shape=case.size, include_top=False, pooling=pooling)
    assert_same(arranged(case.name, case.size, top=False, pooling=pooling), part)
    transfer(case.model, part)
    wanted = maps.mean((1, 2)) if pooling else maps
    assert difference(part(case.pictures, training=False), wanted) < 1e-5


def test_half_precision_gives_nearly_the_same(case, policy):
    policy("mixed_bfloat16")
    heads = bool(case.graph.heads)
    model = archspec.build(case.name, input_shape=case.size, auxiliary=heads)
    transfer(case.model, model)
    outputs = named(model(case.pictures, training=False))
    softmaxes = probabilities(case.graph)
    assert [
        keras.backend.standardize_dtype(y.dtype) for y, p in zip(outputs.values(), softmaxes, strict=True) if p
    ] == ["float32"] * sum(softmaxes)
    for name, values in arrays(outputs).items():
        assert difference(values, case.outputs[name]) < 0.3, name  # 152 layers: 0.17


CHILD = """
import json, sys
import keras
import numpy as np
import archspec

for line in sys.stdin:
    folder = line.strip()
    model = archspec.load_model(f"{folder}/model.keras")
    with np.load(f"{folder}/inputs.npz") as inputs, np.load(f"{folder}/outputs.npz") as saved:
        inputs = dict(inputs) if len(inputs) > 1 else next(iter(inputs.values()))
        outputs = model(inputs, training=False)
        outputs = outputs if isinstance(outputs, dict) else {"output": outputs}
        found = {name: bool((np.asarray(y, "float32") == saved[name]).all()) for name, y in outputs.items()}
    print(json.dumps(found), flush=True)
    keras.backend.clear_session()
"""


@pytest.fixture(scope="module")
def loads():
    """What a process that has built nothing finds of saved models."""
    silent = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}
    command = [sys.executable, "-c", CHILD]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=silent) as child:

        def load(folder):
            child.stdin.write(f"{folder}\n")
            child.stdin.flush()
            return json.loads(child.stdout.readline())

        yield load
        child.stdin.close()


def test_a_saved_model_gives_the_same_in_another_process(case, loads, tmp_path):
    case.model.save(tmp_path / "model.keras")
    inputs = case.pictures if isinstance(case.pictures, dict) else {"input": case.pictures}
    np.savez(tmp_path / "inputs.npz", **inputs)
    np.savez(tmp_path / "outputs.npz", **case.outputs)
    try:
        assert loads(tmp_path) == dict.fromkeys(case.outputs, True)
    finally:
        (tmp_path / "model.keras").unlink()  # up to half a gigabyte each


def gradients(case):
    """Variable -> gradient of the loss of one training step."""
    variables = case.model.trainable_variables
    with tf.GradientTape() as tape:
        value = loss(case.model(case.pictures, training=True), probabilities(case.graph))
    found = tape.gradient(value, [v.value for v in variables])
    return dict(zip([v.path for v in variables], found, strict=True))


def unmoved(found):
    """Kernels whose gradient is 0 throughout."""
    return [path for path, g in found.items() if path.endswith("/kernel") and not np.any(g)]


def test_a_training_step_reaches_every_variable(case):
    """Towards the end, since it changes the weights; drawn again where a relu of few maps is dead for all pictures."""
    if case.name in BY_COUNTS_ONLY:
        assert case.model.count_params() == archspec.analyze(case.name).params + moving(case.graph)
        return
    for seed in range(5):
        found = gradients(case)
        assert [path for path, g in found.items() if g is None or not np.isfinite(g).all()] == []
        if not unmoved(found):
            break
        he_scaled(case.model, seed + 1)
    assert unmoved(found) == []
    keras.optimizers.SGD(1e-3).apply(list(found.values()), case.model.trainable_variables)
    assert [v.path for v in case.model.weights if not np.isfinite(v).all()] == []


def silenced(by_name, end):
    """The norm or convolution whose zeros make a branch of zeros: the last one of it, whatever gate comes behind."""
    node = by_name[end]
    return node.name if isinstance(node.op, ir.BatchNorm | ir.Conv) else silenced(by_name, node.inputs[0])


def test_a_residual_branch_with_zero_weights_is_the_identity(case):
    """The last one, since it takes the weights away."""
    by_name, layers = case.graph.by_name(), bearers(case.graph, case.model)
    sums = [n for n in case.graph.nodes if isinstance(n.op, ir.Merge) and n.op.function == "add"]
    for node in sums:
        layer = layers[silenced(by_name, node.inputs[0])]
        for variable in layer.trainable_variables:
            variable.assign(np.zeros(variable.shape))
    pairs = [[layers[node.name].output, layers[node.inputs[1]].output] for node in sums]
    for ours, shortcut in probe(case, pairs) if pairs else ():
        np.testing.assert_array_equal(ours, shortcut)
