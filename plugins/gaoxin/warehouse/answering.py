"""How the ledger answers for rows: every row has a canonical line, and every event the digest of the lines that it made.

A line is JSON as RFC 8785 has it, of the columns that hold something, by name: whole numbers and truth values as such, all else
as text, days as YYYY-MM-DD, times in UTC with microseconds, JSON as PostgreSQL writes it. The lines of an event in a table, in
the order of their bytes, joined by line feeds, are digested with sha256. The server makes lines and digests; which SQL makes
them is said here and nowhere in the database, where it could be changed with the rows. A column that a later migration adds
changes no line while it holds nothing.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, text

from gaoxin.ledger.chain import Made

TABLES = (
    "approvals", "bulletin_releases", "bulletin_words", "bulletins", "cadence_moves", "cards", "check_results",
    "check_runs", "clock_moves",
    "correction_outcomes", "corrections", "deadline_steps", "deadlines", "deliveries", "evidence", "explanation_reviews",
    "explanations", "extension_rulings", "extensions", "facts", "fetches", "findings", "gate_decisions", "indicator_values",
    "landed_files", "loads", "outbox", "outbox_marks", "plan_versions", "rectification_closings", "rectification_evidence",
    "rectification_rechecks", "rectifications", "register_entries", "returns", "score_sheets", "suites", "target_verdicts",
    "task_moves", "task_reports", "usage_slices", "usages", "waivers",
)
# What decisions rest on: not what was evaluated rule by rule beside what was found, nor what was sent to whom.
EVIDENCE = tuple(sorted({*TABLES} - {"check_results", "deadline_steps", "deliveries", "outbox", "outbox_marks"}))
NO_END = 2**63 - 1  # no number of an event comes near it; a row may name any
FEW = 40  # of so many rows an event says the beginning of each one's digest, so that the row that changed can be named
_AS_IT_IS = ("smallint", "integer", "bigint", "boolean")
_SHAPES = {
    # Infinite ones have no digits, and years before Christ have those of years after.
    "timestamp with time zone": """to_json(coalesce(nullif(to_char({0} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), ''),
                                   {0}::text) || case when {0} < '0001-01-01Z' then ' BC' else '' end)::text""",
    "date": """to_json(coalesce(nullif(to_char({0}, 'YYYY-MM-DD'), ''), {0}::text)
               || case when {0} < '0001-01-01' then ' BC' else '' end)::text""",
    "text[]": "to_json({0})::text",
}
_known: WeakKeyDictionary[Engine, dict[str, "_Table"]] = WeakKeyDictionary()


@dataclass(frozen=True)
class _Table:
    """line: the SQL of a row's line. key: the columns that tell a row."""

    name: str
    line: str
    key: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """A row of an event as it is told: its key as text, and the beginning of its line's digest."""

    key: str
    mark: str


def made(connection: Connection, since: int, until: int = NO_END, among: Collection[str] = TABLES, *,
         marks: bool = True) -> dict[int, Made]:
    """What events made, after a number and up to one, in these tables: by event and table how many rows, the digest of their
    lines, and of few rows the beginning of each one's, unless these are not asked for (marks): they cost as much again."""
    if not among:
        return {}
    # Without its limits, at the ends: a row may name the least and the greatest number that there is.
    within = " and ".join([f"t.seq > {since:d}"] * (since > -NO_END) + [f"t.seq <= {until:d}"] * (until < NO_END)) or "true"
    known, found = _tables(connection), dict[int, Made]()
    # Of very many rows no mark is told, and none is made.
    marked = ("case when made <= {few} then (select array_agg(left(encode(sha256(convert_to(line, 'UTF8')), 'hex'), 8)"
              " order by line collate \"C\") from (select {line} as line from gaoxin.{name} t where t.seq = g.seq) l) end")
    parts = " union all ".join(
        f"select '{name}' as name, seq, made, digest,"
        f" {marked.format(few=FEW, line=known[name].line, name=name) if marks else 'null::text[]'} as marks"
        " from (select seq, count(*) as made,"
        " encode(sha256(convert_to(string_agg(line, E'\\n' order by line collate \"C\"), 'UTF8')), 'hex') as digest"
        f" from (select t.seq, {known[name].line} as line from gaoxin.{name} t where {within}) r group by seq) g"
        for name in sorted(among)
    )
    for r in connection.exec_driver_sql(parts, execution_options={"no_parameters": True}):
        found.setdefault(r.seq, {})[r.name] = [r.made, r.digest, *([r.marks] if r.marks else [])]
    return found


def rows_of(connection: Connection, table: str, event: int, limit: int) -> list[Row]:
    """Some of the rows that an event made in a table."""
    known = _tables(connection)[table]
    key = " || ' ' || ".join(f"'{k}=' || coalesce({k}::text, '')" for k in known.key)
    found = connection.exec_driver_sql(
        f"select {key} as key, left(encode(sha256(convert_to({known.line}, 'UTF8')), 'hex'), 8) as mark"
        f" from gaoxin.{table} t where seq = {event:d} order by 1 limit {limit:d}", execution_options={"no_parameters": True}
    )
    return [Row(r.key, r.mark) for r in found]


def nameless(connection: Connection, among: Collection[str]) -> Iterable[str]:
    """Those of the tables that have rows that name no event at all, which no right way of adding leaves."""
    for name in sorted(among):
        if connection.execute(text(f"select exists (select 1 from gaoxin.{name} where seq is null)")).scalar_one():
            yield name


def there(connection: Connection) -> frozenset[str]:
    """Those of the tables that are there, and are tables."""
    found = frozenset(connection.execute(text(
        "select relname::text from pg_class where relnamespace = 'gaoxin'::regnamespace and relkind = 'r'")).scalars())
    return found & {*TABLES}


def _tables(connection: Connection) -> dict[str, _Table]:
    """Read once an engine: a migration is over before anybody asks."""
    if connection.engine not in _known:
        columns: dict[str, list[tuple[str, str]]] = {}
        for table, column, kind in connection.execute(text(
            "select c.relname, a.attname, format_type(a.atttypid, null) from pg_attribute a join pg_class c on c.oid = a.attrelid"
            " where c.relnamespace = 'gaoxin'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped"
            " and a.attname <> 'stored_at' order by c.relname, a.attname collate \"C\""
        )):
            columns.setdefault(table, []).append((column, kind))
        keys = {table: tuple(key) for table, key in connection.execute(text(
            "select c.relname, array_agg(a.attname::text order by a.attnum) from pg_index i join pg_class c on c.oid = i.indrelid"
            " join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)"
            " where c.relnamespace = 'gaoxin'::regnamespace and i.indisprimary group by c.relname"
        ))}
        _known[connection.engine] = {
            name: _Table(name, _line(columns[name]), keys.get(name) or tuple(column for column, _ in columns[name]))
            for name in TABLES if name in columns
        }
    return _known[connection.engine]


def _line(columns: Iterable[tuple[str, str]]) -> str:
    parts = []
    for column, kind in columns:
        given = f"t.{column}"
        shown = f"{given}::text" if kind in _AS_IT_IS else _SHAPES.get(kind, "to_json({0}::text)::text").format(given)
        parts.append(f"'\"{column}\":' || {shown}")
    return f"'{{' || concat_ws(',', {', '.join(parts)}) || '}}'"
