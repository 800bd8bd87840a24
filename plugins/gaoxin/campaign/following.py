"""A cell, or a whole return, followed forward: to the facts that it became, and to all that was recorded as resting on them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from gaoxin.campaign.answer import Answer
from gaoxin.campaign.paging import ALL, Page
from gaoxin.campaign.rereading import Cell, Explained, Repair, Reread, Rereading
from gaoxin.campaign.workplace import Workplace
from gaoxin.containers.model import Sheet, row_and_column
from gaoxin.errors import UsageError
from gaoxin.i18n import Code, Message, Text
from gaoxin.indicators.facts_world import variables_behind
from gaoxin.periods import Period
from gaoxin.plan.forms import RegisterForm
from gaoxin.quality.model import Finding
from gaoxin.returns.layout import DATA_SHEET
from gaoxin.returns.model import Fact, RegisterFact, ReturnState, Slice, Verdict
from gaoxin.returns.reader import opened
from gaoxin.returns.text import plain
from gaoxin.warehouse.engine import Store
from gaoxin.warehouse.stored import StoredReturn
from gaoxin.warehouse.uses import Kind, Usage

NOT_LOADED = Code("trace.not_loaded", "这份报送没有入库（{status}），没有数据由它而来",
                  "this return is not in the facts ({status}): no figure comes from it")
NO_FACT = Code("trace.no_fact", "{cell} 没有入库的数据；这份报送的数据在 {cells}",
               "{cell} holds no fact; those of this return are at {cells}")
NO_FACTS = Code("trace.no_facts", "这份报送没有数据", "this return holds no facts")
NO_INDICATOR = Code("trace.no_indicator", "方案没有由它算出的指标", "the plan computes no indicator from it")
OF_UNIT = Code("trace.of_unit", "{unit_cell} 是 {cell} 的计量单位", "{unit_cell} is the unit of measure of {cell}", unit_cell=str)
_LISTED = 12  # cells named where the one asked for holds nothing


class HeldFact(Answer):
    """A fact, or an entry of a register, as some version of the return holds it. field: of an entry the one that the cell asked
    for is of, value what is recorded there. here: from the cell that was asked for;
    in_force: in the version that counts. matches, differs: of the return asked for, whether its file says the same."""

    return_id: str
    version: int
    variable: str | None
    field: str | None
    value: Decimal | str | None
    unit: str | None
    entry: dict[str, str | None] | None
    period: Period
    recorded_at: datetime
    file_sha256: str
    sheet: str
    cell: str
    here: bool
    in_force: bool
    matches: bool | None = None
    differs: Message | None = None


class UsedBy(Answer):
    """What was recorded and rests on it. id: an indicator, indicator@due, a phase, phase/unit, a file. at: when it was recorded.
    whole: it looked at the return as a whole, whatever stands in the cell."""

    kind: Kind
    id: str
    at: datetime
    value: str
    period: Period | None
    whole: bool


class Followed(Answer):
    """sheet, cell, raw: None where a whole return is asked for. raw: what is written in the cell now, in the landed file;
    unit_raw to repairs: see `rereading.Cell`. field: of a register the one that the cell is of. facts: what came of it in this
    version, and what the others hold of the same. feeds: the indicators that the plan computes from it; used_by: what was
    recorded as resting on it while it counted, in the order of recording. in_force: whether this version counts as of then;
    replaced_by: the one that does. reason: why there is no fact, or what the cell is. total: how many facts there are; next:
    after how many the next page goes on; used_total, used_next: the same of used_by. The answer is no where record and file
    differ, and a fault where the file cannot be read."""

    campaign: str
    return_id: str
    as_of: datetime
    form: str
    period: Period
    version: int
    submitted_by: str
    received_at: datetime
    business_day: date | None
    entered_because: str | None
    account: str | None
    authenticated: bool | None
    source: str
    file: str
    file_sha256: str
    verdict: Verdict | None
    in_force: bool
    replaced_by: str | None
    sheet: str | None
    cell: str | None
    field: str | None
    raw: str | None
    unit_raw: str | None
    unit_cell: str | None
    read: Decimal | str | None
    read_unit: str | None
    factor: Decimal | None
    repairs: tuple[Repair, ...]
    note: str | None
    facts: Sequence[HeldFact]
    total: int
    next: int | None
    feeds: tuple[str, ...]
    used_by: Sequence[UsedBy]
    used_total: int
    used_next: int | None
    findings: tuple[Finding, ...]
    explanations: tuple[Explained, ...]
    reason: Message | None
    differences: tuple[Message, ...]
    unreadable: tuple[Message, ...]

    @property
    def entered_afterwards(self) -> bool:
        return self.entered_because is not None

    @property
    def exit_status(self) -> int:
        return 3 if self.unreadable else 1 if self.differences else 0


@dataclass(frozen=True)
class _Place:
    sheet: str
    cell: str

    def __str__(self) -> str:
        return f"{self.sheet}!{self.cell}"


def follow(w: Workplace, return_id: str, where: str | None = None, page: Page = ALL) -> Followed:
    """where: SHEET!CELL, or a cell of the only sheet that its figures come from; None for the whole return, of whose facts one
    page is told. Raises UsageError for a return that was not there by `w.now`, and for a sheet or cell that its file does not
    have; each says what there is."""
    with w.warehouse.read() as store:
        stored = _stored(w, store, return_id)
        again = Rereading(w, store, [return_id]).get(return_id)
        place, raw = _written(store, again, where)
        held = _held(w, store, stored, again, place)
        in_force = store.facts.in_force(w.plan.id, w.known, _slice(stored))
        here = [one for one in held if one.return_id == return_id]
        fields = {name for one in here if isinstance(one, RegisterFact) and place for name, cell in one.cells.items()
                  if cell == place.cell}
        field = min(fields, default=None)
        facts = [_told(again, one, field, in_force) for one in held]
        variables = _variables(w, stored, here, place)
        feeds = tuple(i.id for i in w.plan.indicators if variables & variables_behind(w.plan, i))
        shown = next((_said(again, one, place.cell) for one in here if place and _of(one, place)), Cell(raw=raw))
        used_by = _used_by(store, return_id, w.known, sorted(variables))
        own = [fact.differs for fact in facts if fact.matches is False]
        amiss = again.other_rows if again.read and stored.loaded_at else ()
        findings = [f for f in store.returns.findings(return_id, w.known) if place is None or (f.sheet, f.cell) == (
            place.sheet, place.cell)]
        explained, origin = store.returns.explanations_of([return_id], w.known)[return_id], again.origin
        return Followed(
            campaign=w.plan.id, return_id=return_id, as_of=w.now, form=stored.key.form, period=stored.key.period,
            version=stored.version, submitted_by=stored.key.unit, received_at=stored.received_at,
            business_day=stored.business_day, entered_because=stored.entered_because, account=stored.account,
            authenticated=stored.authenticated, source=origin.source, file=origin.file, file_sha256=origin.sha256,
            verdict=stored.verdict, in_force=return_id in in_force,
            replaced_by=next((r for r in in_force if stored.loaded_at and r != return_id), None),
            sheet=place.sheet if place else None, cell=place.cell if place else None, field=field, raw=raw,
            unit_raw=shown.unit_raw, unit_cell=shown.unit_cell, read=shown.read, read_unit=shown.read_unit,
            factor=shown.factor, repairs=shown.repairs, note=shown.note, facts=page.of(facts),
            total=len(facts), next=page.next(len(facts)),
            feeds=feeds, used_by=page.of(used_by), used_total=len(used_by), used_next=page.next(len(used_by)),
            findings=tuple(findings),
            explanations=again.words(explained, {f.rule for f in findings}),
            reason=_reason(stored, again, here, place) or (None if feeds else NO_INDICATOR()),
            differences=tuple(dict.fromkeys(d for d in (*own, *amiss) if d)),
            unreadable=(again.trouble,) if again.trouble else ())


def _stored(w: Workplace, store: Store, return_id: str) -> StoredReturn:
    for item in store.returns.all(w.plan.id, w.known, return_id=return_id):
        return item
    shown = store.standing.near(w.plan.id, return_id, w.known, _LISTED)
    zh, en = ("、".join(shown) or "无", ", ".join(shown) or "none")
    raise UsageError(Text(f"截至 {w.now:%Y-%m-%d %H:%M} 没有报送 {return_id!r}",
                          f"as of {w.now:%Y-%m-%d %H:%M} there is no return {return_id!r}"), where=w.plan.id,
                     todo=Text(f"有：{zh}；用 gaoxin returns status 查看", f"there are: {en}; see gaoxin returns status"))


def _slice(stored: StoredReturn) -> Slice:
    key = stored.key
    return Slice(frozenset({key.form}), frozenset({key.unit}), frozenset({key.period}))


def _written(store: Store, again: Reread, where: str | None) -> tuple[_Place | None, str | None]:
    """The cell that is meant, and what is written in it; the text is None where the file cannot be read again."""
    if where is None:
        return None, None
    sheet, _, cell = plain(where).rpartition("!")
    cell, taken_from = re.sub(r"\$", "", cell).strip().upper(), tuple(dict.fromkeys(c.rpartition("!")[0] for c in again.cells))
    sheet = sheet.strip("'") or (taken_from[0] if len(taken_from) == 1 else DATA_SHEET)
    at = row_and_column(cell)
    if at is None:
        raise UsageError(Text(f"{where!r} 不是单元格", f"{where!r} is no cell"), where="SHEET!CELL",
                         todo=Text("写成 数据!D2，或只写 D2", "write 数据!D2, or D2 alone"))
    if again.read is None:
        return _Place(sheet, cell), None
    book = opened(store.returns.content(again.origin.sha256), again.origin.file)
    found = book.sheets.get(sheet)
    if found is None:
        there = [f"{name}!{cell}" for name in taken_from or tuple(book.sheets)]
        raise UsageError(Text(f"{again.origin.file} 没有工作表 {sheet!r}", f"{again.origin.file} has no sheet {sheet!r}"),
                         where=again.origin.return_id,
                         todo=Text(f"有：{'、'.join(book.sheets)}；写成 {'、'.join(there)}",
                                   f"it has: {', '.join(book.sheets)}. Write {', '.join(there)}"))
    _must_be_in(found, at, cell, again)
    return _Place(sheet, cell), found.text(*at) or None


def _must_be_in(sheet: Sheet, at: tuple[int, int], cell: str, again: Reread) -> None:
    rows, columns = len(sheet.rows), max((len(row) for row in sheet.rows), default=0)
    if at[0] > rows or at[1] > columns:
        there = _cells(again)
        raise UsageError(Text(f"{sheet.name} 只有 {rows} 行 {columns} 列，没有 {cell}",
                              f"{sheet.name} has {rows} rows and {columns} columns, no {cell}"), where=again.origin.return_id,
                         todo=Text(f"数据在：{'、'.join(there) or '—'}", f"its figures are at: {', '.join(there) or '—'}"))


def _held(w: Workplace, store: Store, stored: StoredReturn, again: Reread, place: _Place | None) -> Sequence[Fact | RegisterFact]:
    """What the record holds from that cell, or what it should hold; in all versions."""
    key, own = stored.key, stored.return_id
    if isinstance(again.plan.form(key.form), RegisterForm):
        entries = store.facts.entries_of_versions(key, w.known, return_id=own)
        if place is None:
            return entries
        form = again.plan.form(key.form)
        found = [e for e in entries if e.sheet == place.sheet and place.cell in e.cells.values()]
        return [e for one in found for e in store.facts.entries_of_versions(
            key, w.known, says={name: one.values.get(name) for name in form.key})]
    if place is None:
        return [f for f in store.facts.of_versions(key, w.known) if f.return_id == own]
    facts = store.facts.of_versions(key, w.known)
    variables = {f.variable for f in facts if f.return_id == own and (f.sheet, f.cell) == (place.sheet, place.cell)}
    variables |= again.variables_at(place.sheet, place.cell)
    return [f for f in facts if f.variable in variables]


def _of(one: Fact | RegisterFact, place: _Place) -> bool:
    """Whether it is what the cell says: the same entity may stand in several rows of a register."""
    return isinstance(one, Fact) or place.cell in one.cells.values()


def _said(again: Reread, one: Fact | RegisterFact, at: str | None = None) -> Cell:
    """at: the cell of a register's row that is shown, with its own repairs alone."""
    if isinstance(one, Fact):
        return again.of_fact(one)
    found = again.of_entry(one, next((name for name, cell in one.cells.items() if cell == at), None))
    return replace(found, repairs=tuple(r for r in found.repairs if r.cell == at))


