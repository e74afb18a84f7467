"""`archspec.build("googlenet")`, beside the same model written by hand in Keras's functional API.

    python benchmarks/build.py [PAIRS]

Reading, checking and lowering the spec count; importing Keras does not.
"""

from __future__ import annotations

import sys
from pathlib import Path

import keras
from paired import measure

import archspec

sys.path.append(str(Path(__file__).resolve().parent.parent / "tests" / "keras"))
import handwritten


def ours() -> keras.Model:
    """GoogLeNet from its spec."""
    keras.backend.clear_session()
    return archspec.build("googlenet")


def by_hand() -> keras.Model:
    """GoogLeNet as the tests have it, written by hand."""
    keras.backend.clear_session()
    return handwritten.googlenet()


def main() -> None:
    """Print the comparison, of models that are one network."""
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    assert ours().count_params() == by_hand().count_params() == 6_998_552
    print(measure(ours, by_hand, pairs).table('archspec.build("googlenet")', "written by hand", target=1.1))


if __name__ == "__main__":
    main()
