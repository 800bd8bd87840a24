"""Cadences that act: deadlines, reminders, what is recorded of them and by whom; and due days that a notice moves."""

from __future__ import annotations

import json
import shutil
from datetime import date
from typing import Any

import pytest
import yaml

from gaoxin.campaign import bulletin_acts, cadencing, deadlines, desks, reminding
from gaoxin.campaign.owing import Owing
from gaoxin.campaign.paging import Page
from gaoxin.campaign.registering import register_plan
from gaoxin.campaign.upkeep import verify_ledger
from gaoxin.campaign.workplace import open_workplace
from gaoxin.cli.main import run
from gaoxin.clock import parse_as_of
from gaoxin.deadlines.model import State
from gaoxin.errors import Refused, UsageError
from gaoxin.ledger.kinds import EventKind
from gaoxin.people.acts import NotAllowed
from gaoxin.periods import Period
from gaoxin.plan.calendar import WorkCalendar
from gaoxin.warehouse.engine import Warehouse
from tests.integration.conftest import PLANS
from tests.pages import HERE, client

CADENCES = [
    {"id": "weekly", "name": "周二例会", "who": "committee", "every": "week", "kind": "meeting", "source": "正文 五",
     "due": {"weekday": 2, "of": "period"}},
    {"id": "summary", "name": "月度小结", "who": "science", "every": "month", "kind": "summary", "source": "正文 五",
     "due": {"day": 5}},
]


@pytest.fixture
def campaign(settings_at, tmp_path, monkeypatch):
    """The demo campaign with a weekly meeting and monthly summaries, registered on 20 February 2024."""
    plans = tmp_path / "plans"
    shutil.copytree(PLANS / "demo", plans / "demo")
    file = plans / "demo" / "plan.yaml"
    data = yaml.safe_load(file.read_text(encoding="utf-8"))
    data["cadences"] += CADENCES
    file.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    settings = settings_at(tmp_path, plans)
    register_plan(settings, "demo", parse_as_of("2024-02-20"), by="first act")
    for name, value in {"GAOXIN_HOME": tmp_path, "GAOXIN_PLANS": plans, "GAOXIN_INBOX": settings.inbox,
                        "GAOXIN_DATABASE_URL": settings.database_url.get_secret_value()}.items():
        monkeypatch.setenv(name, str(value))
    yield settings
    Warehouse.open(settings).close()


def at(settings, day, *, acts=True):
    return open_workplace(settings, "demo", parse_as_of(day), acts=acts)


def listed(w) -> dict[str, tuple[str, int]]:
    return {d.duty: (str(d.status), d.days_late) for d in cadencing.cadences(w).duties if d.duty}


def owed(w) -> set[str]:
    return {d.ref for d in reminding.owed_dues(w) if d.kind == "cadence"}


def rows(settings, kind: str, as_of: str) -> dict[str, date]:
    with Warehouse.open(settings).read() as store:
        return {d.ref: d.due for d in store.plans.deadlines("demo", parse_as_of(as_of)) if d.kind == kind}


