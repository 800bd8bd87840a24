"""The duties of cadences: each time with its day, worked out by hand; what cannot be said; what repeats forms is owed once."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from gaoxin.clock import ZONE
from gaoxin.errors import PlanError
from gaoxin.plan.cadences import duties, repeats
from gaoxin.plan.model import Plan
from gaoxin.plan.reading.loader import load_plan, parse_plan
from gaoxin.planning.check.checks import check_plan
from gaoxin.tasks.duties import DutyMove, DutyStatus, Move, states

DEMO = Path(__file__).parents[2] / "plans" / "demo" / "plan.yaml"
DAGS = Path(__file__).parents[3] / "dags"


def plan_with(*cadences: dict[str, Any]):
    """The demo plan, 1 January to 31 July 2024, with these cadences besides its own."""
    data = yaml.safe_load(DEMO.read_text(encoding="utf-8"))
    data["cadences"] += [{"id": f"c{n}", "name": f"工作{n}", "who": "committee", "source": "正文 五", **c}
                         for n, c in enumerate(cadences, 1)]
    return parse_plan(yaml.safe_dump(data, allow_unicode=True))


def days(cadence: dict[str, Any]) -> list[tuple[str, str]]:
    plan = plan_with(cadence)
    assert Plan.made_of(plan.model_dump(mode="json", by_alias=True)) == plan, "a version that is stored is read back"
    return [(d.label, str(d.due)) for d in duties(plan)]


def test_a_countys_tuesday_meeting():
    found = dict(days({"every": "week", "due": {"weekday": 2, "of": "period"}}))
    assert len(found) == 31
    assert (found["2024-W01"], found["2024-W03"], found["2024-W31"]) == ("2024-01-02", "2024-01-16", "2024-07-30")
    assert found["2024-W07"] == "2024-02-18", "13 February lay in the Spring Festival; Sunday the 18th was worked"
    assert days({"every": "week", "day": 2}) == [*found.items()], "the short way"
    assert days({"every": "week"})[0] == ("2024-W01", "2024-01-05"), "no day said: Friday"


def test_every_month_quarter_half_and_year():
    assert days({"every": "month", "due": {"day": 25, "of": "period"}})[:3] == [
        ("2024-01", "2024-01-25"), ("2024-02", "2024-02-26"), ("2024-03", "2024-03-25")]
    assert days({"every": "month", "due": {"day": 5, "roll": "none"}, "kind": "report"})[-1] == ("2024-07", "2024-08-05")
    assert days({"every": "quarter", "due": {"day": 30, "of": "period", "roll": "previous_workday"}}) == [
        ("2024-Q1", "2024-03-29"), ("2024-Q2", "2024-06-28")], "30 September lies after the campaign and its aftermath"
    assert days({"every": "half"}) == [("2024-H1", "2024-06-28")], "no day said; H2's lies after the campaign"
    assert days({"every": "year", "due": {"month": 3, "day": 15, "of": "period"}}) == [("2024", "2024-03-15")]
    assert days({"every": "year"}) == [], "31 December lies after the campaign and its aftermath"
    assert days({"every": "month", "due": {"workdays": 3}})[0] == ("2024-01", "2024-02-04"), "1, 2, and the 4th, a Sunday, worked"


def test_ten_day_periods_and_days():
    found = days({"every": "ten_days"})
    assert len(found) == 21
    assert found[:3] == [("2024-01-T1", "2024-01-10"), ("2024-01-T2", "2024-01-19"), ("2024-01-T3", "2024-01-31")]
    assert dict(days({"every": "ten_days", "due": {"days": 2}}))["2024-02-T3"] == "2024-03-04", "2 March is a Saturday"
    daily = days({"every": "day"})
    assert len(daily) == sum(plan_with().workdays.is_workday(date.fromordinal(n)) for n in range(
        date(2024, 1, 1).toordinal(), date(2024, 7, 31).toordinal() + 1))
    assert all(label == day for label, day in daily)


def test_once():
    assert days({"every": "once", "due": {"month": 3, "day": 15, "of": "period"}}) == [("once", "2024-03-15")]
    assert days({"every": "once", "day": 15}) == [("once", "2024-01-15")]
    assert days({"every": "once", "due": {"days": 30, "after": "issue"}}) == [("once", "2024-02-01")]
    assert days({"every": "once", "due": {"workdays": 10, "after": "2024-03-01"}}) == [("once", "2024-03-15")]
    assert days({"every": "once"}) == []
    assert {f.code for f in check_plan(plan_with({"every": "once"}))} >= {"cadence_undated"}


def test_two_years_from_the_campaigns_first():
    data = yaml.safe_load((DAGS / "zunyi" / "plan.yaml").read_text(encoding="utf-8"))
    data["horizon"] = {"starts": "2022-01-01", "ends": "2026-12-31", "source": "篇四"}
    plan = parse_plan(yaml.safe_dump(data, allow_unicode=True))
    assert [(d.label, str(d.due)) for d in duties(plan)] == [("2022-2023", "2023-12-29"), ("2024-2025", "2025-12-31")]


def test_several_units_and_members_owe_one_each():
    plan = plan_with({"every": "quarter", "who": "committee", "others": ["science"]})
    assert [(d.ref, d.unit) for d in duties(plan)][:2] == [
        ("c1:2024-Q1:committee", "committee"), ("c1:2024-Q1:science", "science")]
    data = yaml.safe_load(DEMO.read_text(encoding="utf-8"))
    data["units"].append({"id": "all_units", "name": "有关单位", "kind": "group", "members": ["science", "committee"]})
    data["cadences"].append({"id": "c", "name": "例会", "who": "all_units", "every": "half", "source": "正文",
                             "per_member": True})
    plan = parse_plan(yaml.safe_dump(data, allow_unicode=True))
    assert Counter(d.unit for d in duties(plan)) == {"science": 1, "committee": 1}


@pytest.mark.parametrize(("cadence", "code"), [
    ({"every": "week", "day": 9}, "plan.cadence_day"), ({"every": "ten_days", "day": 5}, "plan.cadence_day"),
    ({"every": "day", "day": 1}, "plan.cadence_day"), ({"every": "month", "day": 5, "due": {"day": 5}}, "plan.day_or_due"),
    ({"every": "month", "due": {"weekday": 2, "of": "period"}}, "plan.due_not_of_period"),
    ({"every": "week", "due": {"day": 2}}, "plan.due_not_of_period"),
    ({"every": "month", "due": {"month": 3, "day": 15, "of": "period"}}, "plan.due_not_of_period"),
    ({"every": "month", "due": {"days": 30, "after": "issue"}}, "plan.due_once"),
    ({"every": "month", "forms": ["industry"], "due": {"day": 5}}, "plan.forms_alone"),
])
def test_what_cannot_be_said_is_refused(cadence, code):
    with pytest.raises(PlanError) as error:
        plan_with(cadence)
    [problem] = error.value.problems
    assert problem.told.code == code


def test_an_unknown_form_and_an_unknown_word_are_refused():
    for cadence in ({"every": "month", "forms": ["nothing"]}, {"every": "fortnight"}, {"every": "month", "kind": "party"}):
        with pytest.raises(PlanError):
            plan_with(cadence)


def test_what_repeats_a_form_is_owed_once():
    plan = plan_with({"every": "month", "day": 10}, {"every": "month", "day": 10, "kind": "meeting"},
                     {"every": "month", "day": 12}, {"every": "quarter", "forms": ["hnte_register"], "who": "science"})
    found = {c.id: repeats(plan, c) for c in plan.cadences}
    assert found == {"monthly": ("industry",), "c1": ("industry",), "c2": (), "c3": (), "c4": ("hnte_register",)}
    assert {d.cadence for d in duties(plan)} == {"c2", "c3"}
    said = {f.subject: f.code for f in check_plan(plan) if f.code.startswith("cadence_r")}
    assert said == {"cadences.monthly": "cadence_repeats", "cadences.c1": "cadence_repeats"}


def test_a_default_is_told():
    told = {f.subject for f in check_plan(plan_with({"every": "month"}, {"every": "month", "due": {"day": 3}}))
            if f.code == "cadence_day_by_default"}
    assert told == {"cadences.c1"}


def test_kundulun_is_reviewed_by_tiers():
    plan = load_plan(DAGS / "kundulun_2021" / "plan.yaml")
    of = Counter((d.cadence, d.unit) for d in duties(plan))
    assert of == {("quarterly_dispatch", "district_leaders"): 12, ("monthly_dispatch", "campaign_office"): 36,
                  ("half_year_summary", "campaign_office"): 6, ("year_summary", "campaign_office"): 3,
                  ("supervision_bulletin", "supervision_offices"): 36}
    due = {d.ref: str(d.due) for d in duties(plan)}
    assert due["quarterly_dispatch:2022-Q1"] == "2022-03-31"
    assert due["supervision_bulletin:2022-01"] == "2022-02-21", "20 February is a Sunday"
    assert due["year_summary:2022"] == "2022-12-30"
    assert {c.id for c in plan.cadences if repeats(plan, c)} == {"monthly_report", "quarterly_registers", "yearly_rd"}


def test_zhengzhou_plans_by_15_march_and_reports_by_the_fifth():
    plan = load_plan(DAGS / "zhengzhou_2008" / "plan.yaml")
    due = {d.ref: str(d.due) for d in duties(plan)}
    assert due["breakdown_plans:once"] == "2008-03-15", "a Saturday: the document makes no exception"
    monthly = next(c for c in plan.cadences if c.id == "monthly_report")
    assert repeats(plan, monthly) == tuple(f.id for f in plan.forms)


def test_every_cadence_of_the_shipped_plans_acts_or_repeats_forms_or_says_why_not():
    for file in sorted(DAGS.glob("*/plan.yaml")):
        plan = load_plan(file)
        acting, undated = {d.cadence for d in duties(plan)}, plan.starts is None
        silent = [c.id for c in plan.cadences if c.id not in acting and not repeats(plan, c)]
        assert not silent or undated, (plan.id, silent)


def test_how_a_duty_stands():
    plan = plan_with({"every": "month", "due": {"day": 5}})
    began = datetime(2024, 3, 1, 9, tzinfo=ZONE)

    def stand(today: date, *moves: DutyMove, since: datetime | None = began) -> list[str]:
        return [str(s.status) for s in states(plan, moves, today, since)][:4]

    def move(kind: Move, ref: str, on: date | None = None) -> DutyMove:
        return DutyMove(ref, kind, "committee", date(2024, 4, 7), "committee", datetime(2024, 4, 9, tzinfo=ZONE), on, "并入")

    assert stand(date(2024, 3, 1)) == ["before", "due", "not_due", "not_due"]
    assert stand(date(2024, 3, 6)) == ["before", "overdue", "not_due", "not_due"]
    assert stand(date(2024, 4, 8)) == ["before", "overdue", "overdue", "not_due"]
    done = move(Move.DONE, "c1:2024-03", date(2024, 4, 3))
    assert stand(date(2024, 4, 9), done)[2] == DutyStatus.DONE
    assert stand(date(2024, 4, 9), move(Move.DONE, "c1:2024-03", date(2024, 4, 9)))[2] == DutyStatus.DONE_LATE
    assert stand(date(2024, 4, 9), move(Move.SKIPPED, "c1:2024-03"))[2] == DutyStatus.SKIPPED
    assert stand(date(2024, 4, 9), done, move(Move.REOPENED, "c1:2024-03"))[2] == DutyStatus.OVERDUE
    assert stand(date(2024, 4, 9), since=None)[:3] == ["before", "before", "before"], "never registered: asked of nobody"
