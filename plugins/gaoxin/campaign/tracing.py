"""Where a figure comes from: an indicator's formula and inputs, how each was made, down to the cells of the files that were
handed in, which are read again."""

import operator
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from gaoxin.campaign.answer import Answer
from gaoxin.campaign.measuring import delivered_by, plans_then
from gaoxin.campaign.paging import ALL, Page
from gaoxin.campaign.rereading import ALTERED, BLANK, Cell, Explained, Repair, Reread, Rereading
from gaoxin.campaign.workplace import Workplace
from gaoxin.clock import local_day
from gaoxin.i18n import Code, Message, Worded
from gaoxin.indicators.behind import Behind, values_behind
from gaoxin.indicators.due import came_to
from gaoxin.indicators.evaluate import evaluate_indicators
from gaoxin.indicators.facts_world import variables_behind
from gaoxin.indicators.inputs import FactIndex, number
from gaoxin.indicators.made_of import MadeMeasure, made_of, own_name
from gaoxin.indicators.model import (
    CountedItem,
    DerivedBy,
    IndicatorResult,
    InputValue,
    KeptVerdict,
    MeasureValue,
    PartFigure,
    ReferenceUsed,
    StatedUsed,
    Status,
)
from gaoxin.indicators.source import Source
from gaoxin.periods import Period
from gaoxin.plan.forms import RegisterForm, SeriesForm
from gaoxin.plan.measure import Input
from gaoxin.plan.model import Indicator, Plan
from gaoxin.plan.target import Truth
from gaoxin.plan.targets import leaves
from gaoxin.quality.model import Finding
from gaoxin.returns.model import Fact, RegisterFact, Slice
from gaoxin.warehouse.engine import Store

SUM = Code("trace.sum", "{indicator}.{measure} {period}：算出 {value:10} {unit}，所列数据为 {again:10}",
           "{indicator}.{measure} {period}: {value:10} {unit} was computed, the figures shown make {again:10}", indicator=str,
           measure=str, period=Period | None, unit=str, value=Decimal | None, again=Decimal | Message)


class TracedInput(Answer):
    """One fact or register entry that the figure rests on, or an input without a value (then reason says why). indicator: whose
    input it is: of a share of the plan also those that it counts. measure: or the reference, of whose series it is a point.
    value: as recorded, in `unit`; for an entry that is counted 1, for one that is added its amount. input: the name in the
    formula of `measure`; name: its own, `n_2024` for a year of a mean and wherever another year than the figure's is meant; of a
    weight its variable's. source: how the file came. raw to differs: the cell as the landed file has it now, see
    `rereading.Cell`. entry, entry_cells: the entry's fields, and where each stands. findings: those on this cell or row, and
    those on the return as a whole; explanations: of their rules, and the cover's. business_day, entered_because: of the return,
    where it was entered afterwards."""

    indicator: str
    measure: str
    input: str
    name: str
    variable: str
    value: Decimal | None
    unit: str
    period: Period | None
    recorded_at: datetime | None = None
    return_id: str | None = None
    version: int | None = None
    file_sha256: str | None = None
    file: str | None = None
    source: str | None = None
    sheet: str | None = None
    cell: str | None = None
    raw: str | None = None
    unit_raw: str | None = None
    unit_cell: str | None = None
    read: Decimal | str | None = None
    read_unit: str | None = None
    factor: Decimal | None = None
    repairs: tuple[Repair, ...] = ()
    note: str | None = None
    entry: dict[str, str | None] | None = None
    entry_cells: dict[str, str] | None = None
    entry_raw: dict[str, str] | None = None
    matches: bool | None = None
    differs: Message | None = None
    submitted_by: str | None = None
    account: str | None = None
    authenticated: bool | None = None
    business_day: date | None = None
    entered_because: str | None = None
    findings: tuple[Finding, ...] = ()
    explanations: tuple[Explained, ...] = ()
    reason: Message | None = None


class TracedDeliverable(Answer):
    """One deliverable that a milestone asks for; without evidence sha256 and what follows are None."""

    task: str
    deliverable: str
    name: str
    sha256: str | None = None
    recorded_at: datetime | None = None
    recorded_by: str | None = None
    account: str | None = None
    authenticated: bool | None = None