def _told(again: Reread, one: Fact | RegisterFact, field: str | None, in_force: list[str]) -> HeldFact:
    """field: the one of a register that the cell asked for is of; None where the whole return is."""
    own = one.return_id == again.origin.return_id
    said = _said(again, one) if own else Cell()
    about = {"here": own, "in_force": one.return_id in in_force, "matches": said.matches, "differs": said.differs}
    if isinstance(one, Fact):
        return HeldFact.of(one, field=None, unit=one.unit_of_measure, entry=None, **about)
    cell = next((cell for name, cell in one.cells.items() if field in (None, name)), "")
    return HeldFact.of(one, variable=None, field=field, value=one.values.get(field or ""), unit=None, entry=dict(one.values),
                       cell=cell, **about)


def _variables(w: Workplace, stored: StoredReturn, here: Iterable[Fact | RegisterFact], place: _Place | None) -> set[str]:
    """What indicators know the facts as: the variable, or the counts that look at the register's field."""
    form = next((f for f in w.plan.forms if f.id == stored.key.form), None)
    found: set[str] = set()
    for one in here:
        if isinstance(one, Fact):
            found.add(one.variable)
        elif isinstance(form, RegisterForm):
            fields = {name for name, cell in one.cells.items() if place is None or cell == place.cell}
            found |= {c.id for c in form.counts if fields & {*form.looked_at(c)}}
    return found


