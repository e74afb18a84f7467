"""What computes the same has the same digest, and only that."""

import itertools

from zoo_cases import shipped

import archspec
from archspec import zoo

HEAD = "archspec: 1\nname: net\ninput: [8, 8, 4]\nlayers:\n"
NAMED = HEAD + "  - conv: {name: a, filters: 4, kernel_size: 3, padding: same}\n  - relu: {name: b}\n  - fc: 10\n"

SAME = {
    "other names": NAMED.replace("name: a", "name: x").replace("name: net", "name: other"),
    "an activation as a key": HEAD
    + "  - conv: {filters: 4, kernel_size: [3, 3], padding: same, activation: relu}\n  - fc: {units: 10}\n",
    "defaults and variables": NAMED.replace("layers:", "vars: {n: 4}\ndefaults: {conv: {padding: same}}\nlayers:")
    .replace("filters: 4", "filters: $n")
    .replace(", padding: same}\n  - relu", "}\n  - relu"),
    "an own block": NAMED.replace(
        "layers:", "blocks: {Own: {layers: [{conv: {filters: 4, kernel_size: 3, padding: same}}]}}\nlayers:"
    ).replace("conv: {name: a, filters: 4, kernel_size: 3, padding: same}", "Own"),
    "a side head": NAMED + "  - aux: {name: side, weight: 0.3, layers: [fc: 3]}\n",
    "its texts": NAMED.replace("layers:", "title: A network\ndeviations: [none]\nlayers:"),
}
OTHERS = {
    "another filter": NAMED.replace("filters: 4", "filters: 5"),
    "another input": NAMED.replace("[8, 8, 4]", "[9, 9, 4]"),
    "no relu": NAMED.replace("  - relu: {name: b}\n", ""),
    "tanh": NAMED.replace("relu", "tanh"),
    "no bias": NAMED.replace("filters: 4", "filters: 4, use_bias: false"),
    "a layer more": NAMED.replace("  - fc: 10", "  - dropout: 0.5\n  - fc: 10"),
}
BRANCHES = (
    HEAD
    + "  - conv: {name: a, filters: 4, kernel_size: 1}\n  - conv: {name: b, from: input, filters: 4, kernel_size: 1}\n"
)


def test_what_computes_the_same_has_the_same_digest():
    wanted = archspec.digest(NAMED)
    assert len(wanted) == 64
    assert {name: archspec.digest(text) == wanted for name, text in SAME.items()} == dict.fromkeys(SAME, True)


def test_what_computes_something_else_has_another():
    digests = {name: archspec.digest(text) for name, text in {"": NAMED, **OTHERS}.items()}
    assert len(set(digests.values())) == len(digests), digests


def test_who_reads_what_counts():
    texts = [BRANCHES + f"  - concat: {{of: [{x}, {y}]}}\n" for x, y in itertools.product("ab", repeat=2)]
    digests = [archspec.digest(text) for text in texts]
    assert digests[0] == digests[3], "the same layer twice, whatever it is called"
    assert digests[1] == digests[2], "two layers alike, in either order of their names"
    assert digests[0] != digests[1], "one layer twice is not two layers"


def test_it_depends_on_the_input_and_on_variables():
    assert archspec.digest("lenet5") == archspec.load("lenet5").digest
    assert archspec.digest("googlenet", input_shape=(96, 96, 3)) != archspec.digest("googlenet")
    assert archspec.digest("googlenet", vars={"classes": 10}) != archspec.digest("googlenet")


def test_no_two_shipped_networks_compute_the_same():
    digests = {name: shipped(name).digest for name in zoo.names()}
    assert len(set(digests.values())) == len(digests) > 5


def test_it_stays_what_it_is():
    """Files refer to it: a change of this number would make strangers of them."""
    assert archspec.digest("lenet5").startswith("ed1807a38500dd36")
