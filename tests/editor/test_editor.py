"""What editors offer, show and underline in a spec, asked of the language server that they run."""

import re
from pathlib import Path

import pytest
from language_server import CURSOR

from archspec import zoo
from archspec.blocks import registry
from archspec.keys import TOP_LEVEL
from archspec.modeline import RECIPE_SCHEMA, modeline
from archspec.schema import COMMON

SPECS = Path(__file__).resolve().parents[2] / "specs"
CASES = Path(__file__).resolve().parents[1] / "cases"
HEAD = "archspec: 1\nname: net\ninput: [28, 28, 3]\n"
STEPS = set(registry())
CONV = {key.name for key in (*COMMON, *registry()["conv"].all_keys())}
INCEPTION = {"1x1", "3x3", "5x5", "double_3x3", "pool", "strides", "name", "from"}
ACTIVATIONS = {"relu", "tanh", "sigmoid", "softmax", "scaled_tanh"}


@pytest.fixture
def spec(tmp_path):
    """A spec in a folder far from the schema, with the line that `archspec schema` prints; its text by its rows."""
    written = iter(range(100))
    return lambda rows: (tmp_path / f"net{next(written)}.yaml", f"{modeline()}\n{HEAD}{rows}")


OFFERED = {
    # rows with the cursor: what has to be among the completions
    "layers:\n  - ‸": STEPS,
    "layers:\n  - relu\n  - c‸\n  - tanh\n": STEPS,
    "layers: [{c‸}]": STEPS,
    "outputs:\n  policy:\n    - ‸\n": STEPS,
    "blocks:\n  Pair:\n    layers:\n      - ‸\n": STEPS,
    "layers:\n  - aux: {name: side, weight: 0.3, layers: [{f‸}]}\n": STEPS,
    "layers:\n  - repeat:\n      times: 3\n      layers:\n        - ‸\n": STEPS,
    "layers:\n  - branches:\n      merge: add\n      paths:\n        left:\n          - ‸\n": STEPS,
    "layers:\n  - conv:\n      ‸\n": CONV,
    "layers:\n  - conv:\n      filters: 3\n      ‸\n": CONV - {"filters"},
    "layers:\n  - conv: {k‸}\n": CONV,
    "layers:\n  - conv: {filters: 3, k‸}\n": CONV - {"filters"},
    "layers:\n  - inception:\n      ‸\n": INCEPTION,
    "layers:\n  - inception: {p‸}\n": INCEPTION,
    "layers:\n  - conv:\n      activation: ‸\n": ACTIVATIONS,
    "layers:\n  - conv: {activation: ‸}\n": ACTIVATIONS,
    "layers:\n  - conv: {filters: 3, activation: t‸, strides: 2}\n": ACTIVATIONS,
    "layers:\n  - conv:\n      padding: ‸\n": {"valid", "same", "half"},
    "layers:\n  - conv: {padding: ‸}\n": {"valid", "same", "half"},
    "layers:\n  - conv: {use_bias: ‸}\n": {"true", "false"},
    "layers:\n  - conv: {norm: ‸}\n": {"batch_norm", "affine"},
    "layers:\n  - conv: {kernel_initializer: ‸}\n": {"he_normal", "zeros"},
    "layers:\n  - residual: {shortcut: ‸}\n": {"projection", "zero_pad", "identity", "none"},
    "layers:\n  - residual:\n      unit: ‸\n": {"basic", "bottleneck"},
    "defaults:\n  ‸\n": STEPS,
    "defaults:\n  conv: {padding: ‸}\n": {"valid", "same", "half"},
    "sizes:\n  ‸\n": {"conv", "max_pool", "fc"},
    "sizes:\n  conv: {padding: ‸}\n": {"valid", "same", "half"},
    "edit:\n  - ‸\n": {"replace", "insert_after", "remove", "set"},
    "edit:\n  - replace: fc8\n    with:\n      - ‸\n": STEPS,
    "‸\n": {key.name for key in TOP_LEVEL} - {"archspec", "name", "input"},
    "expect:\n  ‸\n": {"params", "macs", "depth", "shapes"},
    "paper: {a‸}\n": {"authors", "arxiv"},
}


