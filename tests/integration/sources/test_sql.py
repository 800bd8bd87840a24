"""A unit's database as a source: rows become a return once, a trace leads to the row, what goes amiss is told of that unit."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
import tracemalloc
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
from gaoxin.sources.kinds.sql import _cell
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


def test_a_double_is_landed_with_all_its_digits() -> None:
    assert [*map(_cell, (1.2e17, -1.5e-05, 12.0, float("nan"), 0.1))] == ["120000000000000000", "-0.000015", "12.0", "nan", "0.1"]


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
    elif how == "not let in":
        run(f"revoke connect on database {options['database']} from public")
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
    elif how in ("not asked", "no driver", "no dialect"):
        options["drivername"] = "dm" if how == "no dialect" else "mysql"
        return {} if how == "not asked" else {"assured": "committee, 2024-01-04"}
    elif how == "another period":
        return {"query": QUERY.replace("select code", "select '2024-01' as period, code")}
    elif how == "many":
        return {"at_most": 3}
    elif how == "two":
        return {"query": QUERY + "; delete from figures"}
    return {}


@pytest.mark.parametrize(("how", "code"), [
    ("password", "sources.denied"), ("not let in", "sources.denied"), ("down", "sources.down"),
    ("slow", "sources.too_slow"), ("gone", "sources.broken"),
    ("writes", "sources.broken"), ("many", "sources.too_many_rows"),
    ("another period", "sources.says_other_period"),
    ("two", "sources.not_one_query"), ("not asked", "sources.not_assured"), ("no driver", "sources.no_driver"),
    ("no dialect", "sources.no_dialect"),
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


def test_a_login_that_may_write_in_any_way_is_not_used(asked: Sourced, unit_database: Database) -> None:
    run, options = unit_database
    me, other = options["username"], f"writer_{options['username']}"
    run(f"create role {other}")
    run("create sequence numbers")
    for grant, back, told in [
            ("grant update (code) on figures to {}", "revoke update (code) on figures from {}", "public.figures"),
            ("grant update on sequence numbers to {}", "revoke update on sequence numbers from {}", "SEQUENCE public.numbers"),
            ("grant create on schema public to {}", "revoke create on schema public from {}", "CREATE ON SCHEMA public"),
            ("grant create on database {db} to {}", "revoke create on database {db} from {}", "CREATE ON DATABASE {db}"),
            ("grant pg_write_server_files to {}", "revoke pg_write_server_files from {}", "pg_write_server_files"),
            ("grant pg_execute_server_program to {}", "revoke pg_execute_server_program from {}", "pg_execute_server_program"),
            ("alter role {} createrole", "alter role {} nocreaterole", "CREATEROLE"),
            ("alter role {} createdb", "alter role {} nocreatedb", "CREATEDB"),
            ("alter role {} superuser", "alter role {} nosuperuser", "SUPERUSER")]:
        for whose in (me, other):  # its own, and of a role that it does not inherit from and may become
            run(grant.format(whose, db=options["database"]))
            if whose == other:
                run(f"grant {other} to {me}")
                run(f"alter role {me} noinherit")
            one = only(asked.fetched("2024-03-05"))
            assert one.why
            assert (one.why.code, one.why.context["table"]) == ("sources.may_write", told.format(db=options["database"]))
            run(back.format(whose, db=options["database"]))
            if whose == other:
                run(f"revoke {other} from {me}")
    run(f"drop role {other}")
    assert only(asked.fetched("2024-03-05")).state == "fetched"


def test_a_database_that_is_a_file_is_read_and_never_written_or_made(asked: Sourced, tmp_path: Path) -> None:
    file = tmp_path / "单位 库.db"
    with sqlite3.connect(file) as made:
        made.execute("create table figures (period text, unit_id text, code text, value text, unit text, note text)")
        made.executemany("insert into figures values ('2024-02', 'committee', ?, ?, ?, null)",
                         [(code, value, unit) for code, (value, unit) in FIGURES.items()])
    made.close()
    before = (file.read_bytes(), sorted(tmp_path.iterdir()))
    for path, code in ((tmp_path / "typo.db", "sources.no_file"), (tmp_path, "sources.no_file"), ("x.db", "sources.option")):
        asked.connect({"committee_db": {"drivername": "sqlite", "database": str(path)}})
        one = only(asked.fetched("2024-03-04"))
        assert one.why
        assert one.why.code == code
    asked.connect({"committee_db": {"drivername": "sqlite", "database": str(file)}})
    one = only(asked.fetched("2024-03-05", check=True))
    assert (one.state, one.place) == ("fetched", f"sqlite://{file}"), one.why
    assert (file.read_bytes(), sorted(tmp_path.iterdir())) == before


def test_rows_are_never_all_held_at_once(asked: Sourced) -> None:
    query = ("select 'code-' || n as code, n as value, 'x' as unit from generate_series(1, 300000) n where :period <> '' "
             "and :unit <> '' order by n")
    asked.declare(kind="sql", id="db", connection="committee_db", query=query, read=LONG, deadline=60, at_most=1000)
    asked.fetched("2024-03-05")  # what is loaded once
    tracemalloc.start()
    one = only(asked.fetched("2024-03-06"))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (one.why and one.why.code, most < 40 * 2**20) == ("sources.too_many_rows", True), f"{most / 2**20:.0f} MB"


def test_a_wrong_option_is_named_and_a_locked_table_told_as_locked(asked: Sourced, unit_database: Database) -> None:
    run, options = unit_database
    for otherwise, name in (({"query": "x"}, "query"), ({"port": "abc"}, "port"), ({"query": {"a": 1}}, "query.a"),
                            ({"password": ["x"]}, "password"), ({"host": None}, "host"),
                            ({"database": "typo"}, "database")):
        asked.connect({"committee_db": options | otherwise})
        one = only(asked.fetched("2024-03-05"))
        assert one.why
        assert (one.why.code, one.why.context.get("name")) == ("sources.option", name)
    asked.connect({"committee_db": options})
    holding = threading.Thread(target=run, args=("begin; lock figures; select pg_sleep(4); commit",))
    holding.start()
    time.sleep(0.5)
    one = only(asked.fetched("2024-03-06"))
    holding.join()
    assert (one.state, one.why and one.why.code) == ("failed", "sources.locked"), one.why


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
