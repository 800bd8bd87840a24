"""What people enter afterwards (补录): it has a business day and a reason, is shown as such, and dates nothing."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError

from gaoxin.campaign import decisions, deliverables, drilling, gatekeeping, reporting, standing
from gaoxin.campaign.answer import as_json
from gaoxin.campaign.entering import Entered
from gaoxin.campaign.intake import submit_files
from gaoxin.campaign.workplace import open_workplace
from gaoxin.cli.main import run
from gaoxin.clock import end_of, local_day, parse_as_of
from gaoxin.errors import UsageError
from gaoxin.gates.model import ApprovalEvidence, GateResult
from gaoxin.ledger.kinds import EventKind, payload_of
from gaoxin.returns.model import Verdict
from gaoxin.settings import Settings
from gaoxin.warehouse.engine import Warehouse
from tests.conftest import PLANS
from tests.stored import as_role

LATE = Entered(date(2024, 3, 8), "纸质材料当日已送，系统停用")


def handed_in(folder: Path, content: bytes, period: str = "2024-02") -> Path:
    folder.mkdir(exist_ok=True)
    file = folder / f"demo__industry__committee__{period}.csv"
    file.write_bytes(content)
    return file


def detail(result: GateResult, criterion: str) -> str:
    return next(c.detail.zh for c in result.criteria if c.id == criterion)


@pytest.mark.parametrize(("entered", "where"), [
    (Entered(date(2024, 3, 13), "晚了"), "--on"), (Entered(date(2024, 3, 11)), "--late-reason"),
    (Entered(date(2024, 3, 11), "无"), "--late-reason"), (Entered(None, "晚了"), "--late-reason"),
    (Entered(date(2024, 3, 12), "晚了"), "--late-reason"), (Entered(date(2024, 1, 1), "纸件"), "--on"),
])
def test_a_day_to_come_is_refused_and_a_day_that_is_over_needs_a_reason(entered, where):
    with pytest.raises(UsageError) as raised:
        entered.at(parse_as_of("2024-03-12"), date(2024, 1, 2))
    assert raised.value.where == where


def test_every_act_that_is_entered_afterwards_says_so_and_dates_nothing(demo_workplace, settings, tmp_path, industry):
    file = handed_in(tmp_path / "f", industry(10.0, value_added=0.1))
    (taken,) = submit_files(settings, [file], parse_as_of("2024-03-12"), LATE)
    assert (taken.business_day, taken.entered_afterwards) == (date(2024, 3, 8), True)
    assert taken.verdict is Verdict.ACCEPTED_WITH_WARNINGS
    assert taken.return_id
    w = demo_workplace("2024-03-14")
    with pytest.raises(UsageError, match="before the campaign began"):
        decisions.approve(w, "application", "government", "approve", "同意", Entered(date(1990, 1, 1), "纸件"))
    warned = next(f.rule for f in taken.findings if f.severity == "warning")
    decisions.explain(w, taken.return_id, str(warned), "新投产，属实", "committee", LATE)
    deliverables.record_evidence(w, "survey", "report", b"report", "r.pdf", "committee", LATE)
    decisions.waive(w, "collection", "targets", "government", "同意", date(2025, 1, 1), LATE)
    given = decisions.approve(w, "application", "government", "approve", "同意", LATE).given
    assert isinstance(given, ApprovalEvidence)
    assert given.seal == gatekeeping.evaluate(w, "application").seal, "it is given for what stands when it is recorded"

    row = next(r for r in standing.returns_status(w).rows if r.return_id == taken.return_id)
    assert row.received_at
    assert (row.late_days, local_day(row.received_at)) == (1, date(2024, 3, 12)), "late by its recording, not by its business day"
    assert as_json(row, "zh")["entered_because"] == LATE.because
    before = demo_workplace("2024-03-11")
    assert all(r.return_id is None for r in standing.returns_status(before).rows), "what was known then stays what it was"

    told = "补录：业务日期 2024-03-08，纸质材料当日已送，系统停用"
    assert told in detail(gatekeeping.evaluate(w, "application"), "consent")
    assert told in detail(gatekeeping.evaluate(w, "collection"), "targets")
    assert "survey.report（业务日期 2024-03-08，纸质材料" in detail(gatekeeping.evaluate(w, "launch"), "work_done")
    (page, *_) = reporting.quality_report(w, None, tmp_path / "out")
    assert page.path.read_text(encoding="utf-8").count(told) == 2, "of the return, and of its explanation"
    with w.warehouse.begin() as store:
        events = [e for e in store.ledger.events("demo") if "entered_because" in e.payload]
    assert {e.kind for e in events} == {"return.received", "return.explained", "evidence.recorded", "waiver.recorded",
                                        "approval.recorded"}
    assert all(e.payload["business_day"] == "2024-03-08" and local_day(e.at) >= date(2024, 3, 12) for e in events)
    assert all("补录：业务日期 2024-03-08" in payload_of(EventKind(e.kind), e.payload).zh for e in events)


def test_a_rectification_closed_afterwards(demo_workplace):
    gatekeeping.decide(demo_workplace("2024-02-27"), "launch")
    w = demo_workplace("2024-03-10")
    (opened,) = decisions.rectifications(w, everything=False).rectifications
    decisions.close_rectification(w, opened.id, "现场核实", "supervision", LATE)
    (closed,) = decisions.rectifications(w, everything=True).rectifications
    assert (closed.entered_afterwards, closed.business_day) == (True, date(2024, 3, 8))
    assert closed.closed_at
    assert local_day(closed.closed_at) == date(2024, 3, 10)


def test_no_paper_is_handed_in_before_its_period_is_over(settings, tmp_path, industry):
    file = handed_in(tmp_path / "f", industry(10.0))
    (taken,) = submit_files(settings, [file], parse_as_of("2024-03-12"), Entered(date(2024, 2, 20), "已送纸质"))
    assert "file.period_not_over" in {f.rule for f in taken.findings}
    (again,) = submit_files(settings, [file], parse_as_of("2024-03-12"), Entered(date(2024, 3, 8), "已送纸质"))
    assert "file.period_not_over" not in {f.rule for f in again.findings}, "the same paper, handed in after it"


def test_the_database_itself_keeps_days_and_reasons_together(demo_workplace):
    w = demo_workplace("2024-03-14")
    deliverables.record_evidence(w, "survey", "report", b"report", "r.pdf", "committee")
    for change in ("business_day = '2024-03-08'", "entered_because = '晚'", "business_day = '2024-03-20', entered_because = '?'"):
        with as_role(w.warehouse).connect() as connection:
            connection.execute(text("alter table gaoxin.evidence disable trigger append_only"))
            with pytest.raises(IntegrityError, match="entered_afterwards"):
                connection.execute(text(f"update gaoxin.evidence set {change}"))


def test_a_drill_begins_at_a_time_that_somebody_gave(empty_database, tmp_path, industry):
    settings = Settings(home=tmp_path, database_url=empty_database, plans_=PLANS, inbox_=tmp_path / "inbox")
    drilling.begin_drill(settings)
    file = handed_in(tmp_path / "f", industry(10.0))
    for act in (lambda: submit_files(settings, [file]), lambda: open_workplace(settings, "demo", acts=True),
                lambda: open_workplace(settings, "demo", acts=True, late=True)):
        with pytest.raises(UsageError, match="no played time"):
            act()
    open_workplace(settings, "demo")  # to ask is free
    assert drilling.begin_drill(settings, parse_as_of("2024-03-04")).played == parse_as_of("2024-03-04")
    assert open_workplace(settings, "demo", acts=True).now == parse_as_of("2024-03-04")
    with pytest.raises(UsageError, match="has come to"):
        drilling.begin_drill(settings, parse_as_of("2024-03-09"))


def test_the_command_line_takes_day_and_reason_and_shows_both(settings, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("GAOXIN_HOME", str(settings.home))
    monkeypatch.setenv("GAOXIN_PLANS", str(PLANS))
    monkeypatch.setenv("GAOXIN_DATABASE_URL", settings.database_url.get_secret_value())
    file = tmp_path / "r.txt"
    file.write_text("report", encoding="utf-8")
    act = ("evidence", "demo", "survey", str(file), "--by", "committee", "--as-of", "2024-03-12")
    assert run([*act, "--on", "2024-03-08"]) == 2
    assert "--late-reason" in capsys.readouterr().err
    assert run([*act, "--on", "2024-03-38", "--late-reason", "停电"]) == 2
    assert "--on" in capsys.readouterr().err
    assert run([*act, "--on", "2024-03-08", "--late-reason", "停电", "--json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)["evidence"]
    assert (told["business_day"], told["entered_afterwards"], told["entered_because"]) == ("2024-03-08", True, "停电")
    assert run(["gate", "demo", "launch", "--lang", "en"]) == 0
    assert "entered afterwards: survey.report (business day 2024-03-08, 停电)" in capsys.readouterr().out


OLD = """
insert into gaoxin.plan_versions (campaign, version, plan_hash, plan, registered_at) values
  ('demo', 1, repeat('a', 64), '{}', '2024-02-01T09:00+08'), ('demo', 2, repeat('b', 64), '{}', '2024-03-05T09:00+08');
