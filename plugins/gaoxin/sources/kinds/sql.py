"""A query against a unit's database. Its rows are landed as CSV: the same rows give the same bytes.

The wall is the login, which may read and nothing else: a session that only reads can be talked out of it. PostgreSQL is asked
whether it may; of others the plan says by whose word it may not. What is done here
beside that keeps accidents out: one statement through a server cursor, a session that reads, limits of time, rows and bytes.
"""

import io
import re
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import unquote

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
from gaoxin.sources.echoes import Echo

TOO_MANY = Code("sources.too_many_rows", "超过 {most} 行，未取：查询加上条件，或把来源的 at_most 放大",
                "there are more than {most} rows: nothing was fetched. Let the query ask for less, or raise the source's at_most",
                most=int)
COLUMN_TWICE = Code("sources.column_twice", "查询结果有两栏都叫 {name}，未取：在查询中用 as 另起名",
                    "two columns of the query's result are called {name}: nothing was fetched. Name one otherwise, by as",
                    name=str)

MAY_WRITE = Code("sources.may_write", "连接的账号能写（如 {table}），不用它取数：请单位另给一个只能读的账号",
                 "the connection's login may write ({table}, for one) and is not used: ask the unit for one that may only read",
                 table=str)
NOT_ASSURED = Code("sources.not_assured", "{name} 数据库的账号能不能写，本系统查不出：请单位确认账号只能读，"
                   "把谁、何时确认写进方案中这个来源的 assured",
                   "whether the login may write cannot be found out of {name}: let the unit assure that it may only read, and "
                   "say in the plan's source by whom and when (assured)", name=str)
LOCKED = Code("sources.locked", "要读的表正被对方锁住，等了 {seconds} 秒没有等到：下次自动再取；常如此的，请单位错开时间",
              "a table to be read is locked there, and was not free within {seconds} s: it is asked again the next time; where "
              "this goes on, let the unit choose another hour", seconds=int)
NO_DIALECT = Code("sources.no_dialect", "没有安装读 {name} 数据库的 SQLAlchemy 程序包（达梦是 dmSQLAlchemy 和 dmPython）："
                  "装进运行 gaoxin 的环境和镜像，或改正连接的 drivername",
                  "no package lets SQLAlchemy read a {name} database (of Dameng dmSQLAlchemy and dmPython): install it where "
                  "gaoxin runs and in the image, or mend the connection's drivername", name=str)
NO_FILE = Code("sources.no_file", "没有数据库文件 {path}：核对连接的 database，或请单位放好",
               "there is no database file {path}: look at the connection's database, or ask the unit to put it there", path=str)
# The wall is the login: one that may write anything is no wall, whatever this session is told. It may be any role that it is a
# member of, whether it inherits from it or has to become it.
_POWERS = sa.text(
    "select case when r.rolsuper then 'SUPERUSER' when r.rolcreaterole then 'CREATEROLE' when r.rolcreatedb then 'CREATEDB'"
    " else r.rolname end from pg_catalog.pg_roles r where pg_catalog.pg_has_role(session_user, r.oid, 'MEMBER')"
    " and (r.rolsuper or r.rolcreaterole or r.rolcreatedb or r.rolname in"
    " ('pg_execute_server_program', 'pg_write_server_files', 'pg_write_all_data', 'pg_create_subscription'))"
    " order by r.rolsuper desc, 1 limit 1")
_WRITABLE = sa.text(
    "with roles as (select oid from pg_catalog.pg_roles where pg_catalog.pg_has_role(session_user, oid, 'MEMBER')),"
    " places as (select n.oid, n.nspname, roles.oid as role from roles, pg_catalog.pg_namespace n"
    "  where n.nspname <> 'information_schema' and left(n.nspname, 3) <> 'pg_'),"
    " things as (select format('%I.%I', p.nspname, c.relname) as name, c.oid, c.relkind, p.role from places p"
    "  join pg_catalog.pg_class c on c.relnamespace = p.oid where pg_catalog.has_schema_privilege(p.role, p.oid, 'USAGE'))"
    " select what from ("
    "select 1 as rank, name as what from things where relkind in ('r', 'p', 'v', 'f')"
    " and (pg_catalog.has_table_privilege(role, oid, 'DELETE, TRUNCATE')"
    " or pg_catalog.has_any_column_privilege(role, oid, 'INSERT, UPDATE'))"
    " union all select 2, 'SEQUENCE ' || name from things"
    " where case when relkind = 'S' then pg_catalog.has_sequence_privilege(role, oid, 'UPDATE, USAGE') end"
    " union all select 3, format('CREATE ON SCHEMA %I', nspname) from places"
    " where pg_catalog.has_schema_privilege(role, oid, 'CREATE')"
    " union all select 4, format('CREATE ON DATABASE %I', current_database()) from roles"
    " where pg_catalog.has_database_privilege(oid, current_database(), 'CREATE')) found order by rank, what limit 1")
