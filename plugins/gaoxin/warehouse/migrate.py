"""Brings the schema `gaoxin` to the version of this program: Alembic over the plain .sql files in sql/migrations.

Alembic is imported only when there is something to do; the usual start is one query. Two processes that start at once
wait for each other on an advisory lock, and the whole migration is one transaction.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import ProgrammingError

from gaoxin.errors import SystemFault
from gaoxin.i18n import Text

SCRIPTS = Path(__file__).with_name("migrations")
_LOCK = 4_027_011_201  # any number, the same in every process of ours


def versions(sql: Path) -> list[str]:
    """The migrations' numbers in order, from the names of the .sql files: 0001_ledger.sql → 0001."""
    return sorted(file.name.split("_", 1)[0] for file in (sql / "migrations").glob("*.sql"))


def migrate(engine: Engine, sql: Path) -> bool:
    """True when something was done. Raises SystemFault when the database is newer than this program."""
    wanted = versions(sql)[-1]
    with engine.connect() as connection:
        if _current(connection) == wanted:
            return False
    with engine.begin() as connection:
        connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        current = _current(connection)
        if current == wanted:
            return False
        if current is not None and current not in versions(sql):
            raise SystemFault(
                Text(f"数据库的版本 {current} 比本程序新", f"the database is at version {current}, newer than this program"),
                where=engine.url.render_as_string(hide_password=True),
                todo=Text("更新程序后再用", "update the program"),
            )
        connection.execute(text("create schema if not exists gaoxin"))
        _upgrade(connection)
    return True


def _current(connection: Connection) -> str | None:
    with connection.begin_nested() if connection.in_transaction() else connection.begin():
        try:
            with connection.begin_nested():
                return connection.scalar(text("select version_num from gaoxin.alembic_version"))
        except ProgrammingError as error:
            if getattr(error.orig, "pgcode", None) in ("42P01", "3F000"):  # no such table, no such schema
                return None
            raise


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