def test_duties_are_deadlines_are_reminded_of_and_are_done(campaign, tmp_path, capsys):
    days = rows(campaign, "cadence", "2024-02-21")
    assert days["weekly:2024-W09"] == date(2024, 2, 27)
    assert days["summary:2024-02"] == date(2024, 3, 5)
    w = at(campaign, "2024-03-04")
    found = listed(w)
    assert found["weekly:2024-W07"] == ("before", 0), "it fell due before the campaign was registered here"
    assert (found["weekly:2024-W08"], found["weekly:2024-W09"]) == (("overdue", 13), ("overdue", 6))
    assert (found["weekly:2024-W10"], found["summary:2024-02"]) == (("due", 0), ("due", 0))
    assert (found["weekly:2024-W11"], found["summary:2024-03"]) == (("not_due", 0), ("not_due", 0))
    assert owed(w) == {"weekly:2024-W08", "weekly:2024-W09", "weekly:2024-W10", "summary:2024-02"}
    with w.warehouse.read() as store:
        wall = {i.ref for unit in Owing(w, store, []).by_unit() for i in unit.items if i.kind == "cadence"}
    assert wall == owed(w)
    minutes = tmp_path / "纪要.docx"
    minutes.write_bytes(b"minutes")
    done = cadencing.done(w, "weekly:2024-W09", "committee", date(2024, 2, 27), "议定三项", cadencing.named(minutes))
    assert (done.given.status, done.given.days_late, done.given.told_later) == ("done", 0, 6)
    late = cadencing.done(w, "weekly:2024-W08", "committee", date(2024, 2, 22))
    assert (late.given.status, late.given.days_late) == ("done_late", 2)
    assert owed(at(campaign, "2024-03-04")) == {"weekly:2024-W10", "summary:2024-02"}
    assert listed(at(campaign, "2024-03-03", acts=False))["weekly:2024-W09"] == ("overdue", 5), "as of the day before"
    with pytest.raises(Refused, match="已登记"):
        cadencing.done(w, "weekly:2024-W09", "committee")
    [event] = [e for e in _events(campaign, EventKind.CADENCE_DONE) if e.payload["ref"] == "weekly:2024-W09"]
    assert event.payload["done_on"] == "2024-02-27"
    assert len(event.payload["minutes"]) == 64
    assert verify_ledger(campaign).intact
    assert run(["cadences", "demo", "--open", "--as-of", "2024-03-04"]) == 0
    assert "周二例会" in capsys.readouterr().out


def test_who_may_say_so_and_when(campaign):
    w = at(campaign, "2024-03-06")
    with pytest.raises(NotAllowed, match="不承担"):
        cadencing.done(w, "weekly:2024-W10", "science")
    with pytest.raises(Refused, match="还没有到"):
        cadencing.done(w, "weekly:2024-W10", "committee", date(2024, 3, 7))
    with pytest.raises(Refused, match="早于可以办理之日"):
        cadencing.done(w, "weekly:2024-W10", "committee", date(2024, 3, 3))
    with pytest.raises(UsageError, match="没有这项调度工作"):
        cadencing.done(w, "weekly:2024-W99", "committee")
    with pytest.raises(Refused, match="报齐即完成"):
        cadencing.done(w, "monthly:2024-02", "committee")
    with pytest.raises(Refused, match="空的"):
        cadencing.done(w, "weekly:2024-W10", "committee", None, None, ("a.docx", b""))
    with pytest.raises(NotAllowed, match="不能决定"):
        cadencing.skip(w, "summary:2024-02", "science", "并入季度小结")
    with pytest.raises(Refused, match="补登为按期办理"):
        cadencing.done(w, "summary:2024-02", "committee", date(2024, 3, 5))
    given = cadencing.done(w, "summary:2024-02", "committee", date(2024, 3, 5), "已印发").given
    assert given.by == "committee", "the office enters it"


def test_on_the_desk_everything_that_is_owed_is_told_and_done(campaign):
    w = at(campaign, "2024-03-07")
    with w.warehouse.read() as store:
        [wall] = [o for o in Owing(w, store, []).by_unit() if o.unit == "science"]
    page = client(campaign)
    told = page.get("/demo/unit/science", params={"as_of": "2024-03-07T12:00"}).text
    assert wall.overdue == 1
    assert "现在没有要办的事" not in told
    assert "月度小结（2024-02）" in told
    assert desks.desk(w, "science", Page(5)).answers[0].ref == "summary:2024-02"
    assert {line.unit: line.overdue for line in desks.desks(w).desks}["science"] == 1
    with Warehouse.open(campaign).begin() as store:
        store.ledger.moment(parse_as_of("2024-03-07"))  # where the drill's clock stands
    found = {"duty": "summary:2024-02", "day": "2024-03-06"}
    assert page.post("/demo/unit/science/cadence", data=found, headers=HERE, follow_redirects=False).status_code == 303
    assert listed(at(campaign, "2024-03-07"))["summary:2024-02"] == ("done_late", 1)
    assert not desks.desk(at(campaign, "2024-03-07"), "science", Page(5)).answers


