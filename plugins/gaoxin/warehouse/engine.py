"""Connections: which server, which database, and the Warehouse that hands out one Store per transaction.

PostgreSQL alone. Every URL names the driver, since SQLAlchemy 2.1 reads a bare `postgresql://` as psycopg 3.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator

from sqlalchemy import URL, Connection, Engine, create_engine, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.pool import NullPool

from gaoxin.errors import SystemFault, Transient
from gaoxin.i18n import Text
from gaoxin.postgres.cluster import Cluster
from gaoxin.settings import Settings
from gaoxin.warehouse.migrate import migrate
from gaoxin.warehouse.store import Store

_DRIVER = "postgresql+psycopg2"
_CONNECT_SECONDS = 10
_guard = threading.Lock()
_clusters: dict[str, Cluster] = {}
_warehouses: dict[tuple[int, str], Warehouse] = {}


def database_url(settings: Settings, name: str = "gaoxin") -> str:
    """The URL of a database: `gaoxin` (the warehouse) or another one on the same server, created when missing.

    With GAOXIN_DATABASE_URL the warehouse is the database that it names, under whatever name, and must exist.
    Otherwise the embedded server is started on need and kept while this process lives. The URL holds the password.
    Raises SystemFault or Transient.
    """
    if settings.database_url is not None:
        given = _normalised(settings.database_url.get_secret_value())
        if name == "gaoxin":
            return _shown(given)
        with _connected(given) as connection:
            _ensure_database(connection, given, name)
        return _shown(given.set(database=name))
    cluster = _cluster(settings)
    with _connected(cluster.url("postgres")) as connection:
        _ensure_database(connection, cluster.url(name), name)
    return _shown(cluster.url(name))


def airflow_database_url(settings: Settings) -> str:
    """The URL of Airflow's own metadata database, `airflow`, on the same server; created when missing."""
    return database_url(settings, "airflow")


class Warehouse:
    """The warehouse, connected and migrated. One per process and URL: `Warehouse.open`."""

    def __init__(self, settings: Settings, engine: Engine) -> None:
        self.settings = settings
        self.engine = engine

    @classmethod
    def open(cls, settings: Settings) -> Warehouse:
        """Connects and migrates; cheap when that is done. Raises SystemFault or Transient.

        The cache is per process id as well: a connection must not be shared with a forked child.
        """
        with _guard:
            url = database_url(settings) if settings.database_url else None
            key = (os.getpid(), url or str(settings.var.absolute()))
            if key not in _warehouses:
                found = make_url(url or database_url(settings))
                engine = create_engine(
                    found, pool_pre_ping=True, pool_size=4, max_overflow=8, connect_args={"connect_timeout": _CONNECT_SECONDS}
                )
                with told(found):
                    migrate(engine, settings.sql)
                _warehouses[key] = cls(settings, engine)
            known = _warehouses[key]
        return known if known.settings == settings else cls(settings, known.engine)

    @contextlib.contextmanager
    def begin(self) -> Iterator[Store]:
        """One transaction: all that is done in the block is stored together at its end, or nothing of it."""
        with told(self.engine.url), self.engine.begin() as connection:
            store = Store(connection, self.settings)
            yield store
            store.ledger.flush()

    def close(self) -> None:
        """Ends this process's connections; the next `open` makes new ones."""
        with _guard:
            for key in [k for k, w in _warehouses.items() if w.engine is self.engine]:
                del _warehouses[key]
        self.engine.dispose()


