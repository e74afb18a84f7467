"""The walls of the house: who imports whom, who prints, which tables are complete, what is generated."""

import ast
import functools
import io
import subprocess
import tokenize
from pathlib import Path

import pytest

from archspec import ir, report, zoo
from archspec.passes import activations, backward, boxes, connections, costs, depth, receptive, shapes

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted([*(ROOT / "archspec").rglob("*.py"), *(ROOT / "training").rglob("*.py")])
FRAMEWORKS = ("tensorflow", "keras", "jax", "torch", "numpy", "matplotlib")


def place(path):
    """`archspec/blocks/conv.py` -> `archspec.blocks.conv`."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {place(path) for path in SOURCES}


@functools.cache
def parsed(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def type_checking_only(tree):
    """Nodes below `if TYPE_CHECKING:`, which never run."""
    guarded = [n for n in ast.walk(tree) if isinstance(n, ast.If) and getattr(n.test, "id", "") == "TYPE_CHECKING"]
    return {inner for guard in guarded for body in guard.body for inner in ast.walk(body)}


@functools.cache
def imports(path):
    """Every module that a file imports, at its top or inside a function: `archspec.errors`, `keras`, ..."""
    return tuple(_imports(path))


def _imports(path):
    tree = parsed(path)
    skipped = type_checking_only(tree)
    for node in ast.walk(tree):
        if node in skipped:
            continue
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            wholes = [f"{node.module}.{name.name}" for name in node.names]
            yield from (whole if whole in MODULES else node.module for whole in wholes)


def below(module, *packages):
    return any(module == package or module.startswith(f"{package}.") for package in packages)


WALLS = [
    # files of, may import of archspec and training, nothing else
    ("archspec.errors", []),
    ("archspec.ir", ["archspec.errors"]),
    ("archspec.document", ["archspec.errors"]),
    ("archspec.source", ["archspec.errors", "archspec.document"]),
    ("archspec.arithmetic", ["archspec.errors"]),
    ("archspec.blocks", ["archspec.blocks", "archspec.ir", "archspec.errors"]),
    ("archspec.passes", ["archspec.passes", "archspec.ir", "archspec.errors"]),
    ("archspec.weights", ["archspec.rename", "archspec.ir", "archspec.errors"]),  # pure: which name goes where
    ("archspec.weight_file", ["archspec.weights", "archspec.atomic", "archspec.errors"]),  # and the format's library
    (
        "archspec.backends",
        [
            *("archspec.backends", "archspec.passes", "archspec.ir", "archspec.errors"),
            *("archspec.weights", "archspec.weight_file", "archspec.rename"),  # values in and out by name
        ],
    ),
    ("archspec.importers.counterparts", ["archspec.source", "archspec.document"]),  # data: pairs of names
    (
        "archspec.importers.keras_applications",  # a reader of weights, hence beside the backend
        [
            *("archspec.importers.counterparts", "archspec.backends.keras.weights"),
            *("archspec.weights", "archspec.errors"),
        ],
    ),
    (
        "archspec.form",
        [
            *("archspec.form", "archspec.blocks", "archspec.passes", "archspec.ir", "archspec.errors"),
            *("archspec.document", "archspec.variables", "archspec.diagnose"),
        ],
    ),
    (
        "archspec.drawing",  # pictures of what passes found, in the words of the tables; matplotlib is imported here
        [f"archspec.{room}" for room in ("drawing", "report", "atomic", "passes", "ir", "errors")],
    ),
    ("archspec.report", ["archspec.passes", "archspec.ir", "archspec.errors"]),
    ("archspec", ["archspec"]),
    ("training", ["training", "archspec.api", "archspec.experiments", "archspec.drawing"]),
    ("training.entry", ["archspec"]),
]
APART = {"training.entry"}  # it looks whether archspec is ours at all, and has a wall of its own


@pytest.mark.parametrize(("package", "allowed"), WALLS, ids=[package for package, _ in WALLS])
def test_who_imports_whom(package, allowed):
    files = [path for path in SOURCES if below(place(path), package) and (place(path) not in APART - {package})]
    assert files
    for path in files:
        ours = {m for m in imports(path) if below(m, "archspec", "training")}
        assert not [m for m in ours if not below(m, *allowed)], f"{place(path)} may import {allowed} only"


def test_a_block_imports_no_other_block():
    files = [*(ROOT / "archspec" / "blocks").glob("*.py")]
    base = {place(path) for path in files if "\n@block(" not in path.read_text(encoding="utf-8")}
    assert {"archspec.blocks.base", "archspec.blocks.kinds"} <= base
    for path in files:
        others = [m for m in imports(path) if below(m, "archspec.blocks") and m not in base]
        assert not others, path


def test_only_the_backend_and_training_import_a_framework():
    for path in SOURCES:
        if not below(place(path), "archspec.backends.keras", "archspec.importers.keras_applications", "training"):
            drawing = {"matplotlib"} if below(place(path), "archspec.drawing") else set()
            assert not [m for m in imports(path) if below(m, *{*FRAMEWORKS} - drawing)], path


def test_only_the_command_line_prints():
    printers = ("archspec.report", "archspec.cli", "archspec.commands", "training.commands", "training.entry")
    for path in SOURCES:
        names = {getattr(n.func, "id", "") for n in ast.walk(parsed(path)) if isinstance(n, ast.Call)}
        assert "print" not in names or below(place(path), *printers), path


def test_nothing_is_evaluated():
    for path in SOURCES:
        names = {getattr(n.func, "id", "") for n in ast.walk(parsed(path)) if isinstance(n, ast.Call)}
        assert not names & {"eval", "exec", "compile", "globals"}, path


def test_files_are_small_and_well_named():
    for path in [*SOURCES, *(ROOT / "tests").rglob("*.py"), *ROOT.glob("*.py")]:
        assert path.name not in ("utils.py", "helpers.py", "misc.py", "common.py"), path
        assert len(path.read_text(encoding="utf-8").splitlines()) < 300, path


def test_test_files_have_names_of_their_own():
    """Pytest imports them by their bare names: of two alike, the second cannot be collected."""
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert sorted(set(names)) == sorted(names)


TOP_LEVEL = {
    *("specs", "archspec", "training", "tests", "pyproject.toml", "README.md", "docs", "benchmarks", ".ci"),
    *("Makefile", "requirements.lock", "requirements-parity.lock", "LICENSE", ".gitignore", ".gitattributes"),
    *("CHANGELOG.md", "CITATION.cff", "SECURITY.md", "CONTRIBUTING.md"),
}


def test_the_top_level_is_fixed():
    ls = ["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(ls, check=False, capture_output=True, encoding="utf-8")
    if listed.returncode == 0:  # an unpacked sdist has no index to ask
        assert {line.split("/")[0] for line in listed.stdout.splitlines()} <= TOP_LEVEL


def keys_of_the_keras_table():
    """Primitives with a row in `backends/keras/table.py`, read without importing Keras."""
    tree = parsed(ROOT / "archspec" / "backends" / "keras" / "table.py")
    tables = [
        n.value for n in ast.walk(tree) if isinstance(n, ast.Assign | ast.AnnAssign) and isinstance(n.value, ast.Dict)
    ]
    named = [[key.attr for key in table.keys if isinstance(key, ast.Attribute)] for table in tables]
    return {getattr(ir, name) for name in max(named, key=len)}


TABLES = {
    "archspec/passes/shapes.py: SHAPES": shapes.SHAPES,
    "archspec/passes/costs.py: COSTS": costs.COSTS,
    "archspec/passes/depth.py: LAYERS": depth.LAYERS,
    "archspec/passes/connections.py: CONNECTIONS": connections.CONNECTIONS,
    "archspec/passes/connections.py: NEURONS": connections.NEURONS,
    "archspec/passes/activations.py: STORAGE": activations.STORAGE,
    "archspec/passes/backward.py: KEPT": backward.KEPT,
    "archspec/passes/receptive.py: FIELDS": receptive.FIELDS,
    "archspec/passes/boxes.py: KINDS": boxes.KINDS,
    "archspec/report.py: OPERATORS": report.OPERATORS,
    "archspec/backends/keras/table.py": keys_of_the_keras_table(),
}


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("primitive", ir.PRIMITIVES, ids=lambda op: op.__name__)
def test_every_primitive_has_a_row_in_every_table(primitive, table):
    assert primitive in TABLES[table], f"{table} has no row for ir.{primitive.__name__}"


@pytest.mark.parametrize("table", TABLES)
def test_no_table_has_a_row_too_many(table):
    assert set(TABLES[table]) == set(ir.PRIMITIVES)


def code_words(path, text):
    """Names and strings of a file's code: comments, docstrings and bare strings are prose."""
    prose = {n.lineno for n in ast.walk(parsed(path)) if isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant)}
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in (tokenize.NAME, tokenize.STRING) and token.start[0] not in prose:
            yield token.string.lower()


