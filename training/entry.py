"""The command `archspec-keras`: the same as `archspec`, and still there after a clash of names.

PyPI has another distribution called `archspec` (it names processors), with the same import name and
command. Where it is installed too, files of ours may be gone or never be found; this module lies in a
package that the other one does not have, so that it can say so. It imports nothing before it has looked.
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent


def reinstall() -> str:
    """What to type to put our own files back, in a checkout or elsewhere."""
    if (HERE / "pyproject.toml").is_file():
        return f'`pip install --no-deps -e "{HERE}"`'
    return "`pip install --force-reinstall --no-deps archspec-keras`"


def mend() -> str:
    """What to do where the other distribution is in the way."""
    return f"use an environment of its own for archspec-keras, or `pip uninstall archspec` and then {reinstall()}"


def broken() -> str:
    """A sentence where `import archspec` does not give our package, or ''."""
    try:
        import archspec
    except ModuleNotFoundError as error:
        if error.name != "archspec":
            raise
        return f"the package archspec of archspec-keras is gone: {reinstall()}"
    if hasattr(archspec, "SpecError"):
        return ""
    if getattr(archspec, "__file__", None) is None:
        return f"files that archspec-keras shared with a distribution called archspec went with it: {reinstall()}"
    return f"`import archspec` finds another distribution, in {archspec.__file__}: {mend()}"


def main(argv: list[str] | None = None) -> int:
    """Run the command line, or say why it cannot run."""
    sentence = broken()
    if sentence:
        print(f"archspec-keras: {sentence}", file=sys.stderr)
        return 1
    from archspec.cli import main as run

    return run(argv)


if __name__ == "__main__":
    raise SystemExit(main())
