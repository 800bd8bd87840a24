"""Which server, which database: the URLs of the installation's databases, and what its driver raises in our words.

PostgreSQL alone. Every URL names the driver, since SQLAlchemy 2.1 reads a bare `postgresql://` as psycopg 3.
"""

import contextlib
import logging
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Dialect, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import NullPool

from gaoxin.errors import SystemFault
from gaoxin.i18n import Text
from gaoxin.postgres import faults
from gaoxin.postgres.cluster import DRIVER, QUIET, Cluster, newest_binaries
from gaoxin.postgres.faults import line
from gaoxin.postgres.life import PAUSE, RECOVERY, pg_isready
from gaoxin.postgres.roles import OWNER, WORKS
from gaoxin.settings import Settings

TURN = 60    # seconds that are waited for a lock, such as the turn to record
UNSAID = 5.0  # seconds of these without a word
# Seconds; and nothing of anybody's stands before the server's own functions and operators, whatever a role's settings say.
CONNECT = {"connect_timeout": 10, "options": f"-c search_path=pg_catalog,pg_temp -c lock_timeout={TURN}s"}
_HOLDERS = """
    select distinct a.pid, a.usename, a.application_name, a.state, a.xact_start,
           to_char(a.xact_start, 'YYYY-MM-DD HH24:MI:SS') since
      from pg_locks l join pg_stat_activity a on a.pid = l.pid
     where l.granted and l.relation = to_regclass('gaoxin.ledger_turn') and l.pid <> pg_backend_pid()
     order by a.xact_start limit 3
"""
_clusters: dict[str, Cluster] = {}
_log = logging.getLogger(__name__)


