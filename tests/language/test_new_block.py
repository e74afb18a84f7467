"""A new block is one new file: schema, reference, shapes and costs follow from it (tests/keras has its model)."""

import json

import pytest
from fire_block import checkout_with_fire


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    return checkout_with_fire(tmp_path_factory.mktemp("checkout"))


def command(checkout, *words):
    return checkout("-m", "archspec", *words)


def test_the_copy_is_what_runs(checkout):
    assert "checkout" in checkout("-c", "import archspec; print(archspec.__file__)")


def test_schema_knows_its_keys(checkout):
    fire = json.loads(command(checkout, "schema", "--json"))["$defs"]["row"]["properties"]["fire"]
    assert fire["description"] == "SqueezeNet's module (Iandola et al., arXiv:1602.07360, figure 1)."
    assert list(fire["then"]["properties"])[-2:] == ["squeeze", "expand"]
    assert fire["then"]["properties"]["expand"]["description"] == "filters of each of the two behind it"


def test_reference_shows_it(checkout):
    section = command(checkout, "reference", "fire")
    assert "arXiv:1602.07360" in section
    assert "| `expand` | " in section
    assert "- fire: {name: fire2, squeeze: 16, expand: 64}" in section
    assert section in command(checkout, "reference")


def test_spec_that_uses_it_is_valid_and_analyzed(checkout):
    assert command(checkout, "validate", "fires.yaml").startswith("fires.yaml: valid: 15,504 parameters")
    found = json.loads(command(checkout, "analyze", "fires.yaml", "--format", "json"))
    assert (found["params"], found["macs"], found["outputs"]) == (15504, 48168960, {"fire": [56, 56, 64]})


def test_misspelt_key_is_found(checkout):
    code = "import archspec; archspec.load(open('fires.yaml').read().replace('squeeze: 16', 'squeze: 16'))"
    with pytest.raises(AssertionError, match="did you mean 'squeeze'"):
        checkout("-c", code)
