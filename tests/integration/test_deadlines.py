"""Every deadline is listed, of whatever kind, as of any time; a version that moves one hides nothing that was late."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from icalendar import Calendar

from gaoxin.campaign import (
    alarming,
    carding,
    deadlines,
    explaining,
    extending,
    gatekeeping,
    lateness,
    questioning,
    reminding,
    standing,
    surveying,
    tasking,
)
from gaoxin.campaign.deadlines import mark_passed
from gaoxin.campaign.decisions import rectifications
from gaoxin.campaign.intake import submit_files
from gaoxin.campaign.registering import register_plan
from gaoxin.campaign.standing import Standing
from gaoxin.campaign.workplace import open_workplace
from gaoxin.clock import LATEST, parse_as_of
from gaoxin.deadlines.model import Deadline, Kind, State
from gaoxin.errors import UsageError
from gaoxin.ledger.kinds import EventKind
from gaoxin.periods import Period
from gaoxin.settings import Settings
from tests.conftest import PLANS

CARD = "{id: y, name: 黄牌, form: yellow_card, overdue: 2, choice: cadence}"
INDUSTRY = "    units: [committee]\n    due: {days: 10}\n"


class Campaign:
    """The demo with a milestone, its plan changed by replacing texts."""

    def __init__(self, settings: Settings, file: Path, industry: Callable[..., bytes]) -> None:
        self.settings, self.file, self.industry = settings, file, industry

    def register(self, as_of: str, *changes: tuple[str, str]):
        whole = self.file.read_text(encoding="utf-8")
        for old, new in changes:
            assert whole.count(old) == 1, (old, whole.count(old))
            whole = whole.replace(old, new)
        self.file.write_text(whole, encoding="utf-8")
        return register_plan(self.settings, "demo", parse_as_of(as_of), by="committee")

    def at(self, as_of: str):
        return open_workplace(self.settings, "demo", parse_as_of(as_of), acts=True)

    def seen(self, as_of: str, **asked) -> dict[str, Deadline]:
        found = deadlines.deadlines(open_workplace(self.settings, "demo", parse_as_of(as_of)), **asked).deadlines
        assert len({(d.kind, d.ref) for d in found}) == len(found)
        assert [d.due for d in found] == sorted(d.due for d in found)
        return {d.ref: d for d in found}

    def status(self, as_of: str, period: str) -> Standing:
        return standing.returns_status(open_workplace(self.settings, "demo", parse_as_of(as_of)), Period.parse(period))

    def hands_in(self, as_of: str, period: str, tmp_path: Path) -> None:
        file = tmp_path / f"demo__industry__committee__{period}.csv"
        file.write_bytes(self.industry())
        (taken,) = submit_files(self.settings, [file], parse_as_of(as_of))
        assert taken.verdict == "accepted", taken.findings


MILESTONE = ("deliverables: [{id: dossier, name: 申报材料}]",
             "deliverables: [{id: dossier, name: 申报材料}], milestones: [{id: draft, name: 初稿, due: 2024-05-15}]")


@pytest.fixture
def campaign(settings_at: Callable[..., Settings], tmp_path: Path, industry) -> Campaign:
    plans = tmp_path / "plans"
    shutil.copytree(PLANS / "demo", plans / "demo")
    found = Campaign(settings_at(tmp_path / "home", plans), plans / "demo" / "plan.yaml", industry)
    found.register("2024-01-10", MILESTONE)
    return found


def test_what_the_plan_gives_a_day_to_is_listed_with_its_unit_day_source_and_state(campaign, tmp_path):
    campaign.hands_in("2024-03-09", "2024-02", tmp_path)
    campaign.hands_in("2024-04-20", "2024-03", tmp_path)
    tasking.tell_milestone(campaign.at("2024-05-17"), "dossier", "draft", "committee")
    now = campaign.seen("2024-05-20")
    assert {d.kind for d in now.values()} == {
        Kind.RETURN, Kind.TASK, Kind.MILESTONE, Kind.PHASE, Kind.GATE, Kind.INDICATOR, Kind.BULLETIN}
    met, late, missing = (now[f"demo__industry__committee__2024-{month}"] for month in ("02", "03", "04"))
    assert (met.state, met.done_on, met.late_days) == (State.MET, date(2024, 3, 9), 0)
    assert (late.state, late.done_on) == (State.MET_LATE, date(2024, 4, 20))
    assert late.late_days == (date(2024, 4, 20) - late.due).days > 0
    assert (missing.state, missing.late_days) == (State.PASSED, (date(2024, 5, 20) - missing.due).days)
    draft = now["dossier~milestone.draft"]
    assert (draft.unit, draft.due, draft.state, draft.late_days) == ("committee", date(2024, 5, 15), State.MET_LATE, 2)
    assert now["survey"].state is State.PASSED
    assert (now["dossier"].state, now["dossier"].due) == (State.OPEN, date(2024, 7, 31))
    assert now["launch~starts"].state is State.MET
    assert (now["launch"].kind, now["launch"].state) == (Kind.GATE, State.PASSED)
    assert all(d.source for d in now.values())
    assert campaign.seen("2024-05-16")["dossier~milestone.draft"].state is State.PASSED, "as it was known then"
    within = campaign.seen("2024-05-20", since=date(2024, 4, 1), until=date(2024, 4, 30), unit="science")
    assert within
    assert {d.unit for d in within.values()} == {"science"}
    assert all(date(2024, 4, 1) <= d.due <= date(2024, 4, 30) for d in within.values())
    only = campaign.seen("2024-05-20", kinds=["gate", "milestone"])
    assert {d.kind for d in only.values()} == {Kind.GATE, Kind.MILESTONE}
    assert {d.state for d in campaign.seen("2024-05-20", only_open=True).values()} == {State.OPEN, State.PASSED}
    with pytest.raises(UsageError):
        campaign.seen("2024-05-20", kinds=["nothing"])


def test_what_acts_open_is_listed_until_it_is_done_and_after(campaign):
    gatekeeping.decide(campaign.at("2024-03-01"), "launch")
    (found,) = rectifications(campaign.at("2024-03-01"), everything=False).rectifications
    number = questioning.ask(campaign.at("2024-03-04"), "science", "名录怎么填", "").number
    asked = extending.ask(campaign.at("2024-03-05"), found.id, date(2024, 3, 15), "报告待评审", "committee").given.number
    then = campaign.seen("2024-03-06")
    mend, question, request = then[found.id], then[f"question~{number}"], then[f"extension~{asked}"]
    assert (mend.kind, mend.unit, mend.due, mend.state) == (Kind.RECTIFICATION, "committee", found.due, State.OPEN)
    assert (question.kind, question.due, question.state, question.late_days) == (
        Kind.QUESTION, date(2024, 3, 5), State.PASSED, 1)
    assert (request.kind, request.unit, request.due, request.state) == (Kind.EXTENSION, "supervision", found.due, State.OPEN)
    questioning.answer(campaign.at("2024-03-06"), number, "按证书填")
    extending.grant(campaign.at("2024-03-06"), asked, "情况属实", "supervision")
    after = campaign.seen("2024-03-07")
    assert after[f"question~{number}"].state is State.MET_LATE
    assert after[f"extension~{asked}"].state is State.MET
    moved = after[found.id]
    assert (moved.due, moved.state, [(m.was, m.by, m.number) for m in moved.moves]) == (
        date(2024, 3, 15), State.OPEN, [(found.due, "extension", asked)])
    assert explaining.explanations(campaign.at("2024-03-07")).explanations == []


def test_after_an_outage_each_missed_step_happens_once_and_is_marked_late_whatever_its_kind(campaign):
    gatekeeping.decide(campaign.at("2024-03-01"), "launch")
    (found,) = rectifications(campaign.at("2024-03-01"), everything=False).rectifications
    number = questioning.ask(campaign.at("2024-03-04"), "science", "名录怎么填", "").number
    assert mark_passed(campaign.at("2024-06-03")) > 0
    assert mark_passed(campaign.at("2024-06-03")) == 0
    assert mark_passed(campaign.at("2024-06-04")) == 0, "the day after nothing more has passed"
    with campaign.at("2024-06-04").warehouse.read() as store:
        steps = {e.payload["ref"]: e.payload for e in store.ledger.events("demo", EventKind.DEADLINE_STEP)}
    now = date(2024, 6, 3)
    for ref, due in ((found.id, found.due), (f"question~{number}", date(2024, 3, 5)), ("launch~ends", date(2024, 2, 29)),
                     ("dossier~milestone.draft", date(2024, 5, 15)), ("launch", date(2024, 2, 29))):
        assert steps[ref]["step"] == f"passed +{(now - due).days}d", ref
    assert steps[found.id]["owed_by"] == "committee"


def test_a_version_that_moves_a_day_that_had_passed_makes_nothing_timely_and_nothing_late(campaign, tmp_path):
    february, march, may = (f"demo__industry__committee__2024-{month}" for month in ("02", "03", "05"))
    campaign.hands_in("2024-03-20", "2024-02", tmp_path)  # late
    late_before, open_before = campaign.seen("2024-04-14")[february], campaign.seen("2024-04-14")[march]
    assert late_before.late_days == (date(2024, 3, 20) - late_before.due).days > 0
    assert open_before.late_days == (date(2024, 4, 14) - open_before.due).days > 0
    moved = campaign.register("2024-04-15", (INDUSTRY, "    units: [committee]\n    due: {days: 40}\n"))
    assert sum("仍记为逾期" in c.message.zh for c in moved.changes) == 1
    assert any("仍记为逾期" in c.message.zh for told in moved.told if told.unit == "committee" for c in told.changes)
    campaign.hands_in("2024-04-20", "2024-03", tmp_path)
    now = campaign.seen("2024-04-21")
    late, came = now[february], now[march]
    assert (late.state, late.late_days) == (State.MET_LATE, late_before.late_days), "it was late, and stays so"
    assert (came.state, came.late_days) == (State.MET_LATE, (date(2024, 4, 20) - open_before.due).days)
    assert (came.due > open_before.due, [(m.was, m.by, m.number) for m in came.moves]) == (True, [(open_before.due, "plan", 2)])
    status = campaign.status("2024-05-15", "2024-02")
    assert [(r.late_days, status.timeliness) for r in status.rows] == [(late_before.late_days, 0)]
    campaign.hands_in("2024-06-20", "2024-05", tmp_path)  # in time by the day of then
    back = campaign.register("2024-06-21", ("    due: {days: 40}\n", "    due: {days: 5}\n"))
    assert any("生效时已过" in c.message.zh for c in back.changes)
    then = campaign.seen("2024-06-22")[may]
    assert (then.due < date(2024, 6, 20), then.state, then.late_days) == (True, State.MET, 0)
    status = campaign.status("2024-06-22", "2024-05")
    assert (status.completeness, status.timeliness) == (1, 1), "counted by the day of then, too"


def test_what_is_told_of_lateness_goes_by_the_limit_that_counts(campaign, tmp_path):
    """Reminders, the report of what is overdue and cards: of a day that was moved into the past, and of one that had passed."""
    campaign.register("2024-04-12", (INDUSTRY, "    units: [committee]\n    due: {days: 40}\n"),
                      ("cadences:\n", f"cards: [{CARD}]\ncadences:\n"))
    march, april = "demo__industry__committee__2024-03", "demo__industry__committee__2024-04"

    def late(day: str) -> dict[str, tuple[str, int]]:
        return {o.ref: (str(o.due), o.days) for o in lateness.lateness(campaign.at(day)).overdue if o.kind == "return"}

    assert late("2024-04-16")[march] == ("2024-04-10", 6), "it had passed before it was moved"
    campaign.hands_in("2024-04-17", "2024-03", tmp_path)
    campaign.register("2024-05-20", ("    due: {days: 40}\n", "    due: {days: 5}\n"))
    [due] = [d for d in reminding.owed_dues(campaign.at("2024-05-21")) if d.ref == april]
    assert (due.due, late("2024-05-20").get(april)) == (date(2024, 5, 20), None), "nobody was late by it before"
    told = "".join(r.body.zh for r in reminding.remind(campaign.at("2024-05-21T09:30")) if r.audience == "supervision")
    assert "月报”2024-04" not in told
    assert late("2024-05-22")[april] == ("2024-05-20", 2)
    reminding.remind(campaign.at("2024-05-23T09:30"))
    assert {c.ref for c in carding.cards(campaign.at("2024-05-24")).cards} >= {april}


def test_a_task_a_milestone_and_a_gate_that_were_late_stay_so_under_a_later_day(campaign):
    moved = campaign.register("2024-05-20", ("due: 2024-05-15}]", "due: 2024-06-15}]"), ("due: 2024-02, phase: launch",
                                                                                         "due: 2024-06, phase: launch"))
    told = " ".join(c.message.zh for c in moved.changes)
    assert "仍记为逾期" in told
    tasking.tell_milestone(campaign.at("2024-05-24"), "dossier", "draft", "committee")
    now = campaign.seen("2024-05-25")
    assert (now["dossier~milestone.draft"].state, now["dossier~milestone.draft"].late_days) == (State.MET_LATE, 9)
    assert (now["survey"].state, now["survey"].due, now["survey"].late_days) == (
        State.PASSED, date(2024, 6, 30), (date(2024, 5, 25) - date(2024, 2, 29)).days)
    with campaign.at("2024-05-25").warehouse.read() as store:
        assert [(s.day, s.version) for s in campaign.at("2024-05-25").days.stood("task", "survey")] == [(date(2024, 2, 29), 2)]
        assert store.plans.in_force("demo", LATEST).version == 2


def test_a_units_feed_has_its_deadlines_alone_moved_and_withdrawn_ones_told(campaign, tmp_path):
    def events(as_of: str, unit: str = "committee") -> dict[str, tuple]:
        found = Calendar.from_ical(deadlines.feed(open_workplace(campaign.settings, "demo", parse_as_of(as_of)), unit))
        return {str(e["uid"]).removesuffix("@demo.gaoxin"): (e.decoded("dtstart"), e.decoded("sequence"), str(e["status"]))
                for e in found.walk("VEVENT")}

    before = events("2024-03-01")
    assert before["milestone.dossier~milestone.draft"] == (date(2024, 5, 15), 0, "CONFIRMED")
    assert before["task.survey"] == (date(2024, 2, 29), 0, "CONFIRMED")
    campaign.register("2024-03-05", MILESTONE[::-1], ("due: 2024-07, phase: app", "due: 2024-08, phase: app"))
    after = events("2024-03-06")
    assert after["milestone.dossier~milestone.draft"] == (date(2024, 5, 15), 1, "CANCELLED")
    assert after["task.dossier"] == (date(2024, 8, 31), 1, "CONFIRMED")
    assert after["task.survey"] == before["task.survey"]
    assert {uid for uid in events("2024-03-06", "science") if "committee" in uid} == set()
    w = open_workplace(campaign.settings, "demo", parse_as_of("2024-03-06"))
    files = [tmp_path / "a.ics", tmp_path / "b.ics"]
    told = [deadlines.write_feed(w, "committee", file) for file in files]
    assert (told[0].events, told[0].cancelled, told[0].sha256) == (len(after), 1, told[1].sha256)
    assert files[0].read_bytes() == files[1].read_bytes()


def test_a_moved_or_withdrawn_milestone_phase_and_gate_is_told_to_whom_it_concerns(campaign):
    lead = ("lead: committee, responsible: [science]", "lead: science")
    campaign.register("2024-01-20", lead)
    moved = campaign.register("2024-02-01", ("due: 2024-05-15}]", "due: 2024-05-20}]"),
                              ("    starts: 2024-07\n    ends: 2024-07\n", "    starts: 2024-07-05\n    ends: 2024-07\n"),
                              ("deadline: 2024-07", "deadline: 2024-07-30"))
    told = {t.unit: [c.subject + ("." + c.field if c.field else "") for c in t.changes] for t in moved.told}
    assert told["science"] == ["phases.application.starts", "phases.application.gate.deadline",
                               "tasks.dossier.milestones.draft.due"]
    assert told["committee"][:2] == told["science"][:2], "the office"
    assert told["government"] == ["phases.application.gate.deadline"], "who consents to the gate"
    gone = campaign.register("2024-02-02", (", milestones: [{id: draft, name: 初稿, due: 2024-05-20}]", ""))
    assert [(t.unit, c.kind, c.subject) for t in gone.told for c in t.changes if t.unit == "science"] == [
        ("science", "removed", "tasks.dossier")]


def test_a_gate_whose_flow_never_ran_passes_by_the_rows_and_is_alarmed(campaign):
    """No DAG of a phase runs here at all: paused, broken or never triggered is the same to the rows."""
    surveying.survey(campaign.at("2024-02-28"), {})
    surveying.survey(campaign.at("2024-03-02"), {})
    found = alarming.alarm(campaign.at("2024-03-04"))
    assert "undecided launch" in found
    surveying.survey(campaign.at("2024-03-05"), {})
    with campaign.at("2024-03-05").warehouse.read() as store:
        steps = [e.payload["step"] for e in store.ledger.events("demo", EventKind.DEADLINE_STEP)
                 if (e.payload["kind"], e.payload["ref"]) == ("gate", "launch")]
    assert steps == ["passed +2d"], "once, and how late it was seen"
    assert campaign.seen("2024-03-05")["launch"].state is State.PASSED
