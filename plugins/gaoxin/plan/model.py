"""The plan model: zone, units, governance, phases with their gates, tasks, indicators, forms, cadences, office choices.

Facts of the document carry their place in it (`source`); what the document does not say and somebody must decide is a
`Choice`, made by a role, with its reason. References between parts are checked here, so that every other floor may
follow an id without asking; contradictions of substance are found by `checks`.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, model_validator

from gaoxin.plan.base import Day, Days, DueDate, Id, Label, Model, Source, StartDate, UnitOfMeasure
from gaoxin.plan.forms import Form, RegisterForm, SeriesForm
from gaoxin.plan.targets import TargetStatement, thresholds


class Document(Model):
    title: str
    number: str | None = None
    issuer: Id
    issued: Day
    annex: str | None = None


class Level(StrEnum):
    MUNICIPAL = "municipal"
    PROVINCIAL = "provincial"
    NATIONAL = "national"


class Zone(Model):
    """area in square kilometres."""

    id: Id
    name: Label
    level: Level
    area_km2: Decimal | None = Field(None, gt=0)
    blocks: tuple[Label, ...] = ()
    source: Source | None = None


class UnitKind(StrEnum):
    GOVERNMENT = "government"
    COMMITTEE = "committee"
    DEPARTMENT = "department"
    COMPANY = "company"
    ASSOCIATION = "association"
    GROUP = "group"


class Unit(Model):
    """A department, committee or company; never a person. aliases: other names the document gives it."""

    id: Id
    name: Label
    kind: UnitKind = UnitKind.DEPARTMENT
    aliases: tuple[str, ...] = ()


class Governance(Model):
    """Roles by unit. consent: who agrees to the application; supervision: who is told of what is late first."""

    leading_group: Id
    head_role: Label
    deputy_role: Label | None = None
    office: Id
    office_staff: tuple[Id, ...] = ()
    supervision: Id
    assessment: Id | None = None
    consent: Id
    source: Source


class Choice(Model):
    """What the document leaves open and the office decided: never hidden in code."""

    id: Id
    subject: Label
    decision: Label
    reason: Label
    decided_by: Id
    decided_on: Day | None = None
    sources: tuple[Source, ...] = ()


class PhaseKind(StrEnum):
    LAUNCH = "launch"
    PLANNING = "planning"
    COLLECTION = "collection"
    PUBLICITY = "publicity"
    PRE_ASSESSMENT = "pre_assessment"
    APPLICATION = "application"
    REVIEW = "review"
    ACCEPTANCE = "acceptance"


class ReturnsComplete(Model):
    """Every return that is due by the gate's date is accepted. forms: which; all forms when left out."""

    kind: Literal["returns_complete"]
    id: Id
    forms: tuple[Id, ...] | None = None


class NoOpenErrors(Model):
    """No return that is due by the gate's date stands rejected."""

    kind: Literal["no_open_errors"]
    id: Id
    forms: tuple[Id, ...] | None = None


class WarningsExplained(Model):
    """Every warning on a return in force has an explanation that a reviewer accepted."""

    kind: Literal["warnings_explained"]
    id: Id
    forms: tuple[Id, ...] | None = None


class TargetsMet(Model):
    """At least `share` of the indicators meet their binding target.

    not_yet_due: what an indicator counts as whose due date lies after the gate's deadline. `hold`: it cannot be
    judged, so the gate holds and says so. `on_track`: it must have a value and be met or on track; only a Choice of
    the office may allow that, and `choice` names it.
    """

    kind: Literal["targets_met"]
    id: Id
    indicators: tuple[Id, ...] | None = None
    share: Decimal = Field(Decimal(1), gt=0, le=1)
    not_yet_due: Literal["hold", "on_track"] = "hold"
    choice: Id | None = None

    @model_validator(mode="after")
    def leniency_needs_a_choice(self) -> TargetsMet:
        if self.not_yet_due == "on_track" and self.choice is None:
            raise ValueError(
                "not_yet_due: on_track 须以 choice 指明办公室的决定 / not_yet_due: on_track needs `choice`, the office's decision"
            )
        return self


