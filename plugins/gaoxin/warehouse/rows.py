"""The tables as SQLAlchemy knows them, for inserts; and how Python values become columns and come back.

Columns, types, constraints and comments are declared once, in sql/migrations; here stand the names alone, and a test
compares them with the database. Queries are .sql files in sql/queries, with bound parameters.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, MetaData, RowMapping, Table, TextClause, text
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.types import NullType

from gaoxin.clock import ZONE
from gaoxin.i18n import Message, Worded
from gaoxin.periods import Period

metadata = MetaData(schema="gaoxin")


def _table(name: str, columns: str, jsonb: str = "") -> Table:
    return Table(
        name, metadata,
        *(Column(c, NullType()) for c in columns.split()),
        *(Column(c, JSONB(none_as_null=True)) for c in jsonb.split()),
    )


ledger_events = _table("ledger_events", "seq campaign kind at payload prev_hash hash")
plan_versions = _table("plan_versions", "campaign version plan_hash registered_at", "plan")
deadlines = _table("deadlines", "campaign plan_version kind ref unit due source")
deadline_steps = _table("deadline_steps", "campaign kind ref step done_at")
landed_files = _table("landed_files", "sha256 size name source landed_at")
returns = _table(
    "returns",
    "return_id campaign form unit period period_end version sha256 file template sample explanation plan_hash received_at",
)
check_runs = _table("check_runs", "check_id return_id run verdict suite suite_version errors warnings checked_at")
check_results = _table(
    "check_results", "check_id position rule level severity outcome variable failures", jsonb="title reason"
)
findings = _table("findings", "check_id position rule level severity sheet cell variable value", jsonb="message")
explanations = _table("explanations", "return_id rule text by_unit recorded_at")
loads = _table("loads", "return_id recorded_at row_count plan_hash")
facts = _table(
    "facts",
    "return_id campaign form unit variable period period_end value unit_of_measure version recorded_at file_sha256 sheet cell",
)
register_entries = _table(
    "register_entries",
    "return_id campaign form unit period period_end row_no sheet version recorded_at file_sha256",
    jsonb="fields cells",
)
indicator_values = _table(
    "indicator_values",
    "campaign indicator as_of digest value unit period due truth status gap completion forecast forecast_low forecast_high "
    "recorded_at",
    jsonb="target reason measures",
)
gate_decisions = _table(
    "gate_decisions", "campaign phase verdict mode decided_as_of deadline days_late seal digest", jsonb="criteria"
)
evidence = _table("evidence", "campaign task deliverable sha256 recorded_at recorded_by")
approvals = _table("approvals", "campaign phase by_unit decision seal reason recorded_at")
waivers = _table("waivers", "campaign phase criterion by_unit reason expires recorded_at")
rectifications = _table(
    "rectifications", "id opening campaign phase criterion ref owner opened_at due", jsonb="subject"
)
rectification_closings = _table("rectification_closings", "id opening closed_at", jsonb="because")
outbox = _table("outbox", "key channel campaign audience level due planned_at", jsonb="subject body refs")
outbox_marks = _table("outbox_marks", "key channel state marked_at", jsonb="detail")


@cache
def query(sql: Path, name: str) -> TextClause:
    """The statement in sql/queries/NAME.sql."""
    return text((sql / "queries" / f"{name}.sql").read_text(encoding="utf-8"))


def add(connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]], *, once: bool = False) -> int:
    """Inserts rows; with `once` those that are there already stay as they are. Returns how many were new (one row at
    a time when `once`: the driver does not count over many)."""
    cleaned = [{name: column(value) for name, value in row.items()} for row in rows]
    if not cleaned:
        return 0
    if not once:
        connection.execute(table.insert(), cleaned)
        return len(cleaned)
    statement = insert(table).on_conflict_do_nothing()
    return sum(connection.execute(statement, row).rowcount for row in cleaned)


def column(value: Any) -> Any:
    """A Python value as PostgreSQL takes it: periods and enums as text; characters that no PostgreSQL text can hold
    (NUL, lone surrogates: both occur in damaged files) replaced by visible signs."""
    match value:
        case Enum():
            return value.value
        case str():
            return value.replace("\x00", "␀").encode("utf-8", "replace").decode("utf-8")
        case Period():
            return str(value)
        case dict():
            return {column(k): column(v) for k, v in value.items()}
        case list() | tuple():
            return [column(v) for v in value]
    return value


def plain(value: Any) -> Any:
    """Any of our frozen values as JSON has it: Decimals and dates as text, so that nothing is rounded."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    match value:
        case Message():
            return plain(value.as_json())
        case Enum():
            return value.value
        case datetime():
            return local(value).isoformat()
        case Decimal() | date() | Period():
            return str(value)
        case Worded():
            return {"zh": column(value.to("zh")), "en": column(value.to("en"))}
        case dict():
            return {str(k): plain(v) for k, v in value.items()}
        case list() | tuple():
            return [plain(v) for v in value]
        case set() | frozenset():
            return sorted((plain(v) for v in value), key=str)
    return column(value)


def digest(value: Any) -> str:
    """sha256 of a value's canonical JSON: the same value, the same digest."""
    return sha256(json.dumps(plain(value), sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def local(moment: datetime) -> datetime:
    """A moment in Asia/Shanghai, whatever zone the server's session has."""
    return moment.astimezone(ZONE)


def localised(row: RowMapping) -> dict[str, Any]:
    """A row as a dict, its moments in Asia/Shanghai."""
    return {str(name): local(value) if isinstance(value, datetime) else value for name, value in row.items()}
