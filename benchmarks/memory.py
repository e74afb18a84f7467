"""Our figures of memory beside what XLA's compiler reserves, for docs/memory.md: a table of Markdown.

    python benchmarks/memory.py [NETWORK:BATCH:OPTIMIZER ...]

Each network is compiled by JAX for the CPU in a process of its own; nothing is run. XLA's total is arguments and
outputs, less what they share, and temporaries. The flag keeps it from handing whole runs of layers to a library
(YNNPACK) whose memory `memory_analysis` does not see.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

NETWORKS = ("lenet5", "vgg16", "googlenet", "resnet50", "densenet121")
LARGER = (*(f"{name}:16:sgd" for name in NETWORKS), "lenet5:16:adam")
CASES = (*(f"{name}:1:sgd" for name in NETWORKS), *LARGER)
SEEN = {"XLA_FLAGS": "--xla_cpu_experimental_ynn_fusion_type="}
JAX = {"KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu", "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}
HEADER = ("network:batch:optimizer", "inference", "XLA", "ratio", "training", "with pool indices", "XLA", "ratio")


def total(compiled: Any) -> int:
    """Bytes that a compiled function takes, its arguments and results among them."""
    found = compiled.memory_analysis()
    held = found.argument_size_in_bytes + found.output_size_in_bytes - found.alias_size_in_bytes
    return int(held + found.temp_size_in_bytes)


def measured(network: str, batch: int, optimizer: str) -> dict[str, int]:
    """XLA's bytes of inference and of a training step, whose state is updated in place."""
    import jax
    import keras

    import archspec

    model = archspec.build(network)
    rule = {
        "sgd": keras.optimizers.SGD(),
        "momentum": keras.optimizers.SGD(momentum=0.9),
        "adam": keras.optimizers.Adam(),
    }
    update = rule[optimizer]
    update.build(model.trainable_variables)
    state = [
        [jax.ShapeDtypeStruct(v.shape, v.dtype) for v in values]
        for values in (model.trainable_variables, model.non_trainable_variables, update.variables)
    ]
    pictures = jax.ShapeDtypeStruct((batch, *model.input_shape[1:]), "float32")
    labels = jax.ShapeDtypeStruct((batch,), "int32")
    run = jax.jit(lambda weights, others, x: model.stateless_call(weights, others, x, training=False)[0])
    step = jax.jit(training_step(model, update), donate_argnums=(0, 1, 2))
    return {
        "inference": total(run.lower(*state[:2], pictures).compile()),
        "training": total(step.lower(*state, pictures, labels).compile()),
    }


def training_step(model: Any, update: Any) -> Callable[..., Any]:
    """Loss, gradients and the optimizer's update, as Keras's own training step on JAX."""
    import jax
    import keras

    def loss(weights: Any, others: Any, x: Any, y: Any) -> Any:
        outputs, others = model.stateless_call(weights, others, x, training=True)
        return keras.ops.mean(keras.losses.sparse_categorical_crossentropy(y, outputs)), others

    def step(weights: Any, others: Any, state: Any, x: Any, y: Any) -> Any:
        (value, others), gradients = jax.value_and_grad(loss, has_aux=True)(weights, others, x, y)
        return value, others, *update.stateless_apply(state, gradients, weights)

    return step


def measured_apart(case: str) -> dict[str, int]:
    """The same in a process of its own."""
    command = [sys.executable, __file__, "--measure", case]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, **JAX, **SEEN})
    return json.loads(done.stdout.splitlines()[-1])  # type: ignore[no-any-return]


def cells(case: str) -> Iterator[str]:
    """A row of the table."""
    from archspec import analyze

    network, batch, optimizer = case.split(":")
    ours, theirs = analyze(network, batch=int(batch), optimizer=optimizer).memory, measured_apart(case)
    yield f"`{case}`"
    yield from (f"{ours.inference_bytes:,}", f"{theirs['inference']:,}")
    yield f"{ours.inference_bytes / theirs['inference']:.3f}"
    yield from (f"{ours.training_bytes:,}", f"{ours.xla_cpu_training_bytes:,}", f"{theirs['training']:,}")
    yield f"{ours.xla_cpu_training_bytes / theirs['training']:.3f}"


def main() -> None:
    """Print the table, or one measurement as JSON."""
    if sys.argv[1:2] == ["--measure"]:
        network, batch, optimizer = sys.argv[2].split(":")
        print(json.dumps(measured(network, int(batch), optimizer)))
        return
    print("| " + " | ".join(HEADER) + " |")
    print("|---|" + "---:|" * 7)
    for case in sys.argv[1:] or CASES:
        print("| " + " | ".join(cells(case)) + " |", flush=True)


if __name__ == "__main__":
    main()
