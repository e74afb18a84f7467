"""Measure every comparison and write it down, and the page: what `make fidelity` runs.

python tests/parity/measure.py [NAME...]
"""

import sys
import tempfile
from pathlib import Path

import yaml
from comparison import compare
from fidelity_page import MEASURED, PAGE, measured, page

from archspec import oracles


def main(names):
    """Compare these networks, or all, and write `measured.yaml` and `docs/fidelity.md`."""
    found = dict(measured())
    for name, entry in oracles.table().items():
        if entry.none or (names and name not in names):
            continue
        with tempfile.TemporaryDirectory() as folder:
            found[name] = {key: f"{value:.0e}" for key, value in compare(name, Path(folder)).items()}
        print(name, found[name], flush=True)
    kept = {name: found[name] for name in sorted(found) if name in oracles.table()}
    MEASURED.write_text(yaml.safe_dump(kept, default_flow_style=None, width=120, sort_keys=False), encoding="utf-8")
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
