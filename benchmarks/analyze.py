"""`archspec analyze` as a whole process: one deep network beside Keras's summary, every spec, 10,000 layers.

python benchmarks/analyze.py [PAIRS]
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median

from paired import measure, seconds

from archspec import zoo

ANALYZE = [sys.executable, "-m", "archspec", "analyze"]
KERAS = "import keras; keras.applications.ResNet152(weights=None).summary()"
ROW = "  - conv: {filters: 8, kernel_size: 3, padding: same, activation: relu}\n"
ROWS = 10_000


def run(*command: str) -> None:
    """A process, its output thrown away."""
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def processor(*command: str) -> float:
    """Processor seconds of a process, which other work on the machine changes little."""
    before = getrusage(RUSAGE_CHILDREN)
    run(*command)
    after = getrusage(RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def line(what: str, words: list[str], times: int, target: str) -> str:
    """The median of some runs of `analyze`."""
    found = median(seconds(lambda: run(*ANALYZE, *words)) for _ in range(times))
    busy = median(processor(*ANALYZE, *words) for _ in range(times))
    return f"archspec analyze {what}: {found:.2f} s ({busy:.2f} of the processor), medians of {times}; target {target}"


def main() -> None:
    """Print all three."""
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    found = measure(lambda: run(*ANALYZE, "resnet152"), lambda: run(sys.executable, "-c", KERAS), pairs)
    print(found.table("archspec analyze resnet152", "keras.applications.ResNet152().summary()", target=1 / 20))
    ours, theirs = processor(*ANALYZE, "resnet152"), processor(sys.executable, "-c", KERAS)
    print(f"of the processor: {ours:.2f} s and {theirs:.2f} s, once")
    print(line(f"of {len(zoo.names())} specs", [*zoo.names()], pairs, "at most 3 s"))
    with tempfile.TemporaryDirectory() as folder:
        spec = Path(folder) / "deep.yaml"
        spec.write_text(f"archspec: 1\nname: deep\ninput: [32, 32, 8]\nlayers:\n{ROW * ROWS}")
        print(line(f"of {ROWS:,} layers", [str(spec)], pairs, "seconds"))


if __name__ == "__main__":
    main()
