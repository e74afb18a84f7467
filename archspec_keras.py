"""The command `archspec-keras`: the same as `archspec`, and still there after a clash of names.

PyPI has another distribution called `archspec` (it names processors), with the same import name and
command. Where it is installed too, files of ours may be gone or never be found; this module has a name
of its own, so that it can say so. It imports nothing of ours before it has looked.
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def mend() -> str:
    """What to type where the other distribution is in the way, for a checkout or an installed package."""
    checkout = (HERE / "pyproject.toml").is_file()
    ours = f'-e "{HERE}"' if checkout else "archspec-keras"
    return (
        "use an environment of its own for archspec-keras, or remove the other one: "
        f"`pip uninstall archspec`, then `pip install --force-reinstall --no-deps {ours}`"
    )


def broken() -> str:
    """A sentence where `import archspec` does not give our package, or ''."""
    try:
        import archspec
    except ImportError:
        return f"the package `archspec` of archspec-keras is not there any more: {mend()}"
    if hasattr(archspec, "SpecError"):
        return ""
    found = getattr(archspec, "__file__", None) or "a folder without our files"
    return f"`import archspec` finds the files of another distribution ({found}): {mend()}"


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
