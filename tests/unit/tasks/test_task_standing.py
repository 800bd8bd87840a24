"""How a task stands on a day, against the rule told once more in other words."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from gaoxin.plan.model import Plan
from gaoxin.tasks.closing import may_close
from gaoxin.tasks.model import Handed, Move, Pace, TaskHistory, TaskMove, TaskReport, TaskStatus
from gaoxin.tasks.owing import owed
from gaoxin.tasks.standing import falls, stands, time_share
from gaoxin.tasks.wording import told
from tests.plan_texts import DEMO, demo

TASK = next(line for line in DEMO.read_text(encoding="utf-8").splitlines(keepends=True) if line.startswith("  - {id: survey,"))
OURS = """  - id: survey
    name: 开展调研
    lead: committee
    responsible: [science, bureaus]
    due: 2024-02
    phase: launch
    deliverables: [{id: report, name: 调研报告}, {id: note, name: 情况报告, per_member: true}]
    milestones: [{id: half, name: 完成半数, due: 2024-01-31}]
    source: 三1
"""
UNITS = ("  - {id: science, name: 区科技局}\n", "  - {id: science, name: 区科技局}\n  - {id: finance, name: 区财政局}\n"
         "  - {id: tax, name: 区税务局}\n  - {id: bureaus, name: 各有关部门, kind: group, members: [finance, tax, science]}\n")
ZONE = ZoneInfo("Asia/Shanghai")
FIRST, DUE = date(2024, 1, 1), date(2024, 2, 29)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return Plan.made_of(yaml.safe_load(demo((TASK, OURS), UNITS)))


def at(day: date, hour: int = 12) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=ZONE)


def report(day: date, percent: int | None = None, words: str | None = None, *, recorded: datetime | None = None,
           **more: Any) -> TaskReport:
    done = None if percent is None else Decimal(percent)
    return TaskReport("survey", day, "committee", recorded or at(day), done, words, **more)


def move(kind: Move, day: date, confirmed: str | None = None) -> TaskMove:
    return TaskMove("survey", kind, "supervision", "已核实", at(day, 18), confirmed)


PIECES = ("report", "note@finance", "note@tax", "note@science")
_days = st.dates(FIRST - timedelta(days=3), DUE + timedelta(days=20))


@st.composite
def histories(draw):
    """What people may have recorded by a day, in the order in which they did."""
    today = draw(_days)
    before = st.dates(FIRST - timedelta(days=5), today)
    drawn = draw(st.lists(st.tuples(before, before, st.none() | st.integers(0, 100)), max_size=4))
    reports = [report(min(stood, told_on), percent, "说明" if percent is None else None, recorded=at(told_on))
               for stood, told_on, percent in drawn]
    for reached, told_on in draw(st.lists(st.tuples(st.booleans(), before), max_size=3)):
        reports.append(report(told_on, milestone="half", reached=reached))
    moves = [move(kind, day, why if kind is Move.CLOSED else None) for kind, day, why in draw(
        st.lists(st.tuples(st.sampled_from(Move), before, st.sampled_from([None, "旧件有效"])), max_size=5))]
    files = draw(st.dictionaries(st.sampled_from(PIECES), st.lists(before, min_size=1, max_size=3)))
    delivered = {piece: [Handed(at(day)) for day in sorted(days)] for piece, days in files.items()}
    by_time = sorted(reports, key=lambda r: r.recorded_at)
    return today, TaskHistory(tuple(by_time), tuple(sorted(moves, key=lambda m: m.recorded_at)), delivered)


def last_of(moves, *kinds):
    return next((m.move for m in reversed(moves) if m.move in kinds), None)


def in_now(known):
    """The pieces with a file since the last reopening, or confirmed by a closing since; walked day by day."""
    holds: set[str] = set()
    before: set[str] = set()
    files = {h.at.date() for all_ in known.delivered.values() for h in all_}
    for day in sorted(files | {m.recorded_at.date() for m in known.moves}):
        holds |= {piece for piece, all_ in known.delivered.items() for h in all_ if h.at.date() == day}
        for m in (m for m in known.moves if m.recorded_at.date() == day):
            if m.move is Move.REOPENED:
                before, holds = before | holds, set()
            if m.move is Move.CLOSED and m.confirmed:
                holds |= before
    return holds


@given(histories())
def test_the_state_is_one_of_five_by_the_rule(plan, drawn):
    today, known = drawn
    state = stands(plan, plan.task("survey"), known, today)
    milestone = [r.reached for r in known.reports if r.milestone]
    reached, complete = bool(milestone and milestone[-1]), in_now(known) == set(PIECES)
    told_ = [r for r in known.reports if r.milestone is None]
    newest = max((r.stood_on for r in told_), default=None)
    counts = [r for r in told_ if r.stood_on == newest][-1] if told_ else None
    expected = (
        TaskStatus.DONE if last_of(known.moves, Move.CLOSED, Move.REOPENED) is Move.CLOSED else
        TaskStatus.OTHER if last_of(known.moves, Move.SET_ASIDE, Move.RESUMED) is Move.SET_ASIDE else
        TaskStatus.OVERDUE if today > DUE and not (complete and reached) else
        TaskStatus.UNDER_WAY if known.delivered or reached or (counts and counts.percent != 0) else TaskStatus.NOT_STARTED)
    assert state.status is expected
    assert state.told == counts
    assert state.waits == (complete and reached and expected not in (TaskStatus.DONE, TaskStatus.OTHER))
    assert (state.pace is None) == (expected is not TaskStatus.UNDER_WAY or state.waits
                                    or (not state.late and all(r.percent is None for r in told_)))
    assert state.days_late == 0 or today > DUE
    assert told(plan, plan.task("survey"), state).zh


@given(_days, st.integers(0, 100))
def test_pace_follows_progress_and_time(plan, today, percent):
    """More progress is never a worse pace, more time never a better one; five points each way are on time."""
    order = [Pace.BEHIND, Pace.ON_TIME, Pace.AHEAD]
    reached = report(FIRST - timedelta(days=4), milestone="half", reached=True)

    def pace(done: int, day: date) -> Any:
        told_once = report(FIRST - timedelta(days=4), done, "说明")
        return stands(plan, plan.task("survey"), TaskHistory((told_once, reached)), day).pace

    here = pace(percent, today)
    if today > DUE:
        assert here is None, "overdue"
        return
    assert here is not None
    elapsed = Decimal(max(0, (today - FIRST).days)) / (DUE - FIRST).days * 100
    assert (here is Pace.ON_TIME) == (abs(percent - elapsed) <= 5)
    if percent < 100:
        assert order.index(pace(percent + 1, today)) >= order.index(here)
    if today < DUE:
        assert order.index(pace(percent, today + timedelta(days=1))) <= order.index(here)


def test_the_share_of_time_runs_from_the_first_day_to_the_due_day(plan):
    assert [time_share(FIRST, DUE, d) for d in (date(2023, 12, 1), FIRST, DUE, date(2025, 1, 1))] == [0, 0, 100, 100]
    assert time_share(FIRST, None, FIRST) is None
    assert [time_share(DUE, DUE, d) for d in (FIRST, DUE)] == [0, 100]


def test_a_late_milestone_is_behind_whatever_is_told(plan):
    said = TaskHistory((report(date(2024, 1, 20), 90),))
    on, after = (stands(plan, plan.task("survey"), said, day) for day in (date(2024, 1, 31), date(2024, 2, 1)))
    assert (on.pace, on.late, after.pace, after.late) == (Pace.AHEAD, (), Pace.BEHIND, ("half",))


def test_words_do_not_take_back_a_percent(plan):
    """Whoever is behind does not catch up by words; a milestone that came late is told."""
    known = (report(date(2024, 1, 20), 10), report(date(2024, 2, 5), milestone="half", reached=True),
             report(date(2024, 2, 10), None, "正在推进"))
    state = stands(plan, plan.task("survey"), TaskHistory(known), date(2024, 2, 10))
    assert (state.pace, state.percent, state.told) == (Pace.BEHIND, 10, known[2])
    assert told(plan, plan.task("survey"), state).zh == (
        "推进中（欠序时进度，2024-01-20 报 10 %，截至 2024-02-10，节点“完成半数”2024-02-05 达到，逾期 5 天）：正在推进")


def test_all_in_by_its_day_is_not_late_while_it_waits_to_be_closed(plan):
    in_time = TaskHistory((report(DUE, milestone="half", reached=True),), (), {p: [Handed(at(DUE))] for p in PIECES})
    state = stands(plan, plan.task("survey"), in_time, DUE + timedelta(days=30))
    assert (state.status, state.waits, state.days_late) == (TaskStatus.UNDER_WAY, True, 0)
    late = TaskHistory(in_time.reports, (move(Move.CLOSED, DUE + timedelta(days=9)),),
                       {**in_time.delivered, "report": [Handed(at(DUE + timedelta(days=4)))]})
    state = stands(plan, plan.task("survey"), late, DUE + timedelta(days=30))
    assert (state.status, state.days_late) == (TaskStatus.DONE, 4), "late by when it was in, not by when it was closed"


def test_a_percent_falls_against_the_day_before_it(plan):
    known = (report(date(2024, 1, 10), 50), report(date(2024, 1, 20), 70))
    assert falls(known, report(date(2024, 1, 25), 60)) == 70
    assert falls(known, report(date(2024, 1, 15), 60)) is None, "of a day between them"
    assert falls(known, report(date(2024, 1, 25), None, "暂停")) is None


def test_each_member_owes_a_piece_of_its_own_and_the_lead_all(plan):
    state = stands(plan, plan.task("survey"), TaskHistory(delivered={"note@tax": [Handed(at(FIRST))]}), FIRST)
    found = {o.ref: (o.unit, [n.to("zh") for n in o.missing], o.due) for o in owed(plan, plan.task("survey"), state)}
    assert found == {
        "survey": ("committee", ["调研报告", "情况报告（区科技局）", "情况报告（区财政局）"], DUE),
        "survey~science": ("science", ["情况报告（区科技局）"], DUE),
        "survey~finance": ("finance", ["情况报告（区财政局）"], DUE),
        "survey~milestone.half": ("committee", ["完成半数"], date(2024, 1, 31)),
    }


def test_whoever_did_the_work_never_closes_it(plan):
    assert may_close(plan, plan.task("survey")) == ["supervision", "government"], "the office leads it"
    assert may_close(plan, plan.task("survey"), {"supervision"}) == ["government"], "it handed something in"
