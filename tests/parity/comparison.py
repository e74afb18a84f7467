"""A network of ours beside its oracle: the same random weights, by pairs of names, and how far their maps differ.

What is compared with what is data: `archspec/resources/oracles.yaml` says which implementation is a spec's
oracle, a file of `pairs` which of its names are which of ours.
"""

import sys
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import keras
import numpy as np
import yaml
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
    """A file of pairs, its units written out: each line with `{0}` once for each of `units`."""
    found = yaml.safe_load((PAIRS / f"{name}.yaml").read_text(encoding="utf-8"))
    weights = {}
    for theirs, ours in found["weights"].items():
        for unit in found.get("units", [[]]) if "{" in theirs else [[]]:
            weights[theirs.format(*unit)] = ours.format(*unit)
    return {**found, "weights": weights}


def graph_of(entry, spec):
    """Our graph at the oracle's input size, without auxiliary heads; `spec` is a name or a text."""
    return without_heads(archspec.load(spec, input_shape=entry.input).graph)


def pictures(entry, shape):
    """Random pictures, of the spread that pictures less their mean have unless the entry says otherwise."""
    return np.random.default_rng(0).normal(0, entry.spread, (BATCH, *shape)).astype("float32")


def random_value(rng, name, shape):
    """A value under which maps neither vanish nor grow, and under which every value counts."""
    word = name.rpartition("/")[2]
    if word == "kernel":
        return rng.normal(0, np.sqrt(2 / np.prod(shape[:-1])), shape).astype("float32")
    low, high = {"gamma": (0.2, 0.6), "beta": (-0.1, 0.2), "moving_mean": (-0.1, 0.1)}.get(word, (0.1, 0.5))
    return rng.uniform(low, high, shape).astype("float32")


def ask(entry, shape):
    """The oracle's answer: weights drawn, batch-norm statistics settled and shaken, maps computed."""
    data, seen = read_pairs(entry.pairs), pictures(entry, shape)
    oracle = import_module(MODULES[entry.oracle]).Oracle(entry, tuple(shape))
    rng = np.random.default_rng(1)
    oracle.assign({name: random_value(rng, name, value.shape) for name, value in oracle.values().items()})
    oracle.settle(seen)
    values = shaken(rng, oracle.values())
    oracle.assign(values)
    maps = oracle.maps(seen, [*data["maps"].values(), *data["logits"].values()])
    return Answer(values, oracle.channels_first, maps)


def shaken(rng, settled):
    """Batch-norm statistics moved by chance, so that no mean and no variance may be left out.

    Means become smaller and variances larger by what is left of them: networks that are wholly centred, with
    random weights, blow rounding errors up from layer to layer.
    """
    values = dict(settled)
    for name in settled:
        layer, _, word = name.rpartition("/")
        if word == "moving_mean":
            mean, variance = settled[name], settled[f"{layer}/moving_variance"]
            values[name] = (mean * rng.uniform(0, 0.5, mean.shape)).astype("float32")
            power = variance + (mean - values[name]) ** 2
            values[f"{layer}/moving_variance"] = (power * rng.uniform(0.8, 1.4, mean.shape)).astype("float32")
    return values


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
    outputs |= {theirs: model.get_layer(ours).output for ours, theirs in data["logits"].items()}
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
