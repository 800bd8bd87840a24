"""The rows of the whole warehouse, out of one snapshot and into an empty database.

Rows alone leave: how tables look, what guards them and who may do what is made by this program's migrations where they come in
again, so that nothing of it can be brought in by a file. No program of PostgreSQL's is needed, and its versions may differ.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, text

from gaoxin.errors import Refused, SystemFault
from gaoxin.i18n import Text
from gaoxin.postgres.server import told
from gaoxin.warehouse.migrate import current_version, make_empty, owns

# How values are written, whatever the server or the role is set to; a table is read from its beginning.
_EXACT = {"datestyle": "ISO, YMD", "timezone": "UTC", "intervalstyle": "iso_8601", "extra_float_digits": "3",
          "client_encoding": "UTF8", "bytea_output": "hex", "synchronize_seqscans": "off", "statement_timeout": "0"}
_KEPT = "alembic_version"            # made by migrating
_FROM_THE_BEGINNING = ("ledger_head", "installation")  # have their one row


@dataclass(frozen=True)
class Table:
    """size: bytes that it takes, about."""

    name: str
    columns: tuple[str, ...]
    size: int


def tables(connection: Connection) -> list[Table]:
    """Every table of the warehouse, those before that others refer to."""
    found = {
        r.name: Table(r.name, tuple(r.columns), r.size) for r in connection.execute(text(
            "select c.relname as name, pg_table_size(c.oid) as size, array_agg(a.attname::text order by a.attnum) as columns"
            " from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped"
            " and a.attgenerated = '' where c.relnamespace = 'gaoxin'::regnamespace and c.relkind = 'r' and c.relname <> :kept"
            " group by c.oid order by c.relname"), {"kept": _KEPT})
    }
    needs: dict[str, set[str]] = {name: set() for name in found}
    for name, needed in connection.execute(text(
        "select c.relname, f.relname from pg_constraint k join pg_class c on c.oid = k.conrelid"
        " join pg_class f on f.oid = k.confrelid where k.contype = 'f' and c.relnamespace = 'gaoxin'::regnamespace"
        " and c.oid <> f.oid order by 1, 2"
    )):
        needs[name].add(needed)
    return [found[name] for name in TopologicalSorter(needs).static_order()]


class DumpStore:
    """store.dump: for a snapshot that only reads."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def version(self) -> str:
        """Of the schema."""
        return current_version(self._connection) or ""

    def tables(self) -> list[Table]:
        return tables(self._connection)

    def copy(self, table: Table, sink: Any) -> int:
        """Writes a table's rows to `sink`; how many."""
        _exactly(self._connection)
        return _copied(self._connection, f"copy {_named(table.name, table.columns)} to stdout", sink)


def refill(engine: Engine, sql: Path, version: str, head: tuple[int, str] | None, given: Mapping[str, Sequence[str]],
           source: Callable[[str], Any]) -> int:
    """Makes the tables in an empty database as they were at a version, and fills them, in one transaction; how many rows they
    have. head: of the ledger that comes in, for a run that goes on: where it stands there, the run before was through with it.
    given: the columns of each table; source: its rows, as COPY wrote them. Raises Refused where something is there."""
    with told(engine.url), engine.begin() as connection:
        if not owns(connection):
            raise SystemFault(Text("恢复须由数据库的所有者账户进行，此账户不是",
                                   "restoring is for the database's owner, and this role is not"),
                              where=engine.url.render_as_string(hide_password=True),
                              todo=Text("以 GAOXIN_OWNER_URL 指定所有者账户", "name the owner's role by GAOXIN_OWNER_URL"))
        if current_version(connection) is not None:
            connection.execute(text("lock table gaoxin.ledger_head in access exclusive mode"))
            stands = connection.execute(text("select seq, hash from gaoxin.ledger_head")).one_or_none()
            if head and head[0] and stands and tuple(stands) == head:
                return sum(_count(connection, table.name) for table in tables(connection))
            if there := _what_is_there(connection):
                raise Refused(Text(f"数据库不是空的（{there}），不能恢复到其中",
                                   f"the database is not empty ({there}): nothing is restored into it"),
                              where=engine.url.render_as_string(hide_password=True),
                              todo=Text("以 GAOXIN_HOME 或 GAOXIN_DATABASE_URL 指定空的安装",
                                        "name an empty installation by GAOXIN_HOME or GAOXIN_DATABASE_URL"))
        make_empty(connection, sql, version)
        there_now = tables(connection)
        if {t.name: set(t.columns) for t in there_now} != {name: set(columns) for name, columns in given.items()}:
            raise Refused(Text(f"备份的表与第 {version} 版的不同",
                               f"the tables of the backup are not those of version {version}"), where="database",
                          todo=Text("用做备份的那个程序恢复", "restore with the program that made the backup"))
        return _filled(connection, there_now, given, source)


def _filled(connection: Connection, there: Sequence[Table], given: Mapping[str, Sequence[str]],
            source: Callable[[str], Any]) -> int:
    _exactly(connection)
    for table in there:  # guards date what is recorded and keep it so; here comes what was recorded
        connection.exec_driver_sql(f'alter table gaoxin."{table.name}" disable trigger user')
    for name in _FROM_THE_BEGINNING:
        connection.exec_driver_sql(f"delete from gaoxin.{name}")
    count = 0
    for table in there:
        count += _copied(connection, f"copy {_named(table.name, given[table.name])} from stdin", source(table.name))
    for table in there:
        connection.exec_driver_sql(f'alter table gaoxin."{table.name}" enable trigger user')
        connection.exec_driver_sql(f'analyze gaoxin."{table.name}"')
    _count_on(connection)
    return count


def _what_is_there(connection: Connection) -> str:
    """What an empty warehouse would not have: the first table with rows of its own, and how many; else empty."""
    counted = ((table.name, _count(connection, table.name)) for table in tables(connection))
    return next((f"{name}: {count}" for name, count in counted if count and name not in _FROM_THE_BEGINNING), "")


def _count(connection: Connection, table: str) -> int:
    return connection.exec_driver_sql(f'select count(*) from gaoxin."{table}"').scalar_one()


def _exactly(connection: Connection) -> None:
    """From here on, in this transaction, values are written and read alike everywhere."""
    for name, value in _EXACT.items():
        connection.execute(text("select set_config(:name, :value, true)"), {"name": name, "value": value})


def _count_on(connection: Connection) -> None:
    """Numbers that the database gives go on after the highest that there is."""
    for table, column in connection.execute(text(
        "select c.relname, a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid"
        " where c.relnamespace = 'gaoxin'::regnamespace and c.relkind = 'r' and a.attidentity <> '' order by 1, 2"
    )).all():
        connection.exec_driver_sql(f"select setval(pg_get_serial_sequence('gaoxin.{table}', '{column}'),"
                                   f" coalesce(max({column}), 1), max({column}) is not null) from gaoxin.{table}")


def _copied(connection: Connection, statement: str, file: Any) -> int:
    cursor: Any = connection.connection.cursor()
    try:
        cursor.copy_expert(statement, file)
        return cursor.rowcount
    finally:
        cursor.close()


def _named(table: str, columns: Sequence[str]) -> str:
    listed = ", ".join(f'"{column}"' for column in columns)
    return f'gaoxin."{table}" ({listed})'
