"""Which server, which database: the URLs of the installation's databases, and what its driver raises in our words.

PostgreSQL alone. Every URL names the driver, since SQLAlchemy 2.1 reads a bare `postgresql://` as psycopg 3.
"""

import contextlib
from collections.abc import Iterator

from sqlalchemy import URL, Connection, create_engine, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.pool import NullPool

from gaoxin import folders
from gaoxin.errors import SystemFault, Transient
from gaoxin.i18n import Text
from gaoxin.postgres.cluster import DRIVER, Cluster
from gaoxin.postgres.roles import OWNER, WORKS
from gaoxin.settings import Settings

CONNECT = {"connect_timeout": 10}  # seconds
_clusters: dict[str, Cluster] = {}


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
    engine = create_engine(server, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=CONNECT)
    with told(server), engine.connect() as connection:
        _ensure_database(connection, url, name)
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
    folders.private(settings.var)
    data = settings.var.absolute() / "postgres"
    cluster = _clusters.setdefault(str(data), Cluster(data))
    cluster.start()
    return cluster


@contextlib.contextmanager
def told(url: URL) -> Iterator[None]:
    """Turns what the driver raises into SystemFault and Transient, with the server but without the password."""
    try:
        yield
    except DBAPIError as error:
        raise _fault(url.render_as_string(hide_password=True), error) from error


def _fault(where: str, error: DBAPIError) -> SystemFault:
    line, code = _line(error), getattr(error.orig, "pgcode", None) or ""
    unreachable = isinstance(error, OperationalError)
    final = ("password authentication failed", "no pg_hba.conf entry", "does not exist", "could not translate host name",
             "permission denied for database")
    if unreachable and (any(sign in str(error.orig) for sign in final) or code.startswith("53100")):
        return SystemFault(
            Text(f"数据库连不上：{line}", f"cannot use the database: {line}"), where=where,
            todo=Text("检查 GAOXIN_DATABASE_URL 的主机、用户、口令与库名，并确认该库已建立",
                      "check host, user, password and database in GAOXIN_DATABASE_URL, and that the database exists"),
        )
    if code == "42501":
        return SystemFault(
            Text(f"此数据库账户无权这样做：{line}", f"this database role has no right to do that: {line}"), where=where,
            todo=Text("写入用写入者账户，升级用所有者账户执行 gaoxin migrate（它也重新授权），审计账户只读",
                      "write as the writer's role, migrate as the owner's by gaoxin migrate (which also gives the rights anew); "
                      "the auditor's only reads"),
        )
    # Serialisation failures, deadlocks and a lost connection pass when tried again; the rest is a defect or a refusal.
    if unreachable or code.startswith("40") or error.connection_invalidated:
        return Transient(Text(f"数据库暂时不可用：{line}", f"the database cannot be reached just now: {line}"), where=where,
                         todo=Text("确认数据库服务器已启动后重试", "see that the database server is up, then try again"))
    return SystemFault(Text(f"数据库拒绝了操作：{line}", f"the database refused: {line}"), where=where,
                       todo=Text("如提示只增不改，请登记更正而不是修改；否则请报告此错误",
                                 "where it says append-only, record a correction instead; otherwise report this"))


def _line(error: DBAPIError) -> str:
    return " ".join(str(error.orig).split())[:300]


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
        raise SystemFault(Text(f"建不了数据库 {name}：{_line(error)}", f"cannot create the database {name}: {_line(error)}"),
                          where=url.render_as_string(hide_password=True),
                          todo=Text(f"请管理员执行 create database {name}",
                                    f"ask the administrator for: create database {name}")) from error
