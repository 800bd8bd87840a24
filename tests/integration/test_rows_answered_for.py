"""Whoever changes rows or files behind the ledger's back is found: each row is named with what was expected."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from gaoxin.campaign import anchoring, decisions, deliverables, flows, gatekeeping, measuring, reporting, upkeep
from gaoxin.campaign.intake import submit_files
from gaoxin.campaign.upkeep import LedgerVerified, verify_ledger
from gaoxin.campaign.workplace import open_workplace
from gaoxin.clock import parse_as_of
from gaoxin.errors import Refused, UsageError
from gaoxin.periods import Period
from gaoxin.postgres.roles import OWNER
from gaoxin.settings import Settings
from gaoxin.warehouse import answering
from gaoxin.warehouse.engine import Warehouse
from gaoxin.warehouse.objects import differences
from tests.integration.test_gatekeeping import register
from tests.stored import as_role

FILE = "demo__industry__committee__2024-02.csv"


_WAIVER = ("insert into gaoxin.waivers (campaign, phase, criterion, by_unit, reason, expires, recorded_at, business_day, seq)"
           " values ('demo', 'launch', 'work_done', 'government', 'x', '2025-01-01',"
           " '2024-01-01 12:00+08', '2024-01-01', ")
_COPIED = "return_id, campaign, form, unit, period, period_end, fields, cells, sheet, version, recorded_at, file_sha256, seq"
_ENTRY = (f"insert into gaoxin.register_entries ({_COPIED}, row_no) select {_COPIED}, 99 from gaoxin.register_entries"
          " where unit = 'science' limit 1")


@pytest.fixture
def played(settings, demo_workplace, tmp_path, industry) -> Settings:
    """Returns, a register, evidence, indicators, a report, a gate and an approval."""
    (tmp_path / FILE).write_bytes(industry(17.0))
    submit_files(settings, [tmp_path / FILE], parse_as_of("2024-03-05"))
    register(demo_workplace("2024-04-08"), "science", "2024-Q1", "A", "B", "C")
    register(demo_workplace("2024-04-09"), "committee", "2024-Q1", *(f"X{n}" for n in range(60)))
    w = open_workplace(settings, "demo", parse_as_of("2024-04-20"), acts=True)
    deliverables.record_evidence(w, "survey", "report", b"report", "report.pdf", "committee")
    measuring.store_indicators(w)
    flows.report(w, flows.Asked(period=Period.parse("2024-02")))
    gatekeeping.decide(w, "launch")
    decisions.approve(w, "application", "government", "approve", "同意")
    decisions.waive(w, "collection", "clean", "government", "同意", parse_as_of("2025-01-01").date())
    return settings


@pytest.fixture
def tampered(played) -> Callable[..., LedgerVerified]:
    """tampered(statement, …): what the verification says after somebody with all rights did that."""
    def change(*statements: str, anew: bool = False, **given: Any) -> LedgerVerified:
        with as_role(played).begin() as c:
            c.execute(text("set local session_replication_role = replica"))  # no trigger, no foreign key
            for statement in statements:
                c.execute(text(statement))
        if anew:
            Warehouse.open(played).close()
        return verify_ledger(played, **given)

    return change


def test_every_table_that_only_grows_is_answered_for(warehouse):
    with warehouse.engine.connect() as c:
        grows = set(c.execute(text(
            "select c.relname from pg_trigger t join pg_class c on c.oid = t.tgrelid where t.tgname = 'append_only'"
        )).scalars())
    assert set(answering.TABLES) == grows - {"ledger_events"}


def test_what_nobody_touched_is_intact(played):
    found = verify_ledger(played)
    assert (found.intact, found.faults, found.exit_status) == (True, [], 0)
    with Warehouse.open(played).engine.connect() as c:
        rows = sum(c.execute(text(f"select count(*) from gaoxin.{name}")).scalar_one() for name in answering.TABLES)
    assert found.rows_checked == rows
    told = "a return, two registers, a deliverable, what a consent covers, a report as page, data and workbook"
    assert found.files_checked == 1 + 2 + 1 + 1 + 3, told


@pytest.mark.parametrize(("statement", "kind", "table", "key"), [
    # As tried by the auditor: rows that no file holds, decisions that nobody took.
    (_ENTRY, "no_event", "register_entries", "entry_id="),
    (_WAIVER + "99999)", "no_event", "waivers", ""),
    (_WAIVER + "0)", "no_event", "waivers", ""),
    (_WAIVER + "3)", "no_event", "waivers", ""),
    (_WAIVER + "-5)", "no_event", "waivers", ""),
    (_WAIVER + "9223372036854775807)", "no_event", "waivers", ""),
    (_WAIVER + "-9223372036854775808)", "no_event", "waivers", ""),
    ("update gaoxin.waivers set expires = '2025-01-01 BC'", "changed", "waivers", "waiver_id="),
    ("update gaoxin.waivers set expires = 'infinity'", "changed", "waivers", "waiver_id="),
    ("update gaoxin.gate_decisions set recorded_at = '-infinity'", "changed", "gate_decisions", "decision_id="),
    ("update gaoxin.facts set value = 99 where variable = 'gross_output'", "changed", "facts", "fact_id="),
    ("update gaoxin.facts set cell = 'D9' where variable = 'gross_output'", "changed", "facts", "fact_id="),
    ("update gaoxin.returns set received_at = received_at - interval '1 hour' where form = 'industry'", "changed", "returns",
     "return_id=demo__industry__committee__2024-02__v1"),
    ("update gaoxin.gate_decisions set verdict = 'waived'", "changed", "gate_decisions", "decision_id="),
    ("update gaoxin.approvals set recorded_at = recorded_at - interval '1 hour'", "changed", "approvals", "approval_id="),
    ("update gaoxin.deadlines set due = due + 5 where kind = 'gate' and ref = 'launch'", "changed", "deadlines", ""),
    ("update gaoxin.plan_versions set plan = jsonb_set(plan, '{name,zh}', '\"别的\"')", "changed", "plan_versions",
     "campaign=demo"),
    ("update gaoxin.check_results set outcome = 'passed' where outcome = 'not_evaluated'", "changed", "check_results",
     "check_id="),
    ("delete from gaoxin.approvals", "missing", "approvals", "phase=application"),
    ("delete from gaoxin.facts where variable = 'value_added'", "missing", "facts", "return_id=demo__industry"),
    ("delete from gaoxin.register_entries where row_no = 5 and unit = 'committee'", "missing", "register_entries", ""),
    ("update gaoxin.register_entries set fields = jsonb_set(fields, '{credit_code}', '\"Z\"')"
     " where row_no = 5 and unit = 'committee'", "changed", "register_entries", "entry_id="),
])
def test_what_was_done_behind_the_ledgers_back_is_named(tampered, statement, kind, table, key):
    found = tampered(statement)
    assert (found.intact, found.exit_status, found.chain.intact) == (False, 1, True)
    assert {(f.kind, f.table) for f in found.faults} == {(kind, table)}, found.faults
    assert all(key in f.key for f in found.faults), found.faults


@pytest.mark.parametrize(("statement", "kind", "what"), [
    ("alter table gaoxin.facts disable trigger append_only", "missing", "trigger facts.append_only"),
    ("drop trigger no_truncate on gaoxin.ledger_head", "missing", "trigger ledger_head.no_truncate"),
    ("create trigger placed before insert on gaoxin.facts for each row execute function gaoxin.placed()", "no_event",
     "trigger facts.placed"),
    ("create or replace trigger append_only before delete on gaoxin.waivers for each row execute function gaoxin.refuse_change()",
     "changed", "trigger waivers.append_only"),
    ("create or replace function gaoxin.refuse_change() returns trigger language plpgsql as 'begin return new; end'", "changed",
     "function refuse_change"),
    ("create function gaoxin.placed(integer) returns integer language sql as 'select 1'", "changed", "function placed"),
    ("create function gaoxin.sha256(bytea) returns bytea language sql as 'select $1'", "no_event", "function sha256"),
    ("drop function gaoxin.accepted", "missing", "function accepted"),
    ("create view gaoxin.gates_passed as select 1 as phase", "changed", "table gates_passed"),
    ("create rule quiet as on insert to gaoxin.waivers do instead nothing", "changed", "table waivers"),
    ("alter table gaoxin.findings enable row level security", "changed", "table findings"),
    ("create table gaoxin.more () inherits (gaoxin.facts)", "changed", "table facts"),
    ("alter function gaoxin.recording_time reset search_path", "changed", "function recording_time"),
    ("alter function gaoxin.noting security definer", "changed", "function noting"),
    ("grant update on gaoxin.facts to gaoxin_writer", "changed", "table facts"),
    ("grant delete on gaoxin.ledger_head to public", "changed", "table ledger_head"),
    ("create table gaoxin.notes (note text)", "no_event", "table notes"),
    ("alter table gaoxin.outbox rename to outbox2", "missing", "table outbox"),
    ("alter table gaoxin.waivers rename to w2; create view gaoxin.waivers as select * from gaoxin.w2", "changed",
     "table waivers"),
    ("alter table gaoxin.landed_files rename to l2", "missing", "table landed_files"),
])
def test_what_was_done_to_the_schema_is_named(warehouse, statement, kind, what):
    with as_role(warehouse, OWNER).begin() as c:
        c.execute(text(statement))
    found = verify_ledger(warehouse.settings)
    assert (found.intact, found.chain.intact) == (False, True)
    assert (kind, what) in {(f.kind, f.key) for f in found.faults}
    assert len(found.faults) <= 6, found.faults  # a strange table, or one under another name, and its triggers


@pytest.mark.parametrize(("statement", "first_bad"), [
    ("alter table gaoxin.ledger_events rename to events2", 1),
    ("delete from gaoxin.ledger_head", 1),
    ("drop table gaoxin.ledger_head", 1),
])
def test_a_ledger_that_is_gone_is_said_to_be(tampered, statement, first_bad):
    found = tampered(statement)
    assert (found.intact, found.chain.intact, found.first_bad, found.exit_status) == (False, False, first_bad, 1)
    assert found.chain.reason


def test_functions_of_somebodys_own_stand_before_none_of_the_servers(tampered):
    """As tried: a digest that overlooks what was changed, put on the path of all sessions."""
    found = tampered(
        "create schema evil",
        "create function evil.sha256(bytea) returns bytea language sql immutable as $$ select pg_catalog.sha256("
        "pg_catalog.convert_to(pg_catalog.replace(pg_catalog.convert_from($1, 'UTF8'), 'forged', '同意'), 'UTF8')) $$",
        "do $$ begin execute format('alter database %I set search_path = evil, pg_catalog', current_database()); end $$",
        "update gaoxin.waivers set reason = 'forged'", anew=True,
    )
    assert [(f.kind, f.table) for f in found.faults] == [("changed", "waivers")]


def test_a_cut_tail_is_found_against_the_installations_own_checkpoints(played, tampered):
    anchoring.checkpoint(played)
    found = tampered(
        *(f"delete from gaoxin.{table} where seq > 20" for table in answering.TABLES),
        "delete from gaoxin.ledger_events where seq > 20",
        "update gaoxin.ledger_head set seq = 20, hash = (select hash from gaoxin.ledger_events where seq = 20)")
    assert [(f.kind, f.table) for f in found.faults if f.kind != "file"] == [("missing", "ledger_events")]


@pytest.mark.parametrize("since", [-1, 99999])
def test_verifying_since_no_event_is_wrong_use(played, since):
    with pytest.raises(UsageError, match="no event"):
        verify_ledger(played, since=since)


def test_a_role_named_like_the_schema_sees_the_same(warehouse):
    """As in docker-compose.yml: the schema is on that role's path, and the server then leaves its name out."""
    with warehouse.engine.connect() as connection:
        connection.execute(text("set search_path = gaoxin, public"))
        assert list(differences(connection, warehouse.settings.sql)) == []


