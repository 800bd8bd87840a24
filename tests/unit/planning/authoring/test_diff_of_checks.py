"""What has changed in the checks of a plan is told by what they say, or their id."""

from __future__ import annotations

from typing import Any

import yaml

from gaoxin.plan.reading.loader import parse_plan
from gaoxin.planning.authoring.diff import differences
from tests.plan_texts import demo

HOLDS: dict[str, Any] = {"kind": "holds", "id": "named", "says": "有名称", "when": 'industry == "EQ"', "holds": "filled(name)"}
REFERS = {"kind": "refers_to", "id": "known", "matching": {"name": "name"}, "when": 'industry == "EQ"'}


def told(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    plans = []
    for check in (before, after):
        data = yaml.safe_load(demo())
        data["forms"][1]["checks"] = [check]
        plans.append(parse_plan(yaml.safe_dump(data, allow_unicode=True)))
    return [change.message.zh for change in differences(*plans)]


def test_a_changed_condition_is_told_by_what_the_check_says():
    assert told(HOLDS, HOLDS | {"holds": "filled(issued)"}) == [
        "名录“高新技术企业名录”的条件与关系“有名称”的关系由 filled(name) 改为 filled(issued)"]
    assert told(REFERS, REFERS | {"when": "filled(name)"}) == [
        "名录“高新技术企业名录”的所指须存在“known”的条件由 industry == \"EQ\" 改为 filled(name)"]


def test_checks_under_one_condition_are_not_taken_for_each_other():
    assert len(told(HOLDS, REFERS)) == 2
    assert told(HOLDS, HOLDS | {"id": "other"}) != []


def test_an_override_is_told_by_its_form_and_rule_also_when_it_is_taken_away():
    signed = {"form": "industry", "by": "committee", "on": "2024-01-05", "why": "多写一个零", "rule": "output.jump"}
    plans = [parse_plan(yaml.safe_dump({**yaml.safe_load(demo()), "overrides": overrides}, allow_unicode=True)) for overrides in (
        [{**signed, "id": "cap", "kind": "tighter", "max": 3}, {**signed, "id": "back", "kind": "severer", "severity": "error"}],
        [{**signed, "id": "cap", "kind": "tighter", "max": 2}])]
    form = plans[0].form("industry").name.zh
    assert [c.message.zh for c in differences(*plans)] == [
        f"删去加重程度“{form} output.jump”：退回", f"收紧界限“{form} output.jump”的上限由 3 改为 2"]
