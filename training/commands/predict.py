"""`archspec predict`. What it needs is imported when it runs: the help answers without TensorFlow."""

from __future__ import annotations

import argparse
import csv
import io
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from training.commands.arguments import positive_int

if TYPE_CHECKING:
    from training.prediction import Prediction

EXIT_OK, EXIT_BROKEN = 0, 2
HEADER = ("picture", "class", "share")


def predict(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], int]:
    """Say what pictures show: the classes with the largest shares, by a trained network.

    archspec predict runs/tiny-folder cat.jpg
    archspec predict vgg16 --weights vgg16.safetensors holiday/ --top 1 --format csv
    """
    from archspec import api

    parser.add_argument("network", metavar="RUN|SPEC", help="the folder of a run, or a spec with --weights")
    parser.add_argument(
        "pictures", nargs="+", metavar="PICTURE", help="a file, or a folder for the picture files that lie in it"
    )
    parser.add_argument("--weights", metavar="W", help="of the SPEC: a file, or a word that it has under `weights`")
    parser.add_argument(
        "--classes",
        type=Path,
        metavar="FILE",
        help="a text with the name of a class on each line (default: the names of run, spec or weights, else numbers)",
    )
    parser.add_argument("--top", type=positive_int, default=5, metavar="K", help="classes of each picture (default: 5)")
    parser.add_argument("--batch-size", type=positive_int, default=32, metavar="N", help="at once (default: 32)")
    parser.add_argument(
        "--format",
        choices=("table", "json", "csv"),
        default="table",
        help="a table, JSON as docs/predict.md describes it, or CSV (default: table)",
    )
    api.add_set(parser)
    return _predict


def _predict(arguments: argparse.Namespace) -> int:
    """Refuse what cannot work before TensorFlow starts; name broken pictures and predict the others."""
    from archspec import api
    from training import prediction
    from training.evaluation import members
    from training.evaluation.protocols import Protocol

    files = prediction.paths(arguments.pictures)
    [member] = members.read([arguments.network], arguments.weights, arguments.set)
    prediction.check(member)
    classes = prediction.classes(member, arguments.classes)
    api.start_keras()
    loaded = members.load(member, Protocol("center"), _say)
    found = []
    for each in prediction.predictions(loaded, files, arguments.batch_size):
        for note in each.notes:
            _say(f"note: '{each.path}' is {note}")
        if each.error:
            _say(f"error[bad-data]: '{each.path}' {each.error}")
        found.append(each)
    print(written(found, classes, arguments.top, arguments.format), flush=True)
    return EXIT_BROKEN if any(each.error for each in found) else EXIT_OK


def written(found: Sequence[Prediction], classes: Sequence[str], top: int, form: str) -> str:
    """Predictions as a table, JSON or CSV."""
    from archspec.experiments import as_json, table

    if form == "json":
        return as_json([_as_dict(each, classes, top) for each in found])
    if form == "csv":
        return _as_csv(found, classes, top)
    rows = [
        (each.path if place == 0 else "", classes[number], f"{share:.4f}")
        for each in found
        for place, (number, share) in enumerate(each.top(top))
    ]
    return table(HEADER, rows, right=[2])


def _as_dict(found: Prediction, classes: Sequence[str], top: int) -> dict[str, Any]:
    said = [{"class": classes[number], "number": number, "share": share} for number, share in found.top(top)]
    return {"picture": found.path, "top": said, "notes": list(found.notes), "error": found.error or None}


def _as_csv(found: Sequence[Prediction], classes: Sequence[str], top: int) -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(("picture", "place", "class", "number", "share"))
    for each in found:
        for place, (number, share) in enumerate(each.top(top), start=1):
            writer.writerow((each.path, place, classes[number], number, share))
    return file.getvalue().rstrip("\n")


def _say(line: str) -> None:
    """Notes and errors go to the error stream: the output is the result."""
    print(line, file=sys.stderr, flush=True)
