"""Claims: which forms say what a network is, which do not, and where it first departs."""

import pytest
from hypothesis import given, strategies as st
from zoo_cases import NETWORKS, shipped

import archspec
from archspec.document import Scalar
from archspec.errors import Source, Span
from archspec.form.claim import departures
from archspec.form.fold import shortest
from archspec.form.machine import Machine
from archspec.form.parse import parse_text
from archspec.form.show import printed
from archspec.form.syntax import Form


def said(form, network):
    """What is wrong with a form as a claim about a network; empty where nothing is."""
    written = Scalar(form, Span(Source("claim", form), 1, 1, len(form)))
    return " ".join(map(str, departures(written, network.graph, network.spec.blocks)))


HOLDS = [
    # network, a form that it has
    ("vgg16", "[(CONV-RELU)*N-POOL?]*M-(FC-RELU)*K-SOFTMAX"),
    ("vgg16", "[(CONV-RELU)*N-POOL]*M-(FC-RELU)*K-FC-SOFTMAX, N = [2, 2, 3, 3, 3], M = 5, K = 2"),
    ("vgg16", "[(CONV-RELU)*N-POOL]*M-(FC-RELU)*K-FC-SOFTMAX, N <= 3, 0 <= K <= 2, M > 4"),
    ("vgg16", "[(CONV-RELU)*2-POOL]*2-[(CONV-RELU)*3-POOL]*3-(FC-RELU-DROPOUT)*2-FC-SOFTMAX"),
    ("vgg16", "[(CONV-RELU)*N-POOL]*2-[(CONV-RELU)*N-POOL]*3-(FC-RELU)*2-FC-SOFTMAX, N = [2, 2, 3, 3, 3]"),
    ("vgg16", "[(CONV-RELU)*N-MAX_POOL]*5-(FC-RELU)*2-FC-SOFTMAX"),
    ("vgg16", "[[(CONV-RELU)*N-POOL]*K]*M-(FC-RELU)*2-FC-SOFTMAX"),
    ("vgg16", "[[(CONV-RELU)*N-POOL]*K]*2-(FC-RELU)*2-FC-SOFTMAX, N = [2, 3], K = [2, 3]"),
    ("alexnet", "[(CONV-RELU)*N-LRN?-POOL]*3-(FC-RELU-DROPOUT)*2-FC-SOFTMAX"),
    ("googlenet", "[(CONV-RELU)*N-POOL]*2-[INCEPTION*L-POOL]*3-FC-SOFTMAX, L = [2, 5, 2]"),
    ("resnet50", "CONV-BN-RELU-POOL-[RESIDUAL*N]*4-GAP-FC-SOFTMAX, N = [3, 4, 6, 3]"),
    ("resnet50", "(CONV-RELU)*N-POOL-RESIDUAL*M-POOL*N-FC*N-SOFTMAX"),
    ("densenet121", "CONV-RELU-POOL-[DENSE*N-TRANSITION?]*4-RELU-POOL-FC-SOFTMAX, N = [6, 12, 24, 16]"),
    ("alphago_policy", "(CONV-RELU)*N-CONV-SOFTMAX"),
    ("alphago_policy", "(CONV-RELU)*12-CONV-FLATTEN-SOFTMAX"),
]


@pytest.mark.parametrize(("name", "form"), HOLDS)
def test_a_claim_that_holds(name, form):
    assert said(form, shipped(name)) == ""


