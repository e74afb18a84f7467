"""What a shipped spec's file looks like: its first lines, and how long it may be."""

import pytest

from archspec import zoo

MODELINE = "# yaml-language-server: $schema=../archspec/resources/archspec.schema.json"
MOST_LINES = {"googlenet": 45, "vgg16": 15}
MOST_IN_ALL = {"resnet152": 8, "senet154": 24}


EVIDENCE = ("published", "deviations", "classes", "preprocessing", "weights", "recipe")


def network_lines(lines):
    """Lines of the network itself: what is known of it beside that may grow."""
    key = ""
    for line in lines:
        key = key if line.startswith(" ") else line.partition(":")[0]
        if key not in EVIDENCE:
            yield line


@pytest.mark.parametrize("name", zoo.RECIPES.names)
def test_form_of_a_shipped_recipe(name):
    lines = zoo.RECIPES.path_of(name).read_text(encoding="utf-8").splitlines()
    assert lines[0] == "# yaml-language-server: $schema=../../archspec/resources/recipe.schema.json"
    assert lines[1:3] == ["recipe: 1", f"name: {name}"]
    assert max(map(len, lines)) <= 100
    assert len([*network_lines(lines)]) <= 25


@pytest.mark.parametrize("name", zoo.names())
def test_form_of_a_shipped_spec(name):
    lines = zoo.path_of(name).read_text(encoding="utf-8").splitlines()
    assert lines[0] == MODELINE
    assert max(map(len, lines)) <= 100
    written = [line for line in lines if line.strip() and not line.lstrip().startswith("#")]
    assert written[0] == "archspec: 1"
    assert written[1] == f"name: {name}"
    variant = any(line.startswith("extends:") for line in written)
    assert len([*network_lines(written)]) <= MOST_LINES.get(name, 11 if variant else 60)
    assert len(written) <= MOST_IN_ALL.get(name, 60)
