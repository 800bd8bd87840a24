"""A query against a unit's database. Its rows are landed as CSV: the same rows give the same bytes.

The wall is the login, which may read and nothing else: a session that only reads can be talked out of it. PostgreSQL is asked
whether it may; of others the plan says by whose word it may not. What is done here
beside that keeps accidents out: one statement through a server cursor, a session that reads, limits of time, rows and bytes.
"""

import io
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from gaoxin import numerals
from gaoxin.i18n import Code
from gaoxin.plan.sources.sql import QUOTED, SqlSource
from gaoxin.sources.base import (
    BROKEN,
    DENIED,
    DOWN,
    LARGEST,
    NO_DRIVER,
    OPTION,
    TOO_LARGE,
    TOO_SLOW,
    Amiss,
    Brought,
    Fetched,
    Fetcher,
    Options,
    Until,
    Wanted,
)

TOO_MANY = Code("sources.too_many_rows", "超过 {most} 行，未取", "there are more than {most} rows: nothing was fetched", most=int)
COLUMN_TWICE = Code("sources.column_twice", "查询结果有两栏都叫 {name}", "two columns of the query's result are called {name}",
                    name=str)

MAY_WRITE = Code("sources.may_write", "连接的账号能写（如 {table}），不用它取数：请单位另给一个只能读的账号",
                 "the connection's login may write ({table}, for one) and is not used: ask the unit for one that may only read",
                 table=str)
NOT_ASSURED = Code("sources.not_assured", "{name} 数据库的账号能不能写，本系统查不出：请单位确认账号只能读，"
                   "把谁、何时确认写进方案中这个来源的 assured",
                   "whether the login may write cannot be found out of {name}: let the unit assure that it may only read, and "
                   "say in the plan's source by whom and when (assured)", name=str)
# The wall is the login: one that may write anything is no wall, whatever this session is told.
_WRITABLE = sa.text(
    "select format('%I.%I', n.nspname, c.relname) from pg_catalog.pg_class c"
    " join pg_catalog.pg_namespace n on n.oid = c.relnamespace"
    " where c.relkind in ('r', 'p', 'v', 'f') and n.nspname <> 'information_schema' and left(n.nspname, 3) <> 'pg_'"
    " and pg_catalog.has_schema_privilege(n.oid, 'USAGE')"
    " and (pg_catalog.has_table_privilege(c.oid, 'DELETE, TRUNCATE')"
    " or pg_catalog.has_any_column_privilege(c.oid, 'INSERT, UPDATE')) order by 1 limit 1")
_ASKED = "postgresql"
_CONNECT = 8  # seconds
_AT_ONCE = 2000
_OVER_TIME = ("57014", "55P03")  # cancelled by statement_timeout, by lock_timeout
_SHUT = ("28P01", "28000", "42501")
_DRIVERS = {"postgres": "postgresql+psycopg2", "postgresql": "postgresql+psycopg2", "mysql": "mysql+pymysql",
            "oracle": "oracle+oracledb", "mssql": "mssql+pymssql"}


class SqlFetcher(Fetcher[SqlSource]):
    of = SqlSource

    def fetch(self, wanted: Wanted[SqlSource], options: Options, known: Mapping[str, str], until: Until) -> Brought:
        source, url = wanted.source, _url(options)
        if url.get_backend_name() != _ASKED and not source.assured:
            raise Amiss(NOT_ASSURED(name=url.get_backend_name()))
        given = {name: str(getattr(wanted, name)) for name in source.parameters}
        try:
            engine = sa.create_engine(url, poolclass=NullPool, connect_args=_arguments(url, until))
            with engine.connect() as connection:
                content, rows = _csv(connection, source, given, until)
        except (NoSuchModuleError, ModuleNotFoundError) as error:
            raise Amiss(NO_DRIVER(name=url.drivername)) from error
        except DBAPIError as error:
            raise _amiss(error, options, until) from None  # its words hold what was sent
        except (SQLAlchemyError, UnicodeError) as error:
            raise Amiss(BROKEN(said=options.scrubbed(error))) from None
        if not rows:
            return Brought()
        asked = source.query.strip() + "".join(f"\n-- :{name} = {value}" for name, value in given.items())
        return Brought((Fetched(content, _place(url), sha256(content).hexdigest(), ending=".csv", asked=asked, rows=rows),))