def test_no_code_knows_a_network():
    words = {name.lower() for name in zoo.names()} | {"googlenet", "lenet", "alexnet", "vgg16", "resnet", "densenet"}
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        named = [name for name in words if name in text.lower()]  # in prose, mostly; in most files nowhere
        found = [word for word in code_words(path, text) if any(name in word for name in named)] if named else []
        assert not found, f"{path}: {found}"


def test_committed_schema_is_the_one_that_the_code_gives(archspec):
    committed = (ROOT / "archspec" / "resources" / "archspec.schema.json").read_text(encoding="utf-8")
    assert archspec("schema", "--json").out == committed, (
        "archspec schema --json > archspec/resources/archspec.schema.json"
    )


def test_committed_schema_of_recipes_is_the_one_that_the_code_gives(archspec):
    committed = (ROOT / "archspec" / "resources" / "recipe.schema.json").read_text(encoding="utf-8")
    assert archspec("schema", "--recipe", "--json").out == committed, (
        "archspec schema --recipe --json > archspec/resources/recipe.schema.json"
    )


def test_committed_page_of_recipes_is_the_one_that_the_code_gives(archspec):
    committed = (ROOT / "docs" / "recipes.md").read_text(encoding="utf-8")
    assert archspec("reference", "--recipes").out == committed, "archspec reference --recipes > docs/recipes.md"


def test_committed_reference_is_the_one_that_the_code_gives(archspec):
    committed = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    assert archspec("reference").out == committed, "archspec reference > docs/reference.md"


def test_committed_manual_is_the_one_that_the_code_gives(archspec):
    committed = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert archspec("reference", "--commands").out == committed, "archspec reference --commands > docs/commands.md"


def test_the_readme_lists_the_networks_as_the_command_does(archspec):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"<!-- archspec list --format md -->\n{archspec('list', '--format', 'md').out}<!-- end" in readme