_ASKED, _FILE = "postgresql", "sqlite"
_CONNECT = 8  # seconds
_LOCK = 2000   # milliseconds
_AT_ONCE = 2000
_OVER_TIME = "57014"  # cancelled by statement_timeout
_LOCKED = "55P03"     # by lock_timeout
# A server that lets nobody in gives no code to the driver.
_NOT_LET_IN = re.compile(r"authentication failed|permission denied for database|pg_hba\.conf|is not permitted to log in"
                         r'|FATAL: .*role ".*" does not exist|Access denied'
                         r"|logon denied|Login failed for user|用户名或密码错误")
_SHUT = ("28P01", "28000", "42501")
_DRIVERS = {"postgres": "postgresql+psycopg2", "postgresql": "postgresql+psycopg2", "mysql": "mysql+pymysql",
            "oracle": "oracle+oracledb", "mssql": "mssql+pymssql", "dm": "dm+dmPython"}
_PACKAGES = {"MySQLdb": "mysqlclient", "psycopg": "psycopg[binary]"}  # where they are called otherwise than what is imported


class SqlFetcher(Fetcher[SqlSource]):
    of = SqlSource

    def fetch(self, wanted: Wanted[SqlSource], options: Options, known: Mapping[str, str], until: Until) -> Brought:
        source, url = wanted.source, _url(options)
        if url.get_backend_name() not in (_ASKED, _FILE) and not source.assured:
            raise Amiss(NOT_ASSURED(name=url.get_backend_name()))
        given, connected = {name: str(getattr(wanted, name)) for name in source.parameters}, False
        try:
            engine = sa.create_engine(url, poolclass=NullPool, connect_args=_arguments(url, until))
            with engine.connect() as connection:
                connected = True
                content, rows = _csv(connection, source, given, until, Echo(wanted, options.hidden))
        except ModuleNotFoundError as error:
            raise Amiss(NO_DRIVER(name=_PACKAGES.get(error.name or "", error.name) or url.drivername)) from error
        except NoSuchModuleError as error:
            raise Amiss(NO_DIALECT(name=url.drivername)) from error
        except DBAPIError as error:
            stands = connected and not error.connection_invalidated
            raise _amiss(error, options, until, stands) from None  # its words hold what was sent
        except (SQLAlchemyError, UnicodeError) as error:
            raise Amiss(BROKEN(said=options.scrubbed(error))) from None
        if not rows:
            return Brought()
        asked = source.query.strip() + "".join(f"\n-- :{name} = {value}" for name, value in given.items())
        return Brought((Fetched(content, _place(url), sha256(content).hexdigest(), ending=".csv", asked=asked, rows=rows),))


def _url(options: Options) -> sa.URL:
    """Raises Amiss."""
    name = options.text("drivername", options.text("protocol", "postgresql"))
    if name.partition("+")[0] == _FILE:
        return _file(options)
    given = {key: options.text(key) if options.get(key) else None for key in ("username", "password")}
    query = options.mapping("query")
    if wrong := next((key for key, value in query.items() if not isinstance(value, str)), None):
        raise Amiss(OPTION(name=f"query.{wrong}"))
    try:
        return sa.URL.create(_DRIVERS.get(name, name), given["username"], given["password"], options.text("host"), options.port(),
                             options.text("database"), query)
    except (TypeError, ValueError) as error:
        raise Amiss(OPTION(name="drivername")) from error