def _url(options: Options) -> sa.URL:
    """Raises Amiss."""
    name = options.text("drivername", options.text("protocol", "postgresql"))
    try:
        port, query = options.get("port"), options.get("query", {})
        return sa.URL.create(_DRIVERS.get(name, name), options.get("username"), options.get("password"), options.text("host"),
                             int(port) if port else None, options.text("database"), dict(query))
    except (TypeError, ValueError) as error:
        raise Amiss(OPTION(name="port")) from error


def _place(url: sa.URL) -> str:
    return f"{url.get_backend_name()}://{url.host}{f':{url.port}' if url.port else ''}/{url.database}"


def _arguments(url: sa.URL, until: Until) -> dict[str, Any]:
    if url.get_backend_name() != _ASKED:
        return {}
    ms = max(1000, int(until.left * 1000))
    said = {"default_transaction_read_only": "on", "statement_timeout": ms, "lock_timeout": 2000, "timezone": "Asia/Shanghai",
            "idle_in_transaction_session_timeout": 60_000, "datestyle": "ISO", "client_encoding": "UTF8"}
    return {"connect_timeout": max(2, min(_CONNECT, int(until.left))), "application_name": "gaoxin", "keepalives_idle": 10,
            "keepalives_interval": 5, "keepalives_count": 3, "options": " ".join(f"-c {k}={v}" for k, v in said.items())}


def _csv(connection: sa.Connection, source: SqlSource, given: Mapping[str, str], until: Until) -> tuple[bytes, int]:
    """The rows, and how many. Raises Amiss."""
    if connection.dialect.name == _ASKED:
        connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        if (table := connection.execute(_WRITABLE).scalar()) is not None:
            raise Amiss(MAY_WRITE(table=table))
    # To SQLAlchemy a colon is a parameter within a quoted text, too.
    query = sa.text(QUOTED.sub(lambda quoted: quoted[0].replace(":", "\\:"), source.query.strip()))
    result = connection.execution_options(stream_results=True, yield_per=_AT_ONCE).execute(query, given)
    names = [str(name) for name in result.keys()]  # noqa: SIM118  # no mapping
    if twice := [name for name in names if names.count(name) > 1]:
        raise Amiss(COLUMN_TWICE(name=twice[0]))
    out, count = io.StringIO(), 0
    out.write(_line(names))
    for part in result.partitions():
        until.must_not_be_over()
        for row in part:
            count += 1
            out.write(_line(row))
        if count > source.at_most:
            raise Amiss(TOO_MANY(most=source.at_most))
        if out.tell() > LARGEST:
            raise Amiss(TOO_LARGE(name=source.id, mb=LARGEST // 2**20))
    return out.getvalue().encode(), count


def _line(row: Any) -> str:
    """A line of CSV in which NULL is nothing and an empty text a pair of quotes."""
    return ",".join("" if value is None else '"' + _cell(value).replace('"', '""') + '"' for value in row) + "\n"


def _cell(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case Decimal():
            return numerals.plain(value) if value.is_finite() else str(value)
        case datetime() | time():
            return value.isoformat(timespec="microseconds")
        case date():
            return value.isoformat()
        case float():
            return repr(value)
        case bytes() | memoryview() | bytearray():
            return bytes(value).hex()
    return str(value)


def _amiss(error: DBAPIError, options: Options, until: Until) -> Amiss:
    """By the server's code, where it gave one."""
    code, said = getattr(error.orig, "pgcode", None), options.scrubbed(next(iter(str(error.orig).splitlines()), ""))
    if code in _OVER_TIME:
        return Amiss(TOO_SLOW(seconds=until.seconds))
    if code in _SHUT or "authentication failed" in str(error.orig):
        return Amiss(DENIED(said=said))
    return Amiss((BROKEN if code else DOWN)(said=said), again=code is None)
