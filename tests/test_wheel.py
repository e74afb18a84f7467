"""The wheel, installed into an environment of its own and used far from the checkout."""

import json
import sys
import zipfile
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pytest
from wheels import ROOT, build, call, environment

import archspec

PREFIX = "# yaml-language-server: $schema="


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    return build("wheel", ROOT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def installed(tmp_path_factory, wheel):
    return environment(tmp_path_factory.mktemp("installed") / "env", wheel)


@pytest.fixture
def hostile(tmp_path):
    """A folder whose own `training` and `specs` have nothing to do with ours."""
    for name in ("training", "specs"):
        (tmp_path / name).mkdir()
    (tmp_path / "training" / "__init__.py").write_text("raise RuntimeError('the training of the user was imported')\n")
    (tmp_path / "specs" / "googlenet.yaml").write_text("not: a spec\n")
    return tmp_path


def module(environment):
    return [environment.python, "-m", "archspec"]


def command(environment):
    return [environment.bin / "archspec"]


def names(wheel):
    return set(zipfile.ZipFile(wheel).namelist())


def test_wheel_holds_the_packages_and_their_data(wheel):
    held = names(wheel)
    folder = ROOT / "specs"
    specs = {f"archspec/specs/{path.relative_to(folder).as_posix()}" for path in folder.rglob("*.yaml")}
    assert specs
    assert held >= specs | {
        "archspec/py.typed",
        "archspec/resources/archspec.schema.json",
        "archspec/resources/recipe.schema.json",
        *(f"archspec/drawing/{name}" for name in ("layout.js", "page.html", "page.css", "dagre.min.js.LEGAL.txt")),
        "archspec/resources/prototypes/digits_7x12.txt",
        "archspec/cases/hints/softmax_of_a_board.txt",
        "training/py.typed",
        "training/resources/digits.npz",
        "training/resources/digits.md",
        "training/resources/recipes.md",
        "training/resources/errors.yaml",
        "training/cases/data.yaml",
    }


def test_wheel_holds_nothing_else(wheel):
    held = names(wheel)
    tops = {name.split("/")[0] for name in held if ".dist-info/" not in name}
    assert tops == {"archspec", "training"}
    assert not [name for name in held if "__pycache__" in name or name.endswith(".pyc")]


def test_sdist_is_enough_to_build_the_same_wheel(tmp_path, wheel):
    (tmp_path / "sdist").mkdir()
    sdist = build("sdist", ROOT, tmp_path / "sdist")
    call(sys.executable, "-m", "tarfile", "-e", sdist, tmp_path / "tree", cwd=tmp_path)
    (tree,) = (tmp_path / "tree").iterdir()
    (tmp_path / "again").mkdir()
    assert names(build("wheel", tree, tmp_path / "again")) == names(wheel)


def test_the_installed_package_is_the_one_in_use(installed, tmp_path):
    where = (
        "import archspec, archspec.zoo, training; print(archspec.__file__, training.__file__, archspec.zoo.folder())"
    )
    found = call(installed.python, "-c", where, cwd=tmp_path).stdout.split()
    assert [Path(path).is_relative_to(installed.site.resolve()) for path in found] == [True] * 3


SAID_ANYWHERE = [
    *(["build", "googlenet"], ["validate", "googlenet"], ["train", "--help"], ["--help"]),
    ["explain", "bad-data"],
]
OF_FILES = [["list"], ["explain", "tag"], ["list", "--recipes"], ["reference", "--recipes"]]


@pytest.fixture(scope="module")
def said(installed, tmp_path_factory):
    """What the installed command says in an empty folder, in which it leaves nothing."""
    folder = tmp_path_factory.mktemp("empty")
    found = {tuple(words): call(*command(installed), *words, cwd=folder) for words in SAID_ANYWHERE + OF_FILES}
    assert not list(folder.iterdir())
    return found


def test_commands_from_an_empty_folder(said):
    assert all(done.stdout and not done.stderr for done in said.values())


def test_commands_from_a_folder_with_names_of_ours(installed, hostile, said):
    for words in SAID_ANYWHERE:
        assert call(*command(installed), *words, cwd=hostile).stdout == said[tuple(words)].stdout


def test_the_module_is_the_same_command(installed, hostile, said):
    for words in (["validate", "googlenet"], ["train", "--help"]):
        assert call(*module(installed), *words, cwd=hostile).stdout == said[tuple(words)].stdout


def test_a_path_beats_the_shipped_network(installed, hostile):
    done = call(*command(installed), "validate", "specs/googlenet.yaml", cwd=hostile, ok=False)
    assert (done.returncode, "specs/googlenet.yaml" in done.stderr) == (2, True)


def test_schema_prints_a_modeline_of_an_installed_schema(installed, tmp_path):
    (line,) = call(*command(installed), "schema", cwd=tmp_path).stdout.splitlines()
    assert line.startswith(PREFIX)
    address = line.removeprefix(PREFIX)
    path = Path(url2pathname(urlsplit(address).path) if address.startswith("file:") else address)
    assert path.is_relative_to(installed.site.resolve())
    assert json.loads(path.read_text(encoding="utf-8"))["$schema"].startswith("https://json-schema.org/")


def test_version_names_ours_and_those_below(installed, tmp_path):
    from importlib.metadata import version

    said = call(*command(installed), "--version", cwd=tmp_path).stdout
    for part in (archspec.__version__, version("tensorflow"), version("keras")):
        assert part in said


def test_the_alias_is_the_same_command(installed, tmp_path, said):
    alias = call(installed.bin / "archspec-keras", "validate", "googlenet", cwd=tmp_path).stdout
    assert alias == said["validate", "googlenet"].stdout


def test_module_runs_from_the_root_of_a_checkout():
    assert "googlenet: valid" in call(sys.executable, "-m", "archspec", "validate", "googlenet", cwd=ROOT).stdout
