"""Brings the schema `gaoxin` to the version of this program: the plain .sql files in sql/migrations, each run once.

The usual start is one query. Two processes that start at once wait for each other on an advisory lock, and the whole
migration is one transaction. There is no way back but a backup: facts are append-only.
"""

from pathlib import Path

from sqlalchemy import Connection, Engine, text

from gaoxin.errors import SystemFault
from gaoxin.i18n import Text
from gaoxin.warehouse.events import LedgerStore

_LOCK = 4_027_011_201  # any number, the same in every process of ours
_KEPT = """
    create schema if not exists gaoxin;
    create table if not exists gaoxin.alembic_version (version_num varchar(32) constraint alembic_version_pkc primary key)
"""


def versions(sql: Path) -> dict[str, Path]:
    """The .sql files in order by their numbers: 0001_ledger.sql is 0001."""
    return {file.name.split("_", 1)[0]: file for file in sorted((sql / "migrations").glob("*.sql"))}


def migrate(engine: Engine, sql: Path) -> bool:
    """True when something was done. Raises SystemFault when the database is newer than this program."""
    known = versions(sql)
    wanted = max(known)
    with engine.connect() as connection:
        if current_version(connection) == wanted:
            return False
    with engine.begin() as connection:
        connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        current = current_version(connection)
        if current == wanted:
            return False
        if current is not None and current not in known:
            raise SystemFault(
                Text(f"数据库的版本 {current} 比本程序新", f"the database is at version {current}, newer than this program"),
                where=engine.url.render_as_string(hide_password=True), todo=Text("更新程序后再用", "update the program"),
            )
        _run_up_to(connection, known, current, wanted)
        LedgerStore(connection).adopt()
    return True


def make_empty(connection: Connection, sql: Path, version: str) -> None:
    """Makes the schema as it was at a version, anew where it is there at another one: only where it holds nothing."""
    connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    if (current := current_version(connection)) != version:
        connection.execute(text("drop schema if exists gaoxin cascade"))
        current = None
    _run_up_to(connection, versions(sql), current, version)


def _run_up_to(connection: Connection, known: dict[str, Path], current: str | None, wanted: str) -> None:
    connection.execute(text(_KEPT))
    for number, file in known.items():
        if (current is None or number > current) and number <= wanted:
            # no_parameters: the driver must not take a percent sign in the SQL for a placeholder.
            connection.exec_driver_sql(file.read_text(encoding="utf-8"), execution_options={"no_parameters": True})
    connection.execute(text("delete from gaoxin.alembic_version"))
    connection.execute(text("insert into gaoxin.alembic_version values (:wanted)"), {"wanted": wanted})


def current_version(connection: Connection) -> str | None:
    """Of the schema; None where there is none."""
    if connection.scalar(text("select to_regclass('gaoxin.alembic_version')")) is None:
        return None
    return connection.scalar(text("select version_num from gaoxin.alembic_version"))
