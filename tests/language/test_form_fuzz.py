"""Any form with any sizes is a network or diagnostics with places; its printed form is a claim that holds."""

from hypothesis import given, settings, strategies as st

import archspec
from archspec.document import Scalar
from archspec.errors import Source, Span
from archspec.form.claim import departures
from archspec.form.show import printed
from archspec.form.syntax import Form, Group, Name, Term

WORDS = "CONV CONV CONV RELU POOL FC SOFTMAX BN DROPOUT LRN GAP FLATTEN INCEPTION RESIDUAL PAIR"
NAMES = st.sampled_from(WORDS.split()).map(Name)
STARS = st.none() | st.integers(0, 3) | st.sampled_from("NMK")


def terms(atoms):
    starred = st.builds(Term, atoms, STARS)
    return st.lists(starred | st.builds(lambda atom: Term(atom, optional=True), atoms), min_size=1, max_size=5).map(
        tuple
    )


SEQUENCES = st.recursive(terms(NAMES), lambda inner: terms(NAMES | st.builds(Group, inner)), max_leaves=8)


def listed(value):
    return st.recursive(value, lambda inner: st.lists(inner, min_size=1, max_size=3), max_leaves=5)


COUNTS = listed(st.integers(0, 3))
AT = st.lists(st.integers(1, 4))
SIZES = st.fixed_dictionaries(
    {
        "conv": st.fixed_dictionaries({"filters": listed(st.just(4)), "kernel_size": st.just(1)}),
        "max_pool": st.fixed_dictionaries({"pool_size": st.just(1)}, optional={"at": AT}),
        "fc": st.fixed_dictionaries({"units": listed(st.just(3))}, optional={"dropout": listed(st.just(0.5))}),
        "dropout": st.just(0.5),
        "inception": st.just({"1x1": 2, "3x3": 3}),
        "residual": st.fixed_dictionaries({"unit": st.just("basic"), "filters": st.just(4)}),
        "Pair": st.fixed_dictionaries({"n": st.just(2)}, optional={"at": AT}),
    },
    optional={"N": COUNTS, "M": st.integers(0, 3), "K": COUNTS, "lrn": st.fixed_dictionaries({}, optional={"at": AT})},
)
SPEC = """archspec: 1
name: net
input: [6, 6, 3]
vars: {{classes: 3}}
form: "{form}"
sizes: {sizes}
blocks: {{Pair: {{params: {{n: ~}}, layers: [conv: {{filters: $n, kernel_size: 1, times: 2}}]}}}}
"""


@settings(max_examples=200)
@given(SEQUENCES, SIZES)
def test_a_network_or_diagnostics(sequence, sizes):
    form = Form(sequence)
    used = {name.name.replace("POOL", "MAX_POOL") for name in form.names} | set(form.letters)
    kept = {key: value for key, value in sizes.items() if key.upper() in used}
    try:
        network = archspec.load(SPEC.format(form=form, sizes=str(kept).replace("'", "")))
    except archspec.SpecError as error:
        assert all(diagnostic.span for diagnostic in error.diagnostics)
        return
    for full in (False, True):
        shown = str(printed(network.graph, full=full)[""])
        written = Scalar(shown, Span(Source("shown", shown), 1, 1, len(shown)))
        assert not list(departures(written, network.graph, network.spec.blocks))
