"""Pictures are files: they are drawn where no display is, whatever window a user has set matplotlib to."""

import os
import subprocess
import sys

import pytest

COMMANDS = [
    ["compare", "lenet5", "alexnet", "googlenet", "--plot", "compared.svg"],
    ["sweep", "lenet5", "--set", "input=32x32x1,64x64x1", "--plot", "swept.png"],
]


@pytest.mark.parametrize("backend", ["TkAgg", "nothing"])
def test_charts_are_drawn_without_a_display(tmp_path, backend):
    script = "import sys; from archspec.cli import main; sys.exit(max(main(words.split()) for words in sys.argv[1:]))"
    environment = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    done = subprocess.run(
        [sys.executable, "-c", script, *map(" ".join, COMMANDS)],
        cwd=tmp_path,
        env=environment | {"MPLBACKEND": backend},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["compared.svg", "swept.png"]
