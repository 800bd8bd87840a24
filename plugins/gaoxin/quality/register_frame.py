"""The rows of a register in the frame: a row a cell; what speaks of a whole record stands in the row of its key."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

from gaoxin.i18n import Message, Text
from gaoxin.plan.forms import FieldType, RegisterField, RegisterForm
from gaoxin.plan.model import Plan
from gaoxin.quality.columns import CLAIMED_BY, KEY, RECORDS_LOST, REQUIRED, STATE
from gaoxin.quality.frames import Frame, Place, in_both, plain
from gaoxin.quality.history import History, entity_fields, entity_text
from gaoxin.quality.register_rules import CREDIT_CODE_SHAPE, NOBODY, certificate_and_issue, dated_back
from gaoxin.returns.codes import certificate_year, credit_code_check
from gaoxin.returns.fields import NOT_A_DATE
from gaoxin.returns.model import CellValue, Entry, ReadReturn
from gaoxin.returns.numbers import NOT_A_NUMBER

_DATA_SHEET = "数据"


def add_register(frame: Frame, owner: int, base: int, plan: Plan, form: RegisterForm, read: ReadReturn, history: History) -> None:
    """base: the row of the return itself."""
    _declare(frame, form)
    before = history.records_before
    frame.put(base, RECORDS_LOST, float(0 if read.entries else before) if before else None, observed=before)
    frame.because(owner, RECORDS_LOST, None, Text("没有上期记录可比", "no records of the period before to compare with"))
    if not read.entries:
        frame.without_records.add(owner)
        return
    same: dict[tuple[str, ...], list[Entry]] = defaultdict(list)
    for entry in read.entries:
        if (key := _key(entry, form.key)) is not None:
            same[key].append(entry)
    for entry in read.entries:
        rows = {f.id: _add_cell(frame, owner, form, f, entry, read) for f in form.fields}
        _add_key(frame, owner, form, entry, rows, same)
        _add_claim(frame, owner, plan, form, entry, rows, history)
        _add_dates(frame, owner, form, entry, rows)


def _declare(frame: Frame, form: RegisterForm) -> None:
    """Every column that a rule speaks of exists, whatever the records hold: a missing column would break the rule."""
    frame.declare(STATE, REQUIRED, KEY, CLAIMED_BY)
    for f in form.fields:
        frame.declare(f.id)
        if f.type is FieldType.CREDIT_CODE:
            frame.declare(f"{f.id}.check")
        if f.type is FieldType.DATE:
            frame.declare(f"{f.id}.year", f"{f.id}.days_after")
    frame.declare(*(f"check.{check.id}" for check in form.checks))
    if pair := certificate_and_issue(form):
        frame.declare(f"{pair[0]}.years_off")


def _add_cell(frame: Frame, owner: int, form: RegisterForm, f: RegisterField, entry: Entry, read: ReadReturn) -> int:
    cell = entry.fields.get(f.id)
    place = Place(cell.sheet, cell.cell, f.id, cell.raw) if cell else Place(_DATA_SHEET, None, f.id, None)
    row = frame.row(owner, place)
    value, problem = _value(cell, f)
    state = "problem" if problem else "blank" if value is None else "repaired" if cell and cell.repairs else "ok"
    frame.put(
        row,
        STATE,
        state,
        number=_shown(value),
        **in_both("problem", *([problem] if problem else [])),
        **in_both("repairs", *(cell.repairs if cell else ())),
    )
    if f.required:
        frame.put(row, REQUIRED, "missing" if state == "blank" else "given")
    match value:
        case None:
            pass
        case Decimal():
            frame.put(row, f.id, float(value), unit=f.unit or "")
        case date():
            frame.put(row, f.id, value.isoformat())
            end = read.key.period.end  # type: ignore[union-attr]
            frame.put(row, f"{f.id}.year", float(value.year))
            if f.id in dated_back(form):
                frame.put(row, f"{f.id}.days_after", float((value - end).days), period_end=end.isoformat())
        case str():
            frame.put(row, f.id, value)
            if f.type is FieldType.CREDIT_CODE:
                frame.put(row, f"{f.id}.check", _check_character(value))
    return row


def _value(cell: CellValue | None, f: RegisterField) -> tuple[Decimal | date | str | None, Message | None]:
    """The value in the type of its field, and the problem that stands in its way."""
    if cell is None:
        return None, None
    value = cell.value
    if cell.problem or value is None:
        return None, cell.problem
    match f.type:
        case FieldType.NUMBER:
            return (value, None) if isinstance(value, Decimal) and value.is_finite() else (None, NOT_A_NUMBER())
        case FieldType.DATE:
            return (value, None) if isinstance(value, date) else (None, NOT_A_DATE())
        case FieldType.CODE:
            return _code(str(value), f), None
        case FieldType.TEXT:
            return (_shown(value).strip() or None), None
        case _:
            return entity_text(value), None


def _code(text: str, f: RegisterField) -> str:
    """The code itself, also where its name was filled in."""
    text = text.strip()
    codes = f.codes or {}
    if text in codes:
        return text
    return next((code for code, label in codes.items() if text in (label.zh, label.en)), text)


def _check_character(code: str) -> str | None:
    """Whether the check character is right; None for a code whose shape is wrong, which another rule tells."""
    if not re.match(CREDIT_CODE_SHAPE, code):
        return None
    return "right" if credit_code_check(code[:17]) == code[17] else "wrong"


def _key(entry: Entry, fields: tuple[str, ...]) -> tuple[str, ...] | None:
    """What identifies an entry; None when a part is missing or unreadable."""
    parts = [_part(entry, f) for f in fields]
    return None if None in parts else tuple(parts)  # type: ignore[arg-type]


def _part(entry: Entry, f: str) -> str | None:
    cell = entry.fields.get(f)
    return entity_text(cell.value) if cell and not cell.problem else None


def _add_key(
    frame: Frame, owner: int, form: RegisterForm, entry: Entry, rows: dict[str, int], same: dict[tuple[str, ...], list[Entry]]
) -> None:
    key = _key(entry, form.key)
    if key is None:
        frame.because(owner, KEY, form.key[0], Text("关键字段空缺，无法查重", "the key is not filled in"))
        return
    # The return's position keeps two returns apart that stand in one frame.
    frame.put(rows[form.key[0]], KEY, f"{owner}|" + "|".join(key), key=" + ".join(key), rows=_rows(same[key]))


def _rows(entries: list[Entry]) -> str:
    """Row numbers for a message, the first ten: the list stands in each of the duplicates' findings."""
    shown = "、".join(str(e.row) for e in entries[:10])
    return shown if len(entries) <= 10 else f"{shown}…（{len(entries)}）"


