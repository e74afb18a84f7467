"""What Python code calls: load, analyze, build. Keras is imported only by what builds with it."""

from __future__ import annotations

import os
from collections.abc import Mapping as Map, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archspec import documents, filling
from archspec.arrangement import arranged
from archspec.comparison import check_number, compare, diff, sweep, swept
from archspec.errors import SpecError, did_you_mean, fail, listing
from archspec.form.show import lines
from archspec.network import NOTHING, ExpectationWarning, Network, SpecLike, load, read, validate, warn
from archspec.passes.figures import Analysis
from archspec.passes.summary import summarize
from archspec.pictures import plot
from archspec.rename import Renames
from archspec.settings import add_set, settings
from archspec.weights import Report

if TYPE_CHECKING:
    import keras

    from archspec.weight_file import WeightDescription

__all__ = [
    "ExpectationWarning",
    "Network",
    "SpecError",
    "SpecLike",
    "add_set",
    "analyze",
    "build",
    "check_number",
    "compare",
    "describe_weights",
    "did_you_mean",
    "diff",
    "digest",
    "documents",
    "fail",
    "fit_inputs",
    "form",
    "load",
    "load_model",
    "load_weights",
    "plot",
    "read",
    "save_weights",
    "settings",
    "start_keras",
    "sweep",
    "swept",
    "validate",
]


def analyze(
    spec: SpecLike,
    *,
    batch: int = 1,
    dtype: str = "float32",
    optimizer: str = "sgd",
    vars: Map[str, Any] = NOTHING,
    input_shape: Any = None,
) -> Analysis:
    """What a network is and costs, layer by layer, by block, by stage and as a whole; without TensorFlow.

    Args:
        spec: a path, the name of a shipped network, a spec's text, or a `Network`.
        batch: images that go through at once; bytes are the batch's, counts those of one image.
        dtype: Keras's dtype policy: float32, float16, bfloat16, mixed_float16 or mixed_bfloat16.
        optimizer: what training remembers for each weight: sgd nothing, momentum one value, adam two.
        vars, input_shape: as for `load`.

    Raises:
        SpecError: with every diagnostic of the spec.
        ValueError: for a batch, dtype or optimizer that there is not.

    >>> analyze("googlenet").params
    6998552
    >>> [stage.macs for stage in analyze("lenet5").stages]
    [117600, 240000, 48000, 10920]
    """
    network = load(spec, vars=vars, input_shape=input_shape)
    warn(spec, network)
    return summarize(network.graph, batch, dtype, optimizer)


def form(spec: SpecLike, *, full: bool = False) -> list[str]:
    """A network as a form, shortest first; then `head: form` for each head of `outputs`.

    Args:
        spec: as for `load`.
        full: with BN, LRN, DROPOUT and the like, each pooling by its name, and a line for each block.

    >>> form("vgg16")
    ['[(CONV-RELU)*N-POOL]*5-(FC-RELU)*2-FC-SOFTMAX, N = [2, 2, 3, 3, 3]']
    """
    network = load(spec)
    warn(spec, network)
    if network.nets:
        expected = "the form of a member: " + listing(dict.fromkeys(net.spec.name for net in network.nets))
        raise fail("not-a-network", f"{network.name} is an ensemble, which has no form", expected=expected)
    return list(lines(network.graph, full=full))


def build(
    spec: SpecLike,
    *,
    include_top: bool = True,
    weights: str | os.PathLike[str] | None = None,
    classes: int | None = None,
    input_shape: Sequence[int] | Map[str, Sequence[int]] | None = None,
    pooling: str | None = None,
    auxiliary: bool = False,
    taps: Sequence[str] | None = None,
    vars: Map[str, Any] = NOTHING,
    name: str | None = None,
) -> keras.Model:
    """A plain Keras model of a spec, with the habits of `keras.applications`.

    Args:
        spec: a path, the name of a shipped network, a spec's text, or a `Network`.
        include_top: whether the classifier is built; without it the model gives the map below it.
        weights: None for fresh weights, or a file whose values are taken over by name: a
            `.safetensors` file of `save_weights`, or a `.keras` file. Every value of the model must be
            in it; the file may hold more. See `load_weights` for all else. A word that the spec has
            under `weights` (imagenet) means those, which Keras downloads once; `members` the files
            that an ensemble names for its nets.
        classes: number of classes instead of the spec's, in every head that ends in a softmax (in every
            head where none does), and in every net of an ensemble.
        input_shape: (height, width, channels) instead of the spec's; by name for several inputs.
        pooling: without the classifier: None for the map, `avg` or `max` for a global pool of it.
        auxiliary: build the auxiliary heads too; the outputs are then a dict by head name
            (see `fit_inputs`).
        taps: names of rows whose maps are outputs as well; the outputs are then a dict by name.
        vars: variables of the spec to set, by name.
        name: the model's name instead of the spec's.

    Raises:
        SpecError: with every diagnostic of the spec, of heads that were asked for and that the input has
            no room for, or of weights that do not fit.
        ValueError: for arguments that do not fit the network.

    >>> build("lenet5").count_params()  # doctest: +SKIP
    61706
    """
    network = load(spec, vars=vars, input_shape=input_shape)
    warn(spec, network)
    graph = arranged(network, include_top, classes, pooling, auxiliary)
    filling.check(network, weights)
    from archspec.backends.keras import build as keras_build, weights as keras_weights

    model = keras_build.build(graph, name=name or network.name, taps=taps)
    keras_weights.remember(model, filling.origin(network, graph))
    if weights is not None:
        filling.fill(model, network, weights, include_top=include_top)
    return model


