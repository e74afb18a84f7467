"""`archspec evaluate`. What it needs is imported when it runs: the help answers without TensorFlow."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from training.commands.arguments import add_data_options, data_help, data_options, positive_int, whole

if TYPE_CHECKING:
    from training.evaluation.results import Evaluation
    from training.evaluation.session import Session

EXIT_OK = 0


def evaluate(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], int]:
    """Test trained networks on pictures by a paper's protocol; several networks are averaged.

    archspec evaluate runs/lenet5-digits
    archspec evaluate runs/a runs/b runs/c --protocol 10crop --top 1,5 -o errors
    archspec evaluate vgg16 --weights imagenet --data folder:validation --protocol multiscale
    archspec evaluate mine_7.yaml --weights members --data folder:validation --format json
    """
    from archspec import api
    from training.recipe.language import PROTOCOLS

    parser.add_argument("networks", nargs="+", metavar="RUN|SPEC", help="folders of runs, or a spec with --weights")
    parser.add_argument(
        "--weights", metavar="W", help="of the SPEC: a file, a word that it has under `weights`, or members"
    )
    parser.add_argument("--data", metavar="DATA", help=f"{data_help()} (default: what the RUN was trained on)")
    add_data_options(parser)
    parser.add_argument(
        "--split", choices=("test", "train"), default="test", help="which of its pictures (default: test)"
    )
    parser.add_argument("--protocol", choices=PROTOCOLS, help="what is seen of each picture (default: the recipe's)")
    parser.add_argument(
        "--scales",
        type=numbers,
        default=(),
        metavar="N,...",
        help="shorter sides that pictures are scaled to (default: the paper's, in proportion to the input)",
    )
    parser.add_argument("--no-mirror", action="store_true", help="without the mirrors of the views")
    parser.add_argument(
        "--top", type=numbers, default=(), metavar="K,...", help="hits among the first K (default: the recipe's)"
    )
    parser.add_argument("--batch-size", type=positive_int, default=64, metavar="N", help="views at once (default: 64)")
    parser.add_argument(
        "--worst", type=whole, default=32, metavar="N", help="mistakes that are listed and drawn (default: 32)"
    )
    parser.add_argument("-o", "--output", type=Path, metavar="DIR", help="a new folder for pictures, tables and JSON")
    parser.add_argument("--force", action="store_true", help="replace what the command writes in DIR")
    parser.add_argument(
        "--format",
        choices=("table", "json", "csv", "md"),
        default="table",
        help="a table, JSON as docs/evaluation.md describes it, CSV or Markdown (default: table)",
    )
    api.add_set(parser)
    return _evaluate


def numbers(text: str) -> tuple[int, ...]:
    """Whole numbers of at least 1 with commas between them, in order, each once."""
    return tuple(sorted({positive_int(word) for word in text.split(",")}))


def _evaluate(arguments: argparse.Namespace) -> int:
    """Refuse what cannot work before TensorFlow starts, then evaluate, print and draw."""
    from training import stopping
    from training.evaluation import output

    folder = output.check(arguments.output, force=arguments.force) if arguments.output else None
    session = _session(arguments)
    _say(session.told())
    try:
        with stopping.listening() as request:
            found, pictures = session.run(_say, request)
    except stopping.StopRequestedError as stop:
        _say(f"stopped by {stop.name}: nothing was written")
        return stop.exit_code
    if folder:
        output.write(found, pictures, folder)
        _say(f"saved in {folder}: {', '.join(sorted(path.name for path in folder.iterdir()))}")
    print(_written(found, arguments.format), flush=True)
    return EXIT_OK


def _session(arguments: argparse.Namespace) -> Session:
    from training.evaluation import members, session

    found = members.read(arguments.networks, arguments.weights, arguments.set)
    protocol = members.Request(arguments.protocol, arguments.scales, not arguments.no_mirror)
    settings = session.Settings(protocol, arguments.top, arguments.split, arguments.worst, arguments.batch_size)
    options = data_options(arguments, _say, None if arguments.data else members.test_share(found))
    return session.prepare(found, arguments.data, settings, options=options, say=_say)


def _written(found: Evaluation, form: str) -> str:
    from archspec.experiments import as_json, markdown, table
    from training.evaluation.results import HEADER, RIGHT

    if form == "json":
        return as_json(found.to_dict())
    if form == "csv":
        return found.as_csv().rstrip("\n")
    if form == "md":
        return markdown(HEADER, found.rows(), RIGHT)
    return "\n".join([table(HEADER, found.worst_rows(), RIGHT), "", *found.summary()])


def _say(line: str) -> None:
    """Progress goes to the error stream: the output is the result."""
    print(line, file=sys.stderr, flush=True)
