"""Names that speak of another classification or another denominator, and names that merely differ."""

from __future__ import annotations

import pytest

from gaoxin.planning.check.terms import by_denominator, by_terms


@pytest.mark.parametrize(("one", "other"), [
    ("高新技术产业产值占比", "高技术产业产值占比"), ("高企数", "科技型中小企业数"), ("规上工业总产值", "工业总产值"),
    ("园区工业总产值", "全区工业总产值"), ("市级以上研发机构", "区级以上研发机构"),
])
def test_two_classifications(one, other):
    assert [place for _, place in by_terms([(one, "附件"), (other, "正文")])] == ["附件", "正文"]


@pytest.mark.parametrize(("one", "other"), [
    ("高新技术企业数", "引进培育国家高新技术企业"), ("高新技术企业", "高企"), ("工业总产值", "年工业总产值"),
    ("高新区工业总产值", "园区工业总产值"), ("市级以上研发机构", "研发机构"), ("规上工业增加值", "规模以上工业增加值"),
])
def test_one_classification(one, other):
    assert by_terms([(one, "附件"), (other, "正文")]) == []


@pytest.mark.parametrize(("one", "other"), [
    ((None, "R&D经费占GDP比重"), (None, "研发投入占营业收入比重")),
    ((None, "每万名从业人员拥有发明专利"), (None, "每万人口发明专利拥有量")),
    ((None, "高企占园区企业总数比例"), ("全区企业总数", "高企占比")),
])
def test_two_denominators(one, other):
    assert len(by_denominator([(*one, "附件"), (*other, "正文")])) == 2


@pytest.mark.parametrize(("one", "other"), [
    ((None, "高企占园区企业总数比例"), (None, "高新技术企业占高新区企业总数的比重")),
    ((None, "R&D经费占GDP比重"), (None, "研发投入占地区生产总值的比重")), ((None, "高企占比"), ("园区企业总数", "高企占比")),
])
def test_one_denominator(one, other):
    assert by_denominator([(*one, "附件"), (*other, "正文")]) == []
