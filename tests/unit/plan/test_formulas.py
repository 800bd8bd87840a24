from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaoxin.errors import UsageError
from gaoxin.plan.formulas import FormulaProblem, evaluate_formula, names, parse

NUMBERS = st.decimals(min_value=-(10**9), max_value=10**9, places=4)


@pytest.mark.parametrize(
    ("formula", "values", "expected"),
    [
        ("100 * va / output", {"va": "98.4", "output": "615"}, "16"),
        ("a + 0.1", {"a": "0.2"}, "0.3"),
        ("max(a, b) - min(a, b, 1) * abs(-2)", {"a": "3", "b": "5"}, "3"),
        ("(now / base) ** (1 / 2) - 1", {"now": "196", "base": "100"}, "0.4"),
        ("a / 3 * 3", {"a": "1"}, "1"),
        ("-a + +a + 1_000", {"a": "7"}, "1000"),
    ],
)
def test_arithmetic_is_decimal(formula, values, expected):
    value, why = evaluate_formula(formula, {k: Decimal(v) for k, v in values.items()})
    assert why is None
    assert value == Decimal(expected)


@pytest.mark.parametrize("formula", ["a / (b - b)", "(a - a) / (b - b)", "a ** 99 ** 99", "(0 - a) ** 0.5"])
def test_what_has_no_value_gives_a_reason_and_no_exception(formula):
    value, why = evaluate_formula(formula, {"a": Decimal(2), "b": Decimal(3)})
    assert why is not None
    assert value is None
    assert why.zh
    assert why.en


def test_a_zero_denominator_is_named():
    why = evaluate_formula("a / b", {"a": Decimal(1), "b": Decimal(0)})[1]
    assert why is not None
    assert why.zh == "分母为零"


@pytest.mark.parametrize(
    "formula",
    [
        "",
        "a.real",
        "'x'",
        "__import__('os').system('true')",
        "a if a else a",
        "a, a",
        "lambda: 1",
        "a == 1",
        "1j",
        "True",
        "[a]",
        "a // 2",
        "a % 2",
        "min()",
        "abs(a, a)",
        "min(*a)",
        "max(a, key=a)",
        "f'{a}'",
        "round(a)",
        "(lambda: a)()",
        "a; a",
        "(x := a)",
        "-" * 300 + "a",
        "(" * 500 + "a" + ")" * 500,
        "a " * 900,
        "a +",
        "a[0]",
        "a and a",
        "~a",
        "None",
    ],
)
def test_whatever_is_not_arithmetic_is_refused(formula):
    with pytest.raises(FormulaProblem):
        parse(formula)
    with pytest.raises(UsageError):
        evaluate_formula(formula, {"a": Decimal(1)})


def test_names_are_the_inputs_and_not_the_functions():
    assert list(names(parse("max(b, a) / c + 2 * a"))) == ["b", "a", "c"]


def test_a_name_that_is_not_given_is_a_fault_of_the_plan():
    with pytest.raises(UsageError, match="no input b"):
        evaluate_formula("a + b", {"a": Decimal(1)})


def test_functions_cannot_be_used_as_values():
    with pytest.raises(UsageError):
        evaluate_formula("min + 1", {})


@given(NUMBERS, NUMBERS)
def test_sums_are_exact(a, b):
    assert evaluate_formula("a + b - a", {"a": a, "b": b})[0] == b


@given(NUMBERS.filter(bool), NUMBERS.filter(bool))
def test_a_quotient_times_its_denominator_is_the_numerator(a, b):
    assert evaluate_formula("a / b * b", {"a": a, "b": b})[0] == a
