"""Blocks from user code and from other packages: the same citizens as archspec's own. The page about them is run."""

import os
import re
import subprocess
import sys
import types
from pathlib import Path

import pytest

import archspec as package
from archspec import reference
from archspec.blocks import registry
from archspec.blocks.base import BLOCKS
from archspec.schema import schema

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "blocks.md").read_text(encoding="utf-8")
[FIRE] = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
IN_THE_SPEC, FIRES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


def run(source, name):
    """A module of this source; its blocks are registered by it."""
    module = types.ModuleType(name)
    sys.modules[name] = module  # dataclasses look there
    exec(source, vars(module))
    return module


@pytest.fixture
def registered():
    """Run sources; take their blocks away afterwards."""
    before = dict(registry())
    yield lambda source, name="user_code": run(source, name)
    BLOCKS.clear()
    BLOCKS.update(before)
    sys.modules.pop("user_code", None)


def messages(text):
    with pytest.raises(package.SpecError) as caught:
        package.load(text)
    return str(caught.value)


def test_the_pages_block_in_a_spec(tmp_path):
    (tmp_path / "separable.yaml").write_text(IN_THE_SPEC)
    package.validate(tmp_path / "separable.yaml")


def test_the_pages_block_in_python(registered, tmp_path):
    (tmp_path / "fires.yaml").write_text(FIRES)
    with pytest.raises(package.SpecError, match="unknown step 'fire'"):
        package.validate(tmp_path / "fires.yaml")
    registered(FIRE)
    package.validate(tmp_path / "fires.yaml")
    fire = schema()["$defs"]["row"]["properties"]["fire"]["then"]["properties"]
    assert fire["expand"]["description"] == "filters of each of the two behind it"
    section = reference.section(registry()["fire"])
    assert "arXiv:1602.07360" in section and "| `squeeze` |" in section
    assert section in reference.page()


def test_its_errors_have_their_places(registered):
    registered(FIRE)
    found = messages(FIRES.replace("squeeze: 16", "squeeze: 97", 1))
    assert ":6:34: error[shape]: fire2_1: 97 filters do not squeeze 96 channels" in found
    assert "expected at most 96" in found
    found = messages(FIRES.replace("squeeze: 16", "squeze: 16", 1))
    assert ":6:25: error[unknown-key]: unknown key 'squeze' in fire" in found
    assert "did you mean 'squeeze'?" in found
    assert ":6:34: error[out-of-range]" in messages(FIRES.replace("squeeze: 16", "squeeze: 0", 1))


def test_own_blocks_are_written_with_what_users_have(registered):
    """Copies of archspec's own files, run as a user's, give the same networks."""
    before = package.load("resnet50").graph, package.load("bn_inception").graph
    for kind in ("residual", "inception", "branches", "repeat", "se", "conv", "fc"):
        source = (ROOT / "archspec" / "blocks" / f"{kind}.py").read_text(encoding="utf-8")
        public = source.replace("from archspec.blocks.base import", "from archspec import")
        del BLOCKS[kind]
        registered(public)
        assert BLOCKS[kind].__module__ == "user_code"
    after = package.load("resnet50").graph, package.load("bn_inception").graph
    assert [graph.nodes for graph in after] == [graph.nodes for graph in before]


BROKEN = """from archspec import Block, block

@block("broken")
class Broken(Block):
    \"\"\"Fails.\"\"\"

    def expand(self, scope, x):
        %s
"""
SPEC = "archspec: 1\nname: tiny\ninput: [8, 8, 3]\nlayers:\n  - broken: {name: b}\n  - rlu\n"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("return x.size", "fails: AttributeError: 'Tensor' object has no attribute 'size'"),
        ("return None", "fails: `expand` gives None, no Tensor"),
        ("return scope.step('cnov', x, 'c')", "fails: KeyError: 'cnov'"),
        ("return scope.part('conv', x, filters=3)", "conv needs 'kernel_size'"),
    ],
)
def test_a_block_that_fails_is_named(body, said, registered):
    registered(BROKEN % body)
    found = messages(SPEC.replace("  - rlu\n", ""))
    assert said in found and ":5:5: error[" in found
    assert "of user_code" in found or "missing-key" in found


@pytest.mark.parametrize(
    ("source", "error", "said"),
    [
        (
            BROKEN.replace('"broken"', '"conv"'),
            ValueError,
            "two blocks are called 'conv': archspec.blocks.conv and user",
        ),
        (BROKEN.replace('"broken"', '"Broken"'), ValueError, "'Broken' is no name for a step"),
        (
            BROKEN.replace("    def expand", "    n: int = 3\n\n    def expand"),
            TypeError,
            "Broken.n: expected `n: TYPE = key",
        ),
    ],
)
def test_a_class_that_cannot_be_a_block(source, error, said, registered):
    with pytest.raises(error, match=re.escape(said)):
        registered(source % "pass")


def test_a_class_defined_anew_replaces_itself(registered):
    registered(BROKEN % "return None")
    registered(BROKEN % "return x")
    package.load(SPEC.replace("- rlu", "- relu"))


@pytest.fixture
def installed(tmp_path):
    """Put a module and its entry point on the path; gives a function that runs archspec's command there."""

    def install(source):
        (tmp_path / "fire_blocks.py").write_text(source)
        record = tmp_path / "fire_blocks-1.0.dist-info"
        record.mkdir()
        (record / "METADATA").write_text("Metadata-Version: 2.1\nName: fire-blocks\nVersion: 1.0\n")
        (record / "entry_points.txt").write_text("[archspec.blocks]\nfire = fire_blocks\n")
        (tmp_path / "fires.yaml").write_text(FIRES)
        path = os.pathsep.join([str(tmp_path), str(ROOT)])

        def command(*words):
            arguments = [sys.executable, "-m", "archspec", *words]
            env = {**os.environ, "PYTHONPATH": path}
            return subprocess.run(arguments, cwd=tmp_path, env=env, check=False, capture_output=True, encoding="utf-8")

        return command

    return install


def test_a_packages_block_is_found_by_its_entry_point(installed):
    command = installed(FIRE)
    assert command("validate", "fires.yaml").stdout.startswith("fires.yaml: valid: 36,640 parameters")
    assert "arXiv:1602.07360" in command("reference", "fire").stdout
    assert '"label": "fire: {name, squeeze, expand}"' in command("schema", "--json").stdout


def test_a_broken_package_is_said_in_a_sentence(installed):
    command = installed("import nothing_of_that_name\n")
    done = command("validate", "fires.yaml")
    assert (done.returncode, done.stdout) == (2, "")
    assert "error[unknown-key]: unknown step 'fire'" in done.stderr
    sentence = "the blocks 'fire' of fire-blocks (fire_blocks) cannot be loaded: ModuleNotFoundError: No module named"
    assert f"error[broken-plugin]: {sentence}" in done.stderr and "Traceback" not in done.stderr
    done = command("reference", "conv")
    assert done.returncode == 0 and f"warning[broken-plugin]: {sentence}" in done.stderr


def test_a_spec_that_needs_no_package_does_not_look_for_one():
    call = "import sys; from archspec.cli import main; main(['validate', 'lenet5'])"
    code = f"{call}; print('importlib.metadata' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, encoding="utf-8", cwd=ROOT)
    assert done.stdout.splitlines()[-1] == "False"
