"""The ledger by unit: all that a unit did and all that is about it, by whatever an event names it, and nothing of another's; and
who may read in it what somebody wrote."""

from __future__ import annotations

import json
import re

import pytest
from sqlalchemy import text

from gaoxin.campaign import auditing, correcting, decisions, flows, gatekeeping, measuring, questioning, reminding, reporting
from gaoxin.campaign.intake import submit_files
from gaoxin.campaign.workplace import open_workplace
from gaoxin.clock import parse_as_of
from gaoxin.ledger.actor import Way
from gaoxin.people.acts import NotAllowed
from gaoxin.periods import Period
from tests.pages import client
from tests.sums import DAY, hand_in, years

ROW = {"tax": 12.3, "turnover": 12, "margin": "14%", "area": 100, "staff": 54000}
WORDS = ("漏计一户", "含税怎么填", "按不含税填", "只差尾数", "情况属实", "数据有误请核")  # what people wrote


@pytest.fixture
def story(at, tmp_path):
    """Returns, a correction with its reason, a question and its answer, a gate that holds, what it opened and what was closed,
    reminders, a file that is refused, and an attempt of another's clerk."""
    def on(day, **named):
        return open_workplace(w.settings.model_copy(update=named), "sums", parse_as_of(day), acts=True)

    w = at(DAY)
    years(w)
    w = on("2024-04-12")
    measuring.store_indicators(w)
    reporting.kept_report(w, Period.parse("2023"))
    flows.survey(w, flows.Asked())
    reminding.remind(w)
    number = questioning.ask(w, "science", "含税怎么填").number
    questioning.answer(w, number, "按不含税填")
    bad = tmp_path / "sums__yearly__science__1999.csv"
    bad.write_bytes(b"nothing,of,use\n")
    submit_files(w.settings, [bad], w.now)
    w = on("2024-05-02")
    hand_in(w, ("yearly", "committee", "2023", ROW, "漏计一户"))
    w = on("2024-05-03")
    measuring.store_indicators(w)
    correcting.decide_correction(w, "sums__yearly__committee__2023__v2", "unaffected", "government", "只差尾数，不影响结论")
    w = on("2024-06-27")
    for phase in w.plan.phases:
        gatekeeping.decide(w, phase.id)
    opened = [r for r in decisions.rectifications(w, everything=False).rectifications if r.owner == "science"]
    decisions.close_rectification(w, opened[0].id, "情况属实", "government")
    decisions.approve(w, w.plan.phases[-1].id, w.plan.phases[-1].gate.approvals[0].by, "reject", "数据有误请核")
    file = tmp_path / "accounts.yaml"
    file.write_text("schema: 1\naccounts:\n  - {airflow: clerk, roles: [unit], units: [committee]}\n"
                    "  - {airflow: root, roles: [system]}\n  - {airflow: guard, roles: [security]}\n"
                    "  - {airflow: hers, roles: [auditor]}\n  - {airflow: mayor, roles: [leader], units: [government]}\n",
                    encoding="utf-8")
    named = on("2024-06-28", accounts=file)
    clerk = open_workplace(named.settings, "sums", named.now, acts=True, way=Way.PAGE, airflow="clerk")
    with pytest.raises(NotAllowed):
        questioning.ask(clerk, "science", "替人提问")
    return named


def named_by(w, unit):
    """Which events a unit's are, worked out one by one."""
    with w.warehouse.read() as store:
        events = [e for e in store.ledger.events() if e.campaign in ("sums", "")]
    with w.warehouse.engine.connect() as connection:
        landed = {r.sha256: r.name for r in connection.execute(text("select sha256, name from gaoxin.landed_files"))}
    due = {("task", t.id) for t in w.plan.tasks if w.plan.answerable(t) == unit}
    due |= {("indicator", i.id) for i in w.plan.indicators if w.plan.answerable(i) == unit}
    due |= {("gate", p.id) for p in w.plan.phases if w.plan.governance.office == unit}
    due |= {("phase", f"{p.id}~{end}") for p in w.plan.phases if w.plan.governance.office == unit for end in ("starts", "ends")}
    owned = {r.id for r in decisions.rectifications(w, everything=True).rectifications if r.owner == unit}

    def of(e):
        told = json.dumps(e.payload) + " " + landed.get(e.payload.get("sha256", ""), "") * (e.kind == "file.refused")
        return (e.actor["unit"] == unit or unit in re.split(r"__|[^A-Za-z0-9_]", told) or e.payload.get("id") in owned
                or (e.kind == "deadline.step" and (e.payload["kind"], e.payload["ref"]) in due))

    return [e for e in reversed(events) if of(e)]


