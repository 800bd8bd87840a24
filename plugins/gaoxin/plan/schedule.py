"""When: stages, phases with their gates, and the tasks that the gates ask for. Criteria have a folder of their own."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum

from pydantic import Field, model_validator

from gaoxin.i18n import Code
from gaoxin.plan.base import (
    TWO_DUE_DATES,
    DueDate,
    Id,
    Label,
    MaskedDate,
    Model,
    Source,
    StartDate,
    Unfit,
    UnitOfMeasure,
    unique,
)
from gaoxin.plan.criteria import AnyCriterion
from gaoxin.plan.criteria.approval import Approval

ENDS_BEFORE = Code(
    "plan.ends_before", "ends {ends} 早于 starts {starts}", "ends {ends} lies before starts {starts}", ends=date, starts=date,
)
DUE_IN_A_PHASE = Code("plan.due_in_a_phase", "归入阶段的任务须有 due", "a task that belongs to a phase needs due")


class PhaseKind(StrEnum):
    LAUNCH = "launch"
    PLANNING = "planning"
    COLLECTION = "collection"
    PUBLICITY = "publicity"
    PRE_ASSESSMENT = "pre_assessment"
    APPLICATION = "application"
    REVIEW = "review"
    ACCEPTANCE = "acceptance"


class Gate(Model):
    """The decision that ends a phase: rehearsed `rehearse_days` before the deadline, decided from `decide_days` before."""

    deadline: DueDate
    criteria: tuple[AnyCriterion, ...] = Field(min_length=1)
    rehearse_days: int = Field(30, ge=0)
    decide_days: int = Field(5, ge=0)

    @model_validator(mode="after")
    def criteria_have_ids_of_their_own(self) -> Gate:
        unique("criteria", [c.id for c in self.criteria])
        return self

    @property
    def approvals(self) -> tuple[Approval, ...]:
        """The criteria that wait for a unit's consent."""
        return tuple(c for c in self.criteria if isinstance(c, Approval))


class Stretch(Model):
    """What has a first and a last day."""

    starts: StartDate
    ends: DueDate

    @model_validator(mode="after")
    def ends_after_it_starts(self) -> Stretch:
        if self.ends < self.starts:
            raise Unfit(ENDS_BEFORE(ends=self.ends, starts=self.starts))
        return self


class Horizon(Stretch):
    """The stretch of time that the document plans for, such as a five-year plan, where it has no dated steps."""

    source: Source


class Stage(Stretch):
    """A part of the document's schedule that holds several steps. A phase inside it names it."""

    id: Id
    name: Label
    source: Source


class Phase(Stretch):
    """A dated stretch of the schedule. after: the phases whose gates release this one. stage: the document's heading
    under which it stands."""

    id: Id
    kind: PhaseKind
    name: Label
    summary: Label | None = None
    stage: Id | None = None
    after: tuple[Id, ...] = ()
    gate: Gate
    source: Source


class Deliverable(Model):
    id: Id
    name: Label


class Quantity(Model):
    """A number that the document gives within a task: a capacity, an investment. The same `what` twice must agree.

    by: the day for which it holds, where the document says so; two quantities for different days do not contradict.
    """

    what: Id
    name: Label
    value: Decimal
    unit: UnitOfMeasure
    by: DueDate | None = None
    source: Source


class Task(Model):
    """A piece of work that ends in deliverables. row: its row in the annex; phase: the phase whose gate asks for it.

    lead: None where the document names nobody; co_leads: who leads beside the first. due: None where the document gives
    no date, or masks its year (due_masked); such a task never falls due by itself. starts_by: when it has to have begun.
    """

    id: Id
    row: int | None = None
    name: Label
    section: Label | None = None
    lead: Id | None = None
    co_leads: tuple[Id, ...] = ()
    responsible: tuple[Id, ...] = ()
    starts_by: DueDate | None = None
    due: DueDate | None = None
    due_masked: MaskedDate | None = None
    phase: Id | None = None
    deliverables: tuple[Deliverable, ...] = Field(min_length=1)
    quantities: tuple[Quantity, ...] = ()
    source: Source

    @model_validator(mode="after")
    def dated_where_a_gate_asks(self) -> Task:
        if self.due and self.due_masked:
            raise Unfit(TWO_DUE_DATES())
        if self.phase and self.due is None:
            raise Unfit(DUE_IN_A_PHASE())
        return self

    @property
    def leads(self) -> tuple[str, ...]:
        return tuple(u for u in (self.lead, *self.co_leads) if u)