insert into gaoxin.landed_files (sha256, size, name, source, landed_at) values (repeat('f', 64), 1, 'x', 'submit', '2024-03-04');
insert into gaoxin.returns (return_id, campaign, form, unit, period, period_end, version, sha256, file, template, sample,
                            plan_hash, received_at)
  values ('demo__x__v1', 'demo', 'industry', 'committee', '2024-02', '2024-02-29', 1, repeat('f', 64), 'x', 1, false,
          repeat('a', 64), '2024-03-03T23:30Z');
insert into gaoxin.check_runs (return_id, run, verdict, suite, suite_version, errors, warnings, checked_at)
  values ('demo__x__v1', 1, 'accepted', 's', '1', 0, 0, '2024-03-04'),
         ('demo__x__v1', 2, 'accepted', 's', '2', 0, 0, '2024-03-06');
insert into gaoxin.gate_decisions (campaign, phase, verdict, mode, decided_as_of, deadline, days_late, seal, criteria, digest,
                                   recorded_at)
  values ('demo', 'launch', 'hold', 'decision', '2024-01-09', '2024-02-29', 0, 's', '[]', repeat('1', 64), '2024-01-09'),
         ('demo', 'launch', 'pass', 'decision', '2024-03-09', '2024-02-29', 9, 's', '[]', repeat('2', 64), '2024-03-09');
