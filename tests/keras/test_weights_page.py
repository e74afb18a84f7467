"""Every block of Python in docs/weights.md runs as it stands, in the order of the page."""

import re
from pathlib import Path

from conftest import run_python

import archspec
from archspec import zoo

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "weights.md").read_text("utf-8")


def test_every_block_of_python_runs(tmp_path):
    blocks = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 4
    run_python("\n".join(blocks), cwd=tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"lenet5.safetensors", "theirs.safetensors"}


def test_the_block_of_yaml_is_a_shipped_specs():
    [line] = re.findall(r"^```yaml\n(.*?)\n```$", PAGE, re.MULTILINE | re.DOTALL)
    assert line in zoo.path_of("resnet50_keras").read_text("utf-8")


def test_it_names_every_entry_of_the_metadata():
    from archspec.weights import Origin

    table = PAGE[PAGE.index("| `format`") :]
    assert all(f"`{name}`" in table for name in vars(Origin()))
    assert archspec.describe_weights.__name__ in PAGE