class Trace(Answer):
    """value, unit and period are the indicator's own, formula that of their measure: None where it has none, as a milestone has,
    or where nobody reports it; part: the figures of the part that decides, where it is another; derived: how value follows from
    its measure's values. inputs: those of all measures, and of the other values that the target was judged by, such as the base
    year's, a zone's or those of quotas and other statements; a measure of another period is told by its inputs' periods. stated:
    values of the document itself that it rests on, such as a base year's. reference: the point of a reference series that it was
    held against, references: those of all parts. former: verdicts of days that the plan no longer names. deliverables: of a
    milestone's task, or of the tasks that a share counts, which are recorded; counted: what a share counts. due_verdicts: what
    each binding value came to on its day, and since. computed: every value with the way it was made: formula, inputs, figures,
    how units combine; the inputs of a figure are those of its variable, period and units. reread: how many landed files were read
    again. differences: where the record and these say different things; unreadable: those that cannot be read again. total: how
    many inputs there are; next: after how many the next page goes on, None where none are left. The answer is no where anything
    differs, and a fault where bytes are gone or changed."""

    campaign: str
    indicator: str
    name: Worded
    as_of: datetime
    plan_version: int | None
    value: Decimal | None
    unit: str
    period: Period | None
    formula: str | None
    derived: DerivedBy | None
    part: PartFigure | None
    status: Status
    target: Message
    reason: Message | None
    due_verdicts: tuple[Message, ...]
    former: tuple[KeptVerdict, ...]
    reference: ReferenceUsed | None
    references: tuple[ReferenceUsed, ...]
    deliverables: tuple[TracedDeliverable, ...]
    stated: tuple[StatedUsed, ...]
    counted: tuple[CountedItem, ...]
    inputs: Sequence[TracedInput]
    total: int
    next: int | None
    measures: tuple[MeasureValue, ...]
    computed: tuple[MadeMeasure, ...]
    reread: int
    differences: tuple[Message, ...]
    unreadable: tuple[Message, ...]

    @property
    def reasons(self) -> list[Message]:
        """Why inputs or the figure are missing, each said once."""
        return list(dict.fromkeys(r for r in (*(i.reason for i in self.inputs), self.reason) if r))

    @property
    def exit_status(self) -> int:
        return 3 if self.unreadable else 1 if self.differences else 0


@dataclass(frozen=True)
class _Used:
    """What one input was made of: a fact, a register's entry, or neither. shown: the field that is shown of an entry."""

    about: dict[str, Any]
    fact: Fact | None = None
    entry: RegisterFact | None = None
    shown: str | None = None

    @property
    def of(self) -> Fact | RegisterFact | None:
        return self.fact or self.entry

    @property
    def cell(self) -> str | None:
        return self.fact.cell if self.fact else self.entry.cells.get(self.shown or "") if self.entry else None

    @property
    def cells(self) -> set[str]:
        """All that it was read from."""
        return {self.fact.cell} if self.fact else set(self.entry.cells.values()) if self.entry else set()

    @property
    def key(self) -> tuple[Any, ...]:
        """The same fact for the same input is shown once, however many values rest on it."""
        place = self.of.return_id if self.of else self.about["reason"], self.entry.row if self.entry else self.cell
        return *(self.about[name] for name in ("indicator", "measure", "name", "variable", "period")), *place


def trace(w: Workplace, indicator_id: str, period: Period | None = None, page: Page = ALL) -> Trace:
    """An indicator as of `w.now` with everything it was made of; of the inputs one page. Raises UsageError for an unknown
    indicator."""
    indicator = w.plan.indicator(indicator_id)
    with w.warehouse.read() as store:
        facts = store.facts.source(w.plan.id, w.known)
        today = local_day(w.now)
        limit = min(today, period.end) if period else today
        result, behind = _evaluated(w, store, indicator, facts, period, limit)
        used = {one.key: one for value in behind for one in _of_value(w.plan, value)}
        # Where an earlier value is missing, it may have been there.
        whole = result.truth is Truth.UNKNOWN or result.stated
        shown = _Shown(w, store, facts, used.values())
        variables = variables_behind(w.plan, indicator) | {one.about["variable"] for one in used.values()}
        shown.look_beside(variables, date.min if whole else _earliest(used.values()), limit)
        inputs = tuple(shown.input(one) for one in used.values())
        cells = {(i.return_id or "", i.variable): i.read * i.factor for i in inputs
                 if i.matches is False and isinstance(i.read, Decimal) and i.factor is not None}
        computed = tuple(made_of(w.plan, value, cells) for value in behind)
        former = tuple(kept for kept in result.verdicts if kept.due not in {one.due for one in result.path})
        return Trace.of(result, campaign=w.plan.id, indicator=indicator.id, plan_version=w.plan_version,
                        inputs=page.of(inputs), total=len(inputs), next=page.next(len(inputs)),
                        computed=computed, former=former,
                        due_verdicts=tuple(told for one in result.path if (told := came_to(one))),
                        formula=next((m.formula for m in result.measures if m.measure == result.deciding), None),
                        deliverables=_deliverables(w, indicator, store), reread=shown.read(),
                        differences=shown.differences(inputs, computed), unreadable=shown.unreadable())