def test_a_bulletin_that_is_released_is_its_cadences_duty_done(campaign):
    period, w = Period.parse("2024-02"), at(campaign, "2024-03-05T10:00")
    bulletin_acts.redraft(w, period, "committee")
    for slot in ("analysis", "next"):
        bulletin_acts.write(w, period, slot, "抓紧报送。", "committee")
    assert listed(w)["summary:2024-02"] == ("due", 0), "a draft is none"
    number = bulletin_acts.release(w, period, "supervision").number
    assert listed(at(campaign, "2024-03-06", acts=False))["summary:2024-02"] == ("done", 0)
    [move] = [d for d in cadencing.cadences(at(campaign, "2024-03-06")).duties if d.duty == "summary:2024-02"]
    assert (move.by, move.reason) == ("supervision", number)
    assert "summary:2024-02" not in owed(at(campaign, "2024-03-20"))
    assert verify_ledger(campaign).intact


def test_the_office_skips_with_a_reason_and_opens_again(campaign):
    w = at(campaign, "2024-03-04")
    with pytest.raises(Refused, match="理由"):
        cadencing.skip(w, "weekly:2024-W10", "committee", "无")
    skipped = cadencing.skip(w, "weekly:2024-W10", "committee", "本周会议并入领导小组会议")
    assert (skipped.given.status, skipped.given.reason) == ("skipped", "本周会议并入领导小组会议")
    assert "weekly:2024-W10" not in owed(at(campaign, "2024-03-06"))
    with pytest.raises(Refused, match="已免办"):
        cadencing.done(w, "weekly:2024-W10", "committee")
    assert _deadline(campaign, "weekly:2024-W10", "2024-03-06").state is State.WITHDRAWN
    cadencing.reopen(w, "weekly:2024-W10", "committee", "领导小组会议未开")
    assert "weekly:2024-W10" in owed(at(campaign, "2024-03-06"))
    with pytest.raises(Refused, match="没有登记过"):
        cadencing.reopen(w, "weekly:2024-W10", "committee", "再撤一次")
    cadencing.done(at(campaign, "2024-03-06"), "weekly:2024-W10", "committee")
    listed_ = _deadline(campaign, "weekly:2024-W10", "2024-03-06")
    assert (listed_.state, listed_.done_on, listed_.late_days) == (State.MET_LATE, date(2024, 3, 6), 1)


def test_what_repeats_a_form_is_done_when_the_returns_are_in(campaign, industry, capsys):
    def stands(day: str) -> Any:
        found = cadencing.cadences(at(campaign, day, acts=False)).duties
        return next(d for d in found if d.cadence == "monthly" and d.label == "2024-02")

    assert (stands("2024-03-05").status, stands("2024-03-12").status, stands("2024-03-12").days_late) == ("due", "overdue", 1)
    assert not [d for d in reminding.owed_dues(at(campaign, "2024-03-05")) if d.ref.startswith("monthly")]
    assert run(["cadences", "demo", "--json", "--as-of", "2024-03-05"]) == 0
    said = json.loads(capsys.readouterr().out)["duties"]
    assert next(d for d in said if d["cadence"] == "monthly" and d["label"] == "2024-02")["forms"] == ["industry"]


def test_a_passed_duty_is_marked_once_whatever_an_engine_does(campaign):
    assert deadlines.mark_passed(at(campaign, "2024-03-08")) > 0
    with Warehouse.open(campaign).read() as store:
        steps = {(ref, step) for kind, ref, step in store.plans.steps("demo", parse_as_of("2024-03-08")) if kind == "cadence"}
    assert ("weekly:2024-W10", "passed +3d") in steps
    assert deadlines.mark_passed(at(campaign, "2024-03-08")) == 0


