"""A unit's database as a source: rows become a return once, a trace leads to the row, what goes amiss is told of that unit."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from gaoxin.campaign.fetching import Fetch, Fetches
from gaoxin.campaign.sourcing import sources
from gaoxin.campaign.tracing import trace
from gaoxin.campaign.upkeep import verify_ledger
from gaoxin.campaign.workplace import open_workplace
from gaoxin.clock import parse_as_of
from gaoxin.periods import Period
from gaoxin.warehouse.engine import Warehouse
from tests.integration.sources.conftest import LONG, SECRET, Sourced

QUERY = "select code, value, unit, note from figures where period = :period and unit_id = :unit order by code"
FIGURES = {"gross_output": ("10", "亿元"), "value_added": ("3", "亿元"), "light_output": ("40000", "万元"),
           "heavy_output": ("6.0", "亿元"), "enterprises": ("20", "家")}
Database = tuple[Callable[[str], Any], dict[str, Any]]


def fill(run: Callable[[str], Any], **changes: str) -> None:
    run("delete from figures")
    for code, (value, unit) in FIGURES.items():
        note = "''" if code == "enterprises" else "null"
        run(f"insert into figures values ('2024-02', 'committee', '{code}', {changes.get(code, value)}, '{unit}', {note})")


@pytest.fixture
def asked(sourced: Sourced, unit_database: Database) -> Sourced:
    run, options = unit_database
    fill(run)
    sourced.connect({"committee_db": options})
    sourced.declare(kind="sql", id="db", connection="committee_db", query=QUERY, read=LONG, deadline=5)
    return sourced


def only(found: Fetches) -> Fetch:
    (one,) = found.fetches
    return one


def test_rows_become_a_return_once_and_a_trace_leads_to_the_row_that_came(asked: Sourced, unit_database: Database) -> None:
    run, _ = unit_database
    first = asked.fetched("2024-03-05", check=True)
    assert (only(first).state, first.checked, first.facts) == ("fetched", {"accepted": 1}, 5), first
    w = open_workplace(asked.settings, "demo", parse_as_of("2024-03-06"))
    with w.warehouse.read() as store:
        (came,) = store.fetches.last("demo", w.known)
        landed = store.returns.content(came.sha256 or "").decode()
        (made,) = store.returns.all("demo")
        (row,) = store.fetches._ask("select asked, place, mark from gaoxin.fetches").all()
    assert landed.splitlines()[0] == '"code","value","unit","note"'
    assert '"enterprises","20","家",""\n' in landed
    assert '"value_added","3","亿元",\n' in landed  # '' and NULL apart
    assert row.asked == f"{QUERY}\n-- :period = 2024-02\n-- :unit = committee"
    assert made.sha256 == came.sha256
    found = trace(w, "gross_output", Period.parse("2024-02"))
    (used,) = found.inputs
    place = landed.splitlines().index('"gross_output","10","亿元",') + 1
    assert (used.cell, used.raw, used.matches) == (f"B{place}", "10", True)

    again = asked.fetched("2024-03-07")
    assert (only(again).state, only(again).returns) == ("unchanged", ())
    fill(run, enterprises="21")
    assert only(asked.fetched("2024-03-08")).returns == ("demo__industry__committee__2024-02__v2",)
    fill(run)  # right, wrong, right: what the database says now is what counts
    assert only(asked.fetched("2024-03-09")).returns == ("demo__industry__committee__2024-02__v3",)
    (line,) = sources(asked.at("2024-03-09")).sources
    assert (line.state, line.owed, str(line.period)) == ("fetched", 0, "2024-02")
    assert verify_ledger(asked.settings).intact  # it answers for what was fetched, too


def test_nothing_yet_is_no_empty_return_and_stays_owed(asked: Sourced, unit_database: Database) -> None:
    unit_database[0]("delete from figures")
    assert only(asked.fetched("2024-03-05", None)).state == "nothing"
    (line,) = sources(asked.at("2024-03-06")).sources
    assert (line.state, line.owed) == ("nothing", 1)
    fill(unit_database[0])
    assert only(asked.fetched("2024-03-06", None)).state == "fetched"


def broken(run: Callable[[str], Any], options: dict[str, Any], how: str) -> dict[str, Any]:
    """What is declared otherwise where it is broken so."""
    if how == "password":
        options["password"] = "wrong"
    elif how == "down":
        options["port"] = 1
    elif how == "slow":
        return {"query": QUERY.replace("select code", "select pg_sleep(30)::text as s, code")}
    elif how == "gone":
        run("alter table figures rename to other")
    elif how == "writes":
        run("create function steal() returns text language plpgsql as $$ begin delete from figures; return 'gone'; end $$")
        run("alter function steal() security definer")
        return {"query": QUERY.replace("select code", "select steal() as s, code")}
    elif how == "may write":
        run(f"grant update (code) on figures to {options['username']}")
    elif how in ("not asked", "assured"):
        options["drivername"] = "mysql"
        return {"assured": "committee, 2024-01-04"} if how == "assured" else {}
    elif how == "many":
        return {"at_most": 3}
    elif how == "two":
        return {"query": QUERY + "; delete from figures"}
    return {}


@pytest.mark.parametrize(("how", "code"), [
    ("password", "sources.denied"), ("down", "sources.down"), ("slow", "sources.too_slow"), ("gone", "sources.broken"),
    ("writes", "sources.broken"), ("many", "sources.too_many_rows"), ("may write", "sources.may_write"),
    ("two", "sources.not_one_query"), ("not asked", "sources.not_assured"), ("assured", "sources.no_driver"),
    ("unconnected", "sources.no_connection"),
])
def test_what_goes_amiss_is_told_of_that_unit_and_owed_again(asked: Sourced, unit_database: Database, how: str, code: str
                                                              ) -> None:
    run, options = unit_database
    source: dict[str, Any] = {"kind": "sql", "id": "db", "connection": "committee_db", "query": QUERY, "read": LONG,
                              "deadline": 5}
    source |= broken(run, options, how)
    asked.connect({} if how == "unconnected" else {"committee_db": options})
    asked.declare(**source)
    found = asked.fetched("2024-03-05", None)
    one = only(found)
    assert (one.state, one.why and one.why.code, one.unit, found.exit_status) == ("failed", code, "committee", 1), one.why
    (line,) = sources(asked.at("2024-03-06")).failed
    assert (line.owed, line.why) == (1, one.why)
    if how != "gone":
        assert run("select count(*) from figures")[0][0] == 5


def test_a_secret_goes_nowhere(asked: Sourced, unit_database: Database, caplog: pytest.LogCaptureFixture) -> None:
    _, options = unit_database
    with caplog.at_level(logging.DEBUG):
        asked.fetched("2024-03-05")
        asked.connect({"committee_db": options | {"port": 1}})
        asked.fetched("2024-03-06")
        asked.connect({"committee_db": options | {"query": {"sslmode": SECRET}}})
        asked.fetched("2024-03-07")
    told = caplog.text + repr(sources(asked.at("2024-03-08")))
    with Warehouse.open(asked.settings).engine.connect() as connection:
        for table, in connection.execute(text("select relname from pg_class where relnamespace = 'gaoxin'::regnamespace"
                                              " and relkind = 'r'")).all():
            told += "".join(map(str, connection.execute(text(f"select t::text from gaoxin.{table} t")).scalars()))
    files = [f for f in Path(asked.home).rglob("*") if f.is_file() and f != asked.connections]
    assert "sources.broken" in told or "sources.down" in told
    assert SECRET not in told
    assert [f for f in files if SECRET.encode() in f.read_bytes()] == []
    assert len(files) > 1


def test_a_connections_file_that_others_can_read_is_refused(asked: Sourced) -> None:
    from gaoxin.errors import UsageError

    asked.connections.chmod(0o640)
    with pytest.raises(UsageError, match="open to others"):
        asked.fetched("2024-03-05")
