from pathlib import Path

import yaml

from gaoxin.periods import Period
from gaoxin.plan.model import Plan
from gaoxin.returns.burden import asked_twice, by_month
from gaoxin.returns.schedule import rounds

TEXT = (Path(__file__).parents[2] / "plans" / "demo" / "plan.yaml").read_text(encoding="utf-8")


def plan_with(**variable: str) -> Plan:
    """The demo with a yearly form, beside the monthly one, of one variable."""
    data = yaml.safe_load(TEXT)
    data["forms"][0]["last"] = "2024-12"
    data["forms"].append({"id": "yearly", "kind": "series", "name": "年报", "periodicity": "year", "first": "2024",
                          "last": "2024", "units": ["committee", "science"], "due": {"days": 60},
                          "variables": [{"id": "total", "name": "工业总产值", "unit": "万元", "kind": "flow", **variable}]})
    return Plan.made_of(data)


def test_a_year_is_asked_twice_by_a_yearly_form_and_the_december_of_a_cumulative_one():
    (one,) = asked_twice(plan_with())
    assert (one.unit, one.first.form, str(one.first.period)) == ("committee", "industry", "2024-12")
    assert [(a.form, a.variable, a.period, a.due > one.first.due) for a in one.again] == [
        ("yearly", "total", Period.parse("2024"), True)]


def test_what_is_called_otherwise_measured_otherwise_or_of_another_stretch_is_asked_once():
    assert asked_twice(plan_with(name="工业销售产值")) == ()
    assert asked_twice(plan_with(unit="家", kind="stock")) == ()
    assert [str(t.first.period) for t in asked_twice(plan_with(kind="stock"))] == []


def test_items_are_those_of_the_month_in_which_they_fall_due():
    found = by_month(plan_with(), rounds(plan_with()))
    assert found["committee", "2024-03"] == 5
    assert found["committee", "2024-04"] == 5 + 6
    assert found["science", "2025-03"] == 1
