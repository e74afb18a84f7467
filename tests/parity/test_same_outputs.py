"""Every network that has an oracle gives its logits and its early, middle and late maps, with the same weights."""

import pytest
from comparison import compare

from archspec import oracles

COMPARED = [name for name, entry in oracles.table().items() if not entry.none]


@pytest.mark.parametrize("name", COMPARED)
def test_the_same_weights_give_the_same_logits_and_maps(name, tmp_path):
    found = compare(name, tmp_path)
    assert len(found) >= 3
    assert {key: value for key, value in found.items() if not value < 1e-4} == {}