def _file(options: Options) -> sa.URL:
    """A database that is a file, opened so that nothing can be written and no file is made. Raises Amiss."""
    path = Path(options.text("database"))
    if not path.is_absolute():
        raise Amiss(OPTION(name="database"))
    if not path.is_file():
        raise Amiss(NO_FILE(path=str(path)))
    return sa.URL.create(_FILE, database=path.as_uri().replace("file://", "file:", 1), query={"mode": "ro", "uri": "true"})


def _place(url: sa.URL) -> str:
    if url.get_backend_name() == _FILE:
        return f"{_FILE}://{unquote((url.database or '').removeprefix('file:'))}"
    return f"{url.get_backend_name()}://{url.host}{f':{url.port}' if url.port else ''}/{url.database}"


def _arguments(url: sa.URL, until: Until) -> dict[str, Any]:
    if url.get_backend_name() != _ASKED:
        return {}
    ms = max(1000, int(until.left * 1000))
    said = {"default_transaction_read_only": "on", "statement_timeout": ms, "lock_timeout": _LOCK, "timezone": "Asia/Shanghai",
            "idle_in_transaction_session_timeout": 60_000, "datestyle": "ISO", "client_encoding": "UTF8"}
    return {"connect_timeout": max(2, min(_CONNECT, int(until.left))), "application_name": "gaoxin", "keepalives_idle": 10,
            "keepalives_interval": 5, "keepalives_count": 3, "options": " ".join(f"-c {k}={v}" for k, v in said.items())}


def _csv(connection: sa.Connection, source: SqlSource, given: Mapping[str, str], until: Until, echo: Echo
         ) -> tuple[bytes, int]:
    """The rows, and how many. Raises Amiss."""
    if connection.dialect.name == _ASKED:
        connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        if (table := connection.execute(_POWERS).scalar() or connection.execute(_WRITABLE).scalar()) is not None:
            raise Amiss(MAY_WRITE(table=table))
    # To SQLAlchemy a colon is a parameter within a quoted text, too.
    query = sa.text(QUOTED.sub(lambda quoted: quoted[0].replace(":", "\\:"), source.query.strip()))
    result = connection.execution_options(stream_results=True, yield_per=_AT_ONCE).execute(query, given)
    names = [str(name) for name in result.keys()]  # noqa: SIM118  # no mapping
    if twice := [name for name in names if names.count(name) > 1]:
        raise Amiss(COLUMN_TWICE(name=twice[0]))
    out, count, said = io.BytesIO(), 0, echo.said_in(names)
    out.write(_line(names))
    for part in result.partitions(_AT_ONCE):
        until.must_not_be_over()
        for row in part:
            count += 1
            echo.row(said, row, count)
            out.write(_line(row))
        if count > source.at_most:
            raise Amiss(TOO_MANY(most=source.at_most))
        if out.tell() > LARGEST:
            raise Amiss(TOO_LARGE(name=source.id, mb=LARGEST // 2**20))
    return out.getvalue(), count


def _line(row: Any) -> bytes:
    """A line of CSV in which NULL is nothing and an empty text a pair of quotes."""
    return ",".join("" if value is None else '"' + _cell(value).replace('"', '""') + '"' for value in row).encode() + b"\n"


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
            said = repr(value)
            return numerals.plain(Decimal(said)) if "e" in said else said  # exact, where 1e+16 looks like digits that were lost
        case bytes() | memoryview() | bytearray():
            return bytes(value).hex()
    return str(value)


def _amiss(error: DBAPIError, options: Options, until: Until, connected: bool) -> Amiss:
    """By the server's code, where it gave one. connected: whether the connection stands, and it is the query that went amiss."""
    code = getattr(error.orig, "pgcode", None) or getattr(error.orig, "sqlstate", None)
    said = options.scrubbed(next(iter(str(error.orig).splitlines()), ""))
    if code == _LOCKED:
        return Amiss(LOCKED(seconds=_LOCK // 1000), again=True)
    if code == _OVER_TIME:
        return Amiss(TOO_SLOW(seconds=until.seconds))
    if not connected and re.search(r'FATAL: .*database ".*" does not exist', str(error.orig)):
        return Amiss(OPTION(name="database"))
    if code in _SHUT or (not connected and _NOT_LET_IN.search(str(error.orig))):
        return Amiss(DENIED(said=said))
    return Amiss((BROKEN if code or connected else DOWN)(said=said), again=not (code or connected))
