"""Conditions: what can be written, three-valued logic, and that nothing else is ever run."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaoxin.i18n import Message
from gaoxin.plan.conditions import names, parse, truth
from gaoxin.plan.formulas import FormulaProblem

VALUES = {"a": Decimal(3), "b": Decimal("4.0"), "none": None, "code": "N", "day": date(2024, 1, 5), "later": date(2024, 2, 1)}


@pytest.mark.parametrize(("text", "holds"), [
    ("a < b", True), ("a >= b", False), ("a + 1 == b", True), ("1 <= a <= 2", False), ("1 <= a <= 3 < b", True),
    ("0.1 + 0.2 == 0.3", True), ("abs(a - b) <= 1 and not a > b", True), ("code == 'N'", True), ("code in ('M', 'N')", True),
    ("code not in ('M', 'N')", False), ("code != 'M'", True), ("day <= later", True), ("day == '2024-01-05'", True),
    ("day >= '2024-01-05'", True), ("day < '2023-12-31'", False), ("day in ('2024-01-05', '2024-02-01')", True),
    ("filled(none)", False), ("not filled(none) and filled(a)", True),
    ("none > 1", None), ("none > 1 and a > b", False), ("none > 1 or a < b", True), ("none > 1 or a > b", None),
    ("not none > 1", None), ("none == 'N'", None), ("none + a > 1", None),
])
def test_what_a_condition_says(text, holds):
    assert truth(text, VALUES) is holds


def test_a_division_by_nought_is_a_reason_and_no_answer():
    assert isinstance(truth("a / (b - 4) > 1", VALUES), Message)
    assert truth("a / (b - 4) > 1 or a > 1", VALUES) is True


@pytest.mark.parametrize("text", [
    "", "a", "a + b", "a = b", "a is b", "a <", "f(a) > 1", "a.b > 1", "a[0] > 1", "'N' == code", "code < 'N'", "code in 'N'",
    "code in ('N')", "day < '2024-1-5'", "day < '20240105'", "'2024-01-05' < day",
    "code == ('N',)", "a if b else none", "lambda: a > 1", "[a > 1]", "a > 1, b > 1", "a and b", "filled(1)", "filled(a, b)",
    "a > True",
    "(a := 1) > 2",
    "a > 1" + " and a > 1" * 200, "not " * 100 + "a > 1",
])
def test_nothing_else_can_be_written(text):
    with pytest.raises(FormulaProblem):
        parse(text)


@pytest.mark.parametrize("text", ["code > a", "day > 1", "day + 1 > 2", "code == a", "a == 'N'", "code <= code",
                                  "code <= '2024-01-05'", "a > '2024-01-05'"])
def test_what_does_not_compare_is_told(text):
    with pytest.raises(FormulaProblem):
        truth(text, VALUES)


def test_names_are_told_once_in_their_order():
    assert names("b > a and (code == 'a' or filled(none)) and min(a, day) > 1") == ("b", "a", "code", "none", "day")


@given(st.text(st.sampled_from("ab()<>=!+-*/. ,'\"'12andornotfilled[]:_"), max_size=40))
def test_whatever_is_written_is_a_condition_or_refused(text):
    try:
        known = dict.fromkeys(names(text), Decimal(2))
        assert truth(text, known) in (True, False) or isinstance(truth(text, known), Message)
    except FormulaProblem:
        pass


@given(st.dictionaries(st.sampled_from("xyz"), st.one_of(st.none(), st.integers(-2, 2).map(Decimal)), min_size=3),
       st.recursive(st.sampled_from(["x > 0", "y == 1", "z < x", "filled(y)"]),
                    lambda inner: st.one_of(st.builds("not ({})".format, inner),
                                            st.builds("({}) {} ({})".format, inner, st.sampled_from(["and", "or"]), inner)),
                    max_leaves=6))
def test_what_is_unknown_is_what_its_values_would_decide(values, text):
    """A condition is known only where it holds, or does not, whatever the missing figures are."""
    told = truth(text, values)
    missing = [name for name, value in values.items() if value is None]
    if told is None or "filled" in text:
        return
    for filled in (-3, 0, 1, 3):
        assert truth(text, {**values, **dict.fromkeys(missing, Decimal(filled))}) is told


def test_texts_are_one_in_any_spelling_in_which_a_register_has_them():
    values = {"name": "重庆（开州）Ａ 公司", "other": "重庆(开州)a公司", "third": "重庆(开州)b公司"}
    assert truth("name == other", values) is True
    assert truth("name != third", values) is True
