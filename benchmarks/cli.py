"""The whole process `archspec validate specs/googlenet.yaml`, beside one that only imports PyYAML and jsonschema.

python benchmarks/cli.py [PAIRS]
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from paired import measure

ROOT = Path(__file__).resolve().parent.parent
SPEC = str(ROOT / "specs" / "googlenet.yaml")
COMMAND = [str(Path(sys.executable).parent / "archspec"), "validate", SPEC]
IMPORTS = [sys.executable, "-c", "import yaml, jsonschema"]
HEAVY = ("tensorflow", "keras", "numpy", "matplotlib", "jax", "torch")
MODULES = "import sys; from archspec.cli import main; main(sys.argv[1:]); print(*sys.modules)"


def run(command: list[str]) -> str:
    """What a process prints."""
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def heavy_imports() -> list[str]:
    """Packages that the command should do without, and loads."""
    loaded = run([sys.executable, "-c", MODULES, *COMMAND[1:]]).splitlines()[-1].split()
    return [name for name in HEAVY if name in loaded]


def main() -> None:
    """Print the comparison and what the command imports."""
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else 21
    found = measure(lambda: run(COMMAND), lambda: run(IMPORTS), pairs)
    print(found.table("archspec validate", "import yaml, jsonschema", target=1.5))
    print("imported of", ", ".join(HEAVY) + ":", ", ".join(heavy_imports()) or "none")


if __name__ == "__main__":
    main()
