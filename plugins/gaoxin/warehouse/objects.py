"""Whether functions, triggers and tables of the schema are those that the migrations made.

Rows that verify say nothing where a function was changed that answers for them, a trigger was switched off, or something was
put between a question and its table. Only the owner of the schema can do that, and this is how it shows. The bodies of
functions are compared with those in sql/migrations; the triggers are said here.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, text

from gaoxin.i18n import Code, Message
from gaoxin.warehouse import answering

Kind = Literal["changed", "missing", "no_event"]
Found = tuple[str, Kind, Message]  # which object, what became of it, told

_ALTERED = Code("objects.changed", "与本程序的迁移所建的不同", "is not as this program's migrations made it")
_MISSING = Code("objects.missing", "不在了，或已停用", "is not there, or was switched off")
_STRANGE = Code("objects.strange", "不是本程序的迁移所建", "was not made by this program's migrations")
_BETWEEN = Code("objects.between", "挡在查询与数据之间（{what}）", "stands between questions and rows ({what})", what=str)

_GIVEN = Code("objects.given", "他人得到了不该有的权限（{right}）", "others were given rights that are the owner's ({right})",
              right=str)

_PATH = "search_path=pg_catalog, pg_temp"
_OWNERS = frozenset({"follow_head", "recording_time", "settled", "begin_drill", "count_steps"})  # act with the owner's rights
_MADE = re.compile(r"create\s+(?:or\s+replace\s+)?(?:function|procedure)\s+gaoxin\.(\w+)\s*\(.*?\$(\w*)\$(.*?)\$\2\$",
                   re.S | re.I)
_DROPPED = re.compile(r"drop\s+(?:function|procedure)\s+(?:if\s+exists\s+)?gaoxin\.(\w+)", re.I)
_TABLES = frozenset({*answering.TABLES, "ledger_events", "ledger_head", "ledger_turn", "installation",
                     "alembic_version"})
_EACH = "BEFORE DELETE OR UPDATE ON gaoxin.{table} FOR EACH ROW EXECUTE FUNCTION gaoxin.{function}()"
_WHOLE = "BEFORE TRUNCATE ON gaoxin.{table} FOR EACH STATEMENT EXECUTE FUNCTION gaoxin.refuse_change()"
_FOLLOWED = ("AFTER INSERT ON gaoxin.ledger_events REFERENCING NEW TABLE AS added FOR EACH STATEMENT"
             " EXECUTE FUNCTION gaoxin.follow_head()")
_PLACED = "BEFORE INSERT ON gaoxin.{table} FOR EACH ROW EXECUTE FUNCTION gaoxin.placed()"


def differences(connection: Connection, sql: Path) -> Iterator[Found]:
    """What of the schema's objects is not as it was made. sql: the folder of the migrations' folder."""
    # The server leaves a schema's name out where it is on the path, as it is for a role that is named like the schema.
    connection.execute(text("set local search_path = pg_catalog"))
    yield from _compared("function", dict(_made(sql)), _functions(connection))
    yield from _compared("trigger", dict(_triggers()), _triggers_there(connection))
    yield from _between(connection)
    yield from _rights(connection)


def is_table(connection: Connection, *names: str) -> bool:
    """Whether each of these is there, and a table."""
    found = connection.execute(text(
        "select count(*) from pg_catalog.pg_class where relnamespace = 'gaoxin'::regnamespace and relkind = 'r'"
        " and relname = any(:names)"), {"names": list(names)})
    return found.scalar_one() == len(names)


def _compared(what: str, made: dict[str, str], there: dict[str, str]) -> Iterator[Found]:
    for name in sorted({*made, *there}):
        if name not in there:
            yield f"{what} {name}", "missing", _MISSING()
        elif name not in made:
            yield f"{what} {name}", "no_event", _STRANGE()
        elif made[name] != there[name]:
            yield f"{what} {name}", "changed", _ALTERED()


def _made(sql: Path) -> Iterator[tuple[str, str]]:
    """The body of each function that the migrations leave, the newest."""
    found: dict[str, str] = {}
    for file in sorted((sql / "migrations").glob("*.sql")):
        said = file.read_text(encoding="utf-8")
        steps = [*_MADE.finditer(said), *_DROPPED.finditer(said)]
        for step in sorted(steps, key=lambda s: s.start()):
            if step.re is _MADE:
                found[step[1]] = step[3]
            else:
                found.pop(step[1], None)
    yield from found.items()


def _functions(connection: Connection) -> dict[str, str]:
    """Of two with one name and other arguments, both: neither is then what was made."""
    asked = text("select proname as name, string_agg(coalesce(prosrc, ''), E'\\n' order by oid) as body from pg_catalog.pg_proc"
                 " where pronamespace = 'gaoxin'::regnamespace group by proname")
    return {row.name: row.body for row in connection.execute(asked)}


def _rights(connection: Connection) -> Iterator[Found]:
    """Functions that act with the owner's rights and should not, or may be led astray, and rights of others than the owner to
    more than reading and adding."""
    for name, definer, path in connection.execute(text(
        "select proname, prosecdef, coalesce(array_to_string(proconfig, ','), '') from pg_catalog.pg_proc"
        " where pronamespace = 'gaoxin'::regnamespace order by 1"
    )).all():
        if definer is not (name in _OWNERS) or (definer and path != _PATH):
            yield f"function {name}", "changed", _ALTERED()
    for name, right in connection.execute(text(
        "select c.relname, string_agg(distinct lower(a.privilege_type), ', ')"
        " from pg_catalog.pg_class c cross join lateral aclexplode(c.relacl) a"
        " where c.relnamespace = 'gaoxin'::regnamespace and a.grantee <> c.relowner and a.privilege_type <> 'SELECT'"
        " and not (a.privilege_type = 'INSERT' and exists (select 1 from pg_catalog.pg_trigger t"
        "                                                  where t.tgrelid = c.oid and t.tgname = 'append_only'))"
        " and c.relname <> 'ledger_turn' group by 1 order by 1"
    )).all():
        yield f"table {name}", "changed", _GIVEN(right=right)


def _triggers() -> Iterator[tuple[str, str]]:
    for table in (*answering.TABLES, "ledger_events"):
        yield f"{table}.append_only", _EACH.format(table=table, function="refuse_change")
        yield f"{table}.append_only_truncate", _WHOLE.format(table=table)
    for table, function, name in (("ledger_head", "head_moves_forward", "forward_only"),
                                  ("installation", "a_drill_is_for_good", "for_good")):
        yield f"{table}.{name}", _EACH.format(table=table, function=function)
        yield f"{table}.no_truncate", _WHOLE.format(table=table)
    yield "ledger_events.follow_head", _FOLLOWED
    for table in ("check_runs", "loads"):
        yield f"{table}.placed", _PLACED.format(table=table)


def _triggers_there(connection: Connection) -> dict[str, str]:
    """Those that are on, as the server words them."""
    asked = text("select c.relname || '.' || t.tgname as name, pg_get_triggerdef(t.oid) as told"
                 " from pg_catalog.pg_trigger t join pg_catalog.pg_class c on c.oid = t.tgrelid"
                 " where c.relnamespace = 'gaoxin'::regnamespace and not t.tgisinternal and t.tgenabled in ('O', 'A')")
    return {row.name: row.told.split(" ", 3)[3] for row in connection.execute(asked)}


def _between(connection: Connection) -> Iterator[Found]:
    """Views and other relations that are no plain table, rules, policies that hide rows, tables that rows are inherited from."""
    there = {row.relname: row for row in connection.execute(text(
        "select c.relname, c.relkind, c.relrowsecurity as policy,"
        " exists (select 1 from pg_catalog.pg_inherits i where i.inhparent = c.oid) as heirs,"
        " exists (select 1 from pg_catalog.pg_rewrite r where r.ev_class = c.oid and r.rulename <> '_RETURN') as rule"
        " from pg_catalog.pg_class c where c.relnamespace = 'gaoxin'::regnamespace and c.relkind in ('r', 'v', 'm', 'f', 'p')"
    ))}
    for name in sorted(_TABLES - there.keys()):
        yield f"table {name}", "missing", _MISSING()
    for name, row in sorted(there.items()):
        why = [what for what, holds in {"view": row.relkind != "r", "row security": row.policy, "inheritance": row.heirs,
                                        "rule": row.rule}.items() if holds]
        if why:
            yield f"table {name}", "changed", _BETWEEN(what=", ".join(why))
        elif name not in _TABLES:
            yield f"table {name}", "no_event", _STRANGE()
