"""One name, two things counted: classifications and denominators, marked by the plan or shown by the terms themselves."""

from __future__ import annotations

import pytest

from gaoxin.i18n import Message
from tests.unit.planning.check.checked_plans import found, goal, indicator, subjects, with_indicators


def named(*names, **fields):
    return with_indicators(indicator(**fields, targets=[
        goal({"at_least": 40}, source=f"正文 {n}", binding=n == 0) | more for n, more in enumerate(names)
    ]))


@pytest.mark.parametrize(("one", "other"), [
    ("高新技术产业主营业务收入占比", "高技术产业主营业务收入占比"), ("高新技术企业数", "科技型企业数"),
    ("科技型中小企业数", "科技型企业数"), ("高企数", "科技型企业数"), ("战略性新兴产业产值", "高技术产业产值"),
])
def test_terms_that_statistics_define_differently_are_told_with_both_places(one, other):
    [finding] = found("two_classifications", named({"named_as": one}, {"named_as": other}))
    assert finding.sources == ("正文 0", "正文 1")


def test_a_place_without_a_name_of_its_own_uses_the_indicators():
    edit = named({}, {"named_as": "高新技术产业主营业务收入占比"}, name="高技术产业主营业务收入占比")
    assert subjects("two_classifications", edit) == [("warning", "indicators.added")]


@pytest.mark.parametrize(("one", "other"), [
    ("高新技术企业数", "高企数"), ("高新技术企业数", "有效期内高新技术企业"), ("高新技术产业产值", "高新技术产业总产值"),
    ("高新技术企业和科技型中小企业占比", "高新技术企业占比"), ("新材料产业产值", "高技术产业产值"), ("研发机构", "科技服务机构"),
])
def test_other_words_for_the_same_are_left_alone(one, other):
    assert subjects("two_classifications", named({"named_as": one}, {"named_as": other})) == []


def test_a_name_against_its_definition_names_both_places_in_both_languages():
    made = indicator(name="高技术产业产值", definition="高新技术产业的产值", targets=[goal({"at_least": 40})])
    [finding] = found("two_classifications", with_indicators(made))
    place, definition = finding.sources
    assert place == "附件 第9项"
    assert isinstance(definition, Message)
    assert (definition.zh, definition.en) == ("附件 第9项的定义", "the definition in 附件 第9项")
    assert "附件 第9项的定义 用“高新技术产业”" in finding.message.zh
    assert "the definition in 附件 第9项 says “高新技术产业”" in finding.message.en
    assert finding.beside == ()


def test_what_the_plan_marks_is_told():
    edit = named({"classification": "国家目录"}, {"classification": "自治区目录"})
    assert subjects("two_classifications", edit) == [("warning", "indicators.added")]
    assert subjects("two_classifications", named({"classification": "国家目录"}, {"classification": "国家目录"}, {})) == []


def test_denominators_that_the_plan_marks():
    [finding] = found("two_denominators", named({"denominator": "园区企业"}, {"denominator": "规上企业"}))
    assert "园区企业，还是 规上企业" in finding.decide.zh
    assert finding.sources == ("正文 0", "正文 1")
    assert subjects("two_denominators", named({"denominator": "园区企业"}, {})) == []


def share(name, below, title="增加值率"):
    return indicator(id=name, name=title, measures=[{
        "id": "value", "unit": "%", "formula": "100 * a / b",
        "inputs": {"a": {"variable": "value_added"}, "b": {"variable": below}},
    }])


def test_two_indicators_of_one_name_over_different_things():
    edit = with_indicators(share("one", "gross_output"), share("two", "light_output"))
    assert subjects("two_denominators", edit) == [("warning", "indicators.two")]


def test_two_indicators_over_different_things_with_names_of_their_own():
    edit = with_indicators(share("one", "gross_output"), share("two", "light_output", "轻工业增加值率"))
    assert subjects("two_denominators", edit) == []
    assert subjects("two_denominators", with_indicators(share("one", "gross_output"), share("two", "gross_output"))) == []
