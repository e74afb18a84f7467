"""Load, validate and lower: every shipped spec beside bare YAML, 10,000 rows beside 1,000, and the whole folder.

python benchmarks/language.py [PAIRS]
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from time import perf_counter

import yaml
from paired import measure

import archspec
from archspec import zoo

ROOT = Path(__file__).resolve().parent.parent
COMMAND = [str(Path(sys.executable).parent / "archspec"), "validate", str(ROOT / "specs")]
ROW = "  - conv: {filters: 8, kernel_size: 3, padding: same, activation: relu, norm: batch_norm}\n"


def events(text: str) -> None:
    """What reading the YAML alone takes, as PyYAML's C parser gives it."""
    for _ in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        pass


def rows(count: int) -> str:
    """A network of so many rows, three primitives each."""
    return "archspec: 1\nname: long\ninput: [32, 32, 3]\nlayers:\n" + ROW * count


def specs(pairs: int) -> None:
    """Each shipped spec, and what reading its YAML takes."""
    print(f"{'spec':20}  load, ms  YAML, ms  ratio")
    for name in zoo.names():
        text = zoo.path_of(name).read_text(encoding="utf-8")
        found = measure(lambda name=name: archspec.load(name), lambda text=text: events(text), pairs)
        ours, theirs = median(found.ours) * 1e3, median(found.theirs) * 1e3
        print(f"{name:20}  {ours:8.1f}  {theirs:8.1f}  {found.ratio:5.1f}")


def length(pairs: int) -> None:
    """Ten times the rows: ten times the seconds, where the language is linear."""
    long, short = rows(10_000), rows(1_000)
    found = measure(lambda: archspec.load(long), lambda: archspec.load(short), pairs)
    print(found.table("10,000 rows", "1,000 rows", target=12))


def folder(pairs: int) -> None:
    """The process that validates every shipped spec, its figures included."""
    seconds, processor = [], []
    for _ in range(pairs):
        start, before = perf_counter(), os.times()
        subprocess.run(COMMAND, check=True, capture_output=True)
        seconds.append(perf_counter() - start)
        after = os.times()
        processor.append(after.children_user + after.children_system - before.children_user - before.children_system)
    found = f"{median(seconds):.2f} s, {median(processor):.2f} s of them on a processor"
    print(f"archspec validate specs: {len(zoo.names())} specs in {found}, the medians of {pairs}; target at most 1 s")


def main() -> None:
    """Print the three tables."""
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    specs(pairs)
    print()
    length(pairs)
    print()
    folder(pairs)


if __name__ == "__main__":
    main()