@pytest.mark.parametrize("rows", OFFERED, ids=repr)
def test_completion(server, spec, rows):
    found = server.completions(*spec(rows))
    assert set(found) >= OFFERED[rows]


def test_completion_offers_no_key_twice_and_no_step_among_keys(server, spec):
    found = server.completions(*spec("layers:\n  - conv: {filters: 3, k‸}\n"))
    assert "filters" not in found
    assert not set(found) & {"flatten", "inception"}


def test_completion_writes_what_is_valid(server, spec):
    offered = server.completions(*spec("layers:\n  - ‸\n"))
    snippet = offered["conv: {name, filters, kernel_size}"]["insertText"]
    assert snippet == "conv: {name: $1, filters: $2, kernel_size: $3}"
    for kind in STEPS:
        assert offered[kind]["insertText"] == kind
    keys = server.completions(*spec("layers:\n  - conv:\n      ‸\n"))
    assert keys["strides"]["insertText"] == "strides: ${1:1}"
    assert keys["padding"]["insertText"] == "padding: "


def test_completion_explains(server, spec):
    found = server.completions(*spec("layers:\n  - conv: {k‸}\n"))
    assert "size of the window, in pixels" in str(found["kernel_size"]["documentation"])


SHOWN = {
    # rows with the cursor: what the hover has to say
    "layers:\n  - co‸nv: {filters: 3, kernel_size: 3}\n": ["A 2-D convolution", "kernel_size: 7"],
    "layers:\n  - incep‸tion: {1x1: 3}\n": ["arXiv:1409.4842", "3x3: [96, 128]"],
    "layers:\n  - conv: {filters: 3, kernel_size: 3, str‸ides: 2}\n": ["step of the window", "Default: `1`"],
    "layers:\n  - conv:\n      pad‸ding: same\n": ["k//2 on each side", "`half`", "Default: `valid`"],
    "layers:\n  - inception: {3‸x3: 3}\n": ["behind a 1x1 reduction"],
    "lay‸ers: [relu]\n": ["a row a step", "layers: [{conv: {filters: 64"],
    "expect: {mac‸s: 3}\n": ["multiply-adds"],
    "defaults:\n  conv: {acti‸vation: relu}\n": ["activation behind the norm"],
}


@pytest.mark.parametrize("rows", SHOWN, ids=repr)
def test_hover(server, spec, rows):
    text = server.hover(*spec(rows))
    assert [words for words in SHOWN[rows] if words not in text] == []


UNDERLINED = {
    # rows: the words that are underlined, each with a part of what is said
    "layers:\n  - conv: {filtres: 3, kernel_size: 3}\n": [("filtres", "not allowed")],
    "layers:\n  - conv:\n      filters: 3\n      kernal_size: 3\n": [("kernal_size", "not allowed")],
    "layers:\n  - convv: {filters: 3}\n": [("convv", "not allowed")],
    "layers:\n  - rellu\n": [("rellu", "not accepted")],
    "layers:\n  - conv: {filters: 3, kernel_size: 3, padding: sam}\n": [("sam", "not accepted")],
    "layers:\n  - conv: {filters: 0, kernel_size: 3}\n": [("0", "minimum")],
    "layers:\n  - inception: {1x1: 3, 3x3: [4, 5, 6]}\n": [("[4, 5, 6]", "too many items")],
    "layers:\n  - conv: {filters: 3, kernel_size: 3, norm: {batch_norm: {epsilom: 1}}}\n": [("epsilom", "not allowed")],
    "blocks:\n  Pair: {layers: [{conv: {filtres: 3}}]}\nlayers: [Pair]\n": [("filtres", "not allowed")],
    "defaults:\n  conv: {pading: same}\nlayers: [relu]\n": [("pading", "not allowed")],
    "layerz: []\nlayers: [relu]\n": [("layerz", "not allowed")],
    # its own blocks and its variables are no mistakes
    "layers:\n  - Pair\n  - Pair: {n: 3}\n  - Pair: {n: $k}\nblocks:\n  Pair: {params: {n: 3}, layers: [relu]}\n": [],
    "vars: {n: 3}\nlayers:\n  - conv: {filters: $n, kernel_size: [$n, 3], strides: $n - 1, padding: $p}\n": [],
    "layers:\n  - conv: {filters: 3 * ($n + 1), kernel_size: 1, use_bias: $b, activation: $a, norm: $m}\n": [],
    "layers:\n  - max_pool: 2\n  - max_pool: $n\n  - fc: 10\n  - dropout: 0.5\n  - flatten\n": [],
}


