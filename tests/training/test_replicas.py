"""Training on several devices: the result of one, or a refusal."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from archspec import SpecError
from archspec.cli import main
from training import strategies

REFUSED = [
    "40 by 9: error[uneven-batches]: 2 devices cannot share 40 training images in batches of 9",
    "--batch-size 8",
    "41 by 10: error[uneven-batches]: 2 devices cannot share 41 training images in batches of 10",
    "7 by 16: error[uneven-batches]: 2 devices cannot share 7 training images in batches of 16",
    "1 by 16: error[uneven-batches]: 2 devices cannot share 1 training images in batches of 16",
]
CASES = ["uneven shares", "averaged weights", "adam", "own loop", "command"]


@pytest.fixture(scope="module")
def differences(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[float]]:
    """Case -> largest difference of weights and of test figures, from a process with two logical CPUs."""
    script = Path(__file__).with_name("two_devices.py")
    arguments = [sys.executable, "-W", "ignore", str(script), str(tmp_path_factory.mktemp("two"))]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False, cwd=script.parents[2])
    assert done.returncode == 0, done.stderr
    lines = [line.partition(": ") for line in done.stdout.splitlines()]
    found = {name: rest.split() for name, colon, rest in lines if name in CASES}
    assert "on 2 devices, each with its share of every batch of 96" in done.stderr
    for refused in REFUSED:
        assert refused in done.stdout
    return {name: [float(number) for number in numbers] for name, numbers in found.items()}


@pytest.mark.parametrize("case", CASES)
def test_two_devices_end_where_one_does(differences: dict[str, list[float]], case: str) -> None:
    """Momentum, weight decay, an auxiliary head, synchronized batch norm, 20 steps."""
    weights, figures = differences[case]
    assert weights < (1e-5 if case == "command" else 1e-6) and figures < 1e-5


WORDS = {
    "multi_worker": "several machines are not supported yet",
    "MultiWorkerMirroredStrategy": "several machines are not supported yet",
    "parameter_server": "Keras 3 does not train through parameter servers",
    "CentralStorageStrategy": "Keras 3 trains wrongly, or not at all, with variables in a central storage",
    "tpu": "TPUs are not supported",
    "mirored": "there is no strategy 'mirored'",
}


@pytest.mark.parametrize(("word", "message"), WORDS.items())
def test_other_strategies_are_refused(word: str, message: str) -> None:
    with pytest.raises(SpecError, match=message):
        strategies.check(word)


def test_a_slip_gets_its_word(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "lenet5", "--data", "digits", "--strategy", "mirored"]) == 2
    assert "did you mean 'mirrored'?" in capsys.readouterr().err