insert into gaoxin.evidence (campaign, task, deliverable, sha256, recorded_at, recorded_by)
  values ('demo', 'survey', 'report', repeat('f', 64), '2024-03-03T17:00Z', 'committee');
"""


def test_an_installation_with_data_migrates(empty_database, tmp_path):
    engine = create_engine(empty_database)
    with engine.begin() as connection:
        connection.exec_driver_sql("create schema gaoxin; create table gaoxin.alembic_version (version_num varchar(32))")
        for file in sorted((Settings(home=tmp_path).sql / "migrations").glob("*.sql")):
            if file.name < "0006":
                connection.exec_driver_sql(file.read_text(encoding="utf-8"), execution_options={"no_parameters": True})
        connection.exec_driver_sql("insert into gaoxin.alembic_version values ('0005');" + OLD)
    engine.dispose()
    warehouse = Warehouse.open(Settings(home=tmp_path, database_url=empty_database, plans_=PLANS))
    with warehouse.begin() as store, warehouse.engine.connect() as connection:
        assert [r.plan_version for r in store.decisions.gate_history("demo")] == [None, 2]
        runs = connection.execute(text("select plan_version, plan_hash from gaoxin.check_runs order by run")).all()
        (kept,) = store.returns.all("demo")
        (shown,) = store.decisions.evidence("demo", end_of(date(2024, 4, 1)))
    assert runs == [(1, "a" * 64), (2, "b" * 64)]
    assert (kept.plan_version, kept.business_day, kept.entered_because) == (2, date(2024, 3, 4), None)
    assert shown.business_day == date(2024, 3, 4)
    with warehouse.engine.connect() as connection, pytest.raises(Exception, match="只增不改"):
        connection.execute(text("update gaoxin.returns set business_day = '2024-03-04'"))
    warehouse.close()
