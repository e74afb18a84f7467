"""Memory: what each primitive keeps, what is alive at once, and the sums; docs/memory.md against both."""

import re
from math import prod
from pathlib import Path

import pytest

import archspec
from archspec import ir
from archspec.passes.activations import STORAGE, Storage
from archspec.passes.backward import KEPT, kept
from archspec.passes.liveness import peak
from archspec.passes.memory import memory

HEAD = "archspec: 1\nname: tiny\ninput: [8, 8, 4]\ndefaults: {conv: {kernel_size: 3, padding: same}}\nlayers:\n"
MAP = 8 * 8 * 4


def graph(*rows):
    return archspec.load(HEAD + "".join(f"  - {row}\n" for row in rows)).graph


CONV = "conv: {name: %s, filters: 4}"
ALIVE = [
    # rows, maps of the input's size that are alive at once
    ([CONV % "a"], 2),
    ([CONV % "a", "relu", "batch_norm", "affine"], 2),
    ([CONV % "a", "relu", CONV % "b", "relu"], 3),
    ([CONV % "a", "max_pool: {pool_size: 2}", "global_avg_pool"], 2.25),
    (["relu", CONV % "a"], 3),
    (["pad: {padding: [[1, 1], [1, 1]]}", "conv: {filters: 4, kernel_size: 3, padding: valid}"], 2),
    (["lrn: {depth_radius: 2}"], 3),
    (["dropout: 0.5", "flatten", "fc: {units: 256}"], 2),
    ([CONV % "a", CONV % "b", "add: [a, b]"], 4),
    ([CONV % "a", CONV % "b", "add: {name: c, of: [a, b]}", CONV % "d", "add: [c, d]"], 5),
    ([CONV % "a", CONV % "b", "concat: [a, b]"], 5),
    ([CONV % "a", CONV % "b", "concat: {name: c, of: [a, b]}", "relu", CONV % "d"], 5),
]


@pytest.mark.parametrize(("rows", "maps"), ALIVE, ids=lambda x: " | ".join(x) if isinstance(x, list) else str(x))
def test_maps_that_are_alive_at_once(rows, maps):
    assert peak(graph(*rows)) == maps * MAP


OPERATORS = [
    # rows, maps of the input's size that the backward pass reads again
    ([CONV % "a"], 1),
    ([CONV % "a", "relu"], 2),
    ([CONV % "a", "batch_norm"], 2),
    ([CONV % "a", "batch_norm", "relu", CONV % "b"], 3),
    ([CONV % "a", "relu", CONV % "b", "relu"], 3),
    (["max_pool: {pool_size: 2}"], 1.25),
    (["avg_pool: {pool_size: 2}"], 0),
    (["subsample: 2"], 0.25),
    (["lrn: {depth_radius: 2}"], 2),
    (["dropout: 0.5"], 0.25),
    ([CONV % "a", CONV % "b", "add: [a, b]"], 2),
    ([CONV % "a", CONV % "b", "multiply: [a, b]"], 3),
    ([CONV % "a", CONV % "b", "concat: {name: c, of: [a, b]}", CONV % "d"], 4),
    (["flatten", "fc: {units: 256}"], 1),
]


@pytest.mark.parametrize(("rows", "maps"), OPERATORS, ids=lambda x: " | ".join(x) if isinstance(x, list) else str(x))
def test_maps_that_are_kept_for_the_backward_pass(rows, maps):
    assert sum(kept(graph(*rows)).values()) == maps * MAP * 4


def test_every_primitive_that_keeps_nothing_is_linear_or_moves_values():
    nothing = {op for op in KEPT if STORAGE[op] is not Storage.OWN and op not in (ir.Merge, ir.Combine)}
    assert {ir.Flatten, ir.Pad, ir.Concat, ir.PositionBias} == {op for op in nothing if not KEPT[op](None)}


def test_values_of_a_forward_pass_as_the_lectures_add_them_up():
    assert sum(layer.activations for layer in archspec.analyze("vgg16").layers) == 15_237_608


SETTINGS = [
    # batch, dtype, optimizer, bytes of: weights, forward, gradients, optimizer
    (1, "float32", "sgd", 4, 4, 4, 0),
    (8, "float32", "momentum", 4, 32, 4, 4),
    (1, "float32", "adam", 4, 4, 4, 8),
    (2, "bfloat16", "adam", 2, 4, 2, 4),
    (2, "mixed_float16", "adam", 4, 4, 4, 8),
]


