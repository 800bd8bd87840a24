"""The landed bytes read again, and what is recorded held against them: a trace shows what the cell says, not what is remembered.

Each file is read once, by the plan by which it was read when it came.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from gaoxin import measures
from gaoxin.campaign.answer import Answer
from gaoxin.campaign.mapped import read_from
from gaoxin.campaign.workplace import Workplace
from gaoxin.errors import SystemFault, UnknownCampaign
from gaoxin.i18n import Code, Message, Text, Worded
from gaoxin.plan.model import Plan
from gaoxin.quality.shares import doubtful, settled
from gaoxin.returns.model import CellValue, Entry, Fact, Facts, ReadReturn, RegisterFact, SeriesValue
from gaoxin.returns.numbers import CONVERTED, MULTIPLE
from gaoxin.warehouse.engine import Store
from gaoxin.warehouse.stored import Explanation, Origin, Review
from gaoxin.warehouse.values import entry_values, series_values

NO_BYTES = Code("trace.no_bytes", "{return_id}：{why}，无从核对", "{return_id}: {why}; nothing can be held against it",
                return_id=str, why=Worded)
OTHER_FILE = Code("trace.other_file", "记录的文件是 {stored:.12}…，这份报送的文件是 {said:.12}…",
                  "the record names the file {stored:.12}…, the return is the file {said:.12}…", stored=str)
OTHER_RETURN = Code("trace.other_return", "文件是 {said}，记录的是 {stored}", "the file is {said}, the record says {stored}",
                    stored=str)
UNSAID = Code("trace.unsaid", "文件没有说明是哪一份报表", "the file does not say which return it is")
NO_ROW = Code("trace.no_row", "文件中没有 {variable}", "the file holds no {variable}", variable=str)
OTHER_CELL = Code("trace.other_cell", "{variable} 在文件的 {said}，记录的是 {stored}",
                  "{variable} stands at {said} of the file, the record says {stored}", variable=str, stored=str)
DIFFERS = Code("trace.differs", "{return_id} 的 {cell}：单元格是 {said}，入库的是 {stored}",
               "{return_id}, {cell}: the cell says {said}, the record says {stored}", return_id=str, said=str | Message,
               stored=str | Message)
NO_RECORD = Code("trace.no_record", "文件第 {row} 行没有条目", "row {row} of the file holds no entry")
ROWS = Code("trace.rows", "{return_id}：文件中有 {read} 条，入库的有 {stored} 条",
            "{return_id}: the file holds {read}, recorded are {stored}", return_id=str, read=int, stored=int)
ALTERED = Code("trace.altered", "{return_id}：入库时有 {read} 条，现有 {stored} 条",
               "{return_id}: {read} were recorded, {stored} are there", return_id=str, read=int, stored=int)
MOVED = Code("trace.moved", "{return_id}：入库数据中 {rows} 已不属于这份报送",
             "{return_id}: recorded rows say they are of another return: {rows}", return_id=str, rows=tuple)
NOT_RECORDED = Code("trace.not_recorded", "{return_id}：文件中有 {variables}，入库数据中没有",
                    "{return_id}: the file holds {variables}, the record does not", return_id=str, variables=tuple)
NOT_IN_FILE = Code("trace.not_in_file", "{return_id}：入库数据中有 {variables}，文件中没有",
                   "{return_id}: the record holds {variables}, the file does not", return_id=str, variables=tuple)
BLANK = Code("trace.blank", "（空白）", "(blank)")
AMOUNT = Code("trace.amount", "{value} {unit}", "{value} {unit}", value=Decimal)
CONVERSION = Code("trace.conversion", "{read} {read_unit} × {factor} = {value} {unit}",
                  "{read} {read_unit} × {factor} = {value} {unit}", read=Decimal, read_unit=str, factor=Decimal, value=Decimal,
                  unit=str)


class Repair(Answer):
    """What was repaired in reading a cell: full-width digits, separators of thousands, a unit of measure in the cell …; and how
    its value was converted, with what that came to."""

    cell: str
    code: str
    context: dict[str, Any]
    message: Message


class Explained(Answer):
    """Words on a return: on the warnings of a rule, or on its cover (rule is None then). business_day, entered_because, account,
    authenticated: as `ledger.acts.Act` has them. review: a reviewer's last word on it."""

    rule: str | None
    text: str
    by: str
    recorded_at: datetime
    business_day: date | None
    entered_because: str | None
    account: str | None = None
    authenticated: bool | None = None
    review: Review | None = None


