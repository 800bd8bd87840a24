"""Extensions: asked for before the limit, granted or refused, and counted everywhere from the grant on, never before it."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import date

import pytest

from gaoxin.campaign import deadlines, desks, extending, gatekeeping, overseeing, reminding, showing
from gaoxin.campaign.deadlines import mark_passed
from gaoxin.campaign.decisions import rectifications
from gaoxin.campaign.entering import Entered
from gaoxin.campaign.handed import returns_status
from gaoxin.campaign.offering import to_put_off
from gaoxin.campaign.paging import Page
from gaoxin.campaign.registering import register_plan
from gaoxin.campaign.upkeep import verify_ledger
from gaoxin.campaign.workplace import open_workplace
from gaoxin.cli.main import run
from gaoxin.clock import parse_as_of
from gaoxin.errors import Refused, UsageError
from gaoxin.ledger.kinds import EventKind
from gaoxin.people.acts import NotAllowed
from gaoxin.returns.model import ReturnState
from tests.conftest import PLANS
from tests.integration.test_people import events, with_accounts  # noqa: F401 - a fixture
from tests.pages import client

DUE, LATER = date(2024, 4, 10), date(2024, 4, 22)  # of the register of the first quarter
WHAT = "hnte_register@2024-Q1"


@pytest.fixture
def at(settings, demo_workplace):
    demo_workplace("2024-03-01")

    def make(day: str):
        return open_workplace(settings, "demo", parse_as_of(day), acts=True)

    return make


def seen(settings, day: str, unit: str = "science"):
    """The row of the register, as of a time."""
    w = open_workplace(settings, "demo", parse_as_of(day))
    return next(r for r in returns_status(w).rows if (r.form, r.unit, str(r.period)) == ("hnte_register", unit, "2024-Q1"))


def granted(at, asked="2024-04-08", on="2024-04-09", until=LATER, **more):
    number = extending.ask(at(asked), WHAT, until, "证书尚未发到", "science").given.number
    return extending.grant(at(on), number, "情况属实", "committee", **more).given


def test_a_granted_day_counts_in_status_gate_desk_wall_and_reminders_and_only_from_then_on(settings, at):
    due = seen(settings, "2024-04-01").due
    assert due == DUE
    given = granted(at)
    assert (given.state, given.due, given.day, given.late_before) == ("granted", DUE, LATER, 0)
    before, after = seen(settings, "2024-04-08"), seen(settings, "2024-04-15")
    assert (before.due, before.due_before, before.extension) == (DUE, None, None), "what was known then"
    assert (after.due, after.due_before, after.extension, after.state, after.late_days) == (
        LATER, DUE, 1, ReturnState.DUE, 0)
    assert seen(settings, "2024-04-15", "committee").state is ReturnState.OVERDUE, "the other unit has no other day"
    w = open_workplace(settings, "demo", parse_as_of("2024-04-15"))
    (mine,) = [one for one in desks.desk(w, "science", Page(30)).owed if one.row.form == "hnte_register"]
    assert mine.due == LATER
    line = next(one for one in desks.desks(w).desks if one.unit == "science")
    assert (line.overdue, line.next_due) == (0, LATER)
    wall = overseeing.wall(w)
    owes = {one.unit: one for one in wall.owes}
    assert owes["science"].overdue == 0
    assert [item.due for item in owes["science"].items if item.ref.startswith("demo__hnte")] == [LATER]
    cell = next(c for c in wall.map.cells if (c.unit, c.month) == ("science", "2024-03"))
    assert (cell.due, cell.overdue) == (1, 0)
    complete = next(c for c in gatekeeping.evaluate(w, "collection").criteria if c.id == "complete")
    assert not any(s.ref.startswith("demo__hnte_register__science") for s in complete.shortfalls), "not due by that day"
    assert any(s.ref.startswith("demo__hnte_register__committee") for s in complete.shortfalls)
    later = open_workplace(settings, "demo", parse_as_of("2024-04-23"))
    told = next(s for c in gatekeeping.evaluate(later, "collection").criteria if c.id == "complete" for s in c.shortfalls
                if s.ref == "demo__hnte_register__science__2024-Q1")
    assert LATER.isoformat() in told.subject.zh
    assert seen(settings, "2024-04-24").late_days == 2
    assert verify_ledger(settings).intact


def test_reminders_follow_the_new_day_and_each_rung_goes_out_once(settings, at):
    assert [d.due for d in reminding.owed_dues(at("2024-04-05")) if d.ref.startswith("demo__hnte_register__science")] == [DUE]
    sent: list[str] = []
    granted(at, "2024-04-05", "2024-04-07")

    def refs(day: str) -> list[str]:
        done = reminding.remind(at(day))
        return [ref for one in done if one.state == "sent" for ref in one.refs if ref.startswith("demo__hnte_register__science")]

    for day in ("2024-04-08", "2024-04-09", "2024-04-10", "2024-04-11", "2024-04-15", "2024-04-17", "2024-04-19", "2024-04-22",
                "2024-04-23", "2024-04-24", "2024-04-29"):
        sent += refs(f"{day}T10:00")
    steps = [ref.rpartition("@")[2] for ref in sent]
    assert len(steps) == len(set(steps))
    assert all(step.endswith("~2024-04-22") for step in steps), "nothing for the old day"
    assert {step.partition("~")[0] for step in steps} >= {"before7", "before3", "due", "overdue1", "supervision"}


def test_what_came_late_before_the_grant_stays_late_and_a_late_grant_says_how_late_it_was(settings, at, handed, book):
    number = extending.ask(at("2024-04-10"), WHAT, LATER, "证书尚未发到", "science").given.number
    assert seen(settings, "2024-04-12").late_days == 2
    given = extending.grant(at("2024-04-15"), number, "办公室批复迟了", "committee", date(2024, 4, 18)).given
    assert (given.day, given.late_before) == (date(2024, 4, 18), 5)
    assert (seen(settings, "2024-04-14").state, seen(settings, "2024-04-14").late_days) == (ReturnState.OVERDUE, 4)
    row = seen(settings, "2024-04-16")
    assert (row.state, row.due, row.late_days, row.late_before) == (ReturnState.DUE, date(2024, 4, 18), 0, 5)


def test_an_arrival_after_the_old_day_and_before_the_grant_is_late_for_good(settings, at, handed, book):
    number = extending.ask(at("2024-04-09"), WHAT, LATER, "证书尚未发到", "science").given.number
    wrong = handed(book("hnte_register", "science", "2024-Q1", {"A3": "某公司"}), "2024-04-12", "science")
    assert wrong.verdict == "rejected"
    extending.grant(at("2024-04-13"), number, "情况属实", "committee")
    right = handed(book("hnte_register", "science", "2024-Q1", {"A3": "零报告"}), "2024-04-16", "science", name="更正.xlsx")
    assert right.verdict != "rejected"
    row = seen(settings, "2024-04-30")
    assert (row.state, row.late_days, row.late_before) == (ReturnState.ACCEPTED, 0, 3), "what was missing was late"
    w = open_workplace(settings, "demo", parse_as_of("2024-04-30"))
    shown = {v: showing.show(w, f"demo__hnte_register__science__2024-Q1__v{v}") for v in (1, 2)}
    assert (shown[1].late_days, shown[2].late_days) == (2, 0)
    assert {one.due for one in shown.values()} == {LATER}


@pytest.mark.parametrize(("asked", "until", "why"), [
    ("2024-04-11", "2024-04-22", "已过"), ("2024-04-08", "2024-04-10", "不晚于"), ("2024-04-08", "2024-04-01", "不晚于")])
def test_after_the_limit_or_for_no_later_day_nothing_is_asked_for(settings, at, asked, until, why):
    with pytest.raises(Refused, match=why):
        extending.ask(at(asked), WHAT, date.fromisoformat(until), "证书尚未发到", "science")
    with pytest.raises(Refused, match=why):  # the day that it speaks of dates nothing
        extending.ask(at(asked), WHAT, date.fromisoformat(until), "证书尚未发到", "science",
                      Entered(date(2024, 4, 1), "电话申请") if why == "已过" else Entered())
    assert events(settings, EventKind.EXTENSION_ASKED) == []


def test_who_may_ask_and_who_decides(settings, at):
    with pytest.raises(UsageError):
        extending.ask(at("2024-04-02"), "industry@2024-03", LATER, "其他单位的表", "science")
    with pytest.raises(NotAllowed):
        extending.ask(at("2024-02-28"), "survey", date(2024, 3, 5), "其他单位的任务", "supervision")
    number = extending.ask(at("2024-04-02"), WHAT, LATER, "证书尚未发到", "science").given.number
    with pytest.raises(Refused, match="尚未批复"):
        extending.ask(at("2024-04-03"), WHAT, LATER, "再申请一次", "science")
    for by in ("science", "supervision", "government"):
        with pytest.raises(NotAllowed):
            extending.grant(at("2024-04-03"), number, "情况属实", by)
    own = extending.ask(at("2024-04-03"), "industry@2024-03", date(2024, 4, 12), "园区数据未汇总", "committee").given.number
    with pytest.raises(NotAllowed):
        extending.grant(at("2024-04-03"), own, "情况属实", "committee")
    assert extending.grant(at("2024-04-03"), own, "情况属实", "supervision").given.day == date(2024, 4, 12)
    with pytest.raises(Refused, match="晚于单位申请"):
        extending.grant(at("2024-04-03"), number, "情况属实", "committee", date(2024, 4, 23))
    extending.refuse(at("2024-04-03"), number, "应按期报送", "committee")
    with pytest.raises(Refused, match="已批复"):
        extending.grant(at("2024-04-03"), number, "改主意了", "committee")
    assert seen(settings, "2024-04-05").due == DUE
    again = extending.ask(at("2024-04-05"), WHAT, date(2024, 4, 15), "证书仍未发到", "science").given.number
    extending.grant(at("2024-04-06"), again, "情况属实", "committee")
    third = extending.ask(at("2024-04-15"), WHAT, date(2024, 4, 19), "证书在路上", "science").given
    assert (third.due, third.number) == (date(2024, 4, 15), 4), "before the day that stands"
    assert [x.state for x in extending.extensions(at("2024-04-15")).extensions] == ["refused", "granted", "granted", "waiting"]
    assert [x.state for x in extending.extensions(open_workplace(settings, "demo", parse_as_of("2024-04-02"))).extensions] == [
        "waiting"], "what was known then"


def test_the_office_owes_a_decision_until_it_is_made_or_the_return_is_in(settings, at, handed, book):
    number = extending.ask(at("2024-04-02"), WHAT, LATER, "证书尚未发到", "science").given.number
    (due,) = [d for d in reminding.owed_dues(at("2024-04-02")) if d.kind == "extension"]
    assert (due.unit, due.due) == ("committee", DUE)
    office = next(o for o in overseeing.wall(at("2024-04-08")).owes if o.unit == "committee")
    assert "extension" in {one.kind for one in office.items}
    handed(book("hnte_register", "science", "2024-Q1", {"A3": "零报告"}), "2024-04-09", "science")
    assert not [d for d in reminding.owed_dues(at("2024-04-09")) if d.kind == "extension"]
    with pytest.raises(Refused, match="无可延期"):
        extending.grant(at("2024-04-09"), number, "情况属实", "committee")
    assert extending.extensions(at("2024-04-09")).extensions[0].state == "settled"


def test_a_day_beyond_the_gate_that_asks_is_refused_unless_the_plan_says_to_tell_it(settings_at, warehouse, tmp_path):
    folder = tmp_path / "plans" / "demo"
    shutil.copytree(PLANS / "demo", folder)
    text = (folder / "plan.yaml").read_text(encoding="utf-8")
    settings = settings_at(tmp_path / "home", folder.parent)
    register_plan(settings, "demo", parse_as_of("2023-12-01"), by="first act")

    def at(day):
        return open_workplace(settings, "demo", parse_as_of(day), acts=True)

    asked = extending.ask(at("2024-06-08"), "industry@2024-05", date(2024, 7, 5), "系统升级", "committee").given
    assert [m.code for m in asked.hints] == ["extensions.beyond_gate"], "whoever decides is told"
    with pytest.raises(Refused, match="2024-06-30") as refused:
        extending.grant(at("2024-06-09"), asked.number, "情况属实", "supervision")
    assert "2024-06-30" in refused.value.todo.zh
    (folder / "plan.yaml").write_text(text + "extensions: {most_days: 20}\n", encoding="utf-8")
    register_plan(settings, "demo", parse_as_of("2024-06-09"), by="office")
    with pytest.raises(Refused, match="最多准延 20 天"):
        extending.grant(at("2024-06-09"), asked.number, "情况属实", "supervision")
    (folder / "plan.yaml").write_text(text + "extensions: {beyond_gate: tell}\n", encoding="utf-8")
    register_plan(settings, "demo", parse_as_of("2024-06-09"), by="office")
    sealed = gatekeeping.evaluate(at("2024-06-09"), "collection").seal
    given = extending.grant(at("2024-06-09"), asked.number, "情况属实", "supervision").given
    assert [m.code for m in given.hints] == ["extensions.beyond_gate"]
    result = gatekeeping.evaluate(at("2024-06-28"), "collection")
    complete = next(c for c in result.criteria if c.id == "complete")
    assert not any(s.ref.endswith("industry__committee__2024-05") for s in complete.shortfalls)
    assert result.seal != sealed, "what the gate does not wait for any more is a change of what was consented to"


def test_a_task_is_put_off_for_all_who_lead_it_and_its_gate_says_so(settings_at, warehouse, tmp_path):
    folder = tmp_path / "plans" / "demo"
    shutil.copytree(PLANS / "demo", folder)
    with (folder / "plan.yaml").open("a", encoding="utf-8") as file:
        file.write("extensions: {beyond_gate: tell}\n")
    settings = settings_at(tmp_path / "home", folder.parent)
    register_plan(settings, "demo", parse_as_of("2023-12-01"), by="first act")

    def at(day):
        return open_workplace(settings, "demo", parse_as_of(day), acts=True)

    ask = (at("2024-07-20"), "dossier", date(2024, 8, 9), "材料未齐")
    with pytest.raises(NotAllowed, match="只有牵头单位可以申请延期") as refused:
        extending.ask(*ask, "science")  # responsible: it would move the day of who leads
    assert refused.value.todo.zh == "由园区管委会申请"
    assert "dossier" not in {one.what for one in to_put_off(ask[0], desks.desk(ask[0], "science", Page(30)))}
    number = extending.ask(*ask, "committee").given.number
    with pytest.raises(Refused, match=f"园区管委会的第 {number} 号申请尚未批复"):
        extending.ask(*ask, "committee")
    given = extending.grant(at("2024-07-22"), number, "情况属实", "supervision", date(2024, 8, 5)).given
    two = ask[0].plan.task("dossier").model_copy(update={"lead": "science", "co_leads": ("committee",)})
    led = replace(ask[0], plan=ask[0].plan.model_copy(update={"tasks": (two,)}))
    assert [x.number for x in extending.extensions(led, "science").extensions] == [number], "another's request for what it leads"
    assert [m.zh for m in given.hints] == ["2024-08-05 晚于“申请阶段”关口的期限 2024-07-31：届时没有完成的，关口仍不通过"]
    for day, due in (("2024-07-21", date(2024, 7, 31)), ("2024-08-01", date(2024, 8, 5))):
        w = open_workplace(settings, "demo", parse_as_of(day))
        (task,) = [t for t in desks.desk(w, "committee", Page(30)).tasks if t.task == "dossier"]
        (owed,) = [d for d in reminding.owed_dues(w) if d.ref == "dossier"]
        (listed,) = [d for d in deadlines.deadlines(w, "committee").deadlines if d.ref == "dossier"]
        assert (task.due, owed.due, listed.due) == (due, due, due)
        missing = next(s for c in gatekeeping.evaluate(w, "application").criteria if c.id == "dossier" for s in c.shortfalls)
        assert due.isoformat() in missing.subject.zh
    mark_passed(at("2024-08-02"))
    assert "dossier" not in {e.payload["ref"] for e in events(settings, EventKind.DEADLINE_STEP) if e.payload["kind"] == "task"}


def test_a_rectification_is_put_off_by_its_owner_as_long_as_it_is_open(settings, at):
    gatekeeping.decide(at("2024-03-01"), "launch")
    (found,) = rectifications(at("2024-03-01"), everything=False).rectifications
    number = extending.ask(at("2024-03-04"), found.id, date(2024, 3, 15), "报告待评审", "committee").given.number
    with pytest.raises(NotAllowed):
        extending.grant(at("2024-03-04"), number, "情况属实", "committee")
    extending.grant(at("2024-03-05"), number, "情况属实", "supervision")

    def due(day: str) -> tuple[date, date]:
        w = open_workplace(settings, "demo", parse_as_of(day))
        (one,) = rectifications(w, everything=False).rectifications
        return one.due, next(d.due for d in reminding.owed_dues(w) if d.ref == found.id)

    assert due("2024-03-04") == (found.due, found.due)
    assert due("2024-03-12") == (date(2024, 3, 15), date(2024, 3, 15))
    gatekeeping.decide(at("2024-03-12"), "launch")
    assert due("2024-03-12") == (date(2024, 3, 15), date(2024, 3, 15)), "decided again, the day stands"


def test_the_ledger_of_deadlines_says_that_a_day_has_passed_on_the_day_that_was_granted(settings, at):
    granted(at)
    ref = "demo__hnte_register__science__2024-Q1"

    def passed(day: str) -> list[str]:
        mark_passed(at(day))
        return [e.payload["step"] for e in events(settings, EventKind.DEADLINE_STEP) if e.payload["ref"] == ref]

    assert passed("2024-04-15") == []
    assert passed("2024-04-24") == ["passed +2d"]


def test_by_command_line_requests_are_asked_decided_and_listed(settings, at, monkeypatch, capsys):
    at("2024-04-01")
    monkeypatch.setenv("GAOXIN_HOME", str(settings.home))
    monkeypatch.setenv("GAOXIN_PLANS", str(settings.plans))
    monkeypatch.setenv("GAOXIN_DATABASE_URL", settings.database_url.get_secret_value())

    def gaoxin(*args: str) -> tuple[int, dict]:
        status = run(["extend", *args, "--json"])
        out = capsys.readouterr().out
        return status, json.loads(out) if out else {}

    status, asked = gaoxin("ask", "demo", WHAT, "--until", "2024-04-22", "--by", "science", "--reason", "证书尚未发到",
                           "--as-of", "2024-04-08")
    told = (asked["number"], asked["state"], asked["due"], asked["wished"])
    assert (status, told) == (0, (1, "waiting", "2024-04-10", "2024-04-22"))
    status, late = gaoxin("ask", "demo", "industry@2024-03", "--until", "2024-04-22", "--by", "committee", "--reason", "来不及",
                          "--as-of", "2024-04-11")
    assert (status, late) == (1, {})
    status, one = gaoxin("grant", "demo", "1", "--by", "committee", "--reason", "情况属实", "--until", "2024-04-19",
                         "--as-of", "2024-04-12")
    assert (status, one["state"], one["day"], one["late_before"]) == (0, "granted", "2024-04-19", 2)
    status, listed = gaoxin("demo", "--as-of", "2024-04-12")
    assert [(x["number"], x["state"], x["unit"]) for x in listed["extensions"]] == [(1, "granted", "science")]
    assert run(["extend", "list", "demo", "--as-of", "2024-04-12"]) == 0
    shown = "".join(capsys.readouterr().out.split())
    assert "2024-04-19" in shown
    assert "此前已逾期2天" in shown
    assert run(["returns", "status", "demo", "--as-of", "2024-04-12"]) == 0
    assert "原期限2024-04-10，准予延期前已逾期2天" in "".join(capsys.readouterr().out.split())
    assert run(["returns", "status", "demo", "--json", "--as-of", "2024-04-12"]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    moved = [r for r in rows if "extension" in r]
    assert [(r["unit"], r["due"], r["due_before"], r["late_before"]) for r in moved] == [
        ("science", "2024-04-19", "2024-04-10", 2)]


def test_a_unit_asks_on_its_desk_and_the_office_decides_on_its_page(settings, at, with_accounts):  # noqa: F811
    with at("2024-04-08").warehouse.begin() as store:
        store.ledger.moment(parse_as_of("2024-04-08"))
    registered = with_accounts("airflow: science, roles: [unit], units: [science]", "airflow: office, roles: [office]",
                               "airflow: committee, roles: [unit], units: [committee]", "airflow: auditor, roles: [auditor]")
    science, office, other = (client(registered, name) for name in ("science", "office", "committee"))
    ask = {"what": WHAT, "until": "2024-04-22", "reason": "证书<b>尚未</b>发到"}
    page = science.get("/demo/unit/science").text
    assert 'action="/gaoxin/demo/unit/science/extend"' in page
    assert (offered := f'<option value="{WHAT}">高新技术企业名录 2024年一季度，期限 2024-04-10') in page
    assert 'action="/gaoxin/demo/unit/science/extend"' not in office.get("/demo/unit/science").text
    assert other.post("/demo/unit/science/extend", data=ask).status_code == 403
    assert science.post("/demo/unit/science/extend", data=ask | {"until": "不知道"}).status_code == 422
    assert science.post("/demo/unit/science/extend", data=ask | {"reason": " "}).status_code == 409
    done = science.post("/demo/unit/science/extend", data=ask)
    assert done.status_code == 303
    page = science.get(done.headers["location"].removeprefix("/gaoxin")).text
    assert "第 1 号延期申请已记录；批复前期限仍为 2024-04-10" in page
    assert offered not in page, "it waits"
    assert "证书&lt;b&gt;尚未" in (waits := office.get("/demo/units").text)
    assert 'action="/gaoxin/demo/extension/1/rule"' in waits
    assert 'action="/gaoxin/demo/extension/1/rule"' not in science.get("/demo/unit/science").text
    assert 'action="/gaoxin/demo/extension/1/rule"' not in client(registered, "auditor").get("/demo/units").text
    assert "尚未" not in other.get("/demo/units").text
    rule = {"outcome": "granted", "by": "committee", "until": "2024-04-19", "reason": "情况属实，抓紧办理"}
    assert science.post("/demo/extension/1/rule", data=rule).status_code == 403
    assert office.post("/demo/extension/1/rule", data=rule | {"by": "science"}).status_code == 403
    assert office.post("/demo/extension/9/rule", data=rule).status_code == 404
    assert office.post("/demo/extension/1/rule?as_of=2024-04-08", data=rule).status_code == 409
    assert office.post("/demo/extension/1/rule", data=rule).headers["location"] == "/gaoxin/demo/units"
    page = science.get("/demo/unit/science").text
    assert "情况属实，抓紧办理" in page
    assert "延期，原 2024-04-10" in page
    assert "2024-04-19" in page
    (event,) = events(settings, EventKind.EXTENSION_GRANTED)
    assert (event.actor["airflow"], event.actor["role"], event.actor["unit"]) == ("office", "office", "committee")
    assert "情况属实" not in json.dumps(event.payload, ensure_ascii=False), "the event has the digest of the words"
    assert verify_ledger(settings).intact