@pytest.mark.parametrize(("batch", "dtype", "optimizer", "weights", "forward", "gradients", "state"), SETTINGS)
def test_bytes_follow_batch_dtype_and_optimizer(batch, dtype, optimizer, weights, forward, gradients, state):
    found = archspec.analyze("lenet5", batch=batch, dtype=dtype, optimizer=optimizer).memory
    params, values = 61_706, 9_118
    assert (found.weight_bytes, found.gradient_bytes) == (weights * params, gradients * params)
    assert (found.forward_bytes, found.optimizer_bytes) == (forward * values, state * params)
    parts = ("weight_bytes", "gradient_bytes", "optimizer_bytes", "kept_bytes", "working_bytes")
    assert found.training_bytes == sum(getattr(found, part) for part in parts)
    assert found.inference_bytes == found.weight_bytes + found.live_bytes


@pytest.mark.parametrize("limit", [10**6, 10**9, 3 * 10**9, 12 * 2**30])
@pytest.mark.parametrize("network", ["lenet5", "googlenet", "vgg16"])
def test_the_largest_batch_fits_and_the_next_does_not(network, limit):
    loaded = archspec.load(network).graph
    for place, what in enumerate(("training_bytes", "inference_bytes")):
        batch = memory(loaded, 64, "float32", "adam").largest_batches(limit)[place]
        assert getattr(memory(loaded, batch + 1, "float32", "adam"), what) > limit
        assert batch == 0 or getattr(memory(loaded, batch, "float32", "adam"), what) <= limit


@pytest.mark.parametrize("row", ["flatten", "relu", "global_avg_pool", "dropout: 0.5", "softmax"])
def test_what_has_nothing_to_train_takes_memory_too(row):
    found = archspec.analyze(f"archspec: 1\nname: bare\ninput: [4, 4, 3]\nlayers:\n  - {row}\n").memory
    assert found.training_bytes > 0
    assert all(0 < batch <= 1000 for batch in found.largest_batches(1000))


def test_auxiliary_heads_are_left_out():
    text = "archspec: 1\nname: tiny\ninput: [4, 4, 1]\nlayers:\n  - fc: {name: a, units: 2}\n"
    side = "  - aux: {name: side, weight: 1, layers: [fc: {name: b, units: 5}]}\n"
    assert archspec.analyze(text).memory == archspec.analyze(text + side).memory


WRONG = [
    ({"batch": 0}, "batch is 0"),
    ({"dtype": "float8"}, "dtype is 'float8'"),
    ({"optimizer": "rmsprop"}, "sgd, mom"),
]


@pytest.mark.parametrize(("arguments", "said"), WRONG)
def test_what_there_is_not_is_refused(arguments, said):
    with pytest.raises(ValueError, match=said):
        archspec.analyze("lenet5", **arguments)


PAGE = (Path(__file__).resolve().parents[2] / "docs" / "memory.md").read_text(encoding="utf-8")
LINES = re.findall(r"^\| `\w+:\d+:\w+` .*$", PAGE, re.MULTILINE)
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in LINES]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_figures_of_the_page_are_ours_and_near_to_xlas(row):
    network, batch, optimizer = row[0].strip("`").split(":")
    found = archspec.analyze(network, batch=int(batch), optimizer=optimizer).memory
    inference, xla, ratio, training, with_indices, xla_training, training_ratio = row[1:]
    ours = (found.inference_bytes, found.training_bytes, found.xla_cpu_training_bytes)
    assert [f"{n:,}" for n in ours] == [inference, training, with_indices]
    theirs = [int(text.replace(",", "")) for text in (xla, xla_training)]
    assert [f"{ours[0] / theirs[0]:.3f}", f"{ours[2] / theirs[1]:.3f}"] == [ratio, training_ratio]
    assert abs(ours[0] / theirs[0] - 1) <= 0.15
    assert abs(ours[2] / theirs[1] - 1) <= 0.25


def test_the_page_has_the_five_networks():
    assert {row[0].strip("`").split(":")[0] for row in ROWS} == {
        "lenet5",
        "vgg16",
        "googlenet",
        "resnet50",
        "densenet121",
    }


def test_no_tensor_is_counted_twice():
    loaded = graph(CONV % "a", "relu: {name: b}", "conv: {name: c, filters: 4, from: b}", "conv: {filters: 4, from: b}")
    assert sum(kept(loaded).values()) == 4 * 2 * prod((8, 8, 4))
