"""The other distribution called `archspec`: a stand-in with its layout, installed before and after ours."""

import sys
import zipfile

import pytest
from wheels import ROOT, build, call, environment

import archspec
from archspec import collision
from training import entry

NAME, VERSION = "archspec", "0.2.7"
MODULE = '"""Run the CLI as a module."""\n\nimport sys\n\nfrom .cli import main\n\nsys.exit(main())\n'
CLI = """
import argparse

def main(argv=None):
    parser = argparse.ArgumentParser("archspec")
    parser.add_subparsers(dest="command").add_parser("cpu")
    parser.parse_args(argv)
    print("cascadelake")
    return 0
"""
FILES = {
    "archspec/__init__.py": f'"""Init file to avoid namespace packages"""\n\n__version__ = "{VERSION}"\n',
    "archspec/__main__.py": MODULE,
    "archspec/cli.py": CLI,
    "archspec/cpu/__init__.py": "from .schema import NAMES\n",
    "archspec/cpu/schema.py": 'NAMES = ("cascadelake",)\n',
    "archspec/json/cpu/microarchitectures.json": "{}\n",
    "archspec/vendor/cpuid/cpuid.py": "",
}
RECORDS = {
    "METADATA": f"Metadata-Version: 2.1\nName: {NAME}\nVersion: {VERSION}\n",
    "WHEEL": "Wheel-Version: 1.0\nGenerator: by hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    "entry_points.txt": "[console_scripts]\narchspec=archspec.cli:main\n",
}

WORKS, SAID = ("validate", "lenet5"), "lenet5: valid"
"""A command that reads a shipped spec in the shortest time, and what it then says."""


@pytest.fixture(scope="module")
def ours(tmp_path_factory):
    return build("wheel", ROOT, tmp_path_factory.mktemp("ours"))


@pytest.fixture(scope="module")
def editable(tmp_path_factory):
    """The wheel that pip makes for `pip install -e`."""
    folder = tmp_path_factory.mktemp("editable")
    call(sys.executable, "-c", f"import hatchling.build; hatchling.build.build_editable({str(folder)!r})", cwd=ROOT)
    (made,) = folder.iterdir()
    return made


@pytest.fixture(scope="module")
def theirs(tmp_path_factory):
    """A wheel with the files that the real one has, as far as they matter."""
    files = FILES | {f"{NAME}-{VERSION}.dist-info/{name}": text for name, text in RECORDS.items()}
    record = f"{NAME}-{VERSION}.dist-info/RECORD"
    lines = "".join(f"{name},,\n" for name in [*files, record])
    path = tmp_path_factory.mktemp("theirs") / f"{NAME}-{VERSION}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in [*files.items(), (record, lines)]:
            archive.writestr(name, text)
    return path


@pytest.fixture
def make(tmp_path):
    return lambda *wheels: environment(tmp_path / "env", *wheels)


def run(environment, name, *words):
    return call(environment.bin / name, *words, cwd=environment.folder, ok=False)


def check_what_is_left(both, ours):
    """Without the other distribution ours is half gone: what both had, and nothing else. The alias says so."""
    both.pip("uninstall", "--yes", "archspec")
    held = zipfile.ZipFile(ours).namelist()
    assert {name for name in held if not (both.site / name).exists()} == FILES.keys() & {*held}
    done = run(both, "archspec-keras", "list")
    assert (done.returncode, "went with it" in done.stderr) == (1, True)


def check_the_mend(both, ours):
    """Installed again, ours is whole."""
    both.install(ours)
    for name in ("archspec", "archspec-keras"):
        done = run(both, name, *WORKS)
        assert (done.returncode, SAID in done.stdout, done.stderr) == (0, True, "")


def test_theirs_installed_last_is_named_by_the_alias(make, ours, theirs):
    both = make(ours)
    done = run(both, "archspec", *WORKS)
    assert (done.returncode, done.stderr) == (0, "")  # where there is no other, nothing is said
    both.install(theirs)
    done = run(both, "archspec-keras", "build", "googlenet")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "finds another distribution" in done.stderr
    assert "pip install --force-reinstall --no-deps archspec-keras" in done.stderr
    assert call(both.python, "-P", "-m", "training.entry", "list", cwd=both.folder, ok=False).stderr == done.stderr
    check_what_is_left(both, ours)
    check_the_mend(both, ours)


def test_ours_installed_last_works_and_warns(make, ours, theirs):
    both = make(theirs, ours)
    for name in ("archspec", "archspec-keras"):
        done = run(both, name, *WORKS)
        assert (done.returncode, SAID in done.stdout) == (0, True)
        assert f"{NAME}-{VERSION}" in done.stderr
        assert "pip uninstall archspec" in done.stderr
    code = "from archspec.cpu import NAMES; print(NAMES)"
    assert "cascadelake" in call(both.python, "-c", code, cwd=ROOT.parent).stdout
    check_what_is_left(both, ours)  # the same files in either order, so that the mend is one


@pytest.mark.parametrize("order", [0, 1])
def test_an_editable_install_is_hidden_by_theirs(make, editable, theirs, order):
    both = make(*[(editable, theirs), (theirs, editable)][order])
    done = run(both, "archspec-keras", "list")
    assert (done.returncode, "finds another distribution" in done.stderr) == (1, True)
    assert f'pip install --no-deps -e "{ROOT}"' in done.stderr
    both.pip("uninstall", "--yes", "archspec")
    done = run(both, "archspec-keras", *WORKS)
    assert (done.returncode, SAID in done.stdout, done.stderr) == (0, True, "")


def test_other_records_are_not_taken_for_it(tmp_path, monkeypatch):
    site = tmp_path / "site-packages"
    for name in ("archspec_keras-0.1.0.dist-info", "archspec-notes", "archspecs-1.0.dist-info"):
        (site / name).mkdir(parents=True)
    monkeypatch.setattr(sys, "path", [str(site), str(tmp_path / "gone" / "site-packages")])
    assert collision.other_distribution() == ""
    (site / "archspec-0.2.5.egg-info").mkdir()
    assert "archspec-0.2.5" in collision.other_distribution()


def test_the_alias_passes_on_errors_of_our_own_imports(monkeypatch):
    monkeypatch.setitem(sys.modules, "archspec", None)
    monkeypatch.setattr(entry, "HERE", entry.HERE / "elsewhere")
    assert "is gone" in entry.broken()


def test_whole_package_is_not_broken():
    assert entry.broken() == ""
    assert archspec.SpecError
