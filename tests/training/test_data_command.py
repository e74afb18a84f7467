"""`archspec data`: counts, what is done to pictures, and a grid of the very values that a network is given."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import training
from archspec import api
from tests.training.picture_files import saved
from training import datasets
from training.looking import counts, request
from training.looking.grid import grid, shown

TINY = """
archspec: 1
name: tiny
vars: {c: 3}
input: [24, 24, $c]
layers:
  - fc: {name: output, units: 10, activation: softmax}
"""


def nothing(line: str) -> None:
    pass


@pytest.fixture
def pets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Pictures of different sizes, six cats and four dogs, and a text that is called a picture."""
    monkeypatch.chdir(tmp_path)
    drawn = np.random.default_rng(0)
    for name, count in (("cat", 6), ("dog", 4)):
        (tmp_path / "pets" / name).mkdir(parents=True)
        for number in range(count):
            pixels = drawn.integers(0, 256, (30 + number, 40, 3), np.uint8)
            (tmp_path / "pets" / name / f"{number}.png").write_bytes(saved(pixels, "PNG"))
    (tmp_path / "pets" / "cat" / "text.jpg").write_text("no picture")
    (tmp_path / "tiny.yaml").write_text(TINY)
    return tmp_path


TABLE = """\
pets: pictures of 31 to 35 rows and 40 columns with 3 channels

class  name  training  test
    0  cat          5     1
    1  dog          3     1
  all               8     2
"""


def test_classes_are_counted_and_broken_files_named(pets: Path, archspec) -> None:
    said = archspec("data", "folder:pets")
    assert said.code == 0 and said.out == TABLE
    assert "'cat/text.jpg' is no" in said.err and "left out" in said.err


def test_what_the_recipe_does_is_told(pets: Path, archspec) -> None:
    said = archspec("data", "folder:pets", "--network", "tiny.yaml", "--recipe", "small").out
    fitted = "pictures of different sizes are scaled to cover 24x24, which is cut from their middle"
    assert said == f"{TABLE}\nrecipe small, input 24x24x3: pad_and_crop (padding 3)\n{fitted}\n"


def test_json_has_the_same_figures_and_the_recipe(pets: Path, archspec) -> None:
    said = archspec("data", "folder:pets", "--network", "tiny.yaml", "--recipe", "alexnet", "--format", "json")
    found = json.loads(said.out)
    assert [row["training"] for row in found["classes"]] == [5, 3] and [row["test"] for row in found["classes"]] == [
        1,
        1,
    ]
    assert (found["training"], found["test"], found["shape"]) == (8, 2, [None, None, 3])
    assert found["recipe"] == "alexnet" and found["input"] == [24, 24, 3]
    assert [*found["steps"][0]] == ["resize"]
    assert "24x24" in found["fitted"]


def test_a_stream_is_counted_by_reading_it() -> None:
    import tensorflow as tf

    rows = tf.data.Dataset.from_tensor_slices((np.zeros((7, 4, 4, 1), np.uint8), [0, 1, 1, 2, 2, 2, 2]))
    found = counts.count(training.dataset(rows, rows.take(2), classes=4))
    assert found.train == (1, 2, 4, 0) and found.test == (1, 1, 0, 0)


RECIPES = {
    "steps on batches": ("digits", 1, "[pad_and_crop: 2, mirror]", {}),
    "mean and lighting": ("digits", 3, "[per_pixel_mean, {pca_lighting: 0.1}]", {}),
    "mean, scale and order": (
        "digits",
        3,
        "[mirror]",
        {"mean": [104, 117, 124], "scale": 0.01, "channel_order": "bgr"},
    ),
    "one by one": ("folder:pets", 3, "[scale_jitter: [24, 40], random_crop, mirror, per_pixel_mean]", {}),
    "area and aspect": ("folder:pets", 3, "[area_and_aspect_crop, {colour: {brightness: 0.4}}]", {}),
}


