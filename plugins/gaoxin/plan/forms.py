"""Forms (报表): what a unit reports, how often, by when, and what must hold within it.

A series form has one row a variable; a register form (名录) one row an entity. What a register yields for indicators
are its `counts`. How a form becomes a workbook is the business of `gaoxin.returns`; how its rules become a Great
Expectations suite, of `gaoxin.quality`.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, model_validator

from gaoxin.i18n import Code
from gaoxin.periods import Period, Periodicity
from gaoxin.plan.base import DueDate, Id, Label, Model, PeriodText, Unfit, UnitOfMeasure
from gaoxin.plan.checks import Check
from gaoxin.plan.checks import Severity as Severity

CODES_OF_A_CODE = Code("plan.codes_of_a_code", "type: code 与 codes 须同时给出", "type: code and codes go together")
OTHER_PERIODICITY = Code(
    "plan.other_periodicity", "{period} 不是 periodicity: {periodicity} 的报告期", "{period} is not a {periodicity}",
    period=Period, periodicity=str,
)
LAST_BEFORE_FIRST = Code(
    "plan.last_before_first", "last {last} 早于 first {first}", "last {last} lies before first {first}",
    last=Period, first=Period,
)


class VariableKind(StrEnum):
    STOCK = "stock"            # 时点数: the state at the period's end
    FLOW = "flow"              # 时期数: of this period alone
    CUMULATIVE = "cumulative"  # 累计数: from January to the period's end


class DueRule(Model):
    """When a return is due: `days` after the period's end; on a day off it moves to the next working day if `roll` says so.

    not_before: no return of the form is due before this day. A campaign asks for years that closed before it began, and
    nobody can be late for a form that did not exist.
    """

    days: int = Field(ge=0, le=400)
    roll: Literal["next_workday", "none"] = "next_workday"
    not_before: DueDate | None = None


class Variable(Model):
    """One reported quantity of a series form. min and max are in `unit`."""

    id: Id
    name: Label
    unit: UnitOfMeasure
    kind: VariableKind
    required: bool = True
    integer: bool = False
    min: Decimal | None = Decimal(0)
    max: Decimal | None = None
    hint: Label | None = None
    # Beyond this factor against the period before (flows: per elapsed month) or the year before: a warning.
    jump: Decimal | None = Field(Decimal(8), gt=1)


class FieldType(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    CODE = "code"
    CREDIT_CODE = "credit_code"            # 统一社会信用代码, GB 32100-2015
    HNTE_CERTIFICATE = "hnte_certificate"  # GR + year + province + serial


class RegisterField(Model):
    """One column of a register. codes: the allowed values by code, for type `code`; the cell may hold code or name."""

    id: Id
    name: Label
    type: FieldType = FieldType.TEXT
    required: bool = True
    unit: UnitOfMeasure | None = None
    min: Decimal | None = None
    max: Decimal | None = None
    codes: dict[str, Label] | None = None
    hint: Label | None = None

    @model_validator(mode="after")
    def a_code_field_lists_its_codes(self) -> RegisterField:
        if (self.type is FieldType.CODE) != bool(self.codes):
            raise Unfit(CODES_OF_A_CODE())
        return self


class Validity(Model):
    """An entry counts only while valid: for `years` from the date in field `since` (an HNTE certificate: three years)."""

    since: Id
    years: int = Field(ge=1)


class Count(Model):
    """A variable that a register yields: entries counted, or a field summed, once an entity.

    where: field -> the codes that count. distinct: the field that identifies an entity, across units too (facts may be
    counted once only). sum: a number field to add instead of counting.
    """

    id: Id
    name: Label
    unit: UnitOfMeasure
    where: dict[Id, tuple[str, ...]] = Field(default_factory=dict)
    valid: Validity | None = None
    distinct: Id | None = None
    sum: Id | None = None

    @property
    def kind(self) -> VariableKind:
        """Entries are counted as they stand at the period's end."""
        return VariableKind.STOCK


class _Form(Model):
    id: Id
    name: Label
    periodicity: Periodicity
    first: PeriodText
    last: PeriodText
    skip: tuple[int, ...] = ()  # period numbers within a year that are not reported: [1] = no January on its own
    units: tuple[Id, ...] = Field(min_length=1)
    due: DueRule
    template: int = Field(1, ge=1)  # version; raised when the layout changes
    checks: tuple[Check, ...] = ()
    note: Label | None = None

    @model_validator(mode="after")
    def first_and_last_have_the_periodicity(self) -> _Form:
        for period in (self.first, self.last):
            if period.periodicity != self.periodicity:
                raise Unfit(OTHER_PERIODICITY(period=period, periodicity=self.periodicity.value))
        if self.last < self.first:
            raise Unfit(LAST_BEFORE_FIRST(last=self.last, first=self.first))
        return self

    def periods(self) -> tuple[Period, ...]:
        """The periods for which a return is owed, in order."""
        from gaoxin.periods import span

        return tuple(p for p in span(self.first, self.last) if p.number not in self.skip)


class SeriesForm(_Form):
    kind: Literal["series"]
    variables: tuple[Variable, ...] = Field(min_length=1)

    @property
    def measured(self) -> tuple[Variable, ...]:
        """What the form gives to indicators."""
        return self.variables

    @property
    def asked(self) -> tuple[Variable, ...]:
        """What the form asks of its units, item by item."""
        return self.variables


class RegisterForm(_Form):
    """key: the fields that together identify an entry; a second entry with the same key is a duplicate.

    A register lists organisations and things, never people.
    """

    kind: Literal["register"]
    fields: tuple[RegisterField, ...] = Field(min_length=1)
    key: tuple[Id, ...] = Field(min_length=1)
    counts: tuple[Count, ...] = ()
    allow_empty: bool = True

    @property
    def measured(self) -> tuple[Count, ...]:
        """What the form gives to indicators: counts, which are variables to them."""
        return self.counts

    @property
    def asked(self) -> tuple[RegisterField, ...]:
        """What the form asks of its units, field by field."""
        return self.fields


Form = Annotated[SeriesForm | RegisterForm, Field(discriminator="kind")]
