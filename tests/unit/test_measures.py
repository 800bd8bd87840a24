"""Units of measure: exact conversion, and refusal where there is none."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaoxin import measures
from gaoxin.errors import UsageError

SYMBOLS = ["元", "万元", "亿元", "美元", "万美元", "%", "‰", "倍", "家", "件", "人", "万人", "吨标准煤", "万吨标准煤", "平方米",
           "平方公里", "吨", "吨标准煤/万元", "件/万人", "亿元/平方公里"]
EXACT = [s for s in SYMBOLS if "/" not in s]
values = st.decimals(-10**9, 10**9, places=4)


@pytest.mark.parametrize(("value", "source", "target", "expected"), [
    ("600", "亿元", "万元", "6000000"), ("1", "万元", "元", "10000"), ("12", "家", "个", "12"), ("3000", "万美元",
     "美元", "30000000"),
    ("16", "%", "倍", "0.16"), ("2", "万吨标准煤", "吨标准煤", "20000"), ("0.6", "吨标准煤/万元", "吨标准煤/亿元", "6000"),
    ("20", "件/万人", "件/人", "0.002"), ("8.3302", "平方公里", "公顷", "833.02"),
    ("1.2", "万亿元", "亿元", "12000"), ("3", "千公顷", "公顷", "3000"), ("2", "亿千瓦时", "万千瓦时", "20000"),
    ("1.5", "千家", "家", "1500"),
    ("250", "人年", "人年", "250"), ("3", "万人次", "人次", "30000"), ("12", "千克标准煤/元", "吨标准煤/万元", "120"),
    ("40", "微克/立方米", "毫克/立方米", "0.04"), ("2", "千米", "公里", "2"), ("7", "千瓦", "瓦", "7000"),
])
def test_known_conversions(value, source, target, expected):
    assert measures.convert(Decimal(value), source, target) == Decimal(expected)


@given(st.sampled_from(EXACT), st.sampled_from(EXACT), values)
def test_there_and_back(a, b, value):
    if measures.dimension(a) != measures.dimension(b):
        with pytest.raises(UsageError):
            measures.convert(value, a, b)
    else:
        assert measures.convert(measures.convert(value, a, b), b, a) == value


@given(st.sampled_from(SYMBOLS), values)
def test_a_unit_converts_to_itself_unchanged(symbol, value):
    assert measures.convert(value, symbol, symbol) == value


@pytest.mark.parametrize(("a", "b"), [("亿元", "万美元"), ("家", "%"), ("%", "百分点"), ("吨", "吨标准煤"),
    ("吨标准煤/万元", "吨标准煤"), ("人年", "人"), ("千瓦", "千瓦时"), ("指数", "%"), ("工作日", "天")])
def test_what_does_not_belong_together_is_refused(a, b):
    with pytest.raises(UsageError):
        measures.factor(a, b)


@pytest.mark.parametrize("symbol", ["", "斤", "亿", "元/", "/元", "元/元/元", "万%", "千天", "亿万元", "万指数"])
def test_unknown_symbols(symbol):
    assert not measures.known(symbol)
    with pytest.raises(UsageError):
        measures.dimension(symbol)


def test_what_a_conversion_rounds_is_no_difference():
    hectares = measures.convert(Decimal(1500), "亩", "公顷")
    assert hectares != 100
    assert measures.alike(hectares, Decimal(100))
    assert measures.alike(Decimal(0), Decimal(0))
    assert not measures.alike(Decimal("100.00000000001"), Decimal(100))
    assert not measures.alike(Decimal(1), Decimal(-1))


COUNTED = ["人年", "人次", "万亿元", "千公顷", "万台", "篇", "万千瓦", "立方米", "公里", "场次", "亿千瓦时", "家", "千家",
           "指数", "‰", "万人次", "百分点", "元/人", "件/万人", "吨标准煤/万元", "台套", "亿立方米", "万吨", "人/平方公里",
           "亿吨公里", "标箱", "万标箱", "位", "分", "个月", "MW", "万亩"]


@pytest.mark.parametrize("symbol", COUNTED)
def test_units_that_plans_of_this_field_count_in(symbol):
    assert measures.known(symbol)
    assert re.fullmatch(measures.shape(), symbol)


@pytest.mark.parametrize(("written", "meant"), [("亿", "亿元"), ("万元人民币", "元"), ("平方", "平方米"), ("xyz", "元")])
def test_what_may_have_been_meant_is_near(written, meant):
    assert meant in measures.near(written)
    assert len(measures.near("xyz")) < 40