def test_a_file_of_days_off_moves_days_and_lists_them(campaign):
    file = campaign.plans / "demo" / "calendar.yaml"
    file.write_text("calendar:\n  - {id: fair, source: 区政府公告, days_off: [2024-04-10, 2024-04-16]}\n", encoding="utf-8")
    found = register_plan(campaign, "demo", parse_as_of("2024-03-01"), by="committee", reason="博览会")
    assert found.new
    told = {c.subject: c.message.zh for c in found.changes}
    assert {"calendar.fair", "forms.industry", "forms.hnte_register", "cadences.weekly"} <= {*told}
    assert "2024-03 由 2024-04-10 移到 2024-04-11" in told["forms.industry"]
    assert "2024-W16 由 2024-04-16 移到 2024-04-17" in told["cadences.weekly"]
    assert {t.unit for t in found.told} >= {"committee", "science"}
    assert rows(campaign, "cadence", "2024-03-02")["weekly:2024-W16"] == date(2024, 4, 17)
    assert rows(campaign, "cadence", "2024-02-28")["weekly:2024-W16"] == date(2024, 4, 16)
    assert [(m.was, m.by, m.number) for m in _deadline(campaign, "weekly:2024-W16", "2024-03-02").moves] == [
        (date(2024, 4, 16), "plan", 2)]


def test_a_day_that_had_passed_stays_the_limit_of_a_duty_under_later_versions(campaign):
    file = campaign.plans / "demo" / "plan.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("day: 5\n", "day: 25\n"), encoding="utf-8")
    found = register_plan(campaign, "demo", parse_as_of("2024-03-15"), by="committee", reason="改期")
    [told] = [c.message.zh for c in found.changes if c.subject == "cadences.summary" and "改动时已过" in c.message.zh]
    assert told.startswith("“月度小结”有 2 次的期限（2024-02-05 至 2024-03-05）改动时已过")
    moved = _deadline(campaign, "summary:2024-02", "2024-03-16")
    assert (moved.due, moved.moves[0].was, moved.state, moved.late_days) == (
        date(2024, 3, 25), date(2024, 3, 5), State.PASSED, 11)
    cadencing.done(at(campaign, "2024-03-20"), "summary:2024-02", "science")
    assert listed(at(campaign, "2024-03-20"))["summary:2024-02"] == ("done_late", 15)
    assert _deadline(campaign, "summary:2024-02", "2024-03-21").state is State.MET_LATE
    assert listed(at(campaign, "2024-03-26"))["summary:2024-03"] == ("not_due", 0)


def test_a_release_that_publishes_a_year_makes_a_version_and_lists_what_moved(campaign, monkeypatch):
    assert not register_plan(campaign, "demo", parse_as_of("2024-03-01"), by="committee").new
    published = WorkCalendar.is_workday
    monkeypatch.setattr(WorkCalendar, "is_workday", lambda self, day: day != date(2024, 5, 10) and published(self, day))
    _forget_days()
    found = register_plan(campaign, "demo", parse_as_of("2024-03-02"), by="supervision flow", late=True)
    assert (found.new, found.version) == (True, 2)
    [change] = found.changes
    assert change.subject == "forms.industry"
    assert "2024-04 由 2024-05-10 移到 2024-05-11" in change.message.zh
    assert [t.unit for t in found.told] == ["committee"]
    assert not register_plan(campaign, "demo", parse_as_of("2024-03-03"), by="supervision flow", late=True).new
    with Warehouse.open(campaign).read() as store:
        version = store.plans.versions("demo", parse_as_of("2024-03-03"))[0]
    assert version.reason == "放假安排更新"
    _forget_days()


def _forget_days() -> None:
    """What processes keep of a plan: another calendar is another process's."""
    from gaoxin.plan.reading import loader
    from gaoxin.warehouse import plans

    loader._READ.clear()
    plans._KNOWN.clear()


def _events(settings, kind: EventKind) -> Any:
    with Warehouse.open(settings).read() as store:
        return store.ledger.events("demo", kind)


def _deadline(settings, ref: str, day: str) -> Any:
    found = deadlines.deadlines(at(settings, day, acts=False), kinds=["cadence"])
    return next(d for d in found.deadlines if d.ref == ref)


def test_an_account_does_its_own(campaign, tmp_path):
    file = tmp_path / "accounts.yaml"
    file.write_text("schema: 1\naccounts:\n  - {account: nobody_here, roles: [auditor]}\n", encoding="utf-8")
    settings = campaign.model_copy(update={"accounts": file})
    with pytest.raises(NotAllowed):
        cadencing.done(at(settings, "2024-03-06"), "weekly:2024-W10", "committee")
    assert _events(campaign, EventKind.ACT_REFUSED)
