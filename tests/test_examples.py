"""Examples of the reference: each is a valid row, and shows every key that must be given."""

import pytest
import yaml

from archspec.blocks import registry


def examples():
    return {kind: block.example for kind, block in registry().items()}


@pytest.mark.parametrize("kind", examples())
def test_an_example_shows_every_key_that_must_be_given(kind):
    for key in registry()[kind].all_keys():
        shown = key.main or f"{key.name}:" in examples()[kind]
        assert shown or not key.required, f"the example of {kind} lacks {key.name}"


@pytest.mark.parametrize("kind", examples())
def test_every_example_of_the_reference_is_valid(kind, archspec, tmp_path):
    rows = yaml.safe_dump([{"conv": {"name": "stem", "filters": 64, "kernel_size": 1}}]) + examples()[kind].strip()
    spec = tmp_path / "example.yaml"
    body = "".join(f"  {line}\n" for line in rows.splitlines())
    spec.write_text(f"archspec: 1\nname: example\ninput: [28, 28, 64]\nlayers:\n{body}  - relu: {{name: end}}\n")
    result = archspec("validate", spec)
    assert (result.code, result.err) == (0, "")