def fit_inputs(dataset: Any, model: keras.Model, loss: Any = "sparse_categorical_crossentropy") -> Any:
    """Data, loss and loss weights with which `compile` and `fit` train every head of a model.

    See `archspec.backends.keras.heads.fit_inputs`.
    """
    from archspec.backends.keras import heads

    return heads.fit_inputs(dataset, model, loss)


def load_model(path: str | os.PathLike[str]) -> keras.Model:
    """A model that was saved as a `.keras` file: `keras.saving.load_model` with archspec's layers known.

    Keras imports no foreign layers by itself; whoever loads without this function imports
    `archspec.backends.keras.layers` first.
    """
    from archspec.backends.keras import layers

    return layers.load_model(path)


def digest(spec: SpecLike, *, vars: Map[str, Any] = NOTHING, input_shape: Any = None) -> str:
    """sha256 of what a network computes: equal for specs that compute the same, whatever they call it.

    Rows, blocks and variables that lower to the same operators, read in the same order, have the same
    digest; auxiliary heads and initializers play no part.

    >>> digest("lenet5") == load("lenet5").digest
    True
    """
    return load(spec, vars=vars, input_shape=input_shape).digest


def save_weights(
    model: keras.Model,
    path: str | os.PathLike[str],
    *,
    source: str = "",
    licence: str = "",
    classes: Sequence[str] | None = None,
    preprocessing: Map[str, Any] | None = None,
) -> None:
    """Write a model's weights by name (`conv1_1/kernel`) as a safetensors file, whole or not at all.

    The file also holds the spec's name and digest, where `archspec.build` made the model, and:

    Args:
        model: any Keras model whose layers' names differ.
        path: a file name that ends in `.safetensors`; an old file is replaced.
        source: whose weights these are: a paper, an address.
        licence: under which they may be used.
        classes: names of the classes, in order (default: what the spec says).
        preprocessing: how pictures become inputs (default: what the spec says).

    Raises:
        SpecError: for weights that are not finite, and files that cannot be written.
    """
    from archspec.backends.keras import weights

    if Path(path).suffix != ".safetensors":
        expected = "a file name that ends in .safetensors"
        raise fail("bad-output", f"cannot save weights to '{os.fspath(path)}'", expected=expected)
    changes: dict[str, Any] = {"source": source, "licence": licence}
    changes |= {} if classes is None else {"classes": tuple(classes)}
    changes |= {} if preprocessing is None else {"preprocessing": dict(preprocessing)}
    weights.save(model, path, **changes)


def load_weights(
    model: keras.Model, path: str | os.PathLike[str], *, rename: Renames | None = None, strict: bool = True
) -> Report:
    """Take over weights by name, never by order.

    Args:
        model: any Keras model; values that are not taken over stay as they are.
        path: a file of `save_weights`, any safetensors file with values called `layer/value`, or a
            `.keras` file.
        rename: names of the file -> names of the model, as a mapping or pairs; `*` stands for any
            characters (`{"block*_conv*": "conv*_*"}`), None leaves a name out. A name without `/` is a
            layer's, one with it a single value's.
        strict: whether every value of the model must be found. With False what fits is taken.

    Returns:
        what was transferred, what the file's other values were skipped for, and what stayed new.

    Raises:
        SpecError: where the file cannot be read or does not fit; the model is as it was then.
    """
    from archspec.backends.keras import weights

    return weights.load(model, path, rename=rename, strict=strict)


def describe_weights(path: str | os.PathLike[str]) -> WeightDescription:
    """What a weight file holds: its values' names, shapes and types, and where they come from.

    Nothing but the file's header is read, and no framework imported.

    Raises:
        SpecError: where it is no sound safetensors file.
    """
    from archspec.weight_file import describe

    return describe(path)


def start_keras() -> None:
    """Import Keras and start its backend without their notices, as the commands do."""
    from archspec.backends.keras import quiet

    quiet.start()
