"""Who may do what in the database: the account that the program runs under cannot change what it recorded, and what it can still
forge is found."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
from pydantic import SecretStr
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from gaoxin.campaign.upkeep import migrate, verify_ledger
from gaoxin.campaign.workplace import open_workplace
from gaoxin.clock import parse_as_of
from gaoxin.errors import SystemFault, Transient
from gaoxin.ledger.chain import GENESIS, next_event
from gaoxin.ledger.kinds import EventKind
from gaoxin.postgres import roles, server
from gaoxin.postgres.cluster import Cluster
from gaoxin.postgres.roles import AUDITOR, OWNER, SUPERUSER, WRITER
from gaoxin.settings import Settings
from gaoxin.warehouse.engine import Warehouse
from gaoxin.warehouse.events import LedgerStore
from gaoxin.warehouse.migrate import _KEPT, _run, versions
from tests.conftest import PLANS
from tests.integration.test_rows_answered_for import _ENTRY, _WAIVER, played  # noqa: F401
from tests.stored import as_role

AT = parse_as_of("2024-03-05")
_FORGED_DECISION = (
    "insert into gaoxin.gate_decisions (campaign, phase, verdict, mode, decided_as_of, deadline, days_late, seal, criteria,"
    " digest, recorded_at, seq) values ('demo', 'launch', 'pass', 'decision', '2024-01-09', '2024-02-29', 0, 's', '[]',"
    " repeat('1', 64), '2024-01-09', 4)"
)
CHANGES = [
    "update gaoxin.facts set value = 1", "delete from gaoxin.approvals", "truncate gaoxin.waivers",
    "drop table gaoxin.facts cascade",
    "update gaoxin.ledger_head set seq = 0", "insert into gaoxin.ledger_head default values", "delete from gaoxin.ledger_events",
    "update gaoxin.installation set drill = false", "update gaoxin.alembic_version set version_num = '0001'",
    "alter table gaoxin.facts disable trigger all", "alter table gaoxin.facts add column x int",
    "drop trigger append_only on gaoxin.facts", "create table gaoxin.mine (x int)", "create table public.mine (x int)",
    "create temp table mine (x int)", "create schema mine",
    "create function gaoxin.mine() returns int language sql as 'select 1'",
    "create or replace function gaoxin.settled() returns void language sql as ''",
    "create or replace view gaoxin.current_deadlines as select 1", "drop view gaoxin.current_deadlines",
    "create or replace view gaoxin.gates_passed as select 'demo' as campaign, 'launch' as phase, now() as passed_at",
    f"set role {OWNER}", f"set session authorization {SUPERUSER}", "set session_replication_role = replica",
    "select pg_read_file('postgresql.conf')", "select pg_ls_dir('.')", "copy gaoxin.facts from program 'true'",
    "copy gaoxin.facts to '/tmp/x'", "select lo_import('/etc/passwd')", "alter role current_user superuser",
    "create role mine", "alter system set fsync = off", "select pg_reload_conf()",
    "call gaoxin.make_append_only('gaoxin.facts')", "lock table gaoxin.facts in exclusive mode",
    "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'gaoxin_owner' or usename = 'postgres'",
    "update gaoxin.ledger_turn set nobody = true; insert into gaoxin.ledger_turn values (true)",
]


def done_of(engine: Engine, *statements: str) -> list[str]:
    """Of the statements those that the database did not refuse."""
    done = []
    for statement in statements:
        with engine.connect() as connection:
            try:
                connection.exec_driver_sql(statement)
            except DBAPIError:
                continue
            done.append(statement)
    return done


def test_the_writer_changes_nothing_that_was_recorded(warehouse):
    with as_role(warehouse, OWNER).connect() as there:  # somebody whose session could be ended
        there.execute(text("select 1"))
        assert done_of(warehouse.engine, *CHANGES) == []
    assert done_of(as_role(warehouse), "update gaoxin.alembic_version set version_num = version_num") != [], "it can fail"


def test_a_new_table_is_nobodys_and_a_new_function_too(warehouse):
    with as_role(warehouse, OWNER).begin() as c:
        c.execute(text("create table gaoxin.later (x int)"))
        c.execute(text("create function gaoxin.later() returns int language sql as 'select 1'"))
    for role in (WRITER, AUDITOR):
        assert done_of(as_role(warehouse, role), "select * from gaoxin.later", "select gaoxin.later()") == []


@pytest.mark.parametrize(("forged", "table"), [
    (_ENTRY, "register_entries"), (_WAIVER + "3)", "waivers"), (_FORGED_DECISION, "gate_decisions")
])
def test_what_the_writer_can_still_forge_is_found(played, forged, table):  # noqa: F811
    assert verify_ledger(played).intact
    with Warehouse.open(played).engine.begin() as c:
        c.execute(text(forged))
    found = verify_ledger(played)
    assert (found.intact, found.one_account, {f.table for f in found.faults}) == (False, False, {table})


def append(connection: Connection, **changed: object) -> None:
    """An event as the program makes it, but for what is changed; added past the program."""
    store = LedgerStore(connection)
    moment = store.moment(AT)
    event = next_event(store._read_head(), "demo", EventKind.DRILL_STARTED, moment, {"note": ""}, {})
    row = vars(event) | {"payload": "{}", "rows": "{}"} | changed
    connection.execute(text(
        "insert into gaoxin.ledger_events (seq, campaign, kind, at, payload, prev_hash, hash, rows)"
        " values (:seq, :campaign, :kind, :at, :payload, :prev_hash, :hash, :rows)"), row)


def test_the_head_stands_where_the_chain_ends_and_nowhere_else(warehouse):
    for number in range(3):
        with warehouse.begin() as store:
            store.ledger.append("demo", EventKind.DRILL_STARTED, AT, {"note": str(number)})
    with warehouse.begin() as store:
        before = store.ledger.verify()
    for changed in ({"seq": 2}, {"seq": 9}, {"prev_hash": GENESIS}, {"at": parse_as_of("2024-03-04")},
                    {"at": parse_as_of("2031-01-01")}):
        with pytest.raises(DBAPIError), warehouse.engine.begin() as connection:
            append(connection, **changed)
    with warehouse.begin() as store:
        assert store.ledger.verify() == before
        store.ledger.append("demo", EventKind.DRILL_STARTED, AT, {"note": "next"})
        assert (store.ledger.verify().intact, store.ledger.count()) == (True, before.events + 1)


def test_a_drill_begins_where_nothing_is_and_its_clock_goes_on(warehouse, empty_database, tmp_path):
    with warehouse.engine.begin() as connection:
        later = connection.execute(text("select gaoxin.recording_time('2024-05-05 12:00+08')")).scalar_one()
        assert connection.execute(text("select gaoxin.recording_time('2023-01-01')")).scalar_one() == later
    assert done_of(warehouse.engine, "select gaoxin.begin_drill('2024-01-01')") == []
    real = Warehouse.open(Settings(home=tmp_path, database_url=SecretStr(empty_database)))
    with real.begin() as store:
        store.ledger.append("demo", EventKind.DRILL_STARTED, AT, {"note": ""})
    assert done_of(as_role(real, WRITER), "select gaoxin.begin_drill(null)") == []
    real.close()


def test_the_auditor_reads_everything_and_writes_nothing(played):  # noqa: F811
    audited = played.model_copy(update={"database_url": SecretStr(
        as_role(played, AUDITOR).url.render_as_string(hide_password=False))})
    found = verify_ledger(audited)
    assert (found.intact, found.one_account) == (True, False)
    assert found.rows_checked == verify_ledger(played).rows_checked > 100
    assert open_workplace(audited, "demo", AT).plan.id == "demo"  # waits for writers, and keeps none waiting
    with as_role(played, AUDITOR).connect() as connection:
        tables = connection.execute(text("select tablename from pg_tables where schemaname = 'gaoxin'")).scalars().all()
    writes = [f"insert into gaoxin.{table} default values" for table in tables]
    writes += [f"lock table gaoxin.{table} in share mode" for table in tables]
    writes += ["select gaoxin.recording_time(now())", "select gaoxin.begin_drill(null)", "select gaoxin.count_steps()"]
    free = [f"set default_transaction_read_only = off; {statement}" for statement in [*writes, *CHANGES]]
    assert done_of(as_role(played, AUDITOR), *free) == []
    with pytest.raises(SystemFault, match="no right"), Warehouse.open(audited).begin() as store:
        store.ledger.append("demo", EventKind.DRILL_STARTED, AT, {"note": ""})


def test_a_waiting_reader_keeps_no_writer_waiting(warehouse):
    with as_role(warehouse, AUDITOR).connect() as reader:
        reader.execute(text("select gaoxin.settled()"))
        with warehouse.alone() as store:
            store.ledger.append("demo", EventKind.DRILL_STARTED, AT, {"note": ""})
        assert reader.execute(text("select count(*) from pg_locks where relation = 'gaoxin.ledger_turn'::regclass"
                                   " and pid = pg_backend_pid()")).scalar_one() == 0


def test_who_keeps_the_turn_is_named_and_nobody_waits_for_ever(settings, database, monkeypatch, caplog):
    monkeypatch.setattr(server, "UNSAID", 0.3)
    monkeypatch.setitem(server.CONNECT, "options", "-c search_path=pg_catalog,pg_temp -c lock_timeout=1s")
    warehouse = Warehouse.open(settings)
    with as_role(database, WRITER).connect() as idle:
        idle.execute(text("set application_name = 'forgotten'"))
        idle.execute(text("lock table gaoxin.ledger_turn in access exclusive mode"))
        pid = idle.execute(text("select pg_backend_pid()")).scalar_one()
        for act in (warehouse.alone, warehouse.begin):
            caplog.clear()
            with pytest.raises(Transient) as held, act() as store:
                store.ledger.append("demo", EventKind.DRILL_STARTED, AT, {"note": ""})
            assert f"pid {pid}, {WRITER}, forgotten, idle in transaction, 20" in held.value.what.en
            assert f"waiting for another act in the database: pid {pid}" in caplog.text
    with warehouse.alone() as store:
        store.ledger.append("demo", EventKind.DRILL_STARTED, AT, {"note": ""})
    warehouse.close()


def test_a_forgotten_session_ends_and_the_programs_own_may_take_its_time(home):
    warehouse = Warehouse.open(Settings(home=home))
    ask = text("show idle_in_transaction_session_timeout")
    url = warehouse.engine.url
    with create_engine(url, poolclass=NullPool).connect() as other, warehouse.engine.connect() as own:
        assert (other.scalar(ask), own.scalar(ask), own.scalar(text("show lock_timeout"))) == ("5min", "5min", "1min")
    with warehouse.read(long=True) as store:  # while files are copied or looked at
        assert store.ledger._connection.scalar(ask) == "2h"
    warehouse.close()


def test_the_writer_alone_is_told_to_have_it_migrated(empty_database, tmp_path):
    written = Settings(home=tmp_path, database_url=SecretStr(as_role(empty_database, WRITER).url.render_as_string(False)))
    with pytest.raises(SystemFault, match="gaoxin migrate") as error:
        Warehouse.open(written)
    assert str(as_role(empty_database, WRITER).url.password) not in str(error.value)
    owned = Settings(home=tmp_path, owner_url=SecretStr(empty_database))
    with pytest.raises(SystemFault, match="GAOXIN_DATABASE_URL"):
        Warehouse.open(owned)  # the owner's account is for migrating alone
    (tmp_path / "var" / "reports").mkdir(parents=True, mode=0o755)
    (tmp_path / "var" / "inbox").mkdir(mode=0o755)
    done = migrate(owned)
    assert (done.migrated, done.roles_apart, migrate(owned).migrated) == (True, True, False)
    assert done.tightened == 2
    assert [stat.S_IMODE(p.stat().st_mode) for p in (tmp_path / "var" / "reports", tmp_path / "var" / "inbox")] == [0o700, 0o755]
    with Warehouse.open(written).begin() as store:
        store.ledger.append("demo", EventKind.DRILL_STARTED, AT, {"note": ""})
        assert not store.ledger.one_account()
    Warehouse.open(written).close()
    with pytest.raises(SystemFault, match="nothing is to be migrated") as current:
        migrate(written)
    assert "do nothing, unless rights are missing" in current.value.todo.en
    one = Settings(home=tmp_path, database_url=SecretStr(empty_database))
    assert verify_ledger(one).one_account
    Warehouse.open(one).close()


@pytest.fixture
def home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="gx", dir="/tmp"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def connected(cluster: Cluster, user: str, password: str | None = None, database: str = "gaoxin") -> bool:
    try:
        psycopg2.connect(host=str(cluster.socket_dir), port=5432, user=user, password=password, dbname=database,
                         passfile="/none").close()
    except psycopg2.OperationalError:
        return False
    return True


def superuser_in(cluster: Cluster, database: str) -> Engine:
    return create_engine(cluster.url(database), poolclass=NullPool, isolation_level="AUTOCOMMIT")


def test_the_socket_asks_for_a_password_and_roles_keep_to_their_database(home):
    warehouse, cluster = Warehouse.open(Settings(home=home)), Cluster(home / "var" / "postgres")
    assert warehouse.engine.url.username == WRITER
    for role in roles.ROLES:
        assert not connected(cluster, role)
        assert not connected(cluster, role, "wrong")
        given = roles.password(cluster.keys, role)
        assert connected(cluster, role, given, "airflow" if role == roles.AIRFLOW else "gaoxin")
    assert not connected(cluster, roles.AIRFLOW, roles.password(cluster.keys, roles.AIRFLOW))
    for role in (WRITER, AUDITOR, OWNER):
        for other in ("airflow", "postgres", "template1"):
            assert not connected(cluster, role, roles.password(cluster.keys, role), other)
    for place in [home / "var", *(home / "var").rglob("*")]:
        assert not stat.S_IMODE(place.lstat().st_mode) & 0o077 or place.is_socket(), place
    warehouse.close()


def test_a_role_that_may_not_use_airflows_database_is_told_so(home):
    warehouse = Warehouse.open(Settings(home=home))
    given = Settings(home=home, database_url=SecretStr(warehouse.engine.url.render_as_string(False)))
    with pytest.raises(SystemFault, match=f"alter database airflow owner to {WRITER}") as refused:
        server.database_url(given, "airflow")
    assert str(warehouse.engine.url.password) not in str(refused.value)
    with superuser_in(Cluster(home / "var" / "postgres"), "gaoxin").connect() as c:
        c.execute(text(f"alter database airflow owner to {WRITER}"))
    assert server.database_url(given, "airflow").endswith(f"port={5432}")
    assert done_of(warehouse.engine, "select lo_create(0)", "select lo_creat(-1)", "select lo_from_bytea(0, 'x')") == []
    claims = ["select pg_try_advisory_lock(1)", "select pg_advisory_lock(1)", "select pg_advisory_xact_lock_shared(1, 1)"]
    assert (done_of(as_role(warehouse, AUDITOR), *claims), done_of(warehouse.engine, *claims)) == ([], claims)
    warehouse.close()


def test_a_lost_password_is_made_anew(home):
    settings = Settings(home=home)
    Warehouse.open(settings).close()
    cluster = Cluster(home / "var" / "postgres")
    for role in (WRITER, SUPERUSER):
        roles.file(cluster.keys, role).unlink()
    cluster.start()
    assert connected(cluster, WRITER, roles.password(cluster.keys, WRITER))
    assert not connected(cluster, SUPERUSER)


def test_what_a_role_changes_of_itself_is_set_back(home, caplog):
    settings = Settings(home=home)
    warehouse, cluster = Warehouse.open(settings), Cluster(home / "var" / "postgres")
    kept = roles.password(cluster.keys, WRITER)

    def changes(*statements: str) -> None:
        with as_role(warehouse, WRITER).begin() as c:
            for statement in statements:
                c.exec_driver_sql(statement)

    changes("alter role gaoxin_writer password 'x'")
    warehouse.engine.dispose()  # in the hands of a process that holds the server
    with warehouse.read() as store:
        store.ledger.count()
    assert "gaoxin_writer: password" in caplog.text
    changes("alter role current_user set default_transaction_read_only = on",
            "alter role current_user in database gaoxin set statement_timeout = 1",
            "alter role current_user password 'SCRAM-SHA-256$999999999:AAAA$AAAA:AAAA'")
    caplog.clear()
    cluster.start()  # and at the start of the next
    assert all(what in caplog.text for what in (f"{WRITER}: password", "default_transaction_read_only=on",
                                                f"role {WRITER} in database gaoxin: statement_timeout=1"))
    assert connected(cluster, WRITER, kept)
    with as_role(warehouse, SUPERUSER).connect() as c:
        found = c.execute(text("select coalesce(r.rolname, d.datname), setconfig from pg_db_role_setting left join pg_roles r"
                               " on r.oid = setrole left join pg_database d on d.oid = setdatabase order by 1")).all()
    assert found == [("airflow", ["idle_in_transaction_session_timeout=2min"]),
                     ("gaoxin", ["idle_in_transaction_session_timeout=5min"]), (AUDITOR, ["default_transaction_read_only=on"])]
    caplog.clear()
    cluster.mend()
    assert caplog.text == "", "and nothing is said where nothing was changed"
    with as_role(warehouse, SUPERUSER).begin() as c:  # as in an installation of an earlier version
        c.exec_driver_sql("alter database gaoxin reset idle_in_transaction_session_timeout")
    cluster.mend()
    assert "was missing, it is set: database gaoxin: idle_in_transaction_session_timeout=5min" in caplog.text
    assert "changed" not in caplog.text
    changes("alter role gaoxin_writer password 'y'")
    given = server.connecting(warehouse.engine.url, poolclass=NullPool)  # whoever has the URL alone
    server._clusters.pop(str(cluster.data)).release()
    with pytest.raises(SystemFault, match="gaoxin migrate without") as told, server.told(given.url), given.connect():
        pass
    assert kept not in str(told.value)
    warehouse.close()
    cluster.release()


def test_an_installation_from_before_there_were_roles_is_taken_over(home):
    """Trusted by whoever reached the socket, all owned by the superuser, files open to everybody."""
    cluster = Cluster(home / "var" / "postgres")
    cluster.start()
    sql = Settings(home=home).sql
    with superuser_in(cluster, "postgres").connect() as c:
        for database in ("gaoxin", "airflow"):
            c.execute(text(f"drop database {database}"))
            c.execute(text(f"create database {database}"))
        for role in roles.ROLES[1:]:
            c.execute(text(f"drop role {role}"))
    with superuser_in(cluster, "gaoxin").connect() as c:
        c.exec_driver_sql(_KEPT)
        for number, file in versions(sql).items():
            if number <= "0011":
                _run(c, file)
        made = next_event(LedgerStore(c)._read_head(), "demo", "drill.started", AT, {"note": ""})
        c.execute(text("insert into gaoxin.alembic_version values ('0011'); update gaoxin.installation set drill = true;"
                       "insert into gaoxin.ledger_events (seq, campaign, kind, at, payload, prev_hash, hash)"
                       " values (1, :campaign, :kind, :at, '{\"note\": \"\"}', :prev_hash, :hash);"
                       "update gaoxin.ledger_head set seq = 1, hash = :hash"), vars(made))
    with superuser_in(cluster, "airflow").connect() as c:
        c.exec_driver_sql("create type state as enum ('x'); create table dag (id serial, s state)")
    roles.write_access(cluster.data, "local all all trust\n", *cluster._identity())
    cluster._run("pg_ctl", "-D", str(cluster.data), "reload")
    shutil.rmtree(cluster.keys)
    (home / "var" / "landing").mkdir(mode=0o755)
    (home / "var" / "landing" / "a").write_text("a")
    (home / "var" / "landing" / "a").chmod(0o644)

    warehouse = Warehouse.open(Settings(home=home, plans_=PLANS))  # beside the old server, which still runs
    with warehouse.begin() as store:
        assert (store.ledger.verify().intact, store.ledger.one_account()) == (True, False)
        store.ledger.append("demo", EventKind.DRILL_STARTED, AT, {"note": ""})
    assert not connected(cluster, SUPERUSER)
    for database, owner in roles.OWNS.items():
        with superuser_in(cluster, database).connect() as c:
            owners = c.execute(text("select distinct pg_get_userbyid(relowner) from pg_class c join pg_namespace n"
                                    " on n.oid = relnamespace where nspname in ('gaoxin', 'public')")).scalars().all()
            assert owners == [owner]
    assert done_of(warehouse.engine, "delete from gaoxin.ledger_events") == []
    assert stat.S_IMODE((home / "var" / "landing" / "a").stat().st_mode) == 0o600
    warehouse.close()
    cluster.release()


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become another user")
def test_nobody_else_on_the_machine_gets_in(home):
    Warehouse.open(Settings(home=home)).close()
    for place in ("var", "var/keys", "var/postgres"):
        done = subprocess.run(["ls", home / place], user="nobody", group="nogroup", extra_groups=[], capture_output=True,
                              check=False)
        assert done.returncode != 0, place
