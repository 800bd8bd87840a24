"""An installation from before figures had two times and uses were recorded is carried over with everything in it."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from gaoxin.campaign import correcting, gatekeeping, measuring, standing
from gaoxin.campaign.intake import submit_files
from gaoxin.campaign.workplace import open_workplace
from gaoxin.clock import parse_as_of
from gaoxin.gates.model import GateVerdict
from gaoxin.ledger.chain import Head, next_event
from gaoxin.plan.reading.loader import load_plan, plan_hash
from gaoxin.settings import Settings
from gaoxin.warehouse import landing
from gaoxin.warehouse.engine import Warehouse
from gaoxin.warehouse.migrate import _KEPT, versions
from gaoxin.warehouse.plans import deadlines_of
from gaoxin.warehouse.process import of_process
from tests.conftest import PLANS

PLAN = load_plan(PLANS / "demo" / "plan.yaml")
HASH = plan_hash(PLAN)
RETURN = "demo__industry__committee__2024-05__v1"
OLD = {"gross_output": 44.0, "value_added": 13.2, "light_output": 17.6, "heavy_output": 26.4, "enterprises": 20}
UNITS = {"enterprises": "家"}
FILE = "demo__industry__committee__2024-05.csv"


def put(c: Connection, table: str, **row: object) -> None:
    given = {k: json.dumps(v, ensure_ascii=False) if isinstance(v, dict | list) else v for k, v in row.items()}
    c.execute(text(f"insert into gaoxin.{table} ({', '.join(given)}) values ({', '.join(':' + k for k in given)})"), given)


def old_installation(c: Connection, settings: Settings, content: bytes) -> None:
    """As the fifth migration left it: a plan, one return that is in, an indicator, and a gate that passed on it."""
    c.exec_driver_sql(_KEPT)
    for number, file in versions(settings.sql).items():
        if number <= "0005":
            c.exec_driver_sql(file.read_text(encoding="utf-8"), execution_options={"no_parameters": True})
    c.execute(text("insert into gaoxin.alembic_version values ('0005'); update gaoxin.installation set drill = true"))
    head = Head()

    def event(kind: str, day: str, **payload: object) -> datetime:
        nonlocal head
        made = next_event(head, "demo", kind, parse_as_of(day), payload)
        put(c, "ledger_events", **{k: v for k, v in vars(made).items() if k not in ("rows", "actor")})
        head = Head(made.seq, made.hash)
        return made.at

    at = event("plan.registered", "2024-01-10", version=1, plan_hash=HASH, deadlines=1, by="office", changes=0)
    put(c, "plan_versions", campaign="demo", version=1, plan_hash=HASH, plan=PLAN.model_dump(mode="json", by_alias=True),
        registered_at=at, registered_by="office", changes=[])
    for d in (d for d in set(deadlines_of(PLAN)) if d.kind in ("return", "gate", "task", "indicator")):
        put(c, "deadlines", campaign="demo", plan_version=1, **vars(d))
    sha256 = landing.put(settings.landing, content)
    at = event("file.landed", "2024-06-06", sha256=sha256, size=len(content), name=FILE, source="submit")
    put(c, "landed_files", sha256=sha256, size=len(content), name=FILE, source="submit", landed_at=at)
    of = {"campaign": "demo", "form": "industry", "unit": "committee", "period": "2024-05", "period_end": date(2024, 5, 31),
          "version": 1}
    event("return.received", "2024-06-06", return_id=RETURN, version=1, sha256=sha256, plan_hash=HASH)
    put(c, "returns", return_id=RETURN, **of, sha256=sha256, file=FILE, template=1, sample=False, plan_hash=HASH, received_at=at)
    event("return.checked", "2024-06-06", return_id=RETURN, run=1, verdict="accepted", errors=0, warnings=0, suite="s",
          suite_version="1", findings="0" * 64)
    put(c, "check_runs", return_id=RETURN, run=1, verdict="accepted", suite="s", suite_version="1", errors=0, warnings=0,
        checked_at=at)
    event("return.loaded", "2024-06-06", return_id=RETURN, rows=5, sha256=sha256, values="0" * 64)
    put(c, "loads", return_id=RETURN, recorded_at=at, row_count=5, plan_hash=HASH)
    for row, (variable, value) in enumerate(OLD.items(), 2):
        put(c, "facts", return_id=RETURN, **of, variable=variable, value=value, unit_of_measure=UNITS.get(variable, "亿元"),
            recorded_at=at, file_sha256=sha256, sheet="CSV", cell=f"D{row}")
    at = event("indicators.computed", "2024-06-20", indicators={"gross_output": {"status": "on_track", "digest": "1" * 64}})
    fact = {"form": "industry", "variable": "gross_output", "unit": "committee",
            "period": {"periodicity": "month", "year": 2024, "number": 5}}
    put(c, "indicator_values", campaign="demo", indicator="gross_output", as_of=at, digest="1" * 64, value=44, unit="亿元",
        period="2024-05", target={}, truth="not_met", status="on_track", recorded_at=at,
        measures=[{"inputs": [{"variable": "gross_output", "facts": [fact], "entries": []}]}])
    at = event("gate.decided", "2024-06-27", phase="collection", mode="decision", verdict="pass",
               days_late=0, seal="2" * 64, digest="3" * 64)
    put(c, "gate_decisions", campaign="demo", phase="collection", verdict="pass", mode="decision", decided_as_of=at,
        deadline=date(2024, 6, 30), days_late=0, seal="2" * 64, criteria=[], digest="3" * 64, recorded_at=at)
    c.execute(text("update gaoxin.ledger_head set seq = :seq, hash = :hash"), vars(head))


@pytest.fixture
def settings(empty_database, tmp_path, industry) -> Settings:
    found = Settings(home=tmp_path, database_url=empty_database, plans_=PLANS, inbox_=tmp_path / "inbox")
    engine = create_engine(found.database_url.get_secret_value() if found.database_url else "", poolclass=NullPool)
    with engine.begin() as connection:
        old_installation(connection, found, industry(44.0))
    return found


def test_what_was_recorded_is_there_and_what_cannot_be_known_is_marked(settings, tmp_path, industry):
    w = open_workplace(settings, "demo", parse_as_of("2024-06-28"))
    with w.warehouse.begin() as store:
        assert store.ledger.verify().intact
        *old, adopted = store.ledger.events()
        assert ({e.actor for e in old}, adopted.kind) == ({None}, "rows.adopted")
        assert adopted.actor
        assert adopted.actor["account"] == of_process().account
        (kept,) = store.decisions.gate_history("demo")
        assert store.decisions.passed("demo", w.known).keys() == {"collection"}
    assert (kept.verdict, kept.known_seq, kept.plan_version) == (GateVerdict.PASS, None, 1)
    row = next(r for r in standing.returns_status(w).rows if r.return_id == RETURN)
    assert (str(row.state), row.business_day) == ("accepted", date(2024, 6, 6))
    assert (row.account, row.authenticated) == (None, None)  # who did it is not known
    (output, *_) = measuring.compute_indicators(w)
    assert (output.id, output.value) == ("gross_output", 44)
    # A correction finds what was made of it, and what may have been.
    file: Path = tmp_path / FILE
    file.write_bytes(industry(40.0))
    submit_files(settings, [file], parse_as_of("2024-07-02"), reason="重复统计")
    (found,) = correcting.corrections(open_workplace(settings, "demo", parse_as_of("2024-07-02"))).corrections
    assert [(a.kind, a.id, a.old, a.new) for a in found.affected] == [
        ("gate", "collection", "pass", "hold"), ("indicator", "gross_output", "44 亿元", "40 亿元")]
    assert gatekeeping.evaluate(open_workplace(settings, "demo", parse_as_of("2024-06-28")), "collection").known_seq == 8
    Warehouse.open(settings).close()
