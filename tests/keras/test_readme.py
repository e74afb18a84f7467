"""Every block of Python in the README runs as it stands, in the order of the page."""

import re
from pathlib import Path

from conftest import run_python

README = Path(__file__).resolve().parents[2] / "README.md"


def test_every_block_of_python_runs(tmp_path):
    blocks = re.findall(r"^```python\n(.*?)^```$", README.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert blocks, "the README has no block of Python"
    assert any("model.fit(inputs.dataset" in block for block in blocks)
    run_python("\n".join(blocks), cwd=tmp_path)
