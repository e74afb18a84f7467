"""archspec new"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from pathlib import Path

from archspec import api
from archspec.atomic import creating
from archspec.blocks.kinds import NAME_PATTERN
from archspec.errors import EXIT_OK, SpecError, fail
from archspec.form import start
from archspec.form.parse import parse_text
from archspec.modeline import modeline

FORM = "[(CONV-RELU)*N-POOL]*M-(FC-RELU)*K-FC-SOFTMAX"


def configure(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], int]:
    """Write a spec to start from: a form, with sizes that fit its input.

    archspec new --form "[(CONV-RELU)*N-POOL]*M-FC-SOFTMAX" --input 32x32x3 --classes 10 -o mine.yaml
    """
    parser.add_argument("--form", default=FORM, help=f"the network as a form, in quotes ({FORM})")
    parser.add_argument("--input", default="32x32x3", metavar="HxWxC", help="height, width and channels (32x32x3)")
    parser.add_argument("--classes", type=int, default=10, metavar="N", help="number of classes (10)")
    parser.add_argument("--name", help="the network's name (that of FILE, or 'net')")
    parser.add_argument("-o", "--output", metavar="FILE.yaml", help="where to write it; printed without -o")
    return run


def run(args: argparse.Namespace) -> int:
    """Print the spec, or write it where no file is yet."""
    text = f"{modeline()}\n{spec(args)}"
    if args.output is None:
        print(text, end="")
        return EXIT_OK
    path = Path(args.output)
    with creating(path) as part:
        part.write_text(text, encoding="utf-8")
    print(f"{path}: written; archspec validate {path} checks it, archspec analyze {path} shows its layers")
    return EXIT_OK


def spec(args: argparse.Namespace) -> str:
    """The first spec of the form that is valid."""
    name = args.name or (Path(args.output).stem if args.output else "net")
    if not re.fullmatch(NAME_PATTERN, name):
        raise fail("bad-name", f"'{name}' is no name", expected="--name with letters, digits and _, not digits alone")
    if not 1 <= args.classes <= 1_000_000:
        raise fail("bad-setting", f"--classes {args.classes}", expected="a whole number from 1 to 1,000,000")
    form = parse_text(args.form, "--form")
    unknown = start.wrong_terms(form)
    if unknown:
        raise SpecError(unknown)
    wrong: SpecError | None = None
    for text in start.texts(start.Start(form, _shape(args.input), args.classes, name)):
        try:
            api.load(text)
        except SpecError as error:
            wrong = wrong or error
        else:
            return text
    raise wrong or fail("bad-form", "this form gives no network")


def _shape(text: str) -> list[int]:
    """[height, width, channels] of `32x32x3`."""
    if not re.fullmatch(r"[1-9]\d{0,5}x[1-9]\d{0,5}x[1-9]\d{0,5}", text, re.ASCII):
        raise fail("bad-setting", f"--input {text}", expected="height, width and channels: 32x32x3")
    return [int(size) for size in text.split("x")]
