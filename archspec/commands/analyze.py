"""archspec analyze"""

from __future__ import annotations

import argparse
from collections.abc import Callable

from archspec import analysis_tables as tables, api, report
from archspec.byte_sizes import read_size, size_text
from archspec.commands._shared import loaded, positive
from archspec.errors import EXIT_OK, fail
from archspec.passes.figures import Analysis
from archspec.passes.memory import DTYPES, OPTIMIZERS
from archspec.passes.summary import summarize


def configure(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], int]:
    """Show shapes, parameters, multiply-adds, memory and receptive fields of networks, without TensorFlow.

    Counts are of one image, bytes of the batch; docs/analyze.md and docs/memory.md say how they are counted.
    """
    add = parser.add_argument
    add("specs", nargs="+", metavar="SPEC", help="a path, or the name of a shipped network")
    add("--batch", type=positive, default=1, metavar="N", help="images that go through at once (default: 1)")
    add("--optimizer", choices=OPTIMIZERS, default="sgd", help="what training remembers (default: sgd, nothing)")
    add("--dtype", choices=DTYPES, default="float32", help="Keras's dtype policy (default: float32)")
    add("--by", choices=("layer", "block", "stage"), default="layer", help="what a line stands for (default: layer)")
    formats = "table, JSON as docs/analyze.md describes it, csv (plain numbers) or md for Markdown (default: table)"
    add("--format", choices=("table", "json", "csv", "md"), default="table", help=formats)
    columns = f"columns, with commas between, or all: {', '.join(tables.COLUMNS)}"
    add("--columns", metavar="NAMES", help=columns)
    add("--sort", metavar="COLUMN", help="largest first, by a column of --columns")
    add("--top", type=positive, metavar="N", help="only the first N lines")
    add("--fit", metavar="SIZE", help="the largest batches that fit into a memory: 3GB, 512MB, 8GiB")
    api.add_set(parser)
    return run


def run(args: argparse.Namespace) -> int:
    """Print one table a network, or one JSON value or CSV table for all."""
    request, limit = _request(args), read_size(args.fit, "--fit") if args.fit is not None else None
    networks, found = [], []
    for spec in args.specs:  # one after the other, while the passes remember what they have found of it
        networks.append(loaded(spec, args))
        found.append(summarize(networks[-1].graph, args.batch, args.dtype, args.optimizer))
    if args.format == "json":
        objects = [analysis.to_dict() | _fit(analysis, limit) for analysis in found]
        print(report.as_json(objects if len(objects) > 1 else objects[0]))
    elif args.format == "csv":
        print(tables.as_csv(found, request), end="")
    else:
        for network, analysis in zip(networks, found, strict=True):
            heading = report.heading(network.name, network.spec.title)
            print(f"{'## ' if args.format == 'md' else ''}{heading}\n")
            print(f"{tables.as_table(network.graph, analysis, request, args.format)}\n")
            print(f"{tables.sentences(analysis)}\n{_fitting(analysis, limit)}")
    return EXIT_OK


def _request(args: argparse.Namespace) -> tables.Request:
    """The rows and columns asked for.

    Raises:
        SpecError: for an unknown column, and for options that a format has no use for.
    """
    useless = {"json": ("columns", "sort", "top"), "csv": ("fit",)}.get(args.format, ())
    for name in useless:
        if getattr(args, name) is not None:
            expected = "--format table, md or " + ("csv" if args.format == "json" else "json")
            raise fail("bad-option", f"--format {args.format} leaves no use for --{name}", expected=expected)
    every = (*tables.COLUMNS,) if args.format == "csv" else tables.READABLE
    columns = (
        tables.known(map(str.strip, args.columns.split(",")), "--columns")
        if args.columns not in (None, "all")
        else every
    )
    [sort] = tables.known([args.sort], "--sort") if args.sort is not None else [""]
    return tables.Request(args.by, (*tables.COLUMNS,) if args.columns == "all" else columns, sort, args.top or 0)


def _fit(analysis: Analysis, limit: int | None) -> dict[str, dict[str, int]]:
    """The largest batches as JSON has them."""
    if limit is None:
        return {}
    training, inference = analysis.memory.largest_batches(limit)
    return {"fit": {"limit_bytes": limit, "training_batch": training, "inference_batch": inference}}


def _fitting(analysis: Analysis, limit: int | None) -> str:
    """The largest batches as a sentence."""
    if limit is None:
        return ""
    batches = [f"{n:,}" if n else "none" for n in analysis.memory.largest_batches(limit)]
    return f"Largest batch in {size_text(limit)}: training {batches[0]}, inference {batches[1]}.\n"