class DeliverablesPresent(Model):
    """Each named task has evidence recorded for every deliverable. tasks: those of the phase when left out."""

    kind: Literal["deliverables_present"]
    id: Id
    tasks: tuple[Id, ...] | None = None


class RectificationsClosed(Model):
    """No rectification opened before is still open (but those that this gate itself opened for another criterion)."""

    kind: Literal["rectifications_closed"]
    id: Id


class Approval(Model):
    """The unit gave its consent to exactly the figures that stand. Asked for only when all other criteria pass."""

    kind: Literal["approval"]
    id: Id
    by: Id


Criterion = Annotated[
    ReturnsComplete | NoOpenErrors | WarningsExplained | TargetsMet | DeliverablesPresent | RectificationsClosed | Approval,
    Field(discriminator="kind"),
]


class Gate(Model):
    """The decision that ends a phase: rehearsed `rehearse_days` before the deadline, decided from `decide_days` before."""

    deadline: DueDate
    criteria: tuple[Criterion, ...] = Field(min_length=1)
    rehearse_days: int = Field(30, ge=0)
    decide_days: int = Field(5, ge=0)

    @model_validator(mode="after")
    def criteria_have_ids_of_their_own(self) -> Gate:
        _unique("criteria", [c.id for c in self.criteria])
        return self


class Phase(Model):
    """A dated stretch of the schedule. after: the phases whose gates release this one."""

    id: Id
    kind: PhaseKind
    name: Label
    summary: Label | None = None
    starts: StartDate
    ends: DueDate
    after: tuple[Id, ...] = ()
    gate: Gate
    source: Source

    @model_validator(mode="after")
    def ends_after_it_starts(self) -> Phase:
        if self.ends < self.starts:
            raise ValueError(
                f"ends {self.ends} 早于 starts {self.starts} / ends {self.ends} lies before starts {self.starts}"
            )
        return self


class Deliverable(Model):
    id: Id
    name: Label


class Task(Model):
    """A piece of work that ends in deliverables. row: its row in the annex; phase: the phase whose gate asks for it."""

    id: Id
    row: int | None = None
    name: Label
    section: Label | None = None
    lead: Id
    responsible: tuple[Id, ...] = ()
    due: DueDate
    phase: Id | None = None
    deliverables: tuple[Deliverable, ...] = Field(min_length=1)
    source: Source


class Input(Model):
    """A variable in a formula. unit: what it is converted to first. mean_of_years: the mean of that many closed years."""

    variable: Id
    unit: UnitOfMeasure | None = None
    mean_of_years: int | None = Field(None, ge=2)


class Measure(Model):
    """A computed quantity. formula: an arithmetic expression over the names in `inputs`; its result is in `unit`."""

    id: Id
    name: Label | None = None
    unit: UnitOfMeasure
    formula: str
    inputs: dict[Id, Input] = Field(min_length=1)


class Quota(Model):
    """A unit's share of an indicator's target (分解数), in the unit of the indicator's first measure."""

    unit: Id
    value: Decimal = Field(gt=0)


class Indicator(Model):
    """A measured quantity with its targets. baseline: value at `baseline_on`, if anybody knows it."""

    id: Id
    row: int | None = None
    name: Label
    section: Label | None = None
    definition: Label | None = None
    lead: Id
    responsible: tuple[Id, ...] = ()
    quotas: tuple[Quota, ...] = ()
    measures: tuple[Measure, ...] = Field(min_length=1)
    targets: tuple[TargetStatement, ...] = Field(min_length=1)
    source: Source

    @model_validator(mode="after")
    def exactly_one_binding_target(self) -> Indicator:
        if len(self.targets) > 1 and sum(t.binding for t in self.targets) != 1:
            raise ValueError("多个目标值中须有且仅有一个 binding / exactly one of several targets is binding")
        names = [m.id for m in self.measures]
        _unique("measures", names)
        for statement in self.targets:
            for threshold in thresholds(statement.target):
                if threshold.of is not None and threshold.of not in names:
                    raise ValueError(
                        f"目标引用了不存在的度量 {threshold.of}；可用：{'、'.join(names)} / "
                        f"target speaks of an unknown measure: {threshold.of}; known: {', '.join(names)}"
                    )
        return self

    @property
    def binding(self) -> TargetStatement:
        return next((t for t in self.targets if t.binding), self.targets[0])


