"""The roles of the embedded server: who may log in, with which password, into which database.

Each has a password of its own in a file beside the data, which its owner alone reads, so that a process can be given one role
and not the others. In production the same roles are made by deploy/postgres/10-databases.sh; what each may do in the warehouse
says sql/rights.sql.
"""

import base64
import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from gaoxin import folders
from gaoxin.errors import SystemFault, system_said
from gaoxin.i18n import Text

if TYPE_CHECKING:
    from psycopg2.extensions import connection as Connection
    from psycopg2.extensions import cursor as Cursor

SUPERUSER = "postgres"  # sets up the others; serves nothing else
OWNER, WRITER, AUDITOR, AIRFLOW = "gaoxin_owner", "gaoxin_writer", "gaoxin_auditor", "airflow"
ROLES = (SUPERUSER, OWNER, WRITER, AUDITOR, AIRFLOW)
OWNS = {"gaoxin": OWNER, "airflow": AIRFLOW}
WORKS = {"gaoxin": WRITER, "airflow": AIRFLOW}
ENTER = {"gaoxin": (WRITER, AUDITOR), "airflow": (AIRFLOW,)}

# What is set for a role or a database, and nothing else: a role can set more for itself. Set also by sql/rights.sql and
# deploy/postgres. A scheduler that is killed leaves workers behind that hold its connection open: where it was in the middle of a
# transaction its locks would stand for as long as they live, and nothing would ever be scheduled again.
SETTINGS = {(AUDITOR, None): {"default_transaction_read_only=on"},
            (None, "gaoxin"): {"idle_in_transaction_session_timeout=5min"},
            (None, "airflow"): {"idle_in_transaction_session_timeout=2min"}}
ITERATIONS = 100_000  # of a password's hash, at most: the writer chooses the number of its own, and we compute it

# Who asks by the socket says the password. Its first line tells that the roles below are set up.
ACCESS = "# gaoxin: roles 3\nlocal all all scram-sha-256\n"
# While they are set up: in a folder of mode 0700, where only who owns the data gets in.
ACCESS_AT_FIRST = f"local all {SUPERUSER} trust\nlocal all all scram-sha-256\n"

# Objects of an installation from before there were owners.
_HAND_OVER = """
do $$
declare
    one record;
begin
    for one in
        select format('alter schema %I owner to {owner}', nspname) as act from pg_namespace
         where nspowner <> '{owner}'::regrole and nspname <> 'public' and nspname !~ '^pg_' and nspname <> 'information_schema'
         union all
        select format('alter %s %s owner to {owner}',
                      case c.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence'
                                     else 'table' end, c.oid::regclass)
          from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where c.relkind in ('r', 'p', 'v', 'm', 'S', 'f') and c.relowner <> '{owner}'::regrole and n.nspname !~ '^pg_'
           and n.nspname <> 'information_schema'
           and not exists (select 1 from pg_depend d where d.objid = c.oid and d.deptype in ('a', 'i') and c.relkind = 'S')
         union all
        select format('alter routine %s owner to {owner}', p.oid::regprocedure)
          from pg_proc p join pg_namespace n on n.oid = p.pronamespace
         where p.proowner <> '{owner}'::regrole and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
         union all
        select format('alter type %s owner to {owner}', t.oid::regtype)
          from pg_type t join pg_namespace n on n.oid = t.typnamespace
         where t.typtype in ('e', 'd') and t.typowner <> '{owner}'::regrole and n.nspname !~ '^pg_'
           and n.nspname <> 'information_schema'
    loop
        execute one.act;
    end loop;
end $$
"""


# Advisory locks are anybody's, too: whoever only reads could keep every reminder from going out. Also in deploy/postgres.
_CLAIMS = f"""
do $$
declare
    one regprocedure;
begin
    for one in select oid from pg_proc where pronamespace = 'pg_catalog'::regnamespace and proname ~ '^pg_(try_)?advisory_' loop
        execute format('revoke execute on function %s from public', one);
        execute format('grant execute on function %s to {OWNER}, {WRITER}', one);
    end loop;
end $$
"""


def file(keys: Path, role: str) -> Path:
    return keys / f"{role}.password"


def made(keys: Path) -> bool:
    """Whether every role has its password."""
    return all(file(keys, role).exists() for role in ROLES)


def make(keys: Path) -> None:
    """Makes the passwords that are missing. Raises OSError."""
    folders.private(keys)
    for role in ROLES:
        if not file(keys, role).exists():
            folders.put(file(keys, role), secrets.token_urlsafe(24).encode())


def password(keys: Path, role: str) -> str:
    """Raises SystemFault where it cannot be read."""
    try:
        return file(keys, role).read_text(encoding="ascii").strip()
    except OSError as error:
        why = system_said(error)
        raise SystemFault(Text(f"读不到数据库账户 {role} 的口令：{why.zh}",
                               f"the password of the database role {role} cannot be read: {why.en}"),
                          where=str(file(keys, role)),
                          todo=Text("以拥有该安装的系统账户执行",
                                    "run it as the system account that owns this installation")) from error


