"""Rules on how the figures of several units add up, and on shares that could exceed their whole."""

from __future__ import annotations

import pytest

from tests.unit.planning.check.checked_plans import checked, found, subjects, the

TOLD = ("units_do_not_add_up", "whole_reported_twice", "whole_of_none", "share_without_part_of")


def several(variable: dict | None = None, units=("committee", "science"), **more):
    """The demo plan with a form of several units and one variable."""
    def edit(data):
        data["units"].append({"id": "east", "name": "东街道"})
        data["units"].append({"id": "west", "name": "西街道"})
        data["forms"].append({
            "id": "extra", "kind": "series", "name": "补充表", "periodicity": "quarter", "first": "2024-Q1", "last": "2024-Q2",
            "units": list(units), "due": {"days": 10},
            "variables": [{"id": "extra", "name": "数值", "unit": "亿元", "kind": "stock", **(variable or {}), **more},
                          {"id": "size", "name": "规模", "unit": "万元", "kind": "stock"}],
        })
    return edit


@pytest.mark.parametrize("variable", [
    {"unit": "%"}, {"unit": "‰"}, {"unit": "百分点"}, {"unit": "位"}, {"unit": "万元/人"}, {"unit": "吨标准煤/万元"},
    {"unit": "天"},
    {"name": "人均可支配收入", "unit": "元"}, {"name": "营商环境指数", "unit": "个"}, {"name": "平均工资", "unit": "万元"},
])
def test_what_does_not_add_up_needs_a_declaration(variable):
    """Rates by their unit of measure, and by their name where the unit does not tell."""
    assert subjects("units_do_not_add_up", several(variable)) == [("error", "forms.extra.variables.extra")]
    assert subjects("units_do_not_add_up", several(variable, combine="sum")) == [("error", "forms.extra.variables.extra")]
    assert subjects("units_do_not_add_up", several(variable, units=("east",))) == []
    for way in ({"combine": "mean"}, {"combine": "max"}, {"combine": "same"}, {"combine": "weighted", "weight": "size"}):
        told = checked(several(variable, **way))
        assert [f for f in told if f.code in TOLD and f.subject == "forms.extra.variables.extra"] == []


@pytest.mark.parametrize(("variable", "units"), [
    ({"name": "全区固定资产投资"}, ("east", "west")), ({"name": "地区生产总值"}, ("east", "west")),
    ({"name": "投资"}, ("science", "bureau")),
])
def test_a_whole_that_several_report_is_asked_about(variable, units):
    def bureau(data):
        data["units"].append({"id": "bureau", "name": "区统计局"})

    told = subjects("whole_reported_twice", bureau, several(variable, units=units))
    assert ("warning", "forms.extra.variables.extra") in told
    for way in ("sum", "same"):
        told = subjects("whole_reported_twice", bureau, several(variable, units=units, combine=way))
        assert ("warning", "forms.extra.variables.extra") not in told


def test_parts_of_streets_add_up_unasked():
    assert not [f for f in checked(several(units=("east", "west"))) if f.code in TOLD]


def test_what_is_judged_unit_by_unit_has_no_whole():
    def measure(data):
        the(data, "indicators", "gross_output")["measures"][0] |= {"formula": "x", "inputs": {"x": {"variable": "extra"}}}

    [told] = found("whole_of_none", several(combine="per_unit"), measure)
    assert told.subject == "indicators.gross_output"
    assert "combine: per_unit" in told.message.zh

    def zone_by_zone(data):
        data["zones"] = [{"id": z, "name": f"{z}园区", "committee": u} for z, u in (("east", "committee"), ("west", "science"))]
        goal = the(data, "indicators", "gross_output")["targets"][0]
        goal["target"] = {"each_zone": ["all"], "target": goal["target"]}

    assert not found("whole_of_none", several(combine="per_unit"), measure, zone_by_zone)


def share(formula: str, variables=("heavy_output", "gross_output"), **more):
    def edit(data):
        inputs = {name: {"variable": v} for name, v in zip("hetu", variables, strict=False)}
        the(data, "indicators", "value_added_rate")["measures"][0] |= {"formula": formula, "inputs": inputs, **more}
    return edit


@pytest.mark.parametrize("formula", ["100 * h / e", "h / e * 100", "h * 100 / e", "100 * (h / e)", "h / (e / 100)"])
def test_a_share_has_a_part_of_or_says_why_not(formula):
    [told] = found("share_without_part_of", share(formula))
    assert (str(told.severity), told.subject) == ("error", "indicators.value_added_rate")
    assert told.message.zh.endswith("是比重，而没有审核关系保证“重工业总产值”不大于“工业总产值”")

    def held(data):
        the(data, "forms", "industry")["checks"].append(
            {"kind": "part_of", "id": "held", "part": "heavy_output", "whole": "gross_output"})

    def the_other_way(data):
        the(data, "forms", "industry")["checks"].append(
            {"kind": "part_of", "id": "held", "part": "gross_output", "whole": "heavy_output"})

    assert not found("share_without_part_of", share(formula), held)
    assert found("share_without_part_of", share(formula), the_other_way)
    assert not found("share_without_part_of", share(formula, may_exceed="口径不同"))


@pytest.mark.parametrize("formula", ["100 * (h + t) / e", "100 * (h / e - 1)", "100 * h / (h + e)"])
def test_other_quotients_are_no_shares(formula):
    names = ("heavy_output", "gross_output", "light_output") if "t" in formula else ("heavy_output", "gross_output")
    assert not found("share_without_part_of", share(formula, names))


def test_growth_is_no_share():
    def growth(data):
        the(data, "indicators", "value_added_rate")["measures"][0] |= {
            "formula": "100 * now / before",
            "inputs": {"now": {"variable": "gross_output"}, "before": {"variable": "gross_output", "years_earlier": 1}},
        }

    assert not found("share_without_part_of", growth)
