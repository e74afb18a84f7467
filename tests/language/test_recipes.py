"""Recipes as a language: what is wrong with them at its place, what they inherit, how they are set."""

import re
import sys
from pathlib import Path

import jsonschema
import pytest

from archspec import SpecError, api, zoo
from archspec.admit import admits
from archspec.document import plain
from archspec.source import parse
from training import recipe
from training.recipe.keys import keys_of
from training.recipe.language import Recipe
from training.recipe.schema import EXAMPLES, schema, strict

CASES = Path(__file__).resolve().parent.parent / "cases" / "invalid" / "recipes"
NAMES = sorted(path.stem for path in CASES.glob("*.yaml"))
BASE = """\
recipe: 1
name: base
title: A title
batch_size: 16
steps: 100
optimizer: {name: sgd, learning_rate: 0.1, momentum: 0.9}
schedule: {name: piecewise, boundaries: [10, 20], unit: steps}
weight_decay: {rate: 1e-4, variables: all}
dropout: {fc6: 0.5}
augmentation: [mirror]
deviations: [None.]
"""


def loaded(text, *settings):
    overrides, _ = api.documents.apart(api.settings(settings), "recipe")
    return recipe.load(f"recipe: 1\nname: tested\n{text}\n", overrides)


@pytest.mark.parametrize("name", NAMES)
def test_message(name, archspec, monkeypatch):
    monkeypatch.chdir(CASES.parent)
    result = archspec("validate", f"recipes/{name}.yaml")
    assert result.err == (CASES / f"{name}.txt").read_text(encoding="utf-8")
    assert (result.code, result.out) == (2, "")


def test_every_case_has_its_message():
    assert {path.stem for path in CASES.glob("*.txt")} == set(NAMES)


VARIANTS = [
    # what a variant says, and what differs from its base
    ("", {}),
    ("optimizer: {learning_rate: 0.05}", {"optimizer": {"name": "sgd", "learning_rate": 0.05, "momentum": 0.9}}),
    ("optimizer: adam", {"optimizer": {"name": "adam", "learning_rate": 0.001}}),
    ("epochs: 3", {"epochs": 3, "steps": None}),
    ("schedule: {boundaries: [5]}", {"schedule": {"name": "piecewise", "boundaries": [5], "unit": "steps"}}),
    ("schedule: cosine", {"schedule": {"name": "cosine", "alpha": 0.0, "until": None, "unit": "epochs"}}),
    ("weight_decay: 0.1", {"weight_decay": {"rate": 0.1, "variables": "all"}}),
    ("weight_decay: ~", {"weight_decay": None}),
    ("dropout: {fc7: 0.1}", {"dropout": {"fc6": 0.5, "fc7": 0.1}}),
    ("augmentation: [pad_and_crop: 4]", {"augmentation": [{"pad_and_crop": {"padding": 4}}]}),
]


@pytest.mark.parametrize(("text", "differs"), VARIANTS)
def test_a_variant_over_its_base(text, differs, tmp_path):
    (tmp_path / "base.yaml").write_text(BASE)
    (tmp_path / "variant.yaml").write_text(f"recipe: 1\nname: variant\nextends: base.yaml\n{text}\n")
    base, found = (recipe.written(recipe.load(tmp_path / f"{name}.yaml")) for name in ("base", "variant"))
    assert (found["name"], found["title"], found["deviations"]) == ("variant", "", [])
    for key in base.keys() - {"name", "title", "deviations"}:
        expected = differs.get(key, base[key])
        assert (expected.items() <= found[key].items()) if isinstance(expected, dict) else expected == found[key], key


SETTINGS = [
    # --set, and what it makes of the base
    ("optimizer.learning_rate=0.02", lambda r: r.optimizer.keys["learning_rate"] == 0.02),
    ("optimizer.learning_rate=0.02", lambda r: r.optimizer.keys["momentum"] == 0.9),
    ("optimizer.name=adam", lambda r: r.optimizer.keys["learning_rate"] == 0.001),
    ("optimizer=adam", lambda r: r.optimizer.keys["beta_1"] == 0.9),
    ("epochs=3", lambda r: (r.epochs, r.steps) == (3, None)),
    ("weight_decay=0.5", lambda r: (r.weight_decay.rate, r.weight_decay.mode) == (0.5, "gradient")),
    ("weight_decay.mode=decoupled", lambda r: (r.weight_decay.rate, r.weight_decay.mode) == (1e-4, "decoupled")),
    ("weight_decay=~", lambda r: r.weight_decay is None),
    ("ema.momentum=0.5", lambda r: r.ema.momentum == 0.5),
    ("augmentation=~", lambda r: not r.augmentation),
    ("augmentation=[pad_and_crop: 4, mirror]", lambda r: r.augmentation[1].name == "mirror"),
    ("optimizer={name: adam, epsilon: 1e-3}", lambda r: r.optimizer.keys["epsilon"] == 0.001),
    ("loss_weights.aux1=0.1", lambda r: r.loss_weights == {"aux1": 0.1}),
    ("seed=7", lambda r: r.seed == 7),
]


@pytest.mark.parametrize(("setting", "holds"), SETTINGS)
def test_a_setting(setting, holds):
    assert holds(loaded(BASE.partition("name: base\n")[2], f"recipe.{setting}"))


WRONG_SETTINGS = {
    "optimiser.learning_rate=1": "--set:1:1: error[unknown-key]: unknown key 'optimiser' in recipe",
    "optimizer.momentom=1": "--set:1:1: error[unknown-key]: unknown key 'momentom' in sgd",
    "augmentation=[miror]": "--set:1:22: error[unknown-word]: unknown step 'miror'",
    "augmentation=[mirror": "--set:1:21: error[not-yaml]: not YAML: did not find expected",
    "batch_size=none": "--set:1:19: error[wrong-type]: batch_size is 'none'",
}