@pytest.mark.parametrize("unit", ["science", "committee", "government"])
def test_a_unit_finds_all_that_it_did_and_all_that_is_about_it(story, unit):
    found, before = list[auditing.LedgerEntry](), None
    while True:
        page = auditing.ledger_page(story, auditing.Wanted(unit=unit, before=before), limit=7)
        found += page.entries
        if (before := page.older) is None:
            break
    wanted = named_by(story, unit)
    assert [e.seq for e in found] == [e.seq for e in wanted]
    assert len({e.seq for e in found}) < page.last
    if unit == "science":
        kinds = {e.kind for e in found}
        assert {"return.received", "return.loaded", "question.asked", "question.answered", "act.refused",
                "rectification.opened", "rectification.closed", "reminder.planned", "deadline.step"} <= kinds
        assert not any("committee__" in json.dumps(e.payload) for e in found if e.kind.startswith("return."))


def read_by(story, name, lang="zh"):
    """All that an account is shown of the campaign, by path: of pages that it may not see nothing."""
    paths = ["/sums", "/sums/part/wall?since=0", "/audit?campaign=sums", "/audit/corrections?campaign=sums",
             "/audit/plans?campaign=sums",
             *[f"/audit/ledger?campaign=sums&kind={kind}" for kind in auditing.GROUPS],
             *[f"/sums/gate/{p.id}" for p in story.plan.phases],
             *[f"/sums/gate/{p.id}/difference?word=0" for p in story.plan.phases], "/sums/indicators",
             "/sums/cell/sums__yearly__committee__2023__v2", "/sums/report/sums__quality__2023.html"]
    asked = client(story.settings, name)
    found = {path: asked.get(f"{path}{'&' if '?' in path else '?'}lang={lang}") for path in paths}
    assert {r.status_code for r in found.values()} <= {200, 403, 404}
    return {path: r.text for path, r in found.items() if r.status_code == 200}


FIGURE = re.compile(r"现值 [\d.-]|差 [\d.-]+ \S|[\d.] (亿元|万元)")


@pytest.mark.parametrize("name", ["root", "guard"])
def test_who_runs_the_machine_or_keeps_it_safe_sees_the_record_and_no_units_figures_or_words(story, name):
    theirs, hers = read_by(story, name), read_by(story, "hers")
    assert {"/audit?campaign=sums", "/audit/plans?campaign=sums", "/audit/ledger?campaign=sums&kind=questions",
            "/audit/ledger?campaign=sums&kind=corrections"} <= theirs.keys()
    assert ("/sums" in theirs, f"/sums/gate/{story.plan.phases[0].id}" in theirs) == (name == "root",) * 2
    assert "/audit/corrections?campaign=sums" not in theirs
    told = "".join(hers.values())
    assert [word for word in WORDS if word not in told] == [], "this test looks for what is shown to nobody"
    assert any(FIGURE.search(page) for path, page in hers.items() if "/gate/" in path)
    assert FIGURE.search(hers["/sums"])
    shown = {path: [word for word in WORDS if word in page] + FIGURE.findall(page) for path, page in theirs.items()}
    assert {path: what for path, what in shown.items() if what} == {}
    assert "内容不对本账号显示" in theirs["/audit/ledger?campaign=sums&kind=questions"]
    assert "science" in theirs["/audit/ledger?campaign=sums&kind=questions"]  # that somebody asked is of the record
    assert "/audit/corrections" not in theirs["/audit?campaign=sums"]
    ledger = "/audit/ledger?campaign=sums&kind=corrections"
    assert theirs[ledger].count("已逐条重算哈希") == 1  # of the events as they are recorded
    (english,) = [page for path, page in read_by(story, name, "en").items() if path.endswith("kind=questions")]
    assert "not shown to this account" in english


def test_an_id_that_begins_another_is_not_found_in_it(story):
    w = open_workplace(story.settings.model_copy(update={"accounts": None}), "sums")
    assert auditing.ledger_page(w, auditing.Wanted(unit="scien")).entries == []
    assert auditing.ledger_page(w, auditing.Wanted(unit="sc.*")).entries == []
