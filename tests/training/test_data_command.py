"""`archspec data`: counts, what is done to pictures, and a grid of the very values that a network is given."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

import training
from archspec import api
from tests.training.picture_files import saved
from training import datasets, sizes
from training.looking import counts, request
from training.looking.grid import grid, shown
from training.recipe import load

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


def test_training_and_test_pictures_are_told_apart_where_a_recipe_cuts(pets: Path, archspec) -> None:
    said = archspec("data", "folder:pets", "--network", "tiny.yaml", "--recipe", "alexnet").out
    assert said.splitlines()[-3:] == [
        "recipe alexnet, input 24x24x3: resize (size 256); random_crop; mirror (rate 0.5); pca_lighting (sigma 0.1)",
        "training pictures of different sizes are scaled to a shorter side of 256, cut to 24x24 anywhere",
        "test pictures of different sizes are scaled to cover 24x24, which is cut from their middle",
    ]


PAGE = (Path(__file__).parents[2] / "docs" / "data.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"^\$ archspec (data digits .*)\n((?:.*\n)*?)```$", PAGE, re.MULTILINE)


@pytest.mark.parametrize(("words", "lines"), SHOWN)
def test_the_page_shows_what_the_command_prints(words: str, lines: str, archspec) -> None:
    said = archspec(*re.sub(r" --plot \S+", "", words).split()).out
    assert said.endswith(lines.removeprefix("...\n")) and len(SHOWN) == 2


ENLARGED = "training pictures are smaller than the crop of"
CUT = {  # steps, input, what is told of training pictures of 30 to 35 rows and 40 columns
    "a crop": (
        "[random_crop: 33]",
        33,
        ["are cut to 33x33 anywhere", f"4 of 8 {ENLARGED} 33x33, and scaled up to cover it"],
    ),
    "a crop that fits": ("[random_crop]", 24, ["are cut to 24x24 anywhere"]),
    "a crop above the scale": (
        "[resize: 20, random_crop]",
        24,
        [
            "are scaled to a shorter side of 20, cut to 24x24 anywhere",
            f"8 of 8 {ENLARGED} 24x24, and scaled up to cover it",
        ],
    ),
    "a drawn scale": (
        "[scale_jitter: [20, 40], random_crop: 24]",
        28,
        [
            "are scaled to a shorter side of 20 to 40, cut to 24x24 anywhere, framed with zeros to 28x28",
            f"8 of 8 {ENLARGED} 24x24 at the smallest scale, and scaled up to cover it",
        ],
    ),
    "areas": (
        "[area_and_aspect_crop, random_crop]",
        99,
        [
            "are cut to parts of a random area and aspect, which are scaled to 99x99, cut to 99x99 anywhere",
        ],
    ),
    "a scale alone": (
        "[resize: 64]",
        24,
        ["are scaled to a shorter side of 64, scaled to cover 24x24, which is cut from their middle"],
    ),
}


@pytest.mark.parametrize("name", CUT)
def test_a_crop_tells_how_many_pictures_it_enlarges(pets: Path, name: str) -> None:
    steps, side, (first, *more) = CUT[name]
    spec = TINY.replace("24, 24", f"{side}, {side}")
    recipe = f"recipe: 1\nname: said\nepochs: 1\naugmentation: {steps}\n"
    look = request.make("folder:pets", recipe, spec, api.settings([]), options=datasets.AS_USUAL, say=nothing)
    assert look.fitted[:-1] == [f"training pictures of different sizes {first}", *more]
    assert look.fitted[-1].startswith("test pictures of different sizes are scaled to cover")


def test_pictures_of_one_size_or_of_a_stream_are_told_likewise() -> None:
    import tensorflow as tf

    recipe = load("recipe: 1\nname: said\nepochs: 1\naugmentation: [random_crop]\n")
    digits = datasets.read("digits")
    assert sizes.told(digits, (12, 12, 3), recipe) == [
        "training pictures of 8x8 are cut to 12x12 anywhere",
        f"1,437 of 1,437 {ENLARGED} 12x12, and scaled up to cover it",
        "test pictures of 8x8 are framed with zeros to 12x12",
        "grey is repeated over 3 channels",
    ]
    assert sizes.told(digits, (8, 8, 1), recipe)[-1] == "test pictures keep their size of 8x8"
    rows = tf.data.Dataset.from_tensor_slices(([3, 9], [0, 1])).map(lambda n, y: (tf.zeros((n, n, 1), tf.uint8), y))
    assert sizes.told(training.dataset(rows, classes=2), (4, 4, 1), recipe) == [
        "training pictures of different sizes are cut to 4x4 anywhere",
        "training pictures that are smaller than the crop of 4x4 are scaled up to cover it",
    ]


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