def test_an_installation_made_a_drill_behind_the_ledgers_back_is_named(tampered):
    found = tampered("update gaoxin.installation set drill = false")
    assert [(f.table, f.key, f.kind) for f in found.faults] == [("installation", "drill", "changed")]


def test_an_emptied_ledger_beside_a_full_warehouse_is_found(tampered):
    found = tampered("delete from gaoxin.ledger_events", "update gaoxin.ledger_head set seq = 0, hash = repeat('0', 64)")
    assert (found.chain.intact, found.intact, found.events) == (True, False, 0)
    assert {f.kind for f in found.faults} == {"no_event"}
    assert {"facts", "returns", "gate_decisions"} <= {f.table for f in found.faults}


def test_a_cut_tail_with_its_head_set_back_is_found_by_its_rows(tampered):
    found = tampered("delete from gaoxin.ledger_events where seq > 20",
                     "update gaoxin.ledger_head set seq = 20, hash = (select hash from gaoxin.ledger_events where seq = 20)")
    assert (found.chain.intact, found.intact) == (True, False)
    assert {f.kind for f in found.faults} == {"no_event"}


@pytest.mark.parametrize("what", ["landing", "reports"])
@pytest.mark.parametrize("gone", [True, False])
def test_files_are_hashed_again(played, what, gone, monkeypatch):
    monkeypatch.setattr(upkeep, "_SETTLES", (0.0,))  # nothing takes a report's place here
    folder: Path = getattr(played, what)
    file = sorted(f for f in folder.rglob("*") if f.is_file())[0]
    file.chmod(0o644)
    if gone:
        file.unlink()
    else:
        file.write_bytes(file.read_bytes() + b" ")
    for campaign in (None, "demo"):
        (fault,) = verify_ledger(played, campaign).faults
        assert (fault.kind, fault.key) == ("file", str(file))


