"""Every campaign under dags/ in an empty installation: whatever its plan holds or lacks, each use case answers, and
nothing that has no evidence is met or passes. A new campaign is tested by standing there."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from gaoxin.campaign import flows
from gaoxin.campaign.dispatch import due_runs
from gaoxin.campaign.gatekeeping import evaluate
from gaoxin.campaign.measuring import compute_indicators
from gaoxin.campaign.reminding import owed_dues, remind
from gaoxin.campaign.standing import returns_status
from gaoxin.campaign.workplace import open_workplace
from gaoxin.clock import ZONE
from gaoxin.indicators.model import Status, Truth
from gaoxin.plan.reading.loader import load_plan, plan_files
from gaoxin.reminders.model import ReminderState
from tests.pages import client

DAGS = Path(__file__).resolve().parents[2] / "dags"
CAMPAIGNS = plan_files(DAGS)
SOME_DAY = date(2024, 6, 28)  # for a plan in which every date is masked


def at(day: date) -> datetime:
    return datetime.combine(day, time(18), ZONE)


@pytest.fixture(params=sorted(CAMPAIGNS))
def workplace(request, settings_at, tmp_path):
    plan = load_plan(CAMPAIGNS[request.param])
    return open_workplace(settings_at(tmp_path, DAGS), plan.id, at(plan.starts or SOME_DAY))


def days(plan):
    first, last = plan.starts or SOME_DAY, plan.ends or SOME_DAY
    return sorted({first, first + (last - first) / 2, last, last + timedelta(days=12)})


def test_without_evidence_nothing_is_met_and_no_gate_passes(workplace):
    for day in days(workplace.plan):
        for result in compute_indicators(replace(workplace, now=at(day))):
            assert result.truth is not Truth.MET, result.id
            assert result.status is not Status.MET, result.id
            assert result.truth is not Truth.UNKNOWN or (result.reason and result.reason.zh and result.reason.en), result.id
    for phase in workplace.plan.phases:
        gate = evaluate(replace(workplace, now=at(phase.gate.deadline)), phase.id)
        assert gate.verdict == "hold"
        assert any(c.passed is not True for c in gate.criteria)


def test_what_is_owed_is_asked_of_the_plans_own_units(workplace):
    units = {u.id for u in workplace.plan.units}
    owed_forms = {f.id for f in workplace.plan.forms}
    for day in days(workplace.plan):
        then = replace(workplace, now=at(day))
        assert {r.form for r in returns_status(then).rows} <= owed_forms
        assert all(d.unit in units and d.due for d in owed_dues(then))
        for reminder in remind(then, dry_run=True):
            assert reminder.audience in units
            assert reminder.state in (ReminderState.PLANNED, ReminderState.HELD)


def test_the_wall_says_that_all_have_passed_only_of_phases_that_there_are(workplace):
    shown = client(workplace.settings).get(f"/{workplace.plan.id}")
    assert shown.status_code == 200
    assert "全部通过" not in shown.text
    assert "均已通过" not in shown.text
    assert ("方案未分阶段" in shown.text) is not bool(workplace.plan.phases)


def test_the_supervision_surveys_and_starts_only_its_own_flows(workplace):
    from gaoxin.blueprint.blueprint import blueprint

    own = {f.id for f in blueprint(workplace.plan).flows}
    for day in days(workplace.plan):
        then = replace(workplace, now=at(day))
        assert {run.flow for run in due_runs(then)} <= own
        flows.survey(then, flows.Asked())