@contextlib.contextmanager
def told(url: URL) -> Iterator[None]:
    """Turns what the driver raises into SystemFault and Transient, with the server but without the password."""
    where = url.render_as_string(hide_password=True)
    try:
        yield
    except OperationalError as error:
        raise _unreachable(where, error) from error
    except DBAPIError as error:
        # Serialisation failures, deadlocks and a lost connection pass when tried again; the rest is a defect or a refusal.
        code = getattr(error.orig, "pgcode", None) or ""
        if code.startswith("40") or error.connection_invalidated:
            raise _transient(where, error) from error
        raise SystemFault(
            Text(f"数据库拒绝了操作：{_line(error)}", f"the database refused: {_line(error)}"),
            where=where,
            todo=Text(
                "如提示只增不改，请登记更正而不是修改；否则请报告此错误",
                "where it says append-only, record a correction instead; otherwise report this",
            ),
        ) from error


def _unreachable(where: str, error: OperationalError) -> SystemFault:
    line = _line(error)
    code = getattr(error.orig, "pgcode", None) or ""
    final = ("password authentication failed", "no pg_hba.conf entry", "does not exist", "could not translate host name")
    if any(sign in str(error.orig) for sign in final) or code.startswith("53100"):
        return SystemFault(
            Text(f"数据库连不上：{line}", f"cannot use the database: {line}"),
            where=where,
            todo=Text(
                "检查 GAOXIN_DATABASE_URL 的主机、用户、口令与库名，并确认该库已建立",
                "check host, user, password and database in GAOXIN_DATABASE_URL, and that the database exists",
            ),
        )
    return _transient(where, error)


def _transient(where: str, error: DBAPIError) -> Transient:
    return Transient(
        Text(f"数据库暂时不可用：{_line(error)}", f"the database cannot be reached just now: {_line(error)}"), where=where,
        todo=Text("确认数据库服务器已启动后重试", "see that the database server is up, then try again"),
    )


def _line(error: DBAPIError) -> str:
    return " ".join(str(error.orig).split())[:300]


def _normalised(given: str) -> URL:
    try:
        url = make_url(given)
    except ArgumentError as error:
        raise _bad_url("(GAOXIN_DATABASE_URL)") from error  # not shown: it may hold a password
    if url.get_backend_name() not in ("postgresql", "postgres"):
        raise _bad_url(url.render_as_string(hide_password=True))
    if not url.database:
        raise _bad_url(url.render_as_string(hide_password=True))
    return url.set(drivername=_DRIVER)


def _bad_url(where: str) -> SystemFault:
    return SystemFault(
        Text("GAOXIN_DATABASE_URL 不是 PostgreSQL 的地址", "GAOXIN_DATABASE_URL is no URL of a PostgreSQL database"), where=where,
        todo=Text("写成 postgresql://用户:口令@主机:5432/库名", "write postgresql://user:password@host:5432/database"),
    )


def _shown(url: URL) -> str:
    return url.render_as_string(hide_password=False)


def _cluster(settings: Settings) -> Cluster:
    data = settings.var.absolute() / "postgres"
    cluster = _clusters.setdefault(str(data), Cluster(data))
    cluster.start()
    return cluster


@contextlib.contextmanager
def _connected(url: URL) -> Iterator[Connection]:
    engine = create_engine(
        url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": _CONNECT_SECONDS}
    )
    with told(url), engine.connect() as connection:
        yield connection


def _ensure_database(connection: Connection, url: URL, name: str) -> None:
    """Creates a database of this name. Only names from this module come here; the identifier is quoted all the same."""
    if connection.scalar(text("select 1 from pg_database where datname = :name"), {"name": name}):
        return
    quoted = connection.dialect.identifier_preparer.quote_identifier(name)
    try:
        connection.exec_driver_sql(f"create database {quoted} encoding 'UTF8' template template0")
    except DBAPIError as error:
        if getattr(error.orig, "pgcode", None) in ("42P04", "23505"):
            return  # another process was faster
        raise SystemFault(
            Text(f"建不了数据库 {name}：{_line(error)}", f"cannot create the database {name}: {_line(error)}"),
            where=url.render_as_string(hide_password=True),
            todo=Text(f"请管理员执行 create database {name}", f"ask the administrator for: create database {name}"),
        ) from error