class Cadence(Model):
    """How often something is done. choice: the office's choice when the document gives no cadence."""

    id: Id
    name: Label
    who: Id
    every: Literal["day", "week", "month", "quarter", "half", "year", "once"]
    day: int | None = Field(None, ge=1, le=31)
    source: Source | None = None
    choice: Id | None = None

    @model_validator(mode="after")
    def somebody_set_it(self) -> Cadence:
        if (self.source is None) == (self.choice is None):
            raise ValueError("须写 source（文件所定）或 choice（办公室所定）之一 / give source or choice, one of them")
        return self


class ReminderLadder(Model):
    """Days before and after a due date on which a reminder is sent, and when it climbs."""

    before: tuple[Days, ...] = (7, 3, 1)
    on_due_day: bool = True
    overdue: tuple[Days, ...] = (1, 3)
    supervision_after: int = Field(5, ge=1)
    leading_group_after: int = Field(10, ge=1)
    choice: Id | None = None


class Rhythm(Model):
    """The beat of the office itself, which no document gives: `choice` names who decided it.

    supervision, reminders: cron in Asia/Shanghai. aftermath_days: how long runs go on after the last phase, so that late
    corrections still find their way. consent_days: how long a request for consent waits before it is made again.
    """

    supervision: str = Field("0 8-20 * * *", pattern=r"^\S+( \S+){4}$")
    reminders: str = Field("30 9 * * *", pattern=r"^\S+( \S+){4}$")
    aftermath_days: int = Field(60, ge=0)
    consent_days: int = Field(14, ge=1)
    choice: Id | None = None


class Plan(Model):
    """One campaign's plan, whole and resolved."""

    schema_version: Literal[1] = Field(alias="schema")
    id: Id
    name: Label
    document: Document
    zone: Zone
    units: tuple[Unit, ...] = Field(min_length=1)
    governance: Governance
    phases: tuple[Phase, ...] = Field(min_length=1)
    tasks: tuple[Task, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    forms: tuple[Form, ...] = ()
    cadences: tuple[Cadence, ...] = ()
    reminders: ReminderLadder = ReminderLadder()
    rhythm: Rhythm = Rhythm()
    choices: tuple[Choice, ...] = ()

    @model_validator(mode="after")
    def every_reference_leads_somewhere(self) -> Plan:
        from gaoxin.plan.references import ReferenceProblems, problems

        if found := problems(self):
            raise ReferenceProblems(found)
        return self

    def unit(self, unit_id: str) -> Unit:
        return _find("unit", self.units, unit_id)

    def phase(self, phase_id: str) -> Phase:
        return _find("phase", self.phases, phase_id)

    def form(self, form_id: str) -> SeriesForm | RegisterForm:
        return _find("form", self.forms, form_id)

    def indicator(self, indicator_id: str) -> Indicator:
        return _find("indicator", self.indicators, indicator_id)

    def task(self, task_id: str) -> Task:
        return _find("task", self.tasks, task_id)

    def number_of(self, phase: Phase) -> int:
        """The phase's number in the schedule, from 1."""
        return self.phases.index(phase) + 1

    @property
    def starts(self) -> date:
        return min(p.starts for p in self.phases)

    @property
    def ends(self) -> date:
        return max(p.ends for p in self.phases)

    def tasks_of(self, phase_id: str) -> tuple[Task, ...]:
        return tuple(t for t in self.tasks if t.phase == phase_id)


def _find(what: str, items, wanted: str):
    from gaoxin.errors import UsageError
    from gaoxin.i18n import Text
    from gaoxin.plan.references import WORDS

    for item in items:
        if item.id == wanted:
            return item
    known = [item.id for item in items]
    raise UsageError(
        Text(f"没有 {wanted!r} 这个{WORDS[what]}", f"no {what} {wanted!r}"),
        where=what,
        todo=Text(f"可用：{'、'.join(known)}", f"known: {', '.join(known)}"),
    )


def _unique(what: str, ids: list[str]) -> None:
    double = sorted({i for i in ids if ids.count(i) > 1})
    if double:
        raise ValueError(f"{what} 中 id 重复：{'、'.join(double)} / {what}: ids occur twice: {', '.join(double)}")