@pytest.mark.parametrize(("setting", "message"), WRONG_SETTINGS.items())
def test_a_wrong_setting_is_told_where_it_was_made(setting, message):
    with pytest.raises(SpecError, match=re.escape(message)):
        loaded("epochs: 1", f"recipe.{setting}")


def test_two_settings_of_one_choice_do_not_depend_on_their_order():
    settings = ["recipe.optimizer.learning_rate=0.5", "recipe.optimizer.name=adam"]
    assert loaded("epochs: 1", *settings) == loaded("epochs: 1", *reversed(settings))


def test_what_is_not_said_has_keras_defaults():
    found = loaded("epochs: 1")
    assert (found.batch_size, found.precision, found.seed) == (32, "float32", 0)
    assert found.optimizer.name == "sgd"
    assert found.loss == recipe.Choice("crossentropy", {"label_smoothing": 0.0, "rubbish_distance": None})


PUBLISHED = {
    # batch, learning rate, momentum, weight decay, length: the papers' (facts beside each spec)
    "lenet": (32, 0.003, 0.9, None, 20),  # passes only: the others stand under its deviations
    "alexnet": (128, 0.01, 0.9, 5e-4, 90),
    "zfnet": (128, 0.01, 0.9, None, 70),
    "vgg": (256, 0.01, 0.9, 5e-4, 74),
    "resnet": (256, 0.1, 0.9, 1e-4, 600_000),
    "resnet_cifar": (128, 0.1, 0.9, 1e-4, 64_000),
    "resnet110_cifar": (128, 0.1, 0.9, 1e-4, 64_000),
    "senet": (1024, 0.6, 0.9, 1e-4, 100),
    "alphago_policy": (16, 0.003, 0.0, None, 340_000_000),
    "alphago_value": (32, 0.003, 0.0, None, 50_000_000),
}


@pytest.mark.parametrize(("name", "figures"), PUBLISHED.items())
def test_figures_of_the_papers(name, figures):
    found = recipe.load(name)
    keys, decay = found.optimizer.keys, found.weight_decay
    rate = decay.rate if decay else None
    assert figures == (found.batch_size, keys["learning_rate"], keys["momentum"], rate, found.epochs or found.steps)


def test_lenet_begins_and_sees_pictures_as_its_paper_says():
    found = recipe.load("lenet")
    begin = {row: said.kernel_initializer["random_uniform"] for row, said in found.initializers.items()}
    fans = {"C1": 25, "C3": 100, "C5": 400, "F6": 120}
    assert begin == {row: {"minval": -2.4 / fan, "maxval": 2.4 / fan} for row, fan in fans.items()}
    ink = [(value - found.preprocessing["mean"]) * found.preprocessing["scale"] for value in (0, 255)]
    assert ink == pytest.approx([-0.1, 1.175])


@pytest.mark.parametrize("name", zoo.RECIPES.names)
def test_a_shipped_recipe_is_named_as_its_file(name):
    assert recipe.load(name).name == name


def test_a_spec_names_its_recipe_and_a_variant_inherits_it(tmp_path):
    assert api.load("vgg19").recipe() == zoo.RECIPES.path_of("vgg")
    assert api.load("two_towers").recipe() is None
    (tmp_path / "mine.yaml").write_text(BASE)
    spec = tmp_path / "spec.yaml"
    spec.write_text("archspec: 1\nname: spec\nextends: lenet5\nrecipe: mine.yaml\n")
    assert api.load(spec).recipe() == spec.parent / "mine.yaml"


def test_an_unknown_recipe_is_told_with_the_nearest(tmp_path):
    with pytest.raises(SpecError, match=r"no-such-recipe.*'reznet'(.|\n)*did you mean 'resnet'"):
        recipe.load("reznet")


def test_without_the_package_that_reads_them_recipes_are_unknown(archspec, monkeypatch):
    monkeypatch.setattr(sys, "path", [])
    result = archspec("validate", zoo.RECIPES.path_of("resnet"))
    assert (result.code, "error[unknown-document]" in result.err) == (2, True)


def test_the_schemas_are_ones():
    for rules in (schema(), strict()):
        jsonschema.Draft202012Validator.check_schema(rules)
        assert "'oneOf'" not in str(rules), "an error under oneOf points at no field"


def documents():
    shipped = {name: zoo.RECIPES.path_of(name).read_text(encoding="utf-8") for name in zoo.RECIPES.names}
    return shipped | {name: (CASES / f"{name}.yaml").read_text(encoding="utf-8") for name in NAMES if name != "python"}


@pytest.mark.parametrize(("name", "text"), documents().items())
def test_the_fast_check_agrees_with_jsonschema(name, text):
    value = plain(parse(text).root)
    for rules in (schema(), strict()):
        assert admits(rules, value) == jsonschema.Draft202012Validator(rules).is_valid(value)


@pytest.mark.parametrize("key", keys_of(Recipe), ids=lambda key: key.name)
def test_a_key(key):
    rule = schema()["properties"][key.name]
    assert rule["title"]
    assert rule["description"]
    assert f"```yaml\n{key.name}: " in rule["markdownDescription"]
    whole = {**rule, "$defs": schema()["$defs"]}
    assert jsonschema.Draft202012Validator(whole).is_valid(EXAMPLES[key.name])
    assert "default" not in rule or jsonschema.Draft202012Validator(whole).is_valid(rule["default"])


@pytest.mark.parametrize("name", zoo.RECIPES.names)
def test_a_recipe_written_out_reads_back_as_itself(name):
    found = recipe.load(name)
    assert recipe.load(recipe.text(found)) == found