class Cell(Answer):
    """A cell as the landed file has it. raw: its content as the sheet shows it; unit_raw: that of unit_cell, where its unit of
    measure stands. read: the value made of it, in read_unit, which may be written in the cell itself; times `factor` it is in
    the unit of measure of what is recorded. entry_raw: of a register's row the fields whose cells say something else than what
    was made of it, such as a code's name. matches: whether the record says the same; None where the file cannot be read again.
    differs: what is not the same, or why."""

    raw: str | None = None
    unit_raw: str | None = None
    unit_cell: str | None = None
    read: Decimal | str | None = None
    read_unit: str | None = None
    factor: Decimal | None = None
    repairs: tuple[Repair, ...] = ()
    note: str | None = None
    entry_raw: dict[str, str] | None = None
    matches: bool | None = None
    differs: Message | None = None


@dataclass(frozen=True)
class Reread:
    """A return whose bytes were read again; without `read`, why they could not be."""

    origin: Origin
    plan: Plan
    read: ReadReturn | None = None
    trouble: Message | None = None

    @cached_property
    def _series(self) -> dict[str, SeriesValue]:
        return {item.variable: item for item in self.read.series} if self.read else {}

    @cached_property
    def _entries(self) -> dict[int, tuple[Entry, dict[str, Any]]]:
        given = self.read.entries if self.read else ()
        return {e.row: (e, values) for e, values in zip(given, entry_values(self.read), strict=True)} if self.read else {}

    @cached_property
    def _variables(self) -> Counter[str]:
        """Those of which its bytes make facts."""
        return Counter(row["variable"] for row in series_values(self.read, self.plan)) if self.read else Counter()

    @property
    def other_rows(self) -> tuple[Message, ...]:
        """That it has more or fewer rows of facts than its bytes make, of other variables, or of another return."""
        of, held = self.origin, Counter(self.origin.variables)
        read = len(self._entries) or self._variables.total()
        found = [] if read == of.stored else [ROWS(return_id=of.return_id, read=read, stored=of.stored)]
        if of.strays:
            found.append(MOVED(return_id=of.return_id, rows=tuple(of.strays)))
        if read == of.stored:
            found += [code(return_id=of.return_id, variables=tuple(sorted(names)))
                      for code, names in ((NOT_RECORDED, self._variables - held), (NOT_IN_FILE, held - self._variables)) if names]
        return tuple(found)

    def unrecorded(self, variables: Collection[str]) -> Message | None:
        """That its bytes make facts of variables of which the record holds none."""
        found = tuple(sorted(self._variables.keys() & variables))
        return NOT_RECORDED(return_id=self.origin.return_id, variables=found) if found else None

    @property
    def cells(self) -> tuple[str, ...]:
        """Where its figures stand, in the order of the sheet; of a register's rows all fields."""
        found = [s.value for s in self._series.values()] + [c for e, _ in self._entries.values() for c in e.fields.values()]
        return tuple(f"{one.sheet}!{one.cell}" for one in found if one.value is not None)

    def variables_at(self, sheet: str, cell: str) -> set[str]:
        """The variables whose value, or whose unit of measure, stands there."""
        return {s.variable for s in self._series.values() if s.value.sheet == sheet and cell in (s.value.cell, s.unit_cell)}

    def words(self, explanations: Iterable[Explanation], rules: Collection[str]) -> tuple[Explained, ...]:
        """What the unit says on the cover, and what was explained of some rules."""
        said, of = self.origin.explanation, self.origin
        cover = [Explained.of(of, rule=None, text=said, by=of.key.unit, recorded_at=of.received_at, review=None)] if said else []
        return (*cover, *(Explained.of(e) for e in explanations if e.rule in rules))

    def of_fact(self, fact: Fact) -> Cell:
        """The cell that a fact names."""
        if self.read is None:
            return Cell(differs=self.trouble)
        item = self._series.get(fact.variable)
        if (amiss := self._stranger(fact)) or item is None:
            return Cell(matches=False, differs=amiss or NO_ROW(variable=fact.variable))
        said, unit, wanted = item.value, item.unit_given, fact.unit_of_measure
        value = said.value if isinstance(said.value, Decimal) else None
        factor = measures.factor(unit, wanted) if unit and measures.convertible(unit, wanted) else None
        where, differs = f"{said.sheet}!{said.cell}", None
        if where != f"{fact.sheet}!{fact.cell}":
            differs = OTHER_CELL(variable=fact.variable, said=where, stored=f"{fact.sheet}!{fact.cell}")
        elif value is None or factor is None or not measures.alike(value * factor, fact.value):
            differs = DIFFERS(return_id=fact.return_id, cell=where, stored=AMOUNT(value=fact.value, unit=wanted),
                              said=_said(said.raw) if value is None or unit is None else AMOUNT(value=value, unit=unit))
        value, unit, factor = _as_typed(said, value, unit, factor)
        repairs = _repairs([said])
        if value is not None and unit and factor is not None and factor != 1:
            made = CONVERSION(read=value, read_unit=unit, factor=factor, value=value * factor, unit=wanted)
            repairs += (Repair(said.cell, made.code, made.context, made),)
        return Cell(said.raw, item.unit_raw, item.unit_cell, value, unit, factor, repairs, item.note,
                    matches=differs is None, differs=differs)

    def of_entry(self, entry: RegisterFact, field: str | None) -> Cell:
        """The row of a register that an entry names. field: the one that is shown for it."""
        if self.read is None:
            return Cell(differs=self.trouble)
        found = self._entries.get(entry.row)
        if (amiss := self._stranger(entry)) or found is None:
            return Cell(matches=False, differs=amiss or NO_RECORD(row=entry.row))
        given, values = found
        fields, cells = values["fields"], values["cells"]
        wrong = next((name for name in (*fields, *entry.values) if (fields.get(name), cells.get(name))
                      != (entry.values.get(name), entry.cells.get(name))), None)
        differs = None if wrong is None else DIFFERS(
            return_id=entry.return_id, cell=f"{entry.sheet}!{cells.get(wrong) or entry.cells.get(wrong)}",
            said=_said(fields.get(wrong)), stored=_said(entry.values.get(wrong)))
        shown = given.fields.get(field or "")
        raw = {name: cell.raw for name, cell in given.fields.items() if cell.raw != (fields[name] or "")}
        return Cell(shown.raw if shown else None, read=fields.get(field or ""), repairs=_repairs(given.fields.values()),
                    entry_raw=raw, matches=differs is None, differs=differs)

    def _stranger(self, fact: Fact | RegisterFact) -> Message | None:
        """Why the record cannot be of this file."""
        assert self.read
        if fact.file_sha256 != self.origin.sha256:
            return OTHER_FILE(stored=fact.file_sha256, said=self.origin.sha256)
        if self.read.key is None:
            return UNSAID()
        recorded = f"{fact.campaign}__{fact.form}__{fact.unit}__{fact.period}"
        return None if recorded == str(self.read.key) else OTHER_RETURN(said=str(self.read.key), stored=recorded)


