"""Printed forms: the golden strings, and the shortest of all foldings against a search of another kind."""

import functools
import re

import pytest
from hypothesis import given, strategies as st

import archspec
from archspec import zoo
from archspec.form.fold import shortest
from archspec.form.outline import outline
from archspec.form.show import lines, printed
from archspec.form.syntax import Form

GOLDEN = {
    "vgg16": "[(CONV-RELU)*N-POOL]*5-(FC-RELU)*2-FC-SOFTMAX, N = [2, 2, 3, 3, 3]",
    "alexnet": "[(CONV-RELU)*N-POOL]*3-(FC-RELU)*2-FC-SOFTMAX, N = [1, 1, 3]",
    "googlenet": "[(CONV-RELU)*N-POOL]*2-[INCEPTION*L-POOL]*3-FC-SOFTMAX, N = [1, 2], L = [2, 5, 2]",
    "resnet50": "CONV-RELU-POOL-[RESIDUAL*N]*4-POOL-FC-SOFTMAX, N = [3, 4, 6, 3]",
    "se_resnet50": "CONV-RELU-POOL-[RESIDUAL*N]*4-POOL-FC-SOFTMAX, N = [3, 4, 6, 3]",
    "plain34": "CONV-RELU-POOL-[(CONV-RELU)*N]*4-POOL-FC-SOFTMAX, N = [6, 8, 12, 6]",
    "alphago_policy": "(CONV-RELU)*12-CONV-SOFTMAX",
    "nin_cifar10": "[(CONV-RELU)*3-POOL]*3-SOFTMAX",
    "densenet121": "CONV-RELU-POOL-[DENSE*N-TRANSITION]*3-DENSE*16-RELU-POOL-FC-SOFTMAX, N = [6, 12, 24]",
}


@pytest.mark.parametrize("name", GOLDEN)
def test_golden_strings(name, archspec):
    case = zoo.folder().parent / "tests" / "cases" / "valid" / f"{name}.yaml"
    result = archspec("show", name if name in zoo.names() else case, "--form")
    assert (result.code, result.out) == (0, GOLDEN[name] + "\n")


FULL = [
    # network, the first line, and what stands in the legend
    ("vgg16", "[(CONV-RELU)*N-MAX_POOL]*5-(FC-RELU-DROPOUT)*2-FC-SOFTMAX, N = [2, 2, 3, 3, 3]", ""),
    ("resnet50", "CONV-BN-RELU-MAX_POOL-[RESIDUAL*N]*4-GAP-FC-SOFTMAX, N = [3, 4, 6, 3]",
     "RESIDUAL = conv1 CONV-BN-RELU, conv2 CONV-BN-RELU, conv3 CONV-BN, shortcut CONV-BN, ADD-RELU"),
    ("googlenet", "CONV-RELU-MAX_POOL-LRN-(CONV-RELU)*2-LRN-[MAX_POOL-INCEPTION*N]*3-GAP-DROPOUT-FC-SOFTMAX"
     ", N = [2, 5, 2]",
     "INCEPTION = 1x1 CONV-RELU, 3x3_reduce CONV-RELU, 3x3 CONV-RELU, 5x5_reduce CONV-RELU, 5x5 CONV-RELU,"
     " pool MAX_POOL, pool_proj CONV-RELU, CONCAT"),
    ("alexnet", "[CONV-RELU-LRN-MAX_POOL]*2-(CONV-RELU)*3-MAX_POOL-(FC-RELU-DROPOUT)*2-FC-SOFTMAX", ""),
    ("alphago_policy", "(CONV-RELU)*12-CONV-POSITION_BIAS-FLATTEN-SOFTMAX", ""),
]  # fmt: skip


@pytest.mark.parametrize(("name", "form", "legend"), FULL)
def test_the_full_form(name, form, legend, archspec):
    assert archspec("show", name, "--form", "--full").out.splitlines() == [form, *([legend] if legend else [])]


def test_heads_have_forms_of_their_own():
    assert list(lines(archspec.load("alphago_zero_20").graph)) == [
        "CONV-RELU-RESIDUAL*19",
        "policy: CONV-RELU-FC-SOFTMAX",
        "value: CONV-RELU-FC-RELU-FC-TANH",
    ]