def set_up(connect: Callable[[str], "Connection"], keys: Path) -> None:
    """Makes the roles and their databases, sets their passwords, and gives each database with all in it to its owner. May be done
    again. connect: as the superuser, to a database. Raises psycopg2.Error."""
    with closing(connect("postgres")) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute("select rolname from pg_roles")
        known = {row[0] for row in cursor.fetchall()}
        for role in ROLES:
            if role not in known:
                cursor.execute(f"create role {role} login")
            _set_password(cursor, keys, role)
        cursor.execute("revoke connect on database postgres, template1 from public")
        cursor.execute("select datname from pg_database")
        there = {row[0] for row in cursor.fetchall()}
        for database, owner in OWNS.items():
            if database not in there:
                cursor.execute(f"create database {database} owner {owner} encoding 'UTF8' template template0 strategy file_copy")
            cursor.execute(f"alter database {database} owner to {owner}")
            cursor.execute(f"revoke all on database {database} from public")
            cursor.execute(f"grant connect on database {database} to {', '.join(ENTER[database])}")
        _settle(cursor)
    for database, owner in OWNS.items():
        with closing(connect(database)) as connection, connection, connection.cursor() as cursor:
            cursor.execute(_HAND_OVER.format(owner=owner))
            if database == "gaoxin":  # the superuser's to revoke: large objects are anybody's, and would lie past all rights
                cursor.execute("revoke execute on function lo_create(oid), lo_creat(int), lo_from_bytea(oid, bytea) from public")
                cursor.execute(_CLAIMS)


def mend(connect: Callable[[str], "Connection"], keys: Path) -> tuple[list[str], list[str]]:
    """Sets again what a role can change of itself, its password and its settings; names what was not ours, and those of our
    settings that were missing. connect: as the superuser, to a database. Raises psycopg2.Error, and SystemFault where a password
    cannot be read."""
    with closing(connect("postgres")) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute("select rolname, rolpassword from pg_authid where rolname = any(%s)", [list(ROLES)])
        changed = [role for role, stored in cursor.fetchall() if not _hash_of(stored, password(keys, role))]
        for role in changed:
            _set_password(cursor, keys, role)
        set_otherwise, missing = _settle(cursor)
        return [f"{role}: password" for role in changed] + set_otherwise, missing


def _set_password(cursor: "Cursor", keys: Path, role: str) -> None:
    from psycopg2.extensions import encrypt_password

    # Made here: a password in a statement could come into the server's log.
    made = encrypt_password(password(keys, role), role, cursor.connection, "scram-sha-256")
    cursor.execute(f"alter role {role} password %s", [made])


def _hash_of(stored: str | None, known: str) -> bool:
    """Whether this is the password's hash: SCRAM-SHA-256, RFC 5802."""
    found = re.fullmatch(r"SCRAM-SHA-256\$(\d{1,9}):([^$]+)\$([^:]+):.+", stored or "")
    if not found or int(found[1]) > ITERATIONS:
        return False
    salted = hashlib.pbkdf2_hmac("sha256", known.encode(), base64.b64decode(found[2]), int(found[1]))
    client = hmac.digest(salted, b"Client Key", "sha256")
    return hmac.compare_digest(base64.b64encode(hashlib.sha256(client).digest()).decode(), found[3])


def _settle(cursor: "Cursor") -> tuple[list[str], list[str]]:
    """Leaves the roles and their databases the settings that are ours; names what was set otherwise, and what was not set."""
    cursor.execute("select r.rolname, d.datname, s.setconfig from pg_db_role_setting s left join pg_roles r on r.oid = s.setrole"
                   " left join pg_database d on d.oid = s.setdatabase"
                   " where r.rolname = any(%s) or s.setrole = 0 and d.datname = any(%s)", [list(ROLES), list(OWNS)])
    found = {(role, database): set(settings) for role, database, settings in cursor.fetchall()}
    astray = [key for key in {**SETTINGS, **found} if found.get(key, set()) != SETTINGS.get(key, set())]
    otherwise, missing = list[str](), list[str]()
    for role, database in astray:
        whose = f"database {database}" if role is None else f"role {role}" + (f" in database {database}" if database else "")
        cursor.execute(f"alter {whose} reset all")
        for setting in SETTINGS.get((role, database), ()):
            name, value = setting.split("=")
            cursor.execute(f"alter {whose} set {name} = '{value}'")
        had, ours = found.get((role, database), set()), SETTINGS.get((role, database), set())
        names = {setting.partition("=")[0] for setting in had}
        for told, which in ((otherwise, had - ours), (missing, {s for s in ours if s.partition("=")[0] not in names})):
            told += [f"{whose}: {', '.join(sorted(which))}"[:300]] if which else []
    return otherwise, missing


def write_access(data: Path, text: str, uid: int, gid: int) -> None:
    """Writes who may log in how; the server reads it when told to. Raises OSError."""
    target = data / "pg_hba.conf"
    folders.put(target.with_suffix(".new"), text.encode())
    if os.geteuid() == 0:
        os.chown(target.with_suffix(".new"), uid, gid)
    target.with_suffix(".new").replace(target)


def access(data: Path) -> str:
    """Who may log in how; "" where it is not said."""
    try:
        return (data / "pg_hba.conf").read_text(encoding="utf-8")
    except OSError:
        return ""
