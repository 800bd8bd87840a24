"""Numbers out of cells: exact, repaired with a word, never guessed."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaoxin.containers.formats import PERCENT, NumberFormat, number_format
from gaoxin.returns.numbers import exact, parse_number

FULL_WIDTH = {code: code + 0xFEE0 for code in range(33, 127)}
decimals = st.decimals(min_value=-(10**12), max_value=10**12, places=4, allow_nan=False)


@given(decimals)
def test_plain_text_is_read_as_written(value):
    assert parse_number(format(value, "f"), "亿元").value == value


@given(decimals)
def test_thousands_separators_do_not_change_a_number(value):
    assert parse_number(f"{value:,f}", "亿元").value == value


@given(decimals)
def test_full_width_does_not_change_a_number(value):
    parsed = parse_number(f"{value:,f}".translate(FULL_WIDTH), "亿元")
    assert parsed.value == value
    assert any("全角" in r.zh for r in parsed.repairs)


@given(st.decimals(min_value=Decimal("0.01"), max_value=10**9, places=2))
def test_brackets_are_a_minus_sign(value):
    assert parse_number(f"（{value:,f}）", "万元").value == -value


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=4))
def test_a_float_from_a_sheet_carries_no_binary_noise(value):
    assert exact(float(value)) == value


def test_the_classic_sum_of_floats():
    assert parse_number(0.1 + 0.2, "亿元").value == Decimal("0.3")


@given(st.text(max_size=20))
def test_any_text_gives_a_value_or_a_problem_or_a_blank(text):
    parsed = parse_number(text, "亿元")
    assert parsed.value is None or parsed.problem is None
    assert parsed.value is None or parsed.value.is_finite()


@pytest.mark.parametrize(
    ("raw", "unit", "value"),
    [
        ("1,234.5万元", "万元", "1234.5"),
        ("1,234.5万元", "亿元", "0.12345"),
        ("1.2亿", "亿元", "1.2"),
        ("1.2亿", "元", "120000000"),
        ("60家", "个", "60"),
        ("1.5万人", "人", "15000"),
        ("16%", "%", "16"),
        ("１６％", "%", "16"),
        ("0.5%", "%", "0.5"),
        ("16%", "‰", "160"),
        ("¥1,000", "元", "1000"),
        ("1.5000E+04", "元", "15000"),
        ("1.5E-03", "亿元", "0.0015"),
        ("0. 25", "亿元", "0.25"),
        ("12·5", "亿元", "12.5"),
        ("—12", "亿元", "-12"),
        ("3.2个百分点", "百分点", "3.2"),
        ("  12 ", "家", "12"),
        ("'123", "家", "123"),
        ("12。5", "亿元", "12.5"),
        ("1 234 567", "元", "1234567"),
        ("−5", "亿元", "-5"),
        ("+5", "亿元", "5"),
    ],
)
def test_repairs(raw, unit, value):
    parsed = parse_number(raw, unit)
    assert parsed.value == Decimal(value)
    assert parsed.repairs


@pytest.mark.parametrize(
    ("raw", "unit"),
    [
        ("0.16", "%"),
        (0.16, "%"),
        ("1,23", "亿元"),
        ("1,2345", "元"),
        ("1,234 567", "元"),
        ("约600", "家"),
        ("1.52E+05", "人"),
        ("1.5E+04", "元"),
        ("8.", "家"),
        ("(—)", "亿元"),
        ("<0.01", "亿元"),
        ("500-600", "家"),
        ("六百", "家"),
        ("123①", "家"),
        ("10²", "家"),
        ("无", "家"),
        ("…", "亿元"),
        ("......", "亿元"),
        ("16%", "亿元"),
        ("5吨", "亿元"),
        ("1.2亿", "万元"),
        ("1.2.3", "家"),
        ("1E+999", "元"),
        ("1E-999999", "元"),
        ("9" * 400, "元"),
        ("1" + "0" * 18, "元"),
        (1e18, "元"),
        ("-1,000,000,000,000,000,000", "元"),
        ("99999999999亿元", "元"),
        ("0." + "3" * 41, "元"),
        ("nan", "元"),
        ("٣", "家"),
        ("$5", "亿元"),
        (True, "家"),
        (datetime(1901, 8, 22), "亿元"),  # noqa: DTZ001  a cell has no time zone
        (float("inf"), "元"),
    ],
)
def test_what_is_ambiguous_has_a_problem_and_no_value(raw, unit):
    parsed = parse_number(raw, unit)
    assert parsed.value is None
    assert parsed.problem is not None
    assert parsed.problem.zh
    assert parsed.problem.en


@pytest.mark.parametrize("raw", ["9" * 18, 123456789012345600, "0." + "3" * 40, "-999999999999999999.5", 5.551115123125783e-17,
                                 "0" * 50])
def test_what_is_only_large_or_long_is_read(raw):
    assert parse_number(raw, "元", typed=False).value == (Decimal(raw) if isinstance(raw, str) else exact(raw))


def test_of_thousands_of_digits_a_few_are_told():
    problem = parse_number("9" * 5000, "元").problem
    assert problem is not None
    assert len(problem.zh) < 120


@pytest.mark.parametrize("raw", ["", None, "  ", "—", "——", "-", "/", "N/A", "－"])
def test_blanks_are_blank(raw):
    parsed = parse_number(raw, "亿元")
    assert parsed.value is None
    assert parsed.problem is None


def test_a_percentage_format_says_what_the_number_means():
    assert parse_number(0.16, "%", format=PERCENT).value == Decimal(16)
    assert parse_number(0.16, "亿元", format=PERCENT).problem is not None


@pytest.mark.parametrize(("format", "unit", "value", "unit_read"), [
    (NumberFormat(words=("亿元",)), "亿元", "1.2", "亿元"), (NumberFormat(words=("亿元",)), None, "1.2", "亿元"),
    (NumberFormat(words=("¥",)), "万元", "1.2", "万元"), (NumberFormat(words=("共",)), "家", "1.2", "家"),
    (NumberFormat(words=("亿元",)), "万元", None, "万元"), (NumberFormat(words=("万",)), "万元", None, "万元"),
    (NumberFormat(words=("千",)), "家", None, "家"), (NumberFormat(words=("成",)), "%", None, "%"),
    (NumberFormat(words=("万",)), None, None, None), (NumberFormat(words=("$",)), "万元", None, "万元"),
    (NumberFormat(divisor=10_000), "元", None, "元"), (NumberFormat(words=("%",)), "亿元", None, "亿元"),
])
def test_what_a_format_writes_beside_a_number_agrees_with_its_unit_or_is_told(format, unit, value, unit_read):
    parsed = parse_number(1.2, unit, format=format)
    assert (parsed.value, parsed.unit) == (None if value is None else Decimal(value), unit_read)
    assert (parsed.problem is None) is (value is not None)


@pytest.mark.parametrize(("code", "unit", "problem"), [
    *((code, "亿元", "returns.currency_misfit") for code in (
        "[$$-409]0.00", '"US$"#,##0.00', "[$USD] 0.00", '0.00" usd"', '"HK$"0', "[$HK$-C04]0", "[$€-2] 0.00", "0.00 [$€-407]",
        '"£"0', "[$¥-411]0", "[$￥-ja-JP]0", '"JP¥"0', '0"円"', '"NT$"0', "[$₩-412]0", "[$₺-41F]0", '"Z$"0')),
    *((code, "亿元", "returns.format_says") for code in (
        '0"万元"', '"万元"0', '"万元："0', '"单位：万元 "0', '0.00"美元"', '"美金："0.00', '"港元"0')),
    *((code, "亿元", None) for code in (
        '"¥"0', '_ "￥"* #,##0.00_ ', "[$¥-804]0", "[$￥-804]0.00", "[$¥-zh-CN]0", "[$CNY] 0", '"RMB" 0', '"亿元："0',
        '0"亿元"', '"人民币¥"0')),
    *((code, "万美元", None) for code in ("[$$-409]0", '"US$"0', "[$USD] 0", '"万US$"0')),
    ('"¥"0', "万美元", "returns.currency_misfit"), ("[$CNY] 0", "万美元", "returns.currency_misfit"),
    ('"亿US$"0', "万美元", "returns.format_says"), ('"HK$"0', "万美元", "returns.currency_misfit"),
])
def test_a_currency_or_a_unit_on_either_side_of_the_number_must_be_the_columns(code, unit, problem):
    parsed = parse_number(304.15, unit, format=number_format(code))
    assert (parsed.problem and parsed.problem.code) == problem
    assert parsed.value == (None if problem else Decimal("304.15"))


def test_a_unit_in_the_cell_stands_in_for_a_missing_one():
    parsed = parse_number("5亿元", None)
    assert (parsed.value, parsed.unit) == (Decimal(5), "亿元")


def test_csv_text_is_no_number_stored_as_text():
    assert parse_number("12.5", "亿元", typed=False).repairs == ()
    assert parse_number("12.5", "亿元", typed=True).repairs != ()


@pytest.mark.parametrize(("raw", "bounds", "value"), [
    (0.82, (0, 20), "0.82"), (0.82, (10, 100), "82"), ("0.16", (0, 100), None), (1, (0, 50), "1"), (-0.5, (-10, 10), "-0.5"),
    (0.82, (None, None), None), (0.82, (90, 100), None), (0, (10, 20), "0"), (2.5, (0, 1), "2.5")])
def test_a_share_up_to_one_is_settled_by_its_bounds_where_they_leave_one_reading(raw, bounds, value):
    low, high = (None if one is None else Decimal(one) for one in bounds)
    parsed = parse_number(raw, "%", bounds=(low, high))
    assert parsed.value == (None if value is None else Decimal(value))
    assert (parsed.problem is None) is (value is not None)


@pytest.mark.parametrize("behind", ["%(可比)", "【注】", "*", "斤斤"])
def test_what_stands_behind_a_number_is_quoted_whole(behind):
    problem = parse_number(f"5{behind}", "%").problem
    assert problem is not None
    assert f"「{behind}」" in problem.zh