FORMS = [
    # what a spec with this form prints: a form is printed as it was written, or shorter
    ("[(CONV-RELU)*N-POOL]*3-SOFTMAX, N = [1, 2, 1]", "[(CONV-RELU)*N-POOL]*3-FC-SOFTMAX, N = [1, 2, 1]"),
    ("CONV-RELU-CONV-RELU-POOL-CONV-RELU-CONV-RELU-POOL", "[(CONV-RELU)*2-POOL]*2"),
    ("[[CONV-TANH-POOL]*2-CONV-RELU]*2", "[[CONV-TANH-POOL]*2-CONV-RELU]*2"),
    ("CONV-POOL-CONV-POOL-CONV", "[CONV-POOL]*2-CONV"),
    ("CONV-BN-RELU-LRN-DROPOUT-FLATTEN-FC", "CONV-RELU-FC"),
]


@pytest.mark.parametrize(("form", "shown"), FORMS)
def test_a_form_is_printed_back(form, shown):
    sizes = "conv: {filters: 2, kernel_size: 3, padding: same}, dropout: 0.5"
    sizes += ", max_pool: {pool_size: 2, padding: same}" * ("POOL" in form) + ", fc: 3" * ("FC" in form)
    sizes = sizes if "DROPOUT" in form else sizes.replace(", dropout: 0.5", "")
    spec = f"archspec: 1\nname: net\ninput: [16, 16, 3]\nvars: {{classes: 3}}\nform: '{form}'\nsizes: {{{sizes}}}"
    assert str(printed(archspec.load(spec).graph)[""]) == shown


def test_rows_of_a_repeat_are_the_networks_own():
    row = "{repeat: {times: 3, layers: [conv: {filters: 2, kernel_size: 1, activation: relu}, max_pool: 1]}}"
    network = archspec.load(f"archspec: 1\nname: net\ninput: [8, 8, 3]\nlayers: [{row}]")
    assert str(printed(network.graph)[""]) == "[CONV-RELU-POOL]*3"
    assert [layer.row for layer in outline(network.graph)[""]][:3] == [
        "repeat_1.conv",
        "repeat_1.conv",
        "repeat_1.max_pool",
    ]


def fewest_names(runs):
    """The fewest names of any folding, by intervals: cut anywhere, or fold where all parts are alike."""

    @functools.cache
    def names(start, end):
        if end - start == 1:
            return 1
        found = [names(start, cut) + names(cut, end) for cut in range(start + 1, end)]
        for period in range(1, (end - start) // 2 + 1):
            if (end - start) % period == 0 and all(runs[i] == runs[i + period] for i in range(start, end - period)):
                found.append(names(start, start + period))
        return min(found)

    return names(0, len(runs))


@given(st.lists(st.tuples(st.sampled_from(["AA", "BB", "CC"]), st.booleans()), min_size=1, max_size=24))
def test_no_other_folding_has_fewer_names(words):
    runs = [word for at, (word, begins) in enumerate(words) if begins or at == 0 or words[at - 1][0] != word]
    form = shortest([((word,), begins) for word, begins in words])
    assert len(form.names) == fewest_names(runs)


def test_more_lists_than_letters_are_written_out():
    words = [word for k in range(30) for word in [f"A{k}", f"B{k}", f"A{k}", f"A{k}", f"B{k}"]]
    form = shortest([((word,), False) for word in words])
    assert (form.bounds, len(form.names)) == ((), 120)


LONG = {
    "one run": ["AA"] * 10_000,
    "pairs": ["AA", "BB"] * 5_000,
    "of many lengths": [word for k in range(1_400) for word in (*["AA"] * (k * k % 13 + 1), "BB")],
    "no repetition at all": [f"A{k}" for k in range(10_000)],
    "two cells without order": [f"A{(k * k + k // 7) % 3}" for k in range(10_000)],
}


@pytest.mark.parametrize("kind", LONG)
def test_ten_thousand_cells(kind):
    assert isinstance(shortest([((word,), False) for word in LONG[kind]]), Form)


def test_settings_change_the_form_and_nothing_else(archspec):
    said = archspec("show", "alphago_zero_20", "--form", "--set", "vars.blocks=2").out
    assert said.splitlines()[0] == "CONV-RELU-RESIDUAL*2"
    assert "error[bad-setting]" in archspec("show", "alphago_zero_20", "--set", "vars.blocks=2").err


def test_what_the_page_shows_is_what_the_command_prints(archspec):
    page = (zoo.folder().parent / "docs" / "form.md").read_text(encoding="utf-8")
    [session] = re.findall(r"```console\n(\$ archspec show .*?)```", page, re.DOTALL)
    shown = [entry.split("\n", 1) for entry in session.split("$ archspec ")[1:]]
    assert len(shown) == 4
    for command, said in shown:
        assert archspec(*command.split()).out == said