def _add_claim(
    frame: Frame, owner: int, plan: Plan, form: RegisterForm, entry: Entry, rows: dict[str, int], history: History
) -> None:
    """`claimed_by`: the other units, or `nobody`: an empty cell would not tell *nobody* from *not known*."""
    fields = entity_fields(form)
    entity, row = _key(entry, fields), rows[fields[0]]
    if history.claimed is None:
        frame.because(owner, CLAIMED_BY, None, Text("其他单位的名录未知", "other units' registers are not known here"))
        return
    if entity is None:
        frame.because(owner, CLAIMED_BY, None, Text("关键字段空缺，无法比对", "the key is not filled in"))
        return
    others = history.claimed.get(entity, ())
    if not others and not history.claims_complete:
        frame.because(
            owner,
            CLAIMED_BY,
            None,
            Text("其他单位的名录不全，未见重复", "not all other units' registers are known; none found"),
        )
        return
    names = [plan.unit(u).name for u in others]
    frame.put(
        row,
        CLAIMED_BY,
        ",".join(others) or NOBODY,
        units_zh="、".join(n.zh for n in names),
        units_en=", ".join(n.to("en") for n in names),
    )


def _add_dates(frame: Frame, owner: int, form: RegisterForm, entry: Entry, rows: dict[str, int]) -> None:
    def day(f: str) -> date | None:
        value, _ = _value(entry.fields.get(f), next(x for x in form.fields if x.id == f))
        return value if isinstance(value, date) else None

    for check in form.checks:
        if check.kind != "not_before":
            continue
        earlier, later = day(check.earlier), day(check.later)
        if earlier is None or later is None:
            continue
        name, cell = next(f.name for f in form.fields if f.id == check.earlier), entry.fields[check.earlier]
        frame.put(
            rows[check.later],
            f"check.{check.id}",
            float((later - earlier).days),
            later=later.isoformat(),
            earlier=earlier.isoformat(),
            earlier_name_zh=name.zh,
            earlier_name_en=name.to("en"),
            earlier_cell=f"{cell.sheet}!{cell.cell}",
        )
    if pair := certificate_and_issue(form):
        certificate, issue = pair
        issued, number = day(issue), _part(entry, certificate)
        year = certificate_year(number) if number else None
        if issued and year:
            frame.put(rows[certificate], f"{certificate}.years_off", float(abs(issued.year - year)), issued=issued.isoformat())


def _shown(value: Any) -> str:
    if value is None:
        return "—"
    return plain(value) if isinstance(value, Decimal) else value.isoformat() if isinstance(value, date) else str(value)