def database_url(settings: Settings, name: str = "gaoxin") -> str:
    """The URL, with its password, of `gaoxin` (the warehouse) or of another database on the same server, such as `airflow`, which
    holds Airflow's own metadata; of the role that works in it. With GAOXIN_DATABASE_URL the warehouse is the database that it
    names, under whatever name, and must exist, and another one is created when missing; otherwise the embedded server is started
    on need and kept while this process lives. Raises SystemFault or Transient."""
    if settings.database_url is None:
        return _embedded(settings).url(name, WORKS[name]).render_as_string(hide_password=False)
    server = _normalised(settings.database_url.get_secret_value(), "GAOXIN_DATABASE_URL")
    if name == "gaoxin":
        return server.render_as_string(hide_password=False)
    url = server.set(database=name)
    engine = connecting(server, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with told(server), engine.connect() as connection:
        _ensure_database(connection, url, name)
    _ensure_use(url)
    return url.render_as_string(hide_password=False)


def owner_url(settings: Settings) -> str:
    """The URL, with its password, of the warehouse as who migrates it: GAOXIN_OWNER_URL, else GAOXIN_DATABASE_URL, whose one role
    then does all, else the embedded server's owner. Raises SystemFault or Transient."""
    if settings.owner_url is not None:
        return _normalised(settings.owner_url.get_secret_value(), "GAOXIN_OWNER_URL").render_as_string(hide_password=False)
    if settings.database_url is not None:
        return database_url(settings)
    return _embedded(settings).url("gaoxin", OWNER).render_as_string(hide_password=False)


def _embedded(settings: Settings) -> Cluster:
    if settings.owner_url is not None:
        raise SystemFault(Text("只设了 GAOXIN_OWNER_URL：它只供 gaoxin migrate 使用",
                               "GAOXIN_OWNER_URL alone is set: it serves `gaoxin migrate` and nothing else"),
                          where="GAOXIN_OWNER_URL",
                          todo=Text("以 GAOXIN_DATABASE_URL 指定写入者账户", "name the writer's role by GAOXIN_DATABASE_URL"))
    data = settings.var.absolute() / "postgres"
    cluster = _clusters.setdefault(str(data), Cluster(data))
    cluster.start()
    return cluster


@contextlib.contextmanager
def waiting(connection: Connection) -> Iterator[None]:
    """In the block something waits for the turn to record: where it lasts it is said for whom."""
    def tell() -> None:
        with contextlib.suppress(DBAPIError):  # a word, no more
            _log.warning("等待数据库中的另一操作 / waiting for another act in the database: %s", _holders(connection.engine.url))

    word = threading.Timer(UNSAID, tell)
    word.daemon = True
    word.start()
    try:
        yield
    finally:
        word.cancel()


def _holders(url: URL) -> str:
    """Who has the turn to record, or keeps it from others; what the server does not tell is left out."""
    with create_engine(url, connect_args=CONNECT, poolclass=NullPool).connect() as connection:
        found = connection.execute(text(_HOLDERS)).all()
    told = [(f"pid {r.pid}", r.usename, r.application_name, r.state, r.since) for r in found]
    return "; ".join(", ".join(filter(None, one)) for one in told)


@contextlib.contextmanager
def told(url: URL) -> Iterator[None]:
    """Turns what the driver raises into SystemFault and Transient, with the server but without the password."""
    log = _log_of(url)
    before = log.stat().st_size if log else 0
    try:
        yield
    except DBAPIError as error:
        meanwhile = log.read_bytes()[before:].decode(errors="replace") if log and log.exists() else ""
        where = url.render_as_string(hide_password=True)
        if getattr(error.orig, "pgcode", None) == "55P03":
            with contextlib.suppress(DBAPIError):
                raise faults.HELD.fault(where, _holders(url)) from error
        raise faults.of_driver(where, error, lambda: _ready(*_place(url)), meanwhile, own=log is not None) from error


def connecting(url: URL, **options: Any) -> Engine:
    """An engine whose connections wait for a server that recovers, also where one of its pool died of the same."""
    engine = create_engine(url, connect_args=CONNECT, **options)
    event.listen(engine, "do_connect", _connect)
    return engine


def _connect(dialect: Dialect, _record: object, arguments: list[Any], options: dict[str, Any]) -> Any:
    """A connection of the driver. A server that is starting, recovering or stopping is asked again for a while; one of our own
    that died is started again, and one that refuses the password that is kept is given it again."""
    deadline, final, refused = time.monotonic() + RECOVERY, False, False
    word = time.monotonic() + QUIET
    while True:
        try:
            return dialect.connect(*arguments, **options)
        except dialect.loaded_dbapi.OperationalError as error:
            ready = _ready(host := options.get("host"), options.get("port"))
            own = _own(host)
            if ready == 2 and own:
                own.keep()
                ready = 0
            if own and not refused and "password authentication failed" in str(error):
                refused = True
                own.mend()
                continue
            if ready == 1 and time.monotonic() > deadline:
                raise faults.RECOVERY.fault(str(host), str(error).strip()) from error
            if final or ready == 2:
                raise
            if time.monotonic() > word:
                _log.warning("数据库正在恢复，等它完成 / the database is recovering, waiting for it: %s", host)
                word = deadline
            final = ready == 0  # it may have come up between the two questions: tried once more
            time.sleep(PAUSE)


def _ready(host: str | None, port: int | str | None) -> int:
    """What pg_isready says; 0 where it is not installed: then nothing is waited for."""
    try:
        return pg_isready(newest_binaries(), host, port)
    except (OSError, SystemFault):
        return 0


def _place(url: URL) -> tuple[str | None, int | str | None]:
    host, port = url.query.get("host", url.host), url.query.get("port", url.port)
    return host if isinstance(host, str) else url.host, port if isinstance(port, str) else url.port


def _own(host: str | None) -> Cluster | None:
    """The embedded server with that socket that this process holds."""
    return next((c for c in _clusters.values() if str(c.socket_dir) == host), None)


def _log_of(url: URL) -> Path | None:
    """The log of an embedded server, where this is the URL of one that can be found."""
    if not (host := _place(url)[0] or "").startswith("/"):
        return None
    log = (own.data if (own := _own(host)) else Path(host)) / "log"
    return log if log.exists() else None


def _normalised(given: str, setting: str) -> URL:
    try:
        url = make_url(given)
    except ArgumentError as error:
        raise _bad_url(setting, f"({setting})") from error  # not shown: it may hold a password
    if url.get_backend_name() not in ("postgresql", "postgres") or not url.database:
        raise _bad_url(setting, url.render_as_string(hide_password=True))
    return url.set(drivername=DRIVER)


def _bad_url(setting: str, where: str) -> SystemFault:
    return SystemFault(
        Text(f"{setting} 不是 PostgreSQL 的地址", f"{setting} is no URL of a PostgreSQL database"), where=where,
        todo=Text("写成 postgresql://用户:口令@主机:5432/库名", "write postgresql://user:password@host:5432/database")
    )


def _ensure_use(url: URL) -> None:
    """Raises SystemFault where the role may not work in the database, which another one may have made for itself."""
    said = ""
    try:
        with connecting(url, poolclass=NullPool).connect() as connection:
            if connection.scalar(text("select has_schema_privilege('public', 'create')")):
                return
    except DBAPIError as error:
        if not any(sign in str(error.orig) for sign in ("permission denied for database", "no pg_hba.conf entry")):
            with told(url):
                raise
        said = f" ({line(error)})"
    raise SystemFault(Text(f"账户 {url.username} 不能使用数据库 {url.database}{said}",
                           f"the role {url.username} may not use the database {url.database}{said}"),
                      where=url.render_as_string(hide_password=True),
                      todo=Text(f"请管理员执行 alter database {url.database} owner to {url.username}；"
                                "或去掉 GAOXIN_DATABASE_URL，用内置数据库",
                                f"ask the administrator for: alter database {url.database} owner to {url.username}; or use the "
                                "embedded database, without GAOXIN_DATABASE_URL"))


def _ensure_database(connection: Connection, url: URL, name: str) -> None:
    """Creates a database of this name. Only names from this program come here; the identifier is quoted all the same."""
    if connection.scalar(text("select 1 from pg_database where datname = :name"), {"name": name}):
        return
    quoted = connection.dialect.identifier_preparer.quote_identifier(name)
    try:
        connection.exec_driver_sql(f"create database {quoted} encoding 'UTF8' template template0")
    except DBAPIError as error:
        if getattr(error.orig, "pgcode", None) in ("42P04", "23505"):
            return  # another process was faster
        raise SystemFault(Text(f"建不了数据库 {name}：{line(error)}", f"cannot create the database {name}: {line(error)}"),
                          where=url.render_as_string(hide_password=True),
                          todo=Text(f"请管理员执行 create database {name}",
                                    f"ask the administrator for: create database {name}")) from error
