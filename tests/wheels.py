"""Our wheel, and environments to install it into: they see today's dependencies and nothing else of ours."""

import os
import subprocess
import sys
import sysconfig
import venv
from dataclasses import dataclass
from pathlib import Path

import pip

ROOT = Path(__file__).resolve().parent.parent
UNWANTED = ("PYTHONPATH", "PYTHONHOME", "PYTHONSAFEPATH", "VIRTUAL_ENV", "COLUMNS")
PIP = (Path(pip.__file__).with_name("__pip-runner__.py"), "--isolated", "--disable-pip-version-check", "--quiet")
"""Our pip for another Python: what `pip --python` starts there, without a pip that only starts it."""


def call(*command, cwd, ok=True):
    """Run a command with an environment that leads to no other package; gives what came of it."""
    env = {name: value for name, value in os.environ.items() if name not in UNWANTED}
    words = [str(word) for word in command]
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    done = subprocess.run(words, cwd=cwd, env=env, check=False, text=True, timeout=300, **streams)
    assert not ok or done.returncode == 0, f"{words} in {cwd}: {done.returncode}\n{done.stdout}{done.stderr}"
    return done


def build(target, root, output):
    """The wheel or sdist of a tree, built into a folder."""
    call(sys.executable, "-m", "hatchling", "build", "-t", target, "-d", output, cwd=root)
    (made,) = output.iterdir()
    return made


@dataclass(frozen=True)
class Environment:
    """A virtual environment without pip."""

    folder: Path

    @property
    def bin(self):
        """Where its commands lie."""
        return self.folder / ("Scripts" if os.name == "nt" else "bin")

    @property
    def python(self):
        """Its Python."""
        return self.bin / "python"

    @property
    def site(self):
        """Where its packages lie."""
        scheme = {"base": self.folder, "platbase": self.folder}
        return Path(sysconfig.get_path("purelib", "venv", scheme))

    def pip(self, *words):
        """Run pip on it; pip sees only what is installed in it."""
        dependencies = self.site / "dependencies.pth"
        dependencies.unlink(missing_ok=True)
        call(self.python, *PIP, *words, cwd=self.folder)
        paths = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
        dependencies.write_text("\n".join(sorted(paths)), encoding="utf-8")

    def install(self, *wheels):
        """Install wheels, one after the other."""
        for wheel in wheels:
            self.pip("install", "--no-deps", "--no-index", "--no-compile", "--force-reinstall", wheel)


def environment(folder, *wheels):
    """A new environment with these wheels, installed one after the other."""
    venv.create(folder, symlinks=os.name != "nt")
    made = Environment(folder)
    made.install(*wheels)
    return made