def _used_by(store: Store, return_id: str, as_of: datetime, variables: list[str]) -> tuple[UsedBy, ...]:
    whole = {u.usage_id for u in store.uses.of_return(return_id, as_of, [])}

    def told(usage: Usage) -> UsedBy:
        return UsedBy(usage.kind, usage.id, usage.at, usage.value, usage.period, usage.usage_id in whole)

    return tuple(told(usage) for usage in store.uses.of_return(return_id, as_of, variables))


def _reason(stored: StoredReturn, again: Reread, here: Sequence[Fact | RegisterFact], place: _Place | None) -> Message | None:
    if stored.loaded_at is None:
        states = {None: ReturnState.RECEIVED, Verdict.REJECTED: ReturnState.REJECTED}
        return NOT_LOADED(status=states.get(stored.verdict, ReturnState.ACCEPTED).told)
    if not here:
        return NO_FACT(cell=str(place), cells=_cells(again)) if place else NO_FACTS()
    of = next((f.cell for f in here if isinstance(f, Fact) and place and f.cell != place.cell), None)
    return OF_UNIT(unit_cell=str(place), cell=of) if of else None


def _cells(again: Reread) -> tuple[str, ...]:
    """Where the figures of the file stand; of many the first, and how far they go."""
    found = again.cells
    return tuple(found) if len(found) <= _LISTED else (*found[:_LISTED - 1], f"… {found[-1]}")
