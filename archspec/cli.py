"""The command line: find the command, call it, turn what it says into an exit code."""

from __future__ import annotations

import argparse
import io
import os
import pkgutil
import re
import signal
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

import archspec
from archspec import commands
from archspec.collision import other_distribution
from archspec.errors import EXIT_FAILURE, EXIT_OK, EXIT_USAGE, SpecError, did_you_mean

Run = Callable[[argparse.Namespace], int]
Configure = Callable[[argparse.ArgumentParser], Run]

ENTRY_POINTS = "archspec.commands"


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors suggest the option that was meant."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_abbrev=False, formatter_class=argparse.RawDescriptionHelpFormatter, **kwargs)

    def error(self, message: str) -> NoReturn:
        """Say what is wrong on the error stream and end with code 2."""
        unknown = re.search(r"unrecognized arguments: (--[\w-]+)", message)
        known = re.findall(r"--[\w-]+", self.format_help())
        suggestion = did_you_mean(unknown[1], known) if unknown else ""
        more = f"\n  did you mean {suggestion}?" if suggestion else ""
        self.exit(EXIT_USAGE, f"{self.prog}: error: {message}{more}\n  {self.prog} --help shows what it takes\n")


def built_in() -> list[str]:
    """Names of the commands in `archspec/commands/`; the folder is the list."""
    return [module.name for module in pkgutil.iter_modules(commands.__path__) if not module.name.startswith("_")]


def plugged_in() -> dict[str, Any]:
    """Commands of other packages (training), by their entry points."""
    from importlib.metadata import entry_points

    return {point.name: point for point in entry_points(group=ENTRY_POINTS)}


def find(name: str) -> Configure:
    """The command of that name.

    Raises:
        SystemExit: with code 2, where there is none.
    """
    if name in built_in():
        return import_module(f"archspec.commands.{name}").configure  # type: ignore[no-any-return]
    others = plugged_in()
    if name in others:
        return others[name].load()  # type: ignore[no-any-return]
    known = [*built_in(), *others]
    suggestion = did_you_mean(name, known)
    more = f"\n  did you mean {suggestion}?" if suggestion else ""
    print(
        f"archspec: error: there is no command '{name}'\n  expected one of {', '.join(sorted(known))}{more}",
        file=sys.stderr,
    )
    raise SystemExit(EXIT_USAGE)


def overview() -> str:
    """The text of `archspec --help`: every command with the first line of its docstring."""
    found = {name: find(name) for name in sorted([*built_in(), *plugged_in()])}
    lines = "\n".join(
        f"  {name:<10} {(configure.__doc__ or '').strip().splitlines()[0]}" for name, configure in found.items()
    )
    return f"""usage: archspec COMMAND ...

Convolutional networks as short specs: checked, analyzed, built with Keras and trained.

commands:
{lines}

A SPEC is a path to a YAML file, or the name of a shipped network (archspec list).
archspec COMMAND --help tells more; archspec --version the versions in use.
"""


def versions() -> str:
    """archspec's version with those of Python, TensorFlow and Keras, none of them imported."""
    from importlib.metadata import PackageNotFoundError, version

    def of(name: str) -> str:
        try:
            return version(name)
        except PackageNotFoundError:
            return "not installed"

    python = ".".join(map(str, sys.version_info[:3]))
    return f"archspec {archspec.__version__} (TensorFlow {of('tensorflow')}, Keras {of('keras')}, Python {python})"


def _run(arguments: Sequence[str]) -> int:
    first = arguments[0] if arguments else "--help"
    if first in ("-h", "--help"):
        print(overview(), end="")
        return EXIT_OK if arguments else EXIT_USAGE
    if first in ("-V", "--version"):
        print(versions())
        return EXIT_OK
    configure = find(first)
    parser = Parser(prog=f"archspec {first}", description=configure.__doc__)
    run = configure(parser)
    return run(parser.parse_args(arguments[1:]))


def _take_every_text() -> None:
    """Let a closed output swallow what is printed, and one of few letters show the others escaped."""
    if sys.stdout is None:
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115, for the whole process
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; gives its exit code: 0, or 2 where the request or a spec is wrong."""
    os.environ["MPLBACKEND"] = "agg"  # pictures become files: no window and no display, whatever a user has set
    _take_every_text()
    clash = other_distribution()
    if clash:
        print(f"warning: {clash}", file=sys.stderr)
    try:
        code = _run(sys.argv[1:] if argv is None else argv)
        sys.stdout.flush()
        return code
    except SpecError as error:
        print(error, file=sys.stderr)
        return EXIT_USAGE
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except OSError as error:  # a closed pipe is whoever read it having enough; a full disk is said
        if not isinstance(error, BrokenPipeError):
            print(f"archspec: error: {error}", file=sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_FAILURE
