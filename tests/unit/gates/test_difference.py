"""Why an approval is void, thing by thing."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from gaoxin.gates.difference import differences
from gaoxin.plan.reading.loader import load_plan, parse_plan
from tests.conftest import PLANS
from tests.plan_texts import demo

PLAN = load_plan(PLANS / "demo" / "plan.yaml")
SEALED: dict[str, Any] = {
    "rules": {"criteria": [{"id": "targets", "share": 1}], "indicators": {"hnte": {"row": 3}},
              "forms": {"industry": {"first": "1"}}},
    "figures": [["gross_output", "61", "亿元", "2024-06", "met", "value 61 亿元 2024-06"], ["hnte", "5", "家", "2024-Q2", "met"]],
    "returns": [["industry", "committee", "2024-06", "demo__industry__committee__2024-06__v1", "accepted", 0, 1, 1]],
    "deliverables": [("dossier", "dossier", "a" * 64)], "rectifications": ["demo.x.y.1"], "predecessors": ["collection"],
    "waivers": [["targets", "government", "复审中", "2024-08-31"]],
}


def told(after: dict[str, Any]) -> list[tuple[str, str | None, str | None]]:
    return [(d.about.zh, d.before.zh if d.before else None, d.after.zh if d.after else None)
            for d in differences(PLAN, SEALED, after)]


def test_what_stands_as_it_was_is_not_told():
    assert told(deepcopy(SEALED)) == []


def test_each_thing_is_told_once_as_it_was_and_as_it_is():
    after = deepcopy(SEALED)
    after["figures"][0] = ["gross_output", "59", "亿元", "2024-06", "not_met", "value 59 亿元 2024-06"]
    after["returns"][0] = ["industry", "committee", "2024-06", "demo__industry__committee__2024-06__v2", "accepted", 0, 0, 0]
    after["deliverables"] = []
    after["rectifications"], after["waivers"] = [], []
    after["rules"]["criteria"][0]["share"] = 2
    assert told(after) == [
        ("指标“年工业总产值”", "61 亿元（2024-06），已达到目标", "59 亿元（2024-06），尚未达到目标"),
        ("园区管委会《园区工业月报》2024-06", "第 1 版，已接受，错误 0 个，警告 1 条（说明已接受 1 条）",
         "第 2 版，已接受，错误 0 个，警告 0 条（说明已接受 0 条）"),
        ("任务“编制申报材料”的成果“申报材料”", "文件 aaaaaaaaaaaa", None),
        ("未销号整改 demo.x.y.1", "有", None),
        ("条件 targets 的豁免", "区政府，至 2024-08-31：复审中", None),
        ("关口条件 targets", "原规定", "新规定"),
    ]


def test_a_long_figure_is_told_with_four_digits_and_in_full_where_these_are_the_same():
    long, after = deepcopy(SEALED), deepcopy(SEALED)
    long["figures"][0][1] = "0.557851220752797558494404883"
    for now, then_and_now in (("0.556346807304071679709651809", ("0.5579", "0.5563")),
                              ("0.557851220752797558494404884", (long["figures"][0][1], "0.557851220752797558494404884"))):
        after["figures"][0][1] = now
        (found,) = differences(PLAN, long, after)
        assert [side.zh.split()[0] for side in (found.before, found.after) if side] == list(then_and_now)


def test_what_a_figure_was_judged_by_is_told_where_the_figure_itself_stands():
    after = deepcopy(SEALED)
    after["figures"][0][5] = "margins 2024 7 % 2024-05-01"
    [(about, before, now)] = told(after)
    assert about == "指标“年工业总产值”"
    assert (before or "").endswith("判断依据 value 61 亿元 2024-06")
    assert (now or "").endswith("判断依据 margins 2024 7 % 2024-05-01")


def test_of_several_things_of_one_name_each_change_is_told():
    """Files of one deliverable, waivers of one criterion, two values of one indicator: none hides behind another."""
    files = [("dossier", "dossier", letter * 64) for letter in "ac"]
    waivers = [["targets", "government", "甲", "2024-08-31"], ["targets", "supervision", "乙", "2024-07-12"]]
    figures = [["gross_output", value, "亿元", "2024-06", "met"] for value in ("61", "70")]
    asked = {"asked": [["self", "60", 2]]}
    before = {**SEALED, "deliverables": files, "waivers": waivers, "figures": figures, **asked}
    before["rules"] = {**SEALED["rules"], "units_of_measure": [{"name": "标台", "factor": "1"}]}
    after = {**SEALED, "deliverables": [*files, ("dossier", "dossier", "b" * 64)], "waivers": waivers[:1],
             "figures": [figures[0], ["gross_output", "69", "亿元", "2024-06", "met"]], "asked": [["self", "70", 2]]}
    after["rules"] = {**SEALED["rules"], "units_of_measure": [{"name": "标台", "factor": "2"}]}
    file = {letter: f"文件 {letter * 12}" for letter in "abc"}
    found = {d.about.zh: (d.before.zh if d.before else None, d.after.zh if d.after else None)
             for d in differences(PLAN, before, after)}
    assert found == {
        "指标“年工业总产值”": ("70 亿元（2024-06），已达到目标", "69 亿元（2024-06），已达到目标"),
        "任务“编制申报材料”的成果“申报材料”": (f"{file['a']}；{file['c']}", f"{file['a']}；{file['b']}；{file['c']}"),
        "self：关口的要求": ("不低于 60 分，评分表 2 份", "不低于 70 分，评分表 2 份"),
        "条件 targets 的豁免": ("区政府，至 2024-08-31：甲；区政府督查室，至 2024-07-12：乙", "区政府，至 2024-08-31：甲"),
        "计量单位“标台”的规定": ("原规定", "新规定"),
    }


def test_what_the_plan_no_longer_names_is_told_by_its_id():
    after = deepcopy(SEALED)
    after["figures"].append(["gone", "1", "个", "", "unknown"])
    assert told(after) == [("指标“gone”", None, "1 个，无法评估")]


def test_a_changed_rule_is_told_as_the_plans_difference_tells_it():
    changed = parse_plan(demo(("{at_least: 60}", "{at_least: 66}"), ("        - {kind: no_open_errors, id: clean}\n", ""),
                              ("    skip: [1]\n", "")))
    before, after = deepcopy(SEALED), deepcopy(SEALED)
    before["rules"] = {"criteria": [{"id": "clean"}], "indicators": {"gross_output": {"at": 60}},
                       "forms": {"industry": {"skip": [1]}}}
    after["rules"] = {"criteria": [], "indicators": {"gross_output": {"at": 66}}, "forms": {"industry": {}}}
    found = {d.about.zh: d.after.zh if d.after else None for d in differences(changed, before, after, "collection", PLAN)}
    assert "≥ 60 亿元 改为 ≥ 66 亿元" in str(found["指标“年工业总产值”的规定"])
    assert str(found["《园区工业月报》的规定"]).startswith("新规定：")
    assert found["关口条件 clean"] is None
