"""Commands -> the manual page: what each does, its arguments and options, as its `--help` has them."""

from __future__ import annotations

import argparse
import inspect

from archspec.cli import Parser, built_in, find, plugged_in

HEAD = """# Commands

Made by `archspec reference --commands` from the code; do not edit.

A SPEC is a path to a YAML file, or the name of a shipped network. Exit codes: 0 where all is well, 2 where the
request or a spec is wrong, 1 where the machine failed (a full disk, a closed pipe).
"""


def page() -> str:
    """Every command of archspec and of the packages that extend it, as Markdown."""
    return HEAD + "".join(f"\n{section(name)}" for name in sorted([*built_in(), *plugged_in()]))


def section(name: str) -> str:
    """One command: what it does, and a table of what it takes."""
    configure = find(name)
    parser = Parser(prog=f"archspec {name}", add_help=False)
    configure(parser)
    actions = parser._actions
    usage = " ".join([f"archspec {name}", *map(_usage, actions)])
    rows = "".join(f"| {_call(action)} | {(action.help or '').replace('|', chr(92) + '|')} |\n" for action in actions)
    table = f"\n| argument | meaning |\n|---|---|\n{rows}" if rows else ""
    first, _, rest = (inspect.getdoc(configure) or "").partition("\n\n")
    more = f"```console\n{rest}\n```\n\n" if rest else ""
    return f"## {name}\n\n{first}\n\n{more}```text\n{usage}\n```\n{table}"


def _word(action: argparse.Action) -> str:
    """What stands for an argument's value; empty for a switch."""
    if action.nargs == 0:
        return ""
    choices = "{" + ",".join(map(str, action.choices)) + "}" if action.choices else ""
    return str(action.metavar or choices or action.dest.upper())


def _usage(action: argparse.Action) -> str:
    words = " ".join([*action.option_strings[:1], _word(action)]).strip()
    repeated = "..." if action.nargs in ("+", "*") or type(action).__name__ == "_AppendAction" else ""
    return (words if action.required else f"[{words}]") + repeated


def _call(action: argparse.Action) -> str:
    names = ", ".join(action.option_strings)
    return f"`{' '.join([names, _word(action)]).strip()}`"
