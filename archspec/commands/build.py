"""archspec build"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from archspec import analysis_tables as tables, api, filling, report
from archspec.atomic import replacing, target
from archspec.commands._shared import loaded
from archspec.errors import EXIT_OK, fail
from archspec.passes.cut import with_heads, without_heads
from archspec.passes.summary import summarize

SHAPES_AND_COSTS = tables.Request(columns=("output_shape", "params", "macs"))


def configure(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], int]:
    """Build the Keras model of a network and save it; without -o show what would be saved."""
    parser.add_argument("spec", metavar="SPEC", help="a path, or the name of a shipped network")
    parser.add_argument("-o", "--output", metavar="FILE.keras", help="where to save the model")
    parser.add_argument(
        "--weights",
        metavar="FILE",
        help="what to fill it with: a .safetensors or .keras file, or a word that the spec has under `weights`",
    )
    parser.add_argument("--force", action="store_true", help="replace FILE.keras where it exists")
    parser.add_argument("--auxiliary", action="store_true", help="with the auxiliary heads, which only training needs")
    api.add_set(parser)
    return run


def run(args: argparse.Namespace) -> int:
    """Print the table of layers, or build and save."""
    network = loaded(args.spec, args)
    if args.auxiliary and not network.graph.has_heads:
        raise fail(
            "no-heads", f"{network.name} has no auxiliary heads", expected="a spec with `aux` rows for --auxiliary"
        )
    graph = with_heads(network.graph) if args.auxiliary else without_heads(network.graph)
    analysis = summarize(graph)
    stored = analysis.params_with_aux + analysis.params_non_trainable
    size = f"{stored:,} values ({4 * stored / 1e6:,.1f} MB as float32)"
    if args.output is None and args.weights:
        raise fail("bad-output", "--weights fills a model that is saved", expected="-o FILE.keras as well")
    if args.output is None:
        table = tables.as_table(graph, analysis, SHAPES_AND_COSTS)
        print(f"{report.heading(network.name, network.spec.title)}\n\n{table}\n")
        print(f"Nothing was written. -o {network.name}.keras would save this as a Keras model of {size}.")
        return EXIT_OK
    path = target(args.output, [".keras"], force=args.force)
    filling.check(network, args.weights)
    api.start_keras()
    save(api.build(network, auxiliary=args.auxiliary, weights=args.weights), path)
    filled = f"weights of {args.weights}" if args.weights else "fresh weights"
    print(f"{path}: {network.name}, a Keras model of {size}, {filled}")
    return EXIT_OK


def save(model: Any, path: Path) -> None:
    """Save a model whole or not at all."""
    with replacing(path) as part:
        model.save(part)