DEPARTS = [
    # network, a form that it has not, where it departs, what is expected there
    ("vgg16", "[(CONV-RELU)*2-POOL]*5-(FC-RELU)*2-FC-SOFTMAX", "CONV of 'conv3_3'", "expected POOL there"),
    ("vgg16", "[(CONV-RELU)*N-POOL]*4-(FC-RELU)*2-FC-SOFTMAX", "CONV of 'conv5_1'", "expected FC there"),
    ("vgg16", "[(CONV-RELU)*N-POOL]*M-(FC-RELU)*K-FC-SOFTMAX, M = 6", "FC of 'fc6'", "expected CONV, POOL there"),
    ("vgg16", "[(CONV-RELU)*N-POOL]*M-(FC-RELU)*K-FC-SOFTMAX, K < 2", "RELU of 'fc7'", "expected SOFTMAX there"),
    ("vgg16", "[(CONV-RELU)*N-POOL]*M-(FC-RELU)*K-FC-SOFTMAX, N >= 3", "POOL of 'pool1'", "expected CONV there"),
    ("vgg16", "[(CONV-RELU)*N-POOL]*M-(FC-RELU)*K-FC-SOFTMAX, N = [2, 2, 3, 3]", "CONV of 'conv5_1'", "expected FC"),
    ("vgg16", "[(CONV-RELU)*N-POOL]*M-(FC-RELU)*K-FC-SOFTMAX, N = [2, 2, 3, 3, 3, 3]", "FC of 'fc6'", "expected CONV"),
    ("vgg16", "[(CONV-RELU)*N-POOL]*M-(FC-RELU)*K-FC-SOFTMAX, N = [2, 2, 2, 3, 3]", "CONV of 'conv3_3'", "POOL there"),
    ("vgg16", "[[(CONV-RELU)*N-POOL]*K]*2-(FC-RELU)*2-FC-SOFTMAX, N = [[2, 2], [3, 3]]", "CONV of 'conv5_1'", "FC"),
    ("vgg16", "[(CONV-RELU)*N-POOL]*M-(FC-RELU)*K", "SOFTMAX of 'fc8'", "expected RELU"),
    ("vgg16", "[(CONV-RELU)*N-POOL]*M-(FC-RELU)*2-FC-SOFTMAX-FC", "the end of the layers", "expected FC there"),
    ("vgg16", "[(CONV-RELU)*N-AVG_POOL]*5-(FC-RELU)*2-FC-SOFTMAX", "POOL of 'pool1'", "AVG_POOL"),
    ("vgg16", "[(CONV-BN-RELU)*N-POOL]*5-(FC-RELU)*2-FC-SOFTMAX", "RELU of 'conv1_1'", "expected BN there"),
    ("vgg16", "[(CONV-RELU)*N-POOL]*N-(FC-RELU)*K-FC-SOFTMAX, N = 5", "POOL of 'pool1'", "expected CONV there"),
    ("vgg16", "[(CONV-RELU)*N-POOL-(CONV-RELU)*N-POOL]*M", "FC of 'fc6'", "expected CONV"),
    ("resnet50", "CONV-RELU-POOL-RESIDUAL*N-POOL*N-FC-SOFTMAX", "FC of 'fc'", "expected POOL there"),
    ("resnet50", "CONV-RELU-POOL-[RESIDUAL*N]*4-POOL-FC-SOFTMAX, N = [3, 4, 6, 4]", "POOL of 'pool5'", "RESIDUAL"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "form", "place", "expected"), DEPARTS)
def test_a_claim_that_does_not_hold(name, form, place, expected):
    network = shipped(name)
    message = said(form, network)
    assert f"the layers depart from this form at {place}" in message
    assert expected in message
    assert f"the layers are {printed(network.graph)['']}" in message


@pytest.mark.parametrize("name", NETWORKS)
def test_every_network_has_the_form_that_is_printed(name):
    network = shipped(name)
    for full in (False, True):
        assert said(str(printed(network.graph, full=full)[""]), network) == ""


def reads(form, words):
    return Machine(form, lambda name, word: name.name == word).departure(words) is None


@given(st.lists(st.tuples(st.sampled_from(["AA", "BB", "CC"]), st.booleans()), min_size=1, max_size=14))
def test_what_is_folded_is_read_back_and_nothing_else(words):
    form = shortest([((word,), begins) for word, begins in words])
    plain = [word for word, _ in words]
    assert reads(parse_text(str(form)), plain)
    assert not reads(form, [*plain, plain[0]])
    assert not reads(form, plain[:-1])


AMBIGUOUS = ["[[[AA*N]*M]*K]*L", "[(AA*N)*M-AA?]*K", "[AA?]*N-[AA?]*M"]


@pytest.mark.parametrize("form", AMBIGUOUS)
def test_ambiguous_forms_are_read_in_one_pass(form):
    assert reads(parse_text(form), ["AA"] * 2_000)
    assert not reads(parse_text(form), [*["AA"] * 2_000, "BB"])


def test_a_claim_of_ten_thousand_layers():
    words = (["AA"] * 3 + ["BB"]) * 2_500
    assert reads(parse_text("[AA*N-BB]*M"), words)
    assert reads(parse_text("[AA*3-BB]*2500"), words)
    assert not reads(parse_text("[AA*3-BB]*2499"), words)
    assert isinstance(shortest([((word,), False) for word in words]), Form)


def test_a_form_that_fits_in_too_many_ways_is_said():
    network = archspec.load("archspec: 1\nname: deep\ninput: [1, 1, 1]\nlayers: [relu: {times: 3000}]")
    assert said("[RELU*N-RELU*N]*M", network).startswith("claim:1:1: error[form-too-loose]")
    assert said("[[RELU?]*1000000]*1000000", network).startswith("claim:1:1: error[form-too-loose]")


def test_a_claim_is_checked_where_a_spec_is_loaded():
    rows = "[conv: {{filters: 3, kernel_size: 1, times: 2, activation: relu}}]"
    text = f"archspec: 1\nname: net\ninput: [8, 8, 3]\nform: '(CONV-RELU)*N{{}}'\nlayers: {rows}"
    assert archspec.load(text.format(", N <= 2")).warnings == ()
    [warning] = archspec.load(text.format(", N < 2")).warnings
    assert (warning.code, warning.severity, warning.span.text()) == ("form-claim", "warning", "'(CONV-RELU)*N, N < 2'")
    with pytest.raises(archspec.SpecError, match="the layers are \\(CONV-RELU\\)\\*2"):
        archspec.validate(text.format("-POOL"))