def test_less_is_verified_where_less_is_asked_for(tampered):
    found = tampered("update gaoxin.facts set value = 99 where variable = 'gross_output'")
    (fault,) = found.faults
    event = next(e for e in range(1, found.events + 1) if f" {e} " in fault.detail.en)
    assert tampered(since=event).intact
    assert not tampered(since=event - 1).intact
    assert not tampered(campaign="demo").intact


_EVENT = ("select seq from gaoxin.ledger_events where ", " order by seq limit 1")
_OF_NO_CAMPAIGN = "(" + "campaign <> 'demo'".join(_EVENT) + ")"
_LOADED = "(" + "kind = 'return.loaded'".join(_EVENT) + ")"


@pytest.mark.parametrize(("statements", "why"), [
    (["update gaoxin.facts set value = 99 where variable = 'gross_output'"], "not as the ledger says"),
    ([_WAIVER + "3)"], "not as the ledger says"),
    ([_WAIVER + f"{_OF_NO_CAMPAIGN})"], "not as the ledger says"),
    ([_WAIVER + "0)"], "not as the ledger says"),
    ([_WAIVER + "99999)"], "not as the ledger says"),
    # The rows together with what their event says of them.
    ([f"delete from gaoxin.facts where seq = {_LOADED}",
      f"update gaoxin.ledger_events set rows = (rows::jsonb - 'facts')::json where seq = {_LOADED}"], "does not hold from event"),
])
def test_no_gate_is_decided_on_what_does_not_verify(tampered, demo_workplace, statements, why):
    tampered(*statements)
    w = demo_workplace("2024-06-27")
    with pytest.raises(Refused, match=why):
        gatekeeping.decide(w, "collection")
    with w.warehouse.begin() as store:
        assert store.decisions.gate_history("demo", "collection") == []