@pytest.mark.parametrize(("words", "channels", "steps", "said"), RECIPES.values(), ids=RECIPES)
def test_the_grid_has_the_values_of_the_batches(pets: Path, words: str, channels: int, steps: str, said: dict) -> None:
    """Every picture of the grid, in each epoch, is among the inputs of that epoch's batches."""
    recipe = f"recipe: 1\nname: said\nepochs: 2\nbatch_size: 5\nseed: 3\naugmentation: {steps}\npreprocessing: {said}\n"
    spec = TINY.replace("$c", str(channels))
    look = request.make(words, recipe, spec, api.settings([]), options=datasets.AS_USUAL, say=nothing)
    found = grid(look.data, look.prepared(nothing), 3, 4, 2)
    setup = training.setup(spec, words, recipe)
    batches = list(setup.training_batches)
    per_epoch = setup.length.steps_per_epoch
    for epoch in range(2):
        images, labels = (
            np.concatenate([batch[part].numpy() for batch in batches[epoch * per_epoch : (epoch + 1) * per_epoch]])
            for part in (0, 1)
        )
        for image, label in zip(found.inputs[epoch], found.labels, strict=True):
            distance = np.abs(images - image).max(axis=(1, 2, 3))
            assert distance.min() < 1e-4 * np.abs(image).max() and labels[distance.argmin()] == label
    assert not np.array_equal(found.inputs[0], found.inputs[1])


def test_pictures_are_shown_as_they_were_before_mean_and_scale(pets: Path) -> None:
    said = {"mean": [104, 117, 124], "scale": 0.01, "channel_order": "bgr"}
    for steps, keys in (("[per_pixel_mean]", {}), ("~", said), ("~", {"scale": 1}), ("~", {})):
        recipe = f"recipe: 1\nname: said\nepochs: 1\naugmentation: {steps}\npreprocessing: {keys}\n"
        look = request.make("digits", recipe, None, api.settings([]), options=datasets.AS_USUAL, say=nothing)
        found = grid(look.data, look.prepared(nothing), 0, 3, 1)
        again = shown(found.inputs[0], found.prepared, planes=False)
        for picture, original in zip(again, found.originals, strict=True):
            assert np.array_equal(picture, np.broadcast_to(original, picture.shape))


def test_planes_are_shown_as_grey() -> None:
    values = np.zeros((2, 3, 3, 48), np.float32)
    values[0, 1, 1] = 2
    found = shown(values, None, planes=True)  # type: ignore[arg-type]
    assert found.shape == (2, 3, 3, 1) and found[0, 1, 1, 0] == 255 and found.sum() == 255


def test_the_picture_is_written_whole_and_only_where_nothing_stands(pets: Path, archspec) -> None:
    words = ["data", "digits", "--recipe", "small", "--plot", "grid.png", "--pictures", "2", "--epochs", "1"]
    assert archspec(*words).code == 0
    first = (pets / "grid.png").read_bytes()
    assert first.startswith(b"\x89PNG")
    refused = archspec(*words)
    assert refused.code == 2 and "'grid.png' exists" in refused.err
    assert archspec(*words, "--force").code == 0 and (pets / "grid.png").read_bytes() == first
    assert archspec(*words, "--force", "--seed", "5").code == 0 and (pets / "grid.png").read_bytes() != first


REFUSED = [
    (["--plot", "grid.png"], "no recipe to plot what it does"),
    (["--set", "recipe.seed=3"], "--set or --seed has nothing to set"),
    (["--recipe", "small", "--set", "vars.c=1"], "--set or --seed has nothing to set"),
    (["--recipe", "small", "--plot", "grid.gif"], "cannot save to 'grid.gif'"),
    (["--recipe", "smal"], "did you mean 'small'?"),
    (["--network", "lenet5_1998", "--set", "vars.classes=3"], "vars"),
]


@pytest.mark.parametrize(("words", "message"), REFUSED)
def test_what_cannot_work_is_refused(pets: Path, archspec, words: list[str], message: str) -> None:
    said = archspec("data", "digits", *words)
    assert said.code == 2 and message in said.err and not list(pets.glob("grid*"))