def _evaluated(w: Workplace, store: Store, indicator: Indicator, facts: Source,
               period: Period | None, limit: date) -> tuple[IndicatorResult, tuple[Behind, ...]]:
    """An indicator with every computed value behind it, those of the indicators that it counts too."""
    counted = {other.id for s in indicator.targets for leaf in leaves(s.target) for other in w.plan.counted_indicators(leaf)}
    found = {r.id: r for r in evaluate_indicators(w.plan, facts, w.now, period, delivered_by(w, store),
                                                  store.results.verdicts(w.plan.id, w.known), {indicator.id, *counted},
                                                  plans_then(w, store))}
    return found[indicator.id], values_behind(FactIndex(w.plan, facts), found[indicator.id], found, limit)


def _of_value(plan: Plan, of: Behind) -> Iterator[_Used]:
    for given in of.value.inputs:
        yield from _of_input(plan, of, of.asked[given.name], given)


def _of_input(plan: Plan, of: Behind, asked: Input, given: InputValue) -> Iterator[_Used]:
    def about(period: Period | None, variable: str = given.variable, **more: Any) -> dict[str, Any]:
        name = given.name if variable == given.variable else variable  # another one is what weighs it
        own = own_name(asked, name, period, apart=of.apart) if period else name
        return {"indicator": of.indicator, "measure": of.value.measure, "input": given.name, "name": own, "variable": variable,
                "period": period, "reason": None, **more}

    if given.value is None or not (given.facts or given.entries):
        # Without a reason: a register that was handed in empty. Nothing to point at, and known to be nothing.
        yield _Used(about(given.period, value=given.value, unit=given.unit, reason=given.reason))
        return
    for fact in given.facts:
        yield _Used(about(fact.period, variable=fact.variable, value=fact.value, unit=fact.unit_of_measure), fact)
    for entry in given.entries:
        form = plan.form(entry.form)
        assert isinstance(form, RegisterForm)
        count = next(c for c in form.counts if c.id == given.variable)
        value = Decimal(1) if count.sum is None else number(entry.values.get(count.sum))
        unit = next((f.unit for f in form.fields if f.id == count.sum and f.unit), count.unit)
        yield _Used(about(entry.period, value=value, unit=unit), None, entry, count.sum or count.distinct or form.key[0])