class Rereading:
    """Returns that there are, each read again when it is first asked for, within a transaction."""

    def __init__(self, w: Workplace, store: Store, return_ids: Collection[str]) -> None:
        self._w, self._store = w, store
        self.origins = store.returns.origins(return_ids)
        hashes = {o.plan_hash for o in self.origins.values() if o.plan_hash}
        self._plans = store.plans.of_hashes(w.plan.id, hashes)
        self._read: dict[str, Reread] = {}

    def get(self, return_id: str) -> Reread:
        if return_id not in self._read:
            self._read[return_id] = self._again(self.origins[return_id])
        return self._read[return_id]

    def _again(self, origin: Origin) -> Reread:
        plan = self._plan_of(origin)
        try:
            content = self._store.returns.content(origin.sha256)
        except SystemFault as fault:
            return Reread(origin, plan, trouble=NO_BYTES(return_id=origin.return_id, why=fault.what))
        read = read_from(content, origin.file, _only(plan), origin.key)
        if doubtful(read):  # how its shares were read is what was recorded of it
            own = [f for f in self._store.facts.of_versions(origin.key, self._w.known) if f.return_id == origin.return_id]
            read = settled(plan, read, Facts(self._w.known, tuple(own)))
        return Reread(origin, plan, read)

    def _plan_of(self, origin: Origin) -> Plan:
        """The plan by which it was read; where that version was never in force, the one of the time it was loaded."""
        if origin.plan_hash in self._plans:
            return self._plans[origin.plan_hash]
        version = self._store.plans.in_force(self._w.plan.id, origin.loaded_at or origin.received_at)
        return version.plan if version else self._w.plan


def _only(plan: Plan) -> Callable[[str], Plan]:
    def plan_of(campaign: str) -> Plan:
        if campaign != plan.id:
            raise UnknownCampaign(Text(f"不是 {plan.id} 的报表", f"no return of {plan.id}"), where=campaign,
                                  todo=Text("核对封面", "look at its cover"), known=(plan.id,))
        return plan

    return plan_of


def _as_typed(said: CellValue, value: Decimal | None, unit: str | None,
              factor: Decimal | None) -> tuple[Decimal | None, str | None, Decimal | None]:
    """A value with its unit of measure, and the factor to that of the record; where the cell itself says another unit of measure
    than its row (5200000万元 in a row of 亿元, 5万 in one of 元), as it stands there."""
    if value is None or unit is None or factor is None:
        return value, unit, factor
    found = {m.code: str(m.context["written"]) for m in said.repairs if m.code in (CONVERTED.code, MULTIPLE.code)}
    written = found.get(CONVERTED.code) or found.get(MULTIPLE.code, "") + unit
    if not found or not measures.convertible(written, unit):
        return value, unit, factor
    typed = measures.convert(value, unit, written)
    return typed.normalize() + 0, written, factor * measures.factor(written, unit)


def _repairs(cells: Iterable[CellValue]) -> tuple[Repair, ...]:
    return tuple(Repair(cell.cell, m.code, m.context, m) for cell in cells for m in cell.repairs)


def _said(value: str | None) -> Message | str:
    return value or BLANK()

