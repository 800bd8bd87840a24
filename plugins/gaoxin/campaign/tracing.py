"""Where a figure comes from: an indicator's formula and inputs, down to the cells of the files that were handed in."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from gaoxin.campaign.answer import Answer
from gaoxin.campaign.measuring import delivered_by
from gaoxin.campaign.workplace import Workplace
from gaoxin.i18n import Message, Worded
from gaoxin.indicators.evaluate import evaluate_indicator
from gaoxin.indicators.inputs import number
from gaoxin.indicators.model import CountedItem, InputValue, MeasureValue, ReferenceUsed, StatedUsed, Status
from gaoxin.periods import Period
from gaoxin.plan.forms import RegisterForm
from gaoxin.plan.model import Indicator, Plan
from gaoxin.plan.targets import leaves
from gaoxin.quality.model import Finding
from gaoxin.returns.model import RegisterFact
from gaoxin.warehouse.engine import Store


class TracedInput(Answer):
    """One fact or register entry that the figure rests on, or an input without a value (then reason says why).
    value: as reported, in `unit`; for an entry that is counted 1, for one that is added its amount. input: the name in the
    formula of `measure`. entry: the entry's fields. findings: those on this cell or row, and those on the return as a whole."""

    measure: str
    input: str
    variable: str
    value: Decimal | None
    unit: str
    period: Period | None
    recorded_at: datetime | None = None
    return_id: str | None = None
    version: int | None = None
    file_sha256: str | None = None
    sheet: str | None = None
    cell: str | None = None
    submitted_by: str | None = None
    entry: dict[str, str | None] | None = None
    findings: tuple[Finding, ...] = ()
    reason: Message | None = None


class TracedDeliverable(Answer):
    """One deliverable that a milestone asks for; without evidence sha256 and what follows are None."""

    task: str
    deliverable: str
    name: str
    sha256: str | None = None
    recorded_at: datetime | None = None
    recorded_by: str | None = None


class Trace(Answer):
    """value, unit and period are those of the leaf that decides, formula that of its measure: None where it has none, as a
    milestone has, or where nobody reports it. inputs: those of all measures, and of the other values that the target was judged
    by, such as the base year's, a zone's or those of quotas and other statements; a measure of another period is told by its
    inputs' periods. stated: values of the document itself that it rests on, such as a base year's. reference: the point of a
    reference series that it was held against, references: those of all parts. deliverables: of a milestone's task, or of the
    tasks that a share counts, which are recorded; counted: what a share counts."""

    campaign: str
    indicator: str
    name: Worded
    as_of: datetime
    value: Decimal | None
    unit: str
    period: Period | None
    formula: str | None
    status: Status
    target: Message
    reason: Message | None
    reference: ReferenceUsed | None
    references: tuple[ReferenceUsed, ...]
    deliverables: tuple[TracedDeliverable, ...]
    stated: tuple[StatedUsed, ...]
    counted: tuple[CountedItem, ...]
    inputs: tuple[TracedInput, ...]
    measures: tuple[MeasureValue, ...]

    @property
    def reasons(self) -> list[Message]:
        """Why inputs or the figure are missing, each said once."""
        return list(dict.fromkeys(r for r in (*(i.reason for i in self.inputs), self.reason) if r))


_Findings = Callable[[str, str, set[str]], tuple[Finding, ...]]  # of a return, a sheet and cells of it


def trace(w: Workplace, indicator_id: str, period: Period | None = None) -> Trace:
    """An indicator as of `w.now` with everything it was made of. Raises UsageError for an unknown indicator."""
    indicator = w.plan.indicator(indicator_id)
    with w.warehouse.begin() as store:
        facts = store.facts.source(w.plan.id, w.known)
        result = evaluate_indicator(w.plan, indicator, facts, w.now, period, delivered_by(w, store),
                                    store.results.verdicts(w.plan.id, w.known))
        read = cache(store.returns.findings)  # once a return

        def findings(return_id: str, sheet: str, cells: set[str]) -> tuple[Finding, ...]:
            return tuple(f for f in read(return_id) if f.cell is None or (f.sheet in (None, sheet) and f.cell in cells))

        values = (*result.measures, *result.rests_on, *result.beside)
        inputs: list[TracedInput] = []
        for traced in (t for m in values for i in m.inputs for t in _traced(w.plan, m, i, findings)):
            if traced not in inputs:
                inputs.append(traced)
        deliverables = _deliverables(w, indicator, store)
    formula = next((m.formula for m in result.measures if m.measure == result.deciding), None)
    return Trace.of(result, campaign=w.plan.id, indicator=indicator.id, formula=formula, deliverables=deliverables,
                    inputs=tuple(inputs))


def _deliverables(w: Workplace, indicator: Indicator, store: Store) -> tuple[TracedDeliverable, ...]:
    """What milestones and shares of tasks in the binding target ask for, each with the evidence that stands."""
    asked = (task for leaf in leaves(indicator.binding.target) for task in w.plan.counted_tasks(leaf))
    tasks = {task.id: task for task in asked}.values()
    if not tasks:
        return ()
    recorded = {(e.task, e.deliverable): e for e in store.decisions.evidence(w.plan.id, w.known)}
    asked_for = ((task.id, item, recorded.get((task.id, item.id))) for task in tasks for item in task.deliverables)
    return tuple(TracedDeliverable(task, item.id, item.name.to(w.settings.lang),
                                   *((e.sha256, e.recorded_at, e.recorded_by) if e else ())) for task, item, e in asked_for)


def _traced(plan: Plan, measure: MeasureValue, given: InputValue, findings: _Findings) -> list[TracedInput]:
    about: dict[str, Any] = {"measure": measure.measure, "input": given.name, "reason": None}
    found = [TracedInput.of(f, **about, unit=f.unit_of_measure, submitted_by=f.unit, entry=None,
                            findings=findings(f.return_id, f.sheet, {f.cell})) for f in given.facts]
    found += [_entry(plan, given, e, findings, about) for e in given.entries]
    if found and given.value is not None:
        return found
    # Without a reason: a register that was handed in empty. Nothing to point at, and known to be nothing.
    return [TracedInput(measure.measure, given.name, given.variable, given.value, given.unit, given.period, reason=given.reason)]


def _entry(plan: Plan, given: InputValue, e: RegisterFact, findings: _Findings, about: dict[str, Any]) -> TracedInput:
    form = plan.form(e.form)
    assert isinstance(form, RegisterForm)
    count = next(c for c in form.counts if c.id == given.variable)
    return TracedInput.of(
        e, **about, variable=given.variable, value=Decimal(1) if count.sum is None else number(e.values.get(count.sum)),
        unit=next((f.unit for f in form.fields if f.id == count.sum and f.unit), count.unit), submitted_by=e.unit,
        cell=e.cells.get(count.sum or count.distinct or form.key[0]), entry=dict(e.values),
        findings=findings(e.return_id, e.sheet, set(e.cells.values())))