def test_a_report_by_hand_takes_the_place_of_none_that_was_kept(played, demo_workplace, tmp_path):
    february, w = Period.parse("2024-02"), demo_workplace("2024-05-07")
    with pytest.raises(UsageError, match="cannot take their place"):
        reporting.quality_report(w, february, played.reports)
    assert reporting.quality_report(w, february, tmp_path / "out")[0].path.exists()
    assert verify_ledger(played).intact


def test_supervision_verifies_what_is_new_each_day_and_everything_each_week(played, tampered):
    def verify(day: str) -> dict[str, Any]:
        return flows.verify(open_workplace(played, "demo", parse_as_of(day), acts=True), flows.Asked())

    def done() -> list[tuple[int, int]]:
        with Warehouse.open(played).read() as store:
            return [(e.payload["since"], e.payload["faults"]) for e in store.ledger.events("") if e.kind == "ledger.verified"]

    assert "refused" not in verify("2024-05-01")
    assert "今日已核验" in verify("2024-05-01T23:59:59")["note"]
    verify("2024-05-02")
    assert done()[0] == (0, 0)
    assert done()[1][0] > 0
    tampered("update gaoxin.facts set value = 99 where variable = 'gross_output'")
    assert "refused" not in verify("2024-05-07"), "what is older waits for the weekly walk"
    told = verify("2024-05-08")
    assert told["refused"]
    assert "gross_output" in told["note"] or "facts fact_id=" in told["note"]
    assert done()[-1] == (0, 1)
    assert verify("2024-05-08T23:59:59")["refused"], "it stays red"
    assert verify("2024-05-09")["refused"]
    assert done()[-2:] == [(0, 1), (0, 1)], "once a day"
    tampered("update gaoxin.facts set value = 17.0 where variable = 'gross_output'")
    assert "refused" not in verify("2024-05-09T23:59:59"), "until nothing is found"
    assert done()[-1] == (0, 0)
