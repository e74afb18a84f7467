"""Forms as text and as trees: what is printed is read back alike, and nothing but a form is read."""

import pytest
from hypothesis import given, strategies as st

from archspec.errors import SpecError
from archspec.form.parse import MAX_DEPTH, MAX_NUMBER, parse_text
from archspec.form.syntax import Form, Group, Name, Range, Term, Values

names = st.from_regex(r"[A-Z][A-Z0-9_]{1,8}", fullmatch=True).map(Name)
letters = st.sampled_from("NMKXZ")
stars = st.none() | st.integers(0, MAX_NUMBER) | letters


def terms(atoms):
    starred = st.builds(Term, atoms, stars)
    return st.lists(starred | st.builds(lambda atom: Term(atom, optional=True), atoms), min_size=1, max_size=4).map(
        tuple
    )


sequences = st.recursive(
    terms(names),
    lambda inner: terms(names | st.builds(Group, inner, st.sampled_from("(["))),
    max_leaves=10,
)
numbers = st.recursive(
    st.integers(0, 999), lambda inner: st.lists(inner, min_size=1, max_size=3).map(tuple), max_leaves=6
)


@st.composite
def forms(draw):
    sequence = draw(sequences)
    known = Form(sequence).letters
    bounds = []
    for letter in known:
        low = draw(st.none() | st.integers(0, 99))
        high = draw(st.integers(low or 0, 200)) if low is None else draw(st.none() | st.integers(low, 200))
        bounds += draw(st.sampled_from([[], [Values(letter, draw(numbers))], [Range(letter, low, high)]]))
    return Form(sequence, tuple(bounds))


@given(forms())
def test_what_is_printed_is_read_back(form):
    assert parse_text(str(form)) == form


@given(st.text(st.sampled_from("[]()-*?,=<> NMKCONVPOL1250ab$é\n"), max_size=40))
def test_any_other_text_is_an_error_with_a_place(text):
    try:
        form = parse_text(text)
    except SpecError as error:
        [diagnostic] = error.diagnostics
        assert diagnostic.code == "bad-form"
        assert diagnostic.span.column <= len(text) + 2
    else:
        assert parse_text(str(form)) == form


SAME = [
    # written, as it is printed
    ("CONV", "CONV"),
    (" [ (CONV - RELU)*N-POOL? ] * M ", "[(CONV-RELU)*N-POOL?]*M"),
    ("CONV*N,N<5", "CONV*N, N <= 4"),
    ("CONV*N, 0 < N < 5", "CONV*N, 1 <= N <= 4"),
    ("CONV*N, N > 2", "CONV*N, N >= 3"),
    ("(CONV*N)*M, N=[1,[2,3]], M = 2", "(CONV*N)*M, N = [1, [2, 3]], M = 2"),
]


@pytest.mark.parametrize(("written", "printed"), SAME)
def test_one_way_to_print_it(written, printed):
    assert str(parse_text(written)) == printed


WRONG = [
    # form, column of the mistake, what is said
    ("", 1, "ends too early"),
    ("CONV-", 6, "ends too early"),
    ("(CONV", 6, "')' for the '(' of 1:1"),
    ("(CONV]", 6, "']' does not belong here"),
    ("CONV)", 5, "')' does not belong here"),
    ("CONV RELU", 6, "'RELU' does not belong here"),
    ("Conv", 1, "did you mean 'CONV'"),
    ("C-POOL", 1, "'C' alone is no term"),
    ("CONV*n", 6, "did you mean 'N'"),
    ("CONV*NM", 6, "one capital letter"),
    ("CONV?*2", 6, "'*' does not belong here"),
    ("CONV*-2", 6, "a number or one capital letter"),
    ("CONV*2.5", 7, "'.' does not belong here"),
    ("CONV*1000001", 6, "more than 1,000,000"),
    (f"CONV*{'9' * 5000}", 6, "more than 1,000,000"),
    ("CONV*N, M = 2", 9, "no star of this form has M"),
    ("CONV*2, M = 2", 9, "the form has no letters"),
    ("CONV*N, N = x", 13, "a whole number"),
    ("CONV*N, N = [1, 2", 18, "',' or ']'"),
    ("CONV*N, 5 <= N <= 2", 9, "no number lies within"),
    ("CONV*N, N < 0", 9, "no number lies within"),
    ("CONV*N, FC", 9, "terms are joined by '-'"),
    ("CONV*N, N = 2 3", 15, "',' or the end"),
    ("(" * 100_000, None, "more than 10,000 characters"),
    ("(" * 9_000, MAX_DEPTH + 1, "more than 16 brackets"),
    ("CONV*N" + ", N < 9" * 101, 709, "more than 100 bounds"),
    (f"CONV*N, N = {'[' * 4000}", 13 + MAX_DEPTH, "more than 16 brackets"),
]


@pytest.mark.parametrize(("text", "column", "said"), WRONG, ids=lambda value: str(value)[:20])
def test_mistakes_have_their_column(text, column, said):
    with pytest.raises(SpecError) as caught:
        parse_text(text)
    [diagnostic] = caught.value.diagnostics
    assert said in str(diagnostic)
    assert column in (None, diagnostic.span.column)