@pytest.fixture(scope="module")
def underlined(server, tmp_path_factory):
    """What is underlined in each of UNDERLINED."""
    folder = tmp_path_factory.mktemp("underlined")
    paths = {rows: folder / f"net{number}.yaml" for number, rows in enumerate(UNDERLINED)}
    found = server.problems({path: f"{modeline()}\n{HEAD}{rows}" for rows, path in paths.items()})
    return {rows: found[path] for rows, path in paths.items()}


@pytest.mark.parametrize("rows", UNDERLINED, ids=repr)
def test_diagnostics(underlined, rows):
    found = underlined[rows]
    assert [where for where, _ in found] == [where for where, _ in UNDERLINED[rows]], found
    for (_, said), (_, words) in zip(found, UNDERLINED[rows], strict=True):
        assert words in said


VALID = [*(SPECS / f"{name}.yaml" for name in zoo.names()), *sorted((CASES / "valid").glob("*.yaml"))]


@pytest.fixture(scope="module")
def problems(server, tmp_path_factory):
    """What the server says of each of VALID under the modeline that `archspec schema` prints."""
    folder = tmp_path_factory.mktemp("valid")
    copies = {path: folder / f"{number}.yaml" for number, path in enumerate(VALID)}
    found = server.problems({copy: _anew(path.read_text(encoding="utf-8")) for path, copy in copies.items()})
    return {path: found[copy] for path, copy in copies.items()}


def _anew(text):
    """The text with our modeline in place of its own."""
    lines = [line for line in text.splitlines(keepends=True) if not line.startswith("# yaml-language-server:")]
    return f"{modeline()}\n{''.join(lines)}"


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_no_diagnostic_in_a_valid_spec(problems, path):
    assert problems[path] == []


@pytest.fixture(scope="module")
def recipes(server, tmp_path_factory):
    """What the server says of each shipped recipe as it is, and with a key misspelt."""
    folder, line = tmp_path_factory.mktemp("recipes"), modeline(RECIPE_SCHEMA)
    texts = {
        name: zoo.RECIPES.path_of(name).read_text(encoding="utf-8").partition("\n")[2] for name in zoo.RECIPES.names
    }
    right = server.problems({folder / f"{name}.yaml": f"{line}\n{text}" for name, text in texts.items()})
    wrong = server.problems({folder / f"{name}-.yaml": f"{line}\n{text}\nepoch: 3\n" for name, text in texts.items()})
    return {name: (right[folder / f"{name}.yaml"], wrong[folder / f"{name}-.yaml"]) for name in texts}


@pytest.mark.parametrize("name", zoo.RECIPES.names)
def test_no_diagnostic_in_a_shipped_recipe_and_one_in_a_misspelt_key(recipes, name):
    right, wrong = recipes[name]
    assert right == []
    assert ["epoch" in said for _, said in wrong] == [True]


def test_a_shipped_spec_finds_its_schema_by_its_own_modeline(server):
    path = SPECS / "lenet5.yaml"
    text = path.read_text(encoding="utf-8")
    hovered = text.replace("avg_pool", f"avg{CURSOR}_pool", 1)
    assert "pool" in server.hover(path, hovered)


def test_what_show_prints_has_no_diagnostic_elsewhere(server, archspec, tmp_path):
    text = archspec("show", "googlenet").out
    right, wrong = tmp_path / "mine.yaml", tmp_path / "misspelt.yaml"
    found = server.problems({right: text, wrong: re.sub("filters", "filtres", text, count=1)})
    assert found[right] == []
    assert found[wrong] != []
