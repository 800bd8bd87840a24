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


ALL = ("heavy_output", "gross_output", "light_output", "value_added")
HEAVY, GROSS, LIGHT, ADDED = ("重工业总产值", "工业总产值", "轻工业总产值", "工业增加值")


def held(*pairs, total=None):
    """The demo's form with just these part_of checks, as (part, whole), or with parts that add up to a total."""
    def edit(data):
        checks = the(data, "forms", "industry")["checks"]
        checks[:] = [c for c in checks if c["kind"] not in ("part_of", "sum_of")]
        checks += [{"kind": "part_of", "id": f"held_{i}", "part": p, "whole": w} for i, (p, w) in enumerate(pairs)]
        if total:
            checks.append({"kind": "sum_of", "id": "total", "total": total[0], "parts": list(total[1:])})
    return edit


@pytest.mark.parametrize(("formula", "told", "holds"), [
    ("100 * (h + t) / e", [(f"{HEAVY}＋{LIGHT}", GROSS)],
     held(total=("gross_output", "heavy_output", "light_output", "value_added"))),
    ("100 * h / e + 100 * t / e", [(f"{HEAVY}＋{LIGHT}", GROSS)], held(total=("gross_output", "heavy_output", "light_output"))),
    ("100 * h / (e + t)", [(HEAVY, f"{GROSS}＋{LIGHT}")], held(("heavy_output", "light_output"))),
    ("100 * (1 - h / e)", [(HEAVY, GROSS)], held(("heavy_output", "gross_output"))),
    ("100 - 100 * h / e", [(HEAVY, GROSS)], held(("heavy_output", "gross_output"))),
    ("100 * (e - h) / e", [(HEAVY, GROSS)], held(("heavy_output", "gross_output"))),
    ("100 * (h - t) / e", [(HEAVY, f"{GROSS}＋{LIGHT}"), (LIGHT, HEAVY)],
     held(("heavy_output", "gross_output"), ("light_output", "heavy_output"))),
    ("100 * (h + u) / (h + e)", [(ADDED, GROSS)], held(("value_added", "gross_output"))),
    ("(h + t) / 2 / (e / 100)", [(f"{HEAVY}＋{LIGHT}", f"2×{GROSS}")],
     held(("heavy_output", "gross_output"), ("light_output", "gross_output"))),
])
def test_a_sum_in_a_share_hides_nothing(formula, told, holds):
    found_now = found("share_without_part_of", share(formula, ALL), held())
    said = [f.message.zh.split("保证")[1] for f in found_now]
    assert said == [f"“{part}”不大于“{whole}”" for part, whole in told]
    assert len({f.mark for f in found_now}) == len(told)
    assert not found("share_without_part_of", share(formula, ALL), holds)


def test_one_part_alone_does_not_hold_a_sum():
    assert found("share_without_part_of", share("100 * (h + t) / e", ALL), held(("heavy_output", "gross_output")))
    both = held(("heavy_output", "gross_output"), ("light_output", "gross_output"))
    assert found("share_without_part_of", share("100 * (h + t) / e", ALL), both)


@pytest.mark.parametrize("formula", [
    "100 * (h / e - 1)", "100 * (h - e) / e", "100 * (h - e) / (h + e)", "100 * h / (h + e)", "100 * (h + e) / e",
    "100 + 100 * h / e", "100 * h / e * t / u", "100 * min(h, e) / e", "100 * h / h",
    "200 * (h + e) / (h + e)", "100 * (h + 1) / e",
])
def test_other_quotients_are_no_shares(formula):
    assert not found("share_without_part_of", share(formula, ALL), held())


def test_quotients_of_two_dimensions_are_no_shares():
    def unlike(data):
        the(the(data, "forms", "industry"), "variables", "light_output")["unit"] = "人"

    assert not found("share_without_part_of", share("100 * (h + e) / t", ALL), held(), unlike)


def test_counts_of_one_register_are_within_their_whole():
    def counted(*kinds, **whole):
        def edit(data):
            form = next(f for f in data["forms"] if f["kind"] == "register" and any(x.get("codes") for x in f["fields"]))
            field = next(x for x in form["fields"] if x.get("codes"))
            codes = list(field["codes"])
            form["counts"] += [{"id": "all_of_them", "name": "全部", "unit": "家", **whole}]
            form["counts"] += [{"id": f"some_{i}", "name": f"其中{i}", "unit": "家", "where": {field["id"]: [codes[k]]}}
                               for i, k in enumerate(kinds)]
        return edit

    two = share("100 * (h + t) / e", ("some_0", "all_of_them", "some_1"))
    assert not found("share_without_part_of", counted(0, 1), two)
    assert found("share_without_part_of", counted(0, 0), two)
    assert found("share_without_part_of", counted(0, 1, sum=None, distinct="credit_code"), two)


@pytest.mark.parametrize("said", ["无", "不适用", "——", "N/A"])
def test_a_reason_that_says_nothing_is_none(said):
    [told] = found("may_exceed_says_nothing", share("100 * h / e", may_exceed=said))
    assert (str(told.severity), said in told.message.zh) == ("error", True)
    assert found("share_without_part_of", share("100 * h / e", may_exceed=said))
    assert not found("may_exceed_says_nothing", share("100 * h / e", may_exceed="分子不是分母的一部分"))


def test_growth_is_no_share():
    def growth(data):
        the(data, "indicators", "value_added_rate")["measures"][0] |= {
            "formula": "100 * now / before",
            "inputs": {"now": {"variable": "gross_output"}, "before": {"variable": "gross_output", "years_earlier": 1}},
        }

    assert not found("share_without_part_of", growth)
