"""A first figure beside what the plan states: its target of 60 亿元 and, where there is one, where the zone stood."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from gaoxin.periods import Period
from gaoxin.plan.indicator import StatedValue
from gaoxin.quality.history import UNKNOWN
from gaoxin.quality.model import Outcome
from gaoxin.quality.stated import stated
from tests.unit.quality.conftest import check_return

FIRST = replace(UNKNOWN, previous={}, claimed={})


@pytest.fixture(scope="module")
def judge(demo_plan, series):
    def found(**figures: str) -> dict[str, str]:
        checked = check_return(demo_plan, series(period="2024-02", **figures), FIRST)
        return {f.rule: f.message.zh for f in checked.findings if f.rule == "gross_output.jump"}

    return found


def test_the_target_is_that_of_the_months_so_far(demo_plan):
    form = demo_plan.form("industry")
    output = next(v for v in form.variables if v.id == "gross_output")
    [goal] = stated(demo_plan, form, output, Period.parse("2024-02"))
    assert (goal.value, goal.goal) == (Decimal(10), True)


def test_a_first_figure_far_above_the_target_is_asked_about_and_one_that_sets_out_low_is_not(judge):
    assert judge(gross_output="12", light_output="5", heavy_output="7") == {}
    assert judge(gross_output="0.12", value_added="0.02", light_output="0.05", heavy_output="0.07") == {}
    told = judge(gross_output="1250", value_added="210", light_output="525", heavy_output="725")
    assert "方案所述的 10 亿元" in told["gross_output.jump"]


def test_where_the_zone_stood_is_nearer_than_its_target(demo_plan, series):
    indicator = next(i for i in demo_plan.indicators if i.id == "gross_output")
    stood = StatedValue.model_validate({"value": "6000", "on": "2023", "source": "附件"})
    others = tuple(i for i in demo_plan.indicators if i is not indicator)
    plan = demo_plan.model_copy(update={"indicators": (indicator.model_copy(update={"stated": (stood,)}), *others)})
    high = {"gross_output": "1250", "value_added": "210", "light_output": "525", "heavy_output": "725"}
    checked = check_return(plan, series(period="2024-02", **high), FIRST)
    assert [c.outcome for c in checked.checks if c.rule == "gross_output.jump"] == [Outcome.PASSED]
    assert [c.outcome for c in checked.checks if c.rule == "light_output.jump"] == [Outcome.NOT_EVALUATED]
