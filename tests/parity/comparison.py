"""A network of ours beside its oracle: the same random weights, by pairs of names, and how far their maps differ.

What is compared with what is data: `archspec/resources/oracles.yaml` says which implementation is a spec's
oracle, a file of `pairs` which of its names are which of ours.
"""

import sys
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path

import keras
import numpy as np
import yaml
from drawn import random_value, shaken
from safetensors.numpy import save_file

import archspec
from archspec import ir, oracles
from archspec.backends.keras import build
from archspec.passes.cut import without_heads
from archspec.passes.shapes import shapes
from archspec.rename import captured, pairs as checked, renamed

PAIRS = Path(__file__).parent / "pairs"
MODULES = {"keras.applications": "in_keras", "onnx": "in_onnx", "pytorchcv": "in_torch", "paper": "in_torch"}
BATCH = 2

sys.setrecursionlimit(50_000)  # Keras follows a model's layers by recursion: 1,202 of them are more than Python's 1,000


@dataclass(frozen=True)
class Answer:
    """An oracle's random weights, in Keras's layouts, and its maps for the pictures."""

    values: dict
    channels_first: bool
    maps: dict


def read_pairs(name):
    """A file of pairs, its units written out: each line with `{0}` once for each of `units`.

    `maps` and `logits` say which of ours are which of theirs, `heads` which of those maps a head of ours reads.
    """
    found = yaml.safe_load((PAIRS / f"{name}.yaml").read_text(encoding="utf-8"))
    weights = {}
    for theirs, ours in found["weights"].items():
        for unit in found.get("units", [[]]) if "{" in theirs else [[]]:
            weights[theirs.format(*unit)] = ours.format(*unit)
    return {"heads": {}, **found, "weights": weights}


def graph_of(entry, spec):
    """Our graph at the oracle's input size, with the auxiliary heads that are compared; `spec` is a name or a text."""
    graph = archspec.load(spec, input_shape=entry.input).graph
    return graph if entry.heads else without_heads(graph)


def pictures(entry, shape):
    """Random pictures, of the spread that pictures less their mean have unless the entry says otherwise."""
    return np.random.default_rng(0).normal(0, entry.spread, (BATCH, *shape)).astype("float32")


def ask(entry, shape):
    """The oracle's answer: weights drawn, batch-norm statistics settled and shaken, maps computed."""
    data, seen, rng = read_pairs(entry.pairs), pictures(entry, shape), np.random.default_rng(1)
    answer = one_answer(entry, seen, rng, [*data["maps"].values(), *data["logits"].values()])
    for head, below in data["heads"].items():
        read = answer.maps[data["maps"][below]]
        alone = replace(entry, oracle="paper", model=entry.heads, arguments={"shape": read.shape[1:]}, set={})
        side = one_answer(alone, read, rng, [""])
        answer.values.update({f"{head}.{name}": value for name, value in side.values.items()})
        answer.maps[head] = side.maps[""]
    return answer


def one_answer(entry, seen, rng, names):
    """What one implementation makes of pictures, or a head of a map: its weights, and the maps of these names."""
    oracle = import_module(MODULES[entry.oracle]).Oracle(entry, seen.shape[1:])
    oracle.assign({name: random_value(rng, name, value.shape) for name, value in oracle.values().items()})
    oracle.settle(seen)
    values = shaken(rng, oracle.values())
    oracle.assign(values)
    return Answer(values, oracle.channels_first, oracle.maps(seen, names))


def in_our_layout(values, graph, rename, channels_first):
    """Their values under their names, in our shapes: flattened maps channels last, 1x1 kernels as matrices."""
    found, by_name = shapes(graph), graph.by_name()
    laid = dict(values)
    for theirs, ours in renamed(values, checked(rename)).items():
        layer, _, word = ours.partition("/")
        node = by_name.get(layer)
        if node is None or word != "kernel" or not isinstance(node.op, ir.FullyConnected):
            continue
        kernel = values[theirs].reshape(-1, node.op.units)
        before = by_name[node.inputs[0]]
        if channels_first and isinstance(before.op, ir.Flatten):
            height, width, channels = found[before.inputs[0]]
            kernel = kernel.reshape(channels, height, width, -1).transpose(1, 2, 0, 3).reshape(kernel.shape)
        laid[theirs] = np.ascontiguousarray(kernel)
    return laid


def ours(graph, entry, answer, folder, *, strict=True):
    """Our maps under the names of theirs, with their weights, which go through a file and are taken by name."""
    data = read_pairs(entry.pairs)
    names = {value.partition("/")[0] for value in answer.values}
    rename = {
        old: new for old, new in data["weights"].items() if any(captured(old, name) is not None for name in names)
    }
    model = build.build(graph, name="ours", taps=list(data["maps"]))
    file = folder / "theirs.safetensors"
    save_file(in_our_layout(answer.values, graph, rename, answer.channels_first), file)
    report = archspec.load_weights(model, file, rename=rename, strict=strict)
    file.unlink()
    outputs = {theirs: model.output[ours] for ours, theirs in data["maps"].items()}
    logits = data["logits"] | {graph.by_name()[graph.heads[head].output].inputs[0]: head for head in data["heads"]}
    outputs |= {theirs: model.get_layer(ours).output for ours, theirs in logits.items()}
    if strict:
        assert not report.skipped
        assert not report.new
    [(_, shape)] = graph.inputs.items()
    made = keras.Model(model.input, {str(number): output for number, output in enumerate(outputs.values())})
    found = made(pictures(entry, shape))
    return {name: np.asarray(found[str(number)]) for number, name in enumerate(outputs)}


def differences(found, wanted):
    """Name -> largest difference, relative to the largest value."""
    return {name: difference(found[name], wanted[name]) for name in wanted}


def difference(a, b):
    """Largest difference of two arrays, relative to the largest value of the second; inf for other shapes."""
    a, b = np.asarray(a, "float64"), np.asarray(b, "float64")
    if a.shape != b.shape and a.size != b.size:
        return np.inf
    return float(np.abs(a.reshape(b.shape) - b).max() / np.abs(b).max())


def compare(name, folder):
    """Their name of a map or of logits -> how far ours differs."""
    entry = oracles.table()[name]
    graph = graph_of(entry, name)
    [(_, shape)] = graph.inputs.items()
    answer = ask(entry, shape)
    for values in answer.maps.values():
        assert np.isfinite(values).all()
        assert values.std() > 1e-3 * np.abs(values).max()
    found = differences(ours(graph, entry, answer, folder), answer.maps)
    keras.backend.clear_session()
    return found
