"""Arithmetic on variables: exact, and Python's where Python is exact."""

from fractions import Fraction

import pytest
from hypothesis import assume, given, strategies as st

from archspec import SpecError, arithmetic
from archspec.errors import Source, Span

VALUES = {"n": 7, "k": 192, "zero": 0, "tenth": 0.1, "half": 0.5, "name": "wide", "flag": True, "pair": [3, 5]}


def evaluate(text):
    return arithmetic.evaluate(text, Span(Source("x", text), 1, 1, len(text)), lambda name, span: VALUES[name])


CASES = [
    ("0.1*30", 3), ("0.1*$n*10", 7), ("$tenth*30", 3), ("$n*$tenth", 0.7), ("3*$tenth", 0.3), ("1e-4*$n*1e4", 7),
    ("2*$k", 384), ("$k/2", 96), ("$n/2", 3.5), ("$n//2", 3), ("-$n//2", -4), ("-($n//2)", -3), ("$n - -1", 8),
    ("2 + 3*$n", 23), ("(2 + 3)*$n", 35), ("10 - 2 - 3", 5), ("100/5/2", 10), ("7//2*2", 6), ("2*7//2", 7), ("--$n", 7),
    (" $n ", 7), ("$half + $half", 1), ("22.4 // 1", 22), ("$k", 192), ("$name", "wide"),
    ("$pair", [3, 5]), ("$flag", True),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), CASES)
def test_value(text, value):
    found = evaluate(text)
    assert (found, type(found)) == (value, type(value))


WRONG = [
    ("$n +", 5), ("* $n", 1), ("($n", 4), ("$n)", 3), ("$n $n", 4), ("2**$n", 3), ("$n % 2", 4), ("$n < 2", 4),
    ("$", 1), ("$n / $zero", 6), ("$n // 0", 7), ("1 + $name", 5), ("1 + $flag", 5), ("1 + $pair", 5), ("len($n)", 1),
    ("$n.real", 3), ("$n if 1 else 2", 4), ("__import__('os')", 1), ("$n[0]", 3), ("()", 2), ("1e400 * 2", 1),
    ("1e30 * 1e30 * $n", 1),
    ("(" * 31 + "$n" + ")" * 31, 1), ("1+" * 100 + "1", 1), ("1/3" + "/3" * 64, 1),
]  # fmt: skip


@pytest.mark.parametrize(("text", "column"), WRONG)
def test_error_and_its_column(text, column):
    with pytest.raises(SpecError, match="bad-expression") as caught:
        evaluate(text)
    assert caught.value.diagnostics[0].span.column == column


NUMBER = st.integers(0, 99).map(str) | st.decimals(0, 99, places=2).map(str) | st.sampled_from(["$n", "$k", "$half"])
EXPRESSION = st.recursive(
    NUMBER,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "//"]), inner).map(" ".join),
        inner.map("({})".format),
        inner.map("-({})".format),
    ),
    max_leaves=8,
)


@given(EXPRESSION)
def test_agrees_with_python_on_fractions(text):
    assume(len(text) <= arithmetic.MAX_LENGTH)
    in_python = text.replace("$n", "7").replace("$k", "192").replace("$half", "0.5")
    words = [f"F('{word}')" if word[0].isdigit() else word for word in tokens(in_python)]
    try:
        expected = eval(" ".join(words), {"F": Fraction})  # Python as the oracle
    except ZeroDivisionError:
        with pytest.raises(SpecError, match="division by zero"):
            evaluate(text)
        return
    assume(abs(expected) < arithmetic.MAX_SIZE)
    found = evaluate(text)
    assert found == (expected.numerator if expected.denominator == 1 else float(expected))


def tokens(text):
    """Numbers, signs and parentheses, apart."""
    for sign in ("//", "(", ")", "-"):
        text = text.replace(sign, f" {sign} ")
    return text.split()


@given(st.integers(1, 10**6), st.integers(0, 6))
def test_decimal_fractions_are_exact(n, digits):
    assert evaluate(f"{n}*1e-{digits}*1e{digits}") == n
