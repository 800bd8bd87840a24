"""Who does what in a campaign, in which rhythm, and what the office decided where the document is silent or at odds."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Literal

from pydantic import Field, model_validator

from gaoxin.i18n import Code
from gaoxin.plan.base import Day, Days, Id, Label, Model, Source, Unfit

DECIDED_WHEN = Code(
    "plan.decided_when", "写了 settles 的决定须有 decided_on", "a choice that settles findings needs decided_on",
)
SOURCE_OR_CHOICE = Code(
    "plan.source_or_choice", "须写 source（文件所定）或 choice（办公室所定）之一", "give source or choice, one of them",
)


class UnitKind(StrEnum):
    GOVERNMENT = "government"
    COMMITTEE = "committee"
    DEPARTMENT = "department"
    COMPANY = "company"
    ASSOCIATION = "association"
    GROUP = "group"


class Alias(Model):
    """Another name of a unit. With a source the document itself uses it there; without, people do."""

    name: str = Field(min_length=1)
    source: Source | None = None

    @model_validator(mode="before")
    @classmethod
    def a_bare_string_is_a_name(cls, value: Any) -> Any:
        return {"name": value} if isinstance(value, str) else value


class Unit(Model):
    """A department, committee, company or group of them; never a person.

    members: the units of a group; open_ended: the document adds 等 or 有关 and leaves the rest unsaid.
    """

    id: Id
    name: Label
    kind: UnitKind = UnitKind.DEPARTMENT
    aliases: tuple[Alias, ...] = ()
    members: tuple[Id, ...] = ()
    open_ended: bool = False
    source: Source | None = None


class Power(Model):
    """A power that the document gives to a unit, such as `coordination`; the same id twice is the same power."""

    power: Id
    name: Label
    unit: Id
    source: Source


class Consequence(Model):
    """What follows from doing well or badly: praise, criticism, a talk, a reward."""

    when: Label
    then: Label
    source: Source


class Governance(Model):
    """Roles by unit. office: who runs the campaign; consent: who agrees to the application; supervision: who is told of
    what is late first. Where the document names none, the role is left out: nobody is told in its place, and the check
    of the plan says so."""

    office: Id
    leading_group: Id | None = None
    head_role: Label | None = None
    deputy_role: Label | None = None
    office_staff: tuple[Id, ...] = ()
    supervision: Id | None = None
    assessment: Id | None = None
    consent: Id | None = None
    powers: tuple[Power, ...] = ()
    consequences: tuple[Consequence, ...] = ()
    source: Source


class Settles(Model):
    """The finding of the plan's check that a choice decides: its code and its subject.

    mark: as the check prints it, of the places and numbers that were known when it was decided. Where they change, the
    finding is open again; without a mark the decision covers whatever the finding becomes.
    """

    code: Id
    subject: str
    mark: str | None = Field(None, pattern=r"^[0-9a-f]{8}$")


class Choice(Model):
    """What the document leaves open or contradicts and the office decided: never hidden in code.

    settles: the findings that are thereby decided; they stay visible, with this decision beside them.
    """

    id: Id
    subject: Label
    decision: Label
    reason: Label
    decided_by: Id
    decided_on: Day | None = None
    settles: tuple[Settles, ...] = ()
    sources: tuple[Source, ...] = ()

    @model_validator(mode="after")
    def a_decision_has_a_date(self) -> Choice:
        if self.settles and self.decided_on is None:
            raise Unfit(DECIDED_WHEN())
        return self


class Defaults(Model):
    """What holds for every task and indicator unless it says otherwise: units that share in all of them."""

    responsible: tuple[Id, ...] = Field(min_length=1)
    source: Source


class Cadence(Model):
    """How often something is done. choice: the office's choice when the document gives no cadence."""

    id: Id
    name: Label
    who: Id
    every: Literal["day", "week", "month", "quarter", "half", "year", "two_years", "once"]
    day: int | None = Field(None, ge=1, le=31)
    source: Source | None = None
    choice: Id | None = None

    @model_validator(mode="after")
    def somebody_set_it(self) -> Cadence:
        if (self.source is None) == (self.choice is None):
            raise Unfit(SOURCE_OR_CHOICE())
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