class _Shown:
    """What is told beside facts and entries: their returns, read again, with findings and explanations."""

    def __init__(self, w: Workplace, store: Store, facts: Source, used: Collection[_Used]) -> None:
        self._facts = facts
        self._registers = {place for one in used if (place := _register(w.plan, one))}
        self._rows = {(one.entry.return_id, one.entry.row) for one in used if one.entry}
        returns = {one.of.return_id for one in used if one.of}
        for form, period in self._registers:  # those that have no entry, or none that counts, made the figure too
            returns.update(store.facts.in_force(w.plan.id, w.known, Slice(frozenset({form}), periods=frozenset({period}))))
        self._w, self._store = w, store
        self._again = Rereading(w, store, sorted(returns))
        self._explanations = store.returns.explanations_of(returns, w.known)
        self._findings: dict[tuple[str, str | None], list[Finding]] = defaultdict(list)  # by return and cell
        for return_id, found in store.returns.findings_of(returns, w.known).items():
            for finding in found:
                self._findings[return_id, finding.cell].append(finding)

    def look_beside(self, variables: Iterable[str], since: date, until: date) -> None:
        """Looks for rows that are gone from returns that are not shown, of periods that end after a day; for values of these
        variables that their files hold, of those that end by another."""
        w, store = self._w, self._store
        behind = [w.plan.variables[name] for name in variables]
        self._altered = store.facts.altered(w.plan.id, w.known, {form.id for form, _ in behind}, since)
        asked = {(form.id, source.id) for form, source in behind if isinstance(form, SeriesForm)}
        self._lacking: dict[str, set[str]] = defaultdict(set)
        for return_id, variable in store.facts.lacking(w.plan.id, w.known, asked, since, until):
            self._lacking[return_id].add(variable)
        self._beside = Rereading(w, store, sorted(self._lacking.keys() - self._again.origins.keys()))

    def input(self, one: _Used) -> TracedInput:
        of = one.of
        if of is None:
            return TracedInput(**one.about)
        findings = tuple(f for cell in (None, *sorted(one.cells)) for f in self._findings.get((of.return_id, cell), ())
                         if cell is None or f.sheet in (None, of.sheet))
        origin = self._again.origins[of.return_id]
        return TracedInput(
            **one.about, **vars(self._said(one)), recorded_at=of.recorded_at, return_id=of.return_id, version=of.version,
            file_sha256=of.file_sha256, file=origin.file, source=origin.source, sheet=of.sheet, cell=one.cell,
            submitted_by=of.unit, account=origin.account, authenticated=origin.authenticated,
            business_day=origin.business_day, entered_because=origin.entered_because,
            entry=dict(one.entry.values) if one.entry else None,
            entry_cells=dict(one.entry.cells) if one.entry else None, findings=findings,
            explanations=self._again.get(of.return_id).words(self._explanations[of.return_id], {f.rule for f in findings}))

    def _said(self, one: _Used) -> Cell:
        if one.fact:
            return self._again.get(one.fact.return_id).of_fact(one.fact)
        assert one.entry
        return self._again.get(one.entry.return_id).of_entry(one.entry, one.shown)

    def differences(self, inputs: Iterable[TracedInput], computed: Iterable[MadeMeasure]) -> tuple[Message, ...]:
        """Each once; also of entries that were not counted, of returns that have other rows than their files make, of other
        periods where rows are gone, since without them an earlier one is taken, or none, and of values that do not come out."""
        found = [i.differs for i in inputs if i.matches is False]
        for form, period in self._registers:
            found += [self._again.get(e.return_id).of_entry(e, None).differs for e in self._facts.records(form).get(period, ())
                      if (e.return_id, e.row) not in self._rows and self._again.get(e.return_id).read]
        found += [told for r in self._reread if r.read for told in r.other_rows]
        found += [ALTERED(return_id=name, read=loaded, stored=stored) for name, loaded, stored in self._altered
                  if name not in self._again.origins]
        found += [self._beside.get(name).unrecorded(self._lacking[name]) for name in self._beside.origins]
        found += [SUM(indicator=made.indicator, measure=made.measure, period=made.period, unit=made.unit, value=made.value,
                      again=BLANK() if made.again is None else made.again) for made in computed if not made.comes_out]
        return tuple(dict.fromkeys(message for message in found if message))

    def read(self) -> int:
        return len({r.origin.sha256 for r in self._reread if r.read})

    def unreadable(self) -> tuple[Message, ...]:
        beside = (self._beside.get(name) for name in self._beside.origins)
        return tuple(r.trouble for r in (*self._reread, *beside) if r.trouble)

    @property
    def _reread(self) -> list[Reread]:
        return [self._again.get(return_id) for return_id in self._again.origins]


def _earliest(used: Iterable[_Used]) -> date:
    """The end of the first period that is shown."""
    return min((one.of.period.end if one.of else date.min for one in used), default=date.min)


def _register(plan: Plan, one: _Used) -> tuple[str, Period] | None:
    """The register of a period that was counted, also where nothing in it counts."""
    form = plan.variables[one.about["variable"]][0]
    counted = isinstance(form, RegisterForm) and one.about["value"] is not None and one.about["period"]
    return (form.id, one.about["period"]) if counted else None


def _deliverables(w: Workplace, indicator: Indicator, store: Store) -> tuple[TracedDeliverable, ...]:
    """What milestones and shares of tasks in what binds ask for, each with the evidence that stands."""
    asked = (task for s in indicator.path for leaf in leaves(s.target) for task in w.plan.counted_tasks(leaf))
    tasks = {task.id: task for task in asked}.values()
    if not tasks:
        return ()
    recorded = {(e.task, e.deliverable): e for e in store.decisions.evidence(w.plan.id, w.known)}
    asked_for = ((task.id, item, recorded.get((task.id, item.id))) for task in tasks for item in w.plan.pieces(task))
    told = operator.attrgetter("sha256", "recorded_at", "recorded_by", "account", "authenticated")
    return tuple(TracedDeliverable(task, item.id, item.name.to(w.settings.lang), *(told(e) if e else ()))
                 for task, item, e in asked_for)
