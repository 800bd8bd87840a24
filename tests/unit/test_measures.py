"""Units of measure: exact conversion, and refusal where there is none."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaoxin import measures
from gaoxin.errors import UsageError
from gaoxin.returns.text import unit_symbol

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


@pytest.mark.parametrize(("source", "target", "fit"), [
    ("户", "家", True), ("万人", "名", True), ("人次", "人", True), ("人次", "个", True), ("人", "个", False),
    ("千家", "万人", False),
    ("元/人", "元/户", False), ("人/平方公里", "名/平方公里", True), ("元", "家", False), ("人", None, False)])
def test_persons_are_no_enterprises(source, target, fit):
    assert measures.fits(source, target) is fit


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


EVERY = measures.symbols()
SIMPLE = st.sampled_from(EVERY)
MULTIPLES = {"": 0, "十": 1, "百": 2, "千": 3, "万": 4, "亿": 8, "万亿": 12}


@given(SIMPLE, SIMPLE, SIMPLE, SIMPLE, values)
def test_dimensions_of_the_whole_table_hold_together(a, b, c, d, value):
    """Two units of measure convert exactly where their dimensions agree, there and back; so do two of each per another."""
    for one, other in ((a, b), (f"{a}/{c}", f"{b}/{d}")):
        same = measures.dimension(one) == measures.dimension(other)
        assert measures.convertible(one, other) is measures.convertible(other, one) is same
        if same:
            assert measures.alike(measures.convert(measures.convert(value, one, other), other, one), value)
            assert measures.alike(measures.factor(one, other) * measures.factor(other, one), Decimal(1))
            assert measures.adds_up(one) is measures.adds_up(other)


@given(SIMPLE, SIMPLE, values)
def test_what_is_per_something_converts_as_its_parts_do(a, b, value):
    """1 a/b is as many base units as a is, per as many as b is."""
    assert measures.alike(measures.scale(f"{a}/{b}") * measures.scale(b), measures.scale(a))
    assert measures.dimension(f"{a}/{b}") == f"{measures.dimension(a)}/{measures.dimension(b)}"


@given(SIMPLE, st.sampled_from(sorted(MULTIPLES)), values)
def test_a_multiple_is_so_many_times_what_adds_up(symbol, multiple, value):
    many = multiple + symbol
    if measures.adds_up(symbol):
        assert measures.convert(value, many, symbol) == value * 10 ** MULTIPLES[multiple]
    elif multiple:
        assert not measures.known(many)


def test_every_unit_of_the_table_stands_in_it_once_and_can_be_written():
    assert len(set(EVERY)) == len(EVERY) > 300
    for symbol in EVERY:
        assert measures.scale(symbol) > 0
        assert re.fullmatch(measures.shape(), symbol), symbol
        assert unit_symbol(f"（{symbol}）") in (symbol, symbol.strip("()")), symbol


# What statistical yearbooks and evaluations of high-tech zones count in.
COUNTED = """
项 件 个 家 户 人 人年 人次 万人 台 台套 台(套) 万台 辆 艘 篇 部 册 场 场次 次 批 宗 公里 千米 平方米 万平方米
平方公里 公顷 千公顷 亩 万亩 吨 万吨 吨标准煤 万吨标准煤 千克 立方米 万立方米 亿立方米 升 千瓦 万千瓦 兆瓦 千瓦时
万千瓦时 亿千瓦时 吉焦 元 万元 亿元 万亿元 美元 万美元 亿美元 元/人 万元/人 万元/亩 亿元/平方公里 吨标准煤/万元
件/万人 人/平方公里 % ‰ 个百分点 倍 指数 分 天 小时 年 日 摄氏度 分贝 微克/立方米 毫克/升 张 床 所 名 只 头 株 颗 套
栋 间 座 处 条 组 支 班 百分点 千家 万人次 亿吨公里 标箱 万标箱 位 个月 MW 港元 万欧元 亿日元 元人民币 美金 标准箱
万TEU 万重量箱 锭 机架 总吨 万总吨 芯公里 皮长公里 标台 台时 台班 人天 工日 床日 岁 pH 无量纲 个基点 ppm
万吨二氧化碳当量 吨CO2 吨标煤 兆帕 千伏 千伏安 千赫兹 m² km² m³ kWh GWh PB EB PFLOPS 纳米 秒 班列 户次 座位 股 端口
"""


@pytest.mark.parametrize("symbol", COUNTED.split())
def test_units_that_plans_of_this_field_count_in(symbol):
    assert measures.known(symbol)
    assert re.fullmatch(measures.shape(), symbol)


@pytest.mark.parametrize(("written", "meant"), [("亿", "亿元"), ("万元人民币", "元"), ("平方", "平方米"), ("xyz", "元")])
def test_what_may_have_been_meant_is_near(written, meant):
    assert meant in measures.near(written)
    assert len(measures.near("xyz")) < 40
