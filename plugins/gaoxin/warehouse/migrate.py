"""Brings the schema `gaoxin` to the version of this program: the plain .sql files in sql/migrations, each run once.

The usual start is one query. Two processes that start at once wait for each other on an advisory lock, and the whole
migration is one transaction. There is no way back but a backup: facts are append-only. Who migrates owns what is made; who
else may do what is said anew each time, in sql/rights.sql.
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


def migrate(engine: Engine, sql: Path, *, always: bool = False) -> bool:
    """True when something was done. always: says who may do what also where nothing was to be migrated. Raises SystemFault when
    the database is newer than this program, and where this role may not migrate it."""
    known = versions(sql)
    wanted = max(known)
    with engine.connect() as connection:
        current = current_version(connection)
        if current == wanted and not always:
            return False
        if not owns(connection) and current == wanted:
            raise SystemFault(
                Text(f"数据库已是第 {wanted} 版，无需升级；重新授权只有所有者可以做，此账户不是所有者",
                     f"the database is at version {wanted} already, nothing is to be migrated; to give the rights anew is for "
                     "the owner alone, and this role is not the owner"),
                where=engine.url.render_as_string(hide_password=True),
                todo=Text("不需重新授权就不必做什么；需要则以 GAOXIN_OWNER_URL 指定所有者账户再执行",
                          "do nothing, unless rights are missing: then name the owner's role by GAOXIN_OWNER_URL"),
            )
        if not owns(connection) and (current is None or current in known):
            at = current or "—"
            raise SystemFault(
                Text(f"数据库为第 {at} 版，本程序需第 {wanted} 版；此账户不是所有者，无权升级",
                     f"the database is at version {at}, this program needs {wanted}; this role is not its owner and may not "
                     "migrate it"),
                where=engine.url.render_as_string(hide_password=True),
                todo=Text("以 GAOXIN_OWNER_URL 指定所有者账户，执行 gaoxin migrate",
                          "name the owner's role by GAOXIN_OWNER_URL and run gaoxin migrate"),
            )
    with engine.begin() as connection:
        connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        current = current_version(connection)
        if current is not None and current not in known:
            raise SystemFault(
                Text(f"数据库的版本 {current} 比本程序新", f"the database is at version {current}, newer than this program"),
                where=engine.url.render_as_string(hide_password=True), todo=Text("更新程序后再用", "update the program"),
            )
        if current != wanted:
            _run_up_to(connection, known, current, wanted)
            LedgerStore(connection).adopt()
        if current != wanted or always:
            _run(connection, sql / "rights.sql")
    return current != wanted


def make_empty(connection: Connection, sql: Path, version: str) -> None:
    """Makes the schema as it was at a version, anew where it is there at another one: only where it holds nothing. Gives nobody
    rights: a migration follows."""
    connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    if (current := current_version(connection)) != version:
        connection.execute(text("drop schema if exists gaoxin cascade"))
        current = None
    _run_up_to(connection, versions(sql), current, version)


def _run_up_to(connection: Connection, known: dict[str, Path], current: str | None, wanted: str) -> None:
    connection.execute(text(_KEPT))
    for number, file in known.items():
        if (current is None or number > current) and number <= wanted:
            _run(connection, file)
    connection.execute(text("delete from gaoxin.alembic_version"))
    connection.execute(text("insert into gaoxin.alembic_version values (:wanted)"), {"wanted": wanted})


def _run(connection: Connection, file: Path) -> None:
    # no_parameters: the driver must not take a percent sign in the SQL for a placeholder.
    connection.exec_driver_sql(file.read_text(encoding="utf-8"), execution_options={"no_parameters": True})


def current_version(connection: Connection) -> str | None:
    """Of the schema; None where there is none, and where it may not be looked into."""
    if connection.scalar(text(
        "select has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'select')"
        " from pg_class c join pg_namespace n on n.oid = c.relnamespace"
        " where n.nspname = 'gaoxin' and c.relname = 'alembic_version'"
    )):
        return connection.scalar(text("select version_num from gaoxin.alembic_version"))
    return None


def behind(engine: Engine, sql: Path) -> bool:
    """Whether a migration is due, or rights were never given."""
    with engine.connect() as connection:
        return current_version(connection) != max(versions(sql))


def roles_apart(engine: Engine) -> bool:
    """Whether the server has the roles that write and audit beside the owner."""
    with engine.connect() as connection:
        found = text("select count(*) from pg_roles where rolname in ('gaoxin_writer', 'gaoxin_auditor')")
        return connection.execute(found).scalar_one() == 2


def owns(connection: Connection) -> bool:
    """Whether the role may migrate: the schema is its own, or there is none and it may make one."""
    return bool(connection.scalar(text(
        "select coalesce((select pg_has_role(nspowner, 'usage') from pg_namespace where nspname = 'gaoxin'),"
        " has_database_privilege(current_database(), 'create'))"
    )))
