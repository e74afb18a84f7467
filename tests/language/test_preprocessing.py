"""`classes` and `preprocessing`: what a spec says is what Python reads, and what fits the network."""

import pytest

from archspec import api
from archspec.preprocessing import Classes, Preprocessing

SPEC = "archspec: 1\nname: x\ninput: [8, 6, 3]\nvars: {n: 2}\nlayers: [fc: {units: $n}]\n"
SAID = [
    ("", None, None),
    ("classes: [cat, dog]", Classes(2, ("cat", "dog")), None),
    ("preprocessing: {}", None, Preprocessing()),
    ("preprocessing: {size: 9}", None, Preprocessing(size=9)),
    ("preprocessing: {size: [8, 6]}", None, Preprocessing(size=(8, 6))),
    ("preprocessing: {size: 9, crop: [8, 6], mean: 128}", None, Preprocessing(9, (8, 6), mean=(128.0,))),
    ("preprocessing: {mean: [1, 2, 3], scale: [0.5, 1, 2]}", None,
     Preprocessing(mean=(1.0, 2.0, 3.0), scale=(0.5, 1.0, 2.0))),
    ("preprocessing: {channel_order: bgr}", None, Preprocessing(channel_order="bgr")),
]  # fmt: skip


@pytest.mark.parametrize(("text", "classes", "preprocessing"), SAID, ids=[text or "nothing" for text, *_ in SAID])
def test_what_is_said_is_what_is_read(text, classes, preprocessing):
    network = api.load(SPEC + text)
    assert (network.spec.classes, network.spec.preprocessing, network.warnings) == (classes, preprocessing, ())


SETS = [("imagenet", 1000, ()), ("digits", 10, tuple("0123456789"))]


@pytest.mark.parametrize(("word", "count", "names"), SETS)
def test_a_named_set(word, count, names):
    network = api.load(f"{SPEC}classes: {word}", vars={"n": count})
    assert (network.spec.classes, network.warnings) == (Classes(count, names, word), ())


def test_a_spec_is_held_to_its_own_settings_only():
    """Whoever sets another input or number of classes does it on purpose."""
    text = f"{SPEC}classes: [cat, dog]\npreprocessing: {{crop: [8, 6]}}"
    assert api.load(text, vars={"n": 3}, input_shape=(4, 4, 1)).warnings == ()
    found = api.load(text.replace("[8, 6]", "[9, 6]").replace("dog", "dog, fish")).warnings
    assert [(d.code, d.severity) for d in found] == [("class-count", "warning"), ("preprocessing", "warning")]
